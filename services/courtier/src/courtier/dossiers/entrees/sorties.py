"""Les corps rendus : un dossier et ce qui manque, ses scénarios, sa chronologie, ses listes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from courtier.catalogue.domaine import Criteres, OffreTrouvee
from courtier.dossiers.domaine.actes import ActePose, Geste
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.choix import Autorisation, Choix, Reddition
from courtier.dossiers.domaine.conformite import (
    BancEssai,
    Conformite,
    Consultation,
    Question,
    Reponse,
    Verdict,
)
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Budget,
    Contact,
    Informations,
    Rencontre,
)
from courtier.dossiers.domaine.dossier import justifications_de
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.etapes import DossierVu, Manque, manque
from courtier.dossiers.domaine.libelles import DU_CONTRAT
from courtier.dossiers.domaine.planchers import Justification
from courtier.dossiers.domaine.reserves import Reserve, reserves
from courtier.dossiers.domaine.vehicules import Obligation596
from courtier.pieces.domaine import GenrePiece, Piece, Visa
from socle.bd.conversion import colonnes
from socle.web import Sortie


class ChoixOut(Sortie):
    """Le scénario choisi, à son dernier calcul, face au plus bas (CI-15)."""

    scenario_id: UUID
    fournisseur_id: UUID
    indicateur_responsable: str | None
    total: Decimal | None = Field(description="Absent : il ne se chiffre plus.")
    plus_bas: Decimal | None
    ecart: Decimal | None
    est_le_plus_bas: bool
    autorisation_requise: bool
    reserves: tuple[Reserve, ...] = Field(
        description="Les offres dont la base seule coûterait moins, et que nul scénario ne montre à"
        " ce prix; celles dont le prix tient à une conversion que dit l'organisme. Chacune veut un"
        " motif écrit."
    )

    @classmethod
    def de(cls, vu: DossierVu) -> "ChoixOut | None":
        dossier = vu.dossier
        choix, choisi, comparaison = dossier.dernier(Choix), dossier.choisi, dossier.comparaison
        if choix is None or choisi is None:
            return None
        ecart, bas = comparaison.ecart(choisi.id), comparaison.prix_plus_bas
        total = comparaison.totaux.get(choisi.id)
        return cls(
            scenario_id=choisi.id,
            fournisseur_id=choisi.fournisseur_id,
            indicateur_responsable=choix.indicateur_responsable,
            total=total.decimal if total is not None else None,
            plus_bas=bas.decimal if bas is not None else None,
            ecart=ecart.decimal if ecart is not None else None,
            est_le_plus_bas=choisi.id in comparaison.plus_bas,
            autorisation_requise=vu.circonstances.assujetti_rcti and bool(ecart),
            reserves=reserves(dossier),
        )


class ConsultationOut(Sortie):
    """Le Catalogue consulté : ce qu'on y cherchait, et tout ce qu'on y a trouvé ce jour-là."""

    criteres: Criteres
    le: date
    retenues: tuple[OffreTrouvee, ...]
    non_retenues: tuple[OffreTrouvee, ...] = Field(
        description="Les offres que la recherche trouvait aussi (CI-10)."
    )

    @classmethod
    def de(cls, consultation: Consultation | None) -> "ConsultationOut | None":
        if consultation is None:
            return None
        dites = set(consultation.retenues)
        return cls(
            criteres=consultation.criteres,
            le=consultation.le,
            retenues=tuple(o for o in consultation.trouvees if o.offre_id in dites),
            non_retenues=consultation.non_retenues,
        )


class DossierOut(Sortie):
    """Un dossier d'acquisition : où il en est, ce qu'il dit, ce qui lui manque (CI-10)."""

    id: UUID
    version: int
    organisme: str
    titre: str
    etat: str = Field(description="« en_cours », ou son issue.")
    etape: int = Field(description="De 1 à 5.")
    tour: int = Field(description="1, et un de plus à chaque retour à une étape antérieure.")
    ouverture: Visa
    contrat_id: UUID | None
    besoins: Besoins | None = Field(description="Tels que dits, puis confirmés.")
    efvp: Efvp | None
    consultation: ConsultationOut | None
    choix: ChoixOut | None
    autorisation: Autorisation | None
    reddition: Reddition | None = Field(description="Les comptes rendus au SCT du choix autorisé.")
    contact: Contact | None
    informations: Informations | None
    rencontre: Rencontre | None
    budget: Budget | None
    admissibilite: Admissibilite | None = Field(
        description="La dernière vérification de chaque nature."
    )
    gestes_permis: tuple[Geste, ...]
    manque: tuple[Manque, ...] = Field(
        description="Ce que chaque geste qui ne se peut pas attend encore, et quelle règle le dit."
    )

    @classmethod
    def de(cls, vu: DossierVu) -> "DossierOut":
        dossier = vu.dossier
        manques = {g: manque(g, dossier, vu.circonstances) for g in Geste}
        return cls(
            id=dossier.id,
            version=dossier.version,
            organisme=dossier.organisme,
            titre=dossier.titre,
            etat=dossier.issue or "en_cours",
            etape=int(dossier.etape),
            tour=dossier.tour,
            ouverture=dossier.ouverture,
            contrat_id=dossier.contrat_id,
            besoins=dossier.besoins,
            efvp=dossier.dernier(Efvp),
            consultation=ConsultationOut.de(dossier.dernier(Consultation)),
            choix=ChoixOut.de(vu),
            autorisation=dossier.dernier(Autorisation),
            reddition=dossier.dernier(Reddition),
            contact=dossier.dernier(Contact),
            informations=dossier.dernier(Informations),
            rencontre=dossier.dernier(Rencontre),
            budget=dossier.dernier(Budget),
            admissibilite=dossier.admissibilite,
            gestes_permis=tuple(g for g in Geste if not manques[g] and g not in DU_CONTRAT),
            manque=tuple(m for attendus in manques.values() for m in attendus),
        )


class DossierResumeOut(Sortie):
    """Un dossier dans une liste."""

    id: UUID
    version: int
    organisme: str
    titre: str
    etat: str
    etape: int
    tour: int
    contrat_id: UUID | None
    ouvert_par: str
    ouvert_le: datetime
    avise: bool = Field(description="Une offre citée a changé depuis qu'on les a relues (CI-12).")
    reserves: bool = Field(description="Son choix porte des réserves (CI-15).")


class PrecisionOut(Sortie):
    """Une question, et sa réponse si elle est venue."""

    id: UUID
    offre_id: UUID
    texte: str
    posee_le: date
    reponse: str | None
    recue_le: date | None

    @classmethod
    def de(cls, vue: tuple[Question, Reponse | None]) -> "PrecisionOut":
        question, reponse = vue
        return cls(
            **colonnes(question),
            reponse=reponse.texte if reponse else None,
            recue_le=reponse.recue_le if reponse else None,
        )


class BancEssaiOut(Sortie):
    """Un banc d'essai."""

    id: UUID
    offre_id: UUID
    debut: date
    fin: date
    conclusion: str

    @classmethod
    def de(cls, banc: BancEssai) -> "BancEssaiOut":
        return cls.model_validate(banc)


class ConformiteOut(Sortie):
    """Une offre, et chaque exigence."""

    offre_id: UUID
    conforme: bool
    verdicts: tuple[Verdict, ...]

    @classmethod
    def de(cls, conformite: Conformite) -> "ConformiteOut":
        return cls.model_validate(conformite)


class ActeOut(Sortie):
    """Un geste du dossier, daté et signé; rien ne s'en efface."""

    rang: int
    tour: int
    geste: Geste
    etape: int | None = Field(description="Absente : le geste n'est d'aucune étape.")
    par: str
    le: datetime
    a_refaire: bool = Field(description="Vrai : un retour ou un refus l'a défait (CI-10).")
    justifications: tuple[Justification, ...] = Field(
        description="Les motifs de réserves qu'il porte (CI-15); on en ajoute, nul ne s'efface."
    )

    @classmethod
    def de(cls, vu: tuple[ActePose, bool]) -> "ActeOut":
        acte, a_refaire = vu
        return cls(
            rang=acte.rang,
            tour=acte.tour,
            geste=acte.geste,
            etape=None if acte.etape is None else int(acte.etape),
            par=acte.visa.par,
            le=acte.visa.le,
            a_refaire=a_refaire,
            justifications=justifications_de(acte.contenu),
        )


class AvisOut(Sortie):
    """Une offre citée dont une version neuve a paru (CI-12)."""

    offre_id: UUID
    nature: str = Field(description="« offre » ou « prix ».")
    version: int
    le: datetime


class PieceOut(Sortie):
    """Une pièce du dossier; le document vit chez l'organisme."""

    id: UUID
    genre: GenrePiece
    titre: str
    empreinte: str
    datee_le: date
    deposee: Visa

    @classmethod
    def de(cls, piece: Piece) -> "PieceOut":
        return cls.model_validate(piece)


class DecretOut(Sortie):
    """Ce que le Courtier dit d'un organisme au regard du décret 596-2020."""

    organisme: str
    rang: int
    oblige: bool
    depuis: date
    motif: str
    par: str
    le: datetime

    @classmethod
    def de(cls, dite: Obligation596) -> "DecretOut":
        champs: dict[str, Any] = {**colonnes(dite), **colonnes(dite.dite)}
        return cls.model_validate(champs)
