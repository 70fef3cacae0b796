"""De quoi dresser une situation de facturation en peu de mots."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from facturation.clients.domaine import Client
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.faits import (
    Appris,
    FaitRecu,
    FinActif,
    Intervention,
    Livraison,
    Rectification,
    Resiliation,
    SignatureContrat,
    Souscription,
    TempsTravaille,
    sources,
)
from facturation.factures.domaine.factures import Situation
from facturation.tarification.domaine import (
    EtatProduit,
    Provenance,
    Tarif,
    Tarification,
    Tranche,
    Unite,
    VersionFiche,
    VersionPrix,
)
from noyau import QUEBEC, Mois, Montant

SEPTEMBRE = Mois(2026, 9)
ORIGINE = date(2026, 4, 1)
_ESPACE = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0001")


def tarif(
    code: str,
    montant: str | None = None,
    unite: str = "mois",
    *,
    source: Provenance = Provenance.FICHE,
    majoration: str = "0",
    grille: tuple[Tranche, ...] = (),
    bornes: tuple[int, int] | None = None,
) -> Tarif:
    minimum, maximum = bornes or (None, None)
    return Tarif(
        code=code,
        libelle=f"Libellé de {code}",
        unite=Unite(unite),
        source=source,
        montant=None if montant is None else Decimal(montant),
        majoration=Decimal(majoration),
        grille=grille,
        minimum_minutes=minimum,
        maximum_minutes=maximum,
        mois_si_perte=4 if code.startswith("POSTE-0") else 0,
    )


TARIFS = (
    tarif("POSTE-01", "147"),
    tarif("POSTE-03", "219"),
    tarif("MONITEUR-01", "6.25"),
    tarif("SOUTIEN-ETENDU", "955.56"),
    tarif("POSTE-VIRTUEL", source=Provenance.ROPN),
    tarif("PRODUIT", unite="produit", source=Provenance.ROPN, majoration="0.10"),
    tarif("INSTALLATION", "50", "produit", majoration="0.10"),
    tarif("AMENAGEMENT-BUR", "63", "heure"),
    tarif("AMENAGEMENT-INFRA", "100", "heure"),
    tarif("SOUTIEN-APPEL", "23", "demande"),
    tarif("SOUTIEN-HEURE", "86", "heure", bornes=(60, 180)),
    tarif("SOUTIEN-DEPLACEMENT", "258", "demande"),
    tarif("COURTIER-FRAIS", None, "contrat", source=Provenance.GRILLE),
    tarif("EVALUATION", None, "demande"),
)

PRODUITS = {
    "BUREAU-STD": ("POSTE-01",),
    "PORTABLE-14": ("POSTE-03",),
    "ECRAN-24": ("MONITEUR-01",),
    "VIRTUEL-M": ("POSTE-VIRTUEL",),
    "LOGICIEL-X": ("PRODUIT", "INSTALLATION"),
    "NOYAU": (),
    "ETUDE": ("EVALUATION",),
}


def fiche(
    version: int = 1,
    debut: date = ORIGINE,
    code: str = "POSTES",
    tarifs: Iterable[Tarif] = TARIFS,
    **prix: str,
) -> VersionFiche:
    """Une version de fiche; `POSTE_01="150"` change le montant d'un tarif."""
    montants = {nom.replace("_", "-"): Decimal(montant) for nom, montant in prix.items()}
    voulus = tuple(replace(t, montant=montants.get(t.code, t.montant)) for t in tarifs)
    return VersionFiche(fiche=code, version=version, debut=debut, tarifs=voulus)


def grille(*tranches: tuple[str, str, str]) -> tuple[Tranche, ...]:
    return tuple(Tranche(Decimal(s), Decimal(m), Decimal(t)) for s, m, t in tranches)


def prix(produit: str, valeur: str, version: int = 1, debut: date = ORIGINE) -> VersionPrix:
    return VersionPrix(produit=produit, version=version, debut=debut, prix=Decimal(valeur))


def produits(**autres: tuple[str, ...]) -> tuple[EtatProduit, ...]:
    depuis = datetime(2026, 4, 1, tzinfo=UTC)
    return tuple(
        EtatProduit(code=code, sequence=1, libelle=f"Produit {code}", depuis=depuis, tarifs=tarifs)
        for code, tarifs in {**PRODUITS, **autres}.items()
    )


def tarification(*fiches: VersionFiche, prix_ropn: Iterable[VersionPrix] = ()) -> Tarification:
    prix_connus = (prix("LOGICIEL-X", "89.99"), prix("VIRTUEL-M", "62.50"), *prix_ropn)
    return Tarification(fiches=fiches or (fiche(),), prix_ropn=prix_connus, produits=produits())


def a(jour: date, heure: int = 12, minute: int = 0) -> datetime:
    """Un instant UTC, dit en heure de Québec."""
    return datetime.combine(jour, time(heure, minute), QUEBEC).astimezone(UTC)


class Faits:
    """Une fabrique de faits d'un organisme, chacun avec un événement à lui."""

    def __init__(self, organisme: str = "MTQ") -> None:
        self.organisme = organisme
        self._suivant = count(1)

    def _commun(self, source: str, jour: date, heure: int = 12) -> dict[str, Any]:
        nom = f"{self.organisme}:{next(self._suivant)}"
        return {
            "acte_id": uuid5(_ESPACE, nom),
            "organisme": self.organisme,
            "source": source,
            "survenu_le": a(jour, heure),
        }

    def livraison(
        self,
        source: str,
        jour: date,
        produit: str = "BUREAU-STD",
        quantite: int = 1,
        *,
        heure: int = 12,
    ) -> Livraison:
        return Livraison(**self._commun(source, jour, heure), produit=produit, quantite=quantite)

    def recuperation(
        self, source: str, jour: date, produit: str = "BUREAU-STD", *, heure: int = 12
    ) -> FinActif:
        commun = self._commun(source, jour, heure)
        return FinActif(**commun, produit=produit, nature="récupération")

    def perte(
        self, source: str, jour: date, produit: str = "BUREAU-STD", *, heure: int = 12
    ) -> FinActif:
        return FinActif(**self._commun(source, jour, heure), produit=produit, nature="vol")

    def travail(
        self, source: str, jour: date, minutes: int, tarif: str = "AMENAGEMENT-BUR"
    ) -> TempsTravaille:
        return TempsTravaille(**self._commun(source, jour), tarif=tarif, minutes=minutes)

    def rectification(
        self, fait: FaitRecu, juste: datetime | None, rang: int = 1, organisme: str | None = None
    ) -> Rectification:
        """L'acte d'un fait reçoit son heure juste, ou devient nul."""
        return Rectification(
            organisme=organisme or fait.organisme,
            acte_id=fait.acte_id,
            rang=rang,
            survenu_le=juste,
            evenement=uuid5(fait.acte_id, f"{organisme}:{rang}"),
        )

    def intervention(
        self,
        source: str,
        jour: date,
        minutes: int,
        *,
        cloture: bool = False,
        deplacement: bool = False,
        heure: int = 19,
    ) -> Intervention:
        return Intervention(
            **self._commun(source, jour, heure),
            minutes=minutes,
            cloture=cloture,
            deplacement=deplacement,
        )

    def souscription(self, source: str, debut: date, tarif: str = "SOUTIEN-ETENDU") -> Souscription:
        return Souscription(**self._commun(source, debut), tarif=tarif, quantite=1, debut=debut)

    def resiliation(self, source: str, fin: date) -> Resiliation:
        return Resiliation(**self._commun(source, fin), fin=fin)

    def contrat(self, source: str, jour: date, montant: str) -> SignatureContrat:
        return SignatureContrat(**self._commun(source, jour), montant=Decimal(montant))


def client(organisme: str = "MTQ", *, taxable: bool = False) -> Client:
    return Client(
        organisme=organisme,
        sequence=1,
        nom="Ministère des Transports",
        adresse="700, boul. René-Lévesque Est, Québec (Québec) G1R 5H1",
        interlocuteur="Camille Tremblay",
        courriel="camille.tremblay@exemple.gouv.qc.ca",
        taxable=taxable,
    )


def situation(
    appris: Iterable[Appris],
    tarifs: Tarification | None = None,
    *,
    deja: Mapping[Identite, Montant] | None = None,
    emises: Mapping[Mois, str] | None = None,
    taxable: bool = False,
) -> Situation:
    return Situation(
        client=client(taxable=taxable),
        sources=tuple(sources(appris)),
        tarification=tarifs or tarification(),
        deja_facture=deja or {},
        emises=emises or {},
    )
