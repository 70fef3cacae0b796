"""Les corps reçus et rendus par les comptes."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeTarif, Periode
from facturation.comptes.cas_usage import InscritDuLot
from facturation.comptes.domaine.a_facturer import AFacturer
from facturation.comptes.domaine.etats import (
    Annee,
    Credit,
    DocumentOuvert,
    EtatDeCompte,
    Horizon,
    Mouvement,
    Retard,
)
from facturation.comptes.domaine.etats import SorteMouvement as Sorte
from facturation.comptes.domaine.reglements import AInscrire, Inscrit, Partie, Reglement
from facturation.comptes.domaine.soldes import EtatDocument
from facturation.factures.domaine.factures import NatureDocument
from facturation.factures.entrees.schemas import Argent, Numero
from noyau import ZERO, Montant
from socle import champs
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple

Reference = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z]([0-9A-Za-z ./_#-]{0,58}[0-9A-Za-z])?$",
        description="La référence du paiement : virement, chèque, écriture.",
        examples=["VIR-2026-004512"],
    ),
    champs.NORMALISE,
]
DOCUMENTS = 200
"""Documents que nomme au plus un règlement."""


class PartieIn(Entree):
    """Un document, et ce qu'on en paie."""

    model_config = exemple({"numero": "2026-2027-000001", "montant": "100.00"})

    numero: Numero
    montant: Decimal = Field(
        max_digits=12,
        decimal_places=2,
        description="Dollars : positif, on paie; négatif, on prend au crédit du document.",
    )

    @property
    def partie(self) -> Partie:
        return Partie(self.numero, Montant.de(self.montant))


class ReglementIn(Entree):
    """Un règlement reçu d'un organisme; ce qui dépasse le dû reste à son crédit (FAC-17)."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "date": "2026-10-01",
            "reference": "VIR-2026-004512",
            "montant": "120.00",
            "documents": [{"numero": "2026-2027-000001", "montant": "100.00"}],
        }
    )

    organisme: CodeOrganisme
    date: champs.Jour = Field(
        description="La date de Québec du paiement; ni à venir, ni trop ancienne."
    )
    reference: Reference
    montant: Decimal = Field(
        ge=0,
        max_digits=12,
        decimal_places=2,
        description="Dollars; nul, il compense des documents par le crédit d'autres documents.",
    )
    documents: list[PartieIn] = Field(
        default=[],
        max_length=DOCUMENTS,
        description="Ce qu'il paie; le reste, ou tout s'il n'en nomme aucun, est un crédit.",
    )

    def a_inscrire(self, identifiant: UUID) -> AInscrire:
        """La commande."""
        return AInscrire(
            id=identifiant,
            organisme=self.organisme,
            le=self.date,
            reference=self.reference,
            montant=Montant.de(self.montant),
            parties=tuple(document.partie for document in self.documents),
        )


class AcquittementsIn(Entree):
    """Les documents que paie le crédit d'un règlement."""

    model_config = exemple({"documents": [{"numero": "2026-2027-000001", "montant": "20.00"}]})

    documents: list[PartieIn] = Field(min_length=1, max_length=DOCUMENTS)


class ContreEcritureIn(Entree):
    """Pourquoi un règlement se défait."""

    model_config = exemple({"motif": "Virement consigné deux fois."})

    motif: champs.Motif


class AcquittementOut(Sortie):
    """Ce qu'un règlement paie d'un document; négatif, ce qu'il prend à son crédit."""

    numero: Numero
    montant: Argent
    le: date = Field(description="La date de Québec où il compte.")
    inscrit_le: datetime


class ReglementResume(Sortie):
    """Un règlement, ou une contre-écriture, sans le détail de ce qu'il paie."""

    id: UUID
    organisme: str
    date: champs.Jour = Field(validation_alias="le")
    reference: str
    montant: Argent = Field(description="D'une contre-écriture, négatif.")
    acquitte: Argent = Field(description="Ce qu'il paie de documents; le reste est un crédit.")
    annule: UUID | None = Field(description="Le règlement que cette contre-écriture défait.")
    annule_par: UUID | None = Field(description="La contre-écriture qui défait ce règlement.")
    motif: str | None
    inscrit_le: datetime


class ReglementOut(Sortie):
    """Un règlement, ce qu'il paie, et ce qui en reste au crédit de l'organisme (FAC-17)."""

    id: UUID
    organisme: str
    date: champs.Jour = Field(validation_alias="le")
    reference: str
    montant: Argent = Field(description="D'une contre-écriture, négatif.")
    acquittements: list[AcquittementOut]
    credit: Argent = Field(description="Ce qui ne paie encore aucun document.")
    annule: UUID | None
    annule_par: UUID | None
    motif: str | None
    inscrit_le: datetime

    @classmethod
    def de(cls, reglement: Reglement) -> "ReglementOut":
        return cls.model_validate({**colonnes(reglement), "credit": reglement.credit})


class InscritOut(ReglementOut):
    """Un règlement qui vient d'être inscrit, et ce qu'il faut en savoir."""

    avis: list[str] = Field(description="Ce qui n'a pas trouvé de dû, et reste au crédit.")

    @classmethod
    def venu(cls, inscrit: Inscrit) -> "InscritOut":
        """Ce qu'on en répond."""
        reglement = inscrit.reglement
        valeurs = {**colonnes(reglement), "credit": reglement.credit, "avis": inscrit.avis}
        return cls.model_validate(valeurs)


class VerdictOut(Sortie):
    """Ce qu'un règlement d'un lot est devenu, et les lignes du fichier qui le disaient."""

    lignes: list[int] = Field(description="Leur numéro dans le fichier, l'en-tête compris.")
    reglement_id: UUID
    organisme: str
    reference: str
    montant: Argent
    credit: Argent
    avis: list[str]

    @classmethod
    def de(cls, un: InscritDuLot) -> "VerdictOut":
        reglement: Reglement = un.inscrit.reglement
        return cls(
            lignes=list(un.lignes),
            reglement_id=reglement.id,
            organisme=reglement.organisme,
            reference=reglement.reference,
            montant=str(reglement.montant),
            credit=str(reglement.credit),
            avis=list(un.inscrit.avis),
        )


class LotOut(Sortie):
    """Un fichier de règlements, consigné tout entier."""

    reglements: int
    montant: Argent
    verdicts: list[VerdictOut]

    @classmethod
    def de(cls, inscrits: Sequence[InscritDuLot]) -> "LotOut":
        total = sum((un.inscrit.reglement.montant for un in inscrits), ZERO)
        verdicts = [VerdictOut.de(un) for un in inscrits]
        return cls(reglements=len(inscrits), montant=str(total), verdicts=verdicts)


class SoldeOut(Sortie):
    """Ce qu'il reste d'un document à la fin d'un jour; le document, lui, ne change pas (FAC-17)."""

    numero: Numero
    nature: NatureDocument
    periode: Periode
    emise_le: date
    echeance: date | None
    total: Argent
    corrige: Numero | None = Field(description="Le document que cette note de crédit corrige.")
    credite: Argent = Field(description="Ce que des notes de crédit en retranchent; négatif.")
    acquitte: Argent = Field(description="Ce que des règlements en paient.")
    reste: Argent = Field(description="À payer; négatif, le crédit qui reste à prendre.")
    conteste: Argent = Field(description="La part du reste que l'organisme conteste.")
    etat: EtatDocument
    jours_de_retard: int
    le: date
    su_le: date = Field(description="Ce qui est consigné après ce jour n'y compte pas.")

    @classmethod
    def de(cls, ouvert: DocumentOuvert, horizon: Horizon) -> "SoldeOut":
        solde, le = ouvert.solde, horizon.le
        valeurs = {
            **colonnes(solde),
            "reste": solde.reste,
            "conteste": ouvert.conteste,
            "etat": solde.etat(le),
            "jours_de_retard": solde.retard(le),
            "le": le,
            "su_le": horizon.su_le,
        }
        return cls.model_validate(valeurs)


class RetardOut(SoldeOut):
    """Un document en retard, et l'organisme qui le doit (FAC-17)."""

    organisme: str

    @classmethod
    def du(cls, retard: Retard, horizon: Horizon) -> "RetardOut":
        solde = SoldeOut.de(retard.ouvert, horizon)
        return cls.model_validate({**solde.model_dump(), "organisme": retard.organisme})


class AgesOut(Sortie):
    """Ce qui reste à payer, hors contesté, selon les jours passés depuis l'échéance."""

    non_echu: Argent
    de_1_a_30_jours: Argent
    de_31_a_60_jours: Argent
    de_61_a_90_jours: Argent
    plus_de_90_jours: Argent


class EtatDeCompteOut(Sortie):
    """Factures − crédits − règlements d'un organisme, à la fin d'un jour (FAC-17)."""

    organisme: str
    le: date
    su_le: date = Field(description="Ce qui est consigné après ce jour n'y compte pas.")
    factures: Argent
    notes_de_credit: Argent = Field(description="Négatif ou nul.")
    reglements: Argent = Field(description="Contre-écritures déduites.")
    solde: Argent = Field(description="Ce qui est dû, tout compris; négatif, dû à l'organisme.")
    du: Argent = Field(description="Ce qui reste à payer des documents, contesté compris.")
    ages: AgesOut
    conteste: Argent = Field(description="À part : la part contestée de ce qui reste à payer.")
    credits: Argent = Field(description="Trop-payés, notes et règlements à appliquer.")

    @classmethod
    def de(cls, etat: EtatDeCompte) -> "EtatDeCompteOut":
        sommes = {nom: getattr(etat, nom) for nom in ("solde", "du", "conteste", "ages")}
        return cls.model_validate({**colonnes(etat), **sommes})


class CreditOut(Sortie):
    """Ce qu'un règlement ne paie pas encore."""

    reglement_id: UUID
    reference: str
    date: champs.Jour = Field(validation_alias="le")
    montant: Argent

    @classmethod
    def de(cls, credit: Credit) -> "CreditOut":
        return cls.model_validate(credit)


class AnneeOut(Sortie):
    """L'état de compte d'un exercice; sa fermeture est l'ouverture du suivant (FAC-17)."""

    organisme: str
    exercice: champs.Exercice
    du: date
    au: date = Field(description="D'un exercice qui court, « su_le ».")
    su_le: date = Field(description="Ce qui est consigné après ce jour n'y compte pas.")
    ouverture: Argent
    factures: Argent
    notes_de_credit: Argent
    reglements: Argent = Field(description="Négatifs : ils diminuent ce qui est dû.")
    contre_ecritures: Argent
    fermeture: Argent

    @classmethod
    def de(cls, annee: Annee) -> "AnneeOut":
        sommes = dict(annee.sommes)
        valeurs = {
            **colonnes(annee),
            "fermeture": annee.fermeture,
            "factures": sommes[Sorte.FACTURE],
            "notes_de_credit": sommes[Sorte.NOTE_DE_CREDIT],
            "reglements": sommes[Sorte.REGLEMENT],
            "contre_ecritures": sommes[Sorte.CONTRE_ECRITURE],
        }
        return cls.model_validate(valeurs)


class MouvementOut(Sortie):
    """Une ligne du compte, et ce qui est dû une fois passée."""

    date: champs.Jour = Field(validation_alias="le")
    sorte: Sorte
    numero: str = Field(description="Du document; d'un règlement, sa référence.")
    reglement_id: UUID | None
    inscrit_le: datetime | None = Field(description="D'un règlement, quand il fut consigné.")
    montant: Argent
    solde: Argent
    su_le: champs.Jour = Field(description="Ce qui est consigné après ce jour n'y compte pas.")

    @classmethod
    def de(cls, mouvement: Mouvement, su_le: champs.Jour) -> "MouvementOut":
        return cls.model_validate({**colonnes(mouvement), "su_le": su_le})


class ExportOut(Sortie):
    """Les totaux de contrôle d'un export : ceux des documents, et de leurs événements."""

    mois: champs.Periode
    par: str = Field(description="« periode » ou « emission » : ce que le mois désigne.")
    documents: int
    lignes: int
    total_avant_taxes: Argent
    tps: Argent
    tvq: Argent
    total: Argent


class PartAFacturerOut(Sortie):
    """Ce qui est à facturer d'un tarif et de l'exercice d'où il vient, avant taxes."""

    tarif: CodeTarif
    exercice: champs.Exercice
    lignes: int
    montant: Argent


class AFacturerOut(Sortie):
    """Ce qui est à facturer d'un organisme à la fin de la période."""

    organisme: str
    periode: champs.Periode
    montant: Argent
    parts: list[PartAFacturerOut]
    attentes: int = Field(description="Les lignes qui n'ont pas encore de montant.")
    raison: str | None = Field(description="Pourquoi le calcul ne se fait pas; rien n'y est sûr.")
    lu_le: datetime = Field(description="L'instant du calcul : ce qui s'apprend ensuite le change.")

    @classmethod
    def de(cls, un: AFacturer, lu_le: datetime) -> "AFacturerOut":
        valeurs = {"periode": str(un.periode), "montant": un.montant, "lu_le": lu_le}
        return cls.model_validate({**colonnes(un), **valeurs})


class ListeAFacturer(Sortie):
    """Ce qui est dû à la fin d'une période et que nul document émis alors ne porte (FAC-17)."""

    elements: list[AFacturerOut]
    suivant: str | None = Field(description="Le dernier organisme, à redire dans « apres ».")
