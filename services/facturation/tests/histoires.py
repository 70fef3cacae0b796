"""Des histoires d'actifs et d'articles à tirer au sort : vies, heures, rectifications (DEM-12)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from facturation.creances.domaine.faits import Appris, FaitRecu
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import (
    Engagement,
    FraisUniques,
    VersionFiche,
    VersionPrix,
)
from services.facturation.tests.builders import Faits, a, du, fiche, prix, tarif, tarification

JOURS = st.dates(date(2026, 4, 1), date(2026, 12, 31))
HEURES = st.sampled_from([9, 12, 15])
MONTANTS = st.decimals("0.01", "700", places=2).map(str)
PRODUITS = st.sampled_from(["BUREAU-STD", "PORTABLE-14", "ECRAN-24", "VIRTUEL-M", "LOGICIEL-X"])
ECARTS = st.sampled_from([0, 0, 0, 1, 11, 45, 120])
"""Jours d'un acte au suivant : souvent le même, une heure plus tard, pour que des vies se touchent.
"""
REPETE = st.sampled_from([False, False, False, False, True])
"""Un acte de la même sorte que celui d'avant, qui ne change rien."""


@st.composite
def des_actifs(draw: st.DrawFn, maximum: int = 4) -> list[Appris]:
    """Livrés, relivrés, finis, relivrés encore; chacun son produit."""
    fabrique, faits = Faits(), list[FaitRecu]()
    for rang in range(draw(st.integers(1, maximum))):
        nom, produit, jour = f"actif-{rang}", draw(PRODUITS), draw(JOURS)
        en_service = draw(st.sampled_from([False, False, False, True]))
        for heure in range(12, 12 + draw(st.integers(1, 5))):
            if not en_service:
                quantite = draw(st.integers(1, 3))
                faits.append(fabrique.livraison(nom, jour, produit, quantite, heure=heure))
            elif draw(st.booleans()):
                faits.append(fabrique.recuperation(nom, jour, produit, heure=heure))
            else:
                faits.append(fabrique.perte(nom, jour, produit, heure=heure))
            jour += timedelta(days=draw(ECARTS))
            en_service = en_service if draw(REPETE) else not en_service
    for _ in range(draw(st.integers(0, 4))):
        tarif = draw(st.sampled_from(["AMENAGEMENT-BUR", "AMENAGEMENT-INFRA"]))
        jour = date(2026, 9, draw(st.integers(8, 9)))
        faits.append(fabrique.travail("article", jour, draw(st.integers(1, 100)), tarif))
    return [*faits, *draw(des_rectifications(faits))]


@st.composite
def des_rectifications(draw: st.DrawFn, faits: list[FaitRecu]) -> list[Appris]:
    """Quelques actes redatés ou annulés, parfois deux fois; l'un d'eux n'est jamais connu."""
    fabrique = Faits()
    inconnu = Faits("SAAQ").livraison("ailleurs", date(2026, 9, 1))
    toutes = list[Appris]()
    for rang in range(draw(st.integers(0, 4))):
        acte = draw(st.sampled_from([*faits, inconnu]))
        juste = a(draw(JOURS), draw(HEURES)) if draw(st.booleans()) else None
        toutes.append(fabrique.rectification(acte, juste, rang + 1))
    return toutes


@st.composite
def des_versions(draw: st.DrawFn) -> list[VersionFiche | VersionPrix]:
    fiches = [
        fiche(version, draw(JOURS), POSTE_01=draw(MONTANTS), POSTE_03=draw(MONTANTS))
        for version in range(2, 2 + draw(st.integers(0, 3)))
    ]
    tous_les_prix = [
        prix(draw(st.sampled_from(["VIRTUEL-M", "LOGICIEL-X"])), draw(MONTANTS), v, draw(JOURS))
        for v in range(2, 2 + draw(st.integers(0, 3)))
    ]
    return [*fiches, *tous_les_prix]


def tarifs_de(versions: list[VersionFiche | VersionPrix]) -> Tarification:
    fiches = [v for v in versions if isinstance(v, VersionFiche)]
    return tarification(
        fiche(), *fiches, prix_ropn=[v for v in versions if isinstance(v, VersionPrix)]
    )


ABONNEMENTS = (
    tarif("SIMPLE", "31", du=du("abonnement.souscrit", tarif="SIMPLE")),
    tarif(
        "ENGAGE", "955.56", du=du("abonnement.souscrit", tarif="ENGAGE"),
        engagement=Engagement(mois=3, reconduit=True),
    ),
    tarif(
        "AVISE", "26", du=du("abonnement.souscrit", tarif="AVISE"),
        frais_uniques=FraisUniques(libelle="Frais", montant=Decimal(100)),
        engagement=Engagement(mois=2, reconduit=True, preavis_jours=32),
    ),
)  # fmt: skip


@st.composite
def des_souscriptions(draw: st.DrawFn) -> list[Appris]:
    """Souscrits, résiliés avec ou sans avance, repris, redatés; des fins redites plus tôt."""
    fabrique, faits = Faits(), list[FaitRecu]()
    for rang in range(draw(st.integers(1, 3))):
        code, le = draw(st.sampled_from(ABONNEMENTS)).code, draw(JOURS)
        for _ in range(draw(st.integers(1, 4))):
            debut = le + timedelta(days=draw(st.sampled_from([0, 0, 5, -3])))
            faits.append(
                fabrique.souscription(
                    f"ab-{rang}", debut, service="s", tarif=code, dite_le=le,
                    quantite=draw(st.integers(1, 2)),
                )
            )  # fmt: skip
            for _ in range(draw(st.integers(0, 2))):
                le += timedelta(days=draw(ECARTS))
                fin = le + timedelta(days=draw(st.sampled_from([0, 0, 10, 40])))
                faits.append(fabrique.resiliation(f"ab-{rang}", fin, avis=le))
    return [*faits, *draw(des_rectifications(faits))]


@st.composite
def des_fiches_d_abonnements(draw: st.DrawFn) -> list[VersionFiche]:
    """Leurs versions : des montants qui changent, des tarifs qui prennent fin ou reviennent."""
    versions = [fiche(tarifs=ABONNEMENTS)]
    for numero in range(2, 2 + draw(st.integers(0, 3))):
        gardes = [t for t in ABONNEMENTS if draw(st.integers(0, 4))]
        tarifs = [replace(t, montant=Decimal(draw(MONTANTS))) for t in gardes]
        versions.append(fiche(numero, draw(JOURS), tarifs=tarifs))
    return versions
