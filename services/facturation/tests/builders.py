"""De quoi dresser une situation de facturation en peu de mots."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from facturation.clients.domaine import Client, ProfilTaxes
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Etendue
from facturation.creances.domaine.faits import Appris, FaitRecu, Rectification, Role, sources
from facturation.factures.adaptateurs.reference import lire_bareme, lire_emetteurs
from facturation.factures.domaine.ajustements import Ajustement, Facturee
from facturation.factures.domaine.factures import Situation
from facturation.factures.domaine.taxes import EXONERE
from facturation.tarification.adaptateurs.reference import lire_bornes
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import (
    Declencheur,
    Decompte,
    EtatProduit,
    Tarif,
    VersionFiche,
    VersionPrix,
    VersionRetiree,
)
from noyau import QUEBEC, Comparaison, FaitNomme, Mois, Montant, Predicat, Tranche

SEPTEMBRE = Mois(2026, 9)
EMETTEUR = lire_emetteurs().le(date(2026, 10, 1))
ORIGINE = date(2026, 4, 1)
LIVRAISON = Declencheur(livraison=True)
_ESPACE = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0001")


def du(evenement: str, **egales: bool | str) -> Declencheur:
    """Dû pour un type d'événement, dont ces faits sont égaux à ces valeurs."""
    if not egales:
        return Declencheur(evenement=evenement)
    tous = tuple(Comparaison(fait=fait, egale=valeur) for fait, valeur in egales.items())
    return Declencheur(evenement=evenement, si=Predicat((tous,)))


def tarif(
    code: str,
    montant: str | None = None,
    forme: str = "mois",
    du: Declencheur = LIVRAISON,
    *,
    source: str = "fiche",
    majoration: str = "0",
    **reste: Any,
) -> Tarif:
    """Un tarif; `fois`, `fait`, `par`… vont au décompte, le reste au tarif."""
    du_decompte = {nom: reste.pop(nom) for nom in Decompte.__slots__ if nom in reste}
    if forme == "mois" or (forme == "unites" and du is LIVRAISON):
        du_decompte.setdefault("fois", "quantite")
    return Tarif(
        code=code,
        libelle=f"Libellé de {code}",
        du=du,
        quantite=Decompte(forme=forme, **du_decompte),
        source=source,
        montant=None if montant is None else Decimal(montant),
        majoration=Decimal(majoration),
        **reste,
    )


_INCIDENT: Any = {"par": ("incident_id",), "a_la_cloture": "cloture"}
_INTERVENTION = du("intervention.effectuée")


def _horaire(code: str, montant: str) -> Tarif:
    declencheur = du("travail.effectué", tarif=code)
    return tarif(code, montant, "duree", declencheur, fait="minutes", pas=15, par=("jour",))


TARIFS = (
    tarif("POSTE-01", "147", mois_si_perte=4),
    tarif("POSTE-03", "219", mois_si_perte=4),
    tarif("MONITEUR-01", "6.25"),
    tarif("SOUTIEN-ETENDU", "955.56", du=du("abonnement.souscrit", service="soutien_etendu")),
    tarif("POSTE-VIRTUEL", source="ropn"),
    tarif("PRODUIT", None, "unites", source="ropn", majoration="0.10"),
    tarif("INSTALLATION", "50", "unites", majoration="0.10"),
    _horaire("AMENAGEMENT-BUR", "63"),
    _horaire("AMENAGEMENT-INFRA", "100"),
    tarif("SOUTIEN-APPEL", "23", "forfait", _INTERVENTION, **_INCIDENT),
    tarif(
        "SOUTIEN-HEURE", "86", "duree", _INTERVENTION,
        fait="minutes", pas=15, minimum=60, maximum=180, **_INCIDENT,
    ),
    tarif(
        "SOUTIEN-DEPLACEMENT", "258", "unites", du("intervention.effectuée", deplacement=True),
        **_INCIDENT,
    ),
    tarif("COURTIER-FRAIS", None, "grille", du("contrat.signé"), fait="montant"),
    tarif("EVALUATION", None, "forfait"),
    *(
        tarif(code, None, "saisi", du("ligne.saisie", tarif=code), fait="montant")
        for code in ("DEDOMMAGEMENT", "COMMUNICATIONS")
    ),
)  # fmt: skip

PRODUITS = {
    "BUREAU-STD": ("POSTE-01",),
    "PORTABLE-14": ("POSTE-03",),
    "ECRAN-24": ("MONITEUR-01",),
    "VIRTUEL-M": ("POSTE-VIRTUEL",),
    "LOGICIEL-X": ("PRODUIT", "INSTALLATION"),
    "NOYAU": (),
    "ETUDE": ("EVALUATION",),
}


def au_meme(tarifs: Iterable[Tarif], code: str, **champs: Any) -> list[Tarif]:
    """Ces tarifs, celui-là dit autrement."""
    return [replace(t, **champs) if t.code == code else t for t in tarifs]


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


def retrait(version: int, debut: date, code: str = "POSTES") -> VersionRetiree:
    return VersionRetiree(fiche=code, version=version, debut=debut)


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


def tarification(
    *fiches: VersionFiche,
    prix_ropn: Iterable[VersionPrix] = (),
    retraits: Iterable[VersionRetiree] = (),
    autres: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Tarification:
    """Ce que publie le catalogue de l'essai; `autres` : des produits de plus, et leurs tarifs."""
    prix_connus = (prix("LOGICIEL-X", "89.99"), prix("VIRTUEL-M", "62.50"), *prix_ropn)
    return Tarification(
        fiches=fiches or (fiche(),),
        retraits=tuple(retraits),
        prix_ropn=prix_connus,
        produits=produits(**autres),
        bornes=lire_bornes(),
    )


def a(jour: date, heure: int = 12, minute: int = 0) -> datetime:
    """Un instant UTC, dit en heure de Québec."""
    return datetime.combine(jour, time(heure, minute), QUEBEC).astimezone(UTC)


class Faits:
    """Une fabrique de faits d'un organisme, chacun avec un événement à lui."""

    def __init__(self, organisme: str = "MTQ") -> None:
        self.organisme = organisme
        self._suivant = count(1)

    def fait(
        self,
        type_evenement: str,
        source: str,
        jour: date,
        *,
        heure: int = 12,
        role: Role = Role.ACTE,
        perd: bool = False,
        effet: date | None = None,
        **faits: FaitNomme,
    ) -> FaitRecu:
        return FaitRecu(
            acte_id=uuid5(_ESPACE, f"{self.organisme}:{next(self._suivant)}"),
            organisme=self.organisme,
            source=source,
            type=type_evenement,
            survenu_le=a(jour, heure),
            effet=effet,
            role=role,
            perd=perd,
            faits=faits,
        )

    def livraison(
        self,
        source: str,
        jour: date,
        produit: str = "BUREAU-STD",
        quantite: int = 1,
        *,
        heure: int = 12,
        demande_id: str | None = None,
        site: str | None = None,
        imputation: str | None = None,
    ) -> FaitRecu:
        return self.fait(
            "actif.livré", source, jour, heure=heure, role=Role.COMMENCE,
            actif_id=source, produit=produit, quantite=quantite, demande_id=demande_id, site=site,
            imputation=imputation,
        )  # fmt: skip

    def recuperation(
        self, source: str, jour: date, produit: str = "BUREAU-STD", *, heure: int = 12
    ) -> FaitRecu:
        return self.fait(
            "actif.récupéré", source, jour, heure=heure, role=Role.FINIT, produit=produit
        )

    def perte(
        self, source: str, jour: date, produit: str = "BUREAU-STD", *, heure: int = 12
    ) -> FaitRecu:
        return self.fait(
            "actif.perdu", source, jour, heure=heure, role=Role.FINIT, perd=True,
            produit=produit, nature="vol",
        )  # fmt: skip

    def travail(
        self, source: str, jour: date, minutes: int, tarif: str = "AMENAGEMENT-BUR"
    ) -> FaitRecu:
        return self.fait("travail.effectué", source, jour, tarif=tarif, minutes=minutes)

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
    ) -> FaitRecu:
        return self.fait(
            "intervention.effectuée", source, jour, heure=heure, incident_id=source,
            minutes=minutes, cloture=cloture, deplacement=deplacement,
        )  # fmt: skip

    def souscription(
        self,
        source: str,
        debut: date,
        *,
        service: str = "soutien_etendu",
        tarif: str | None = None,
        quantite: int = 1,
        dite_le: date | None = None,
    ) -> FaitRecu:
        return self.fait(
            "abonnement.souscrit", source, dite_le or debut, role=Role.COMMENCE, effet=debut,
            service=service, tarif=tarif, quantite=quantite,
        )  # fmt: skip

    def resiliation(self, source: str, fin: date, *, avis: date | None = None) -> FaitRecu:
        """L'abonnement finit le jour `fin`; on l'apprend le jour de l'avis."""
        return self.fait("abonnement.résilié", source, avis or fin, role=Role.FINIT, effet=fin)

    def contrat(self, source: str, jour: date, montant: str) -> FaitRecu:
        return self.fait("contrat.signé", source, jour, effet=jour, montant=montant)


def client(organisme: str = "MTQ", *, taxable: bool = False) -> Client:
    return Client(
        organisme=organisme,
        sequence=1,
        nom="Ministère des Transports",
        adresse="700, boul. René-Lévesque Est, Québec (Québec) G1R 5H1",
        destinataire="Camille Tremblay",
        courriel="camille.tremblay@exemple.gouv.qc.ca",
        profils=(ProfilTaxes(ORIGINE, taxable=True),) if taxable else (),
    )


def situation(
    appris: Iterable[Appris],
    tarifs: Tarification | None = None,
    *,
    deja: Mapping[Identite, Montant] | None = None,
    emises: Mapping[Mois, str] | None = None,
    taxable: bool = False,
    ajustements: tuple[Ajustement, ...] = (),
    numeros: Mapping[UUID, str] | None = None,
) -> Situation:
    """Tout y est touché : le recalcul entier; ce qui est facturé l'est sans taxes."""
    return Situation(
        client=client(taxable=taxable),
        etendue=Etendue(tuple(sources(appris))),
        tarification=tarifs or tarification(),
        bareme=lire_bareme(),
        deja_facture={
            identite: Facturee(montant=montant, taxes=EXONERE)
            for identite, montant in (deja or {}).items()
        },
        ajustements=ajustements,
        emises=emises or {},
        numeros=numeros or {},
    )
