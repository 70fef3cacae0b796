"""Ce que le bord rend en JSON."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from courtier.bord.domaine.listes import (
    Autorisable,
    ListeDuDirigeant,
    ListeDuSignataire,
    ObjetAttendu,
    Signable,
)
from courtier.bord.domaine.tableau import (
    DEFINITIONS,
    TRANCHES,
    Cas,
    Constat,
    DossiersParEtape,
    Rubrique,
    Tableau,
)
from courtier.dossiers.domaine.reserves import Reserve
from socle.web import Sortie


class EtapeDuBordOut(Sortie):
    """Les dossiers en cours d'une étape, par âge depuis leur ouverture."""

    etape: int
    total: int
    par_age: dict[str, int]
    lien: str

    @classmethod
    def de(cls, dite: DossiersParEtape) -> "EtapeDuBordOut":
        return cls(
            etape=int(dite.etape),
            total=dite.total,
            par_age=dict(zip(TRANCHES, dite.comptes, strict=True)),
            lien=dite.lien,
        )


class CasDuBordOut(Sortie):
    """Un de ceux que compte une rubrique."""

    organisme: str
    nom: str = Field(description="Le titre du dossier, ou le fournisseur.")
    le: date
    montant: Decimal | None
    lien: str | None

    @classmethod
    def de(cls, cas: Cas) -> "CasDuBordOut":
        return cls.model_validate(cas)


class ConstatDuBordOut(Sortie):
    """Ce que compte une rubrique, et où le lire en entier."""

    rubrique: Rubrique
    groupe: str
    libelle: str
    nombre: int
    davantage: bool = Field(description="Vrai : il y en a plus, qu'on n'a pas comptés.")
    lien: str = Field(description="La liste qui détaille.")
    date_dite: str = Field(description="Ce que dit la date de chaque cas.")
    cas: list[CasDuBordOut] = Field(description="Les plus anciens, au plus vingt.")

    @classmethod
    def de(cls, constat: Constat, horizon: date) -> "ConstatDuBordOut":
        dite = DEFINITIONS[constat.rubrique]
        return cls(
            rubrique=constat.rubrique,
            groupe=dite.groupe,
            libelle=dite.libelle,
            nombre=constat.nombre,
            davantage=constat.davantage,
            lien=constat.lien(horizon),
            date_dite=dite.date_dite,
            cas=[CasDuBordOut.de(cas) for cas in constat.cas],
        )


class FournisseurSuiviOut(Sortie):
    """Un fournisseur dont des évaluations tardent, et ce que valent celles qui sont faites."""

    fournisseur_id: UUID
    nom: str
    contrats: int = Field(description="En cours.")
    rendues: int
    insatisfaisantes: int
    en_retard: int
    lien: str


class BordOut(Sortie):
    """Ce que voit le Courtier : dossiers, signatures, retards, fins, fournisseurs."""

    le: datetime
    horizon: date = Field(description="Les contrats qui finissent avant ce jour.")
    etapes: list[EtapeDuBordOut]
    constats: list[ConstatDuBordOut]
    fournisseurs: list[FournisseurSuiviOut] = Field(description="Le plus grand retard d'abord.")

    @classmethod
    def de(cls, tableau: Tableau) -> "BordOut":
        return cls(
            le=tableau.le,
            horizon=tableau.horizon,
            etapes=[EtapeDuBordOut.de(dite) for dite in tableau.etapes],
            constats=[ConstatDuBordOut.de(c, tableau.horizon) for c in tableau.constats],
            fournisseurs=[FournisseurSuiviOut.model_validate(f) for f in tableau.fournisseurs],
        )


class AutorisableOut(Sortie):
    """Ce que le dirigeant doit autoriser, et pour quel écart de prix (CI-15, CI-17)."""

    objet: ObjetAttendu
    objet_id: UUID
    titre: str
    depuis: date
    total: Decimal = Field(description="Le scénario choisi, ou le contrat, l'avenant compris.")
    repere: Decimal = Field(description="Le plus bas prix, ou le contrat avant l'avenant.")
    ecart: Decimal
    criteres: tuple[str, ...] = Field(
        description="D'une autorisation qui ne suffit plus; vides : ils sont à nommer."
    )
    autorise: Decimal | None = Field(description="L'écart que cette autorisation permettait.")
    reserves: tuple[Reserve, ...] = Field(
        description="Les offres dont la base seule coûterait moins, et le motif écrit de chacune."
    )
    lien: str

    @classmethod
    def de(cls, autorisable: Autorisable) -> "AutorisableOut":
        return cls.model_validate(autorisable)


class ListeDuDirigeantOut(Sortie):
    """Ce qui attend le dirigeant d'un organisme."""

    organisme: str
    le: datetime
    elements: list[AutorisableOut]
    davantage: bool = Field(description="Vrai : il y en a plus qu'on n'en regarde.")

    @classmethod
    def de(cls, liste: ListeDuDirigeant) -> "ListeDuDirigeantOut":
        return cls.model_validate(liste)


class SignableOut(Sortie):
    """Un contrat ou un avenant validé, et ce qui permet, ou empêche, de le signer (DEM-8)."""

    objet: ObjetAttendu
    objet_id: UUID
    contrat_id: UUID
    fournisseur: str
    depuis: datetime
    montant: Decimal = Field(description="D'un avenant, le total du contrat modifié.")
    mandat_id: UUID | None = Field(description="Absent : voir l'empêchement.")
    substitution_id: UUID | None
    empechement: str | None
    reserves: bool = Field(description="Le choix de son dossier porte des réserves (CI-15).")
    lien_des_reserves: str | None
    lien: str

    @classmethod
    def de(cls, signable: Signable) -> "SignableOut":
        attente, signature = signable.attente, signable.signature
        return cls(
            objet=attente.objet,
            objet_id=attente.objet_id,
            contrat_id=attente.contrat_id,
            fournisseur=attente.fournisseur,
            depuis=attente.depuis,
            montant=attente.montant.decimal,
            mandat_id=signature.mandat_id if signature else None,
            substitution_id=signature.substitution_id if signature else None,
            empechement=signable.empechement,
            reserves=attente.reserves,
            lien_des_reserves=attente.lien_des_reserves,
            lien=attente.lien,
        )


class ListeDuSignataireOut(Sortie):
    """Ce que peut signer l'appelant, pour son organisme."""

    organisme: str
    le: datetime
    elements: list[SignableOut]
    davantage: bool = Field(description="Vrai : il y en a plus qu'on n'en regarde.")

    @classmethod
    def de(cls, liste: ListeDuSignataire) -> "ListeDuSignataireOut":
        return cls(
            organisme=liste.organisme,
            le=liste.le,
            elements=[SignableOut.de(signable) for signable in liste.elements],
            davantage=liste.davantage,
        )
