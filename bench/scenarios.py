"""Chiffrer un scénario de 500 offres sur 36 périodes, contre la boucle qu'on écrit d'abord."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from uuid import UUID

import numpy as np

from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from courtier.catalogue.domaine import (
    Caracteristiques,
    Composante,
    Composition,
    EntenteCadre,
    GrillePrix,
    Indexation,
    Modalites,
    Offre,
    OffreAuCatalogue,
    Periodicite,
    Prix,
    Qualification,
)
from courtier.dossiers.domaine.besoins import (
    Besoins,
    Donnees,
    Exigence,
    Nature,
    PeriodeBesoin,
    UniteBesoin,
)
from courtier.dossiers.domaine.scenarios import ComposanteVoulue, OffreVoulue, Scenario
from noyau import Montant

OFFRES = 500
PERIODES = 36
LE = datetime(2026, 9, 2, 14, tzinfo=UTC)
DES = date(2026, 4, 1)
ENTENTE = EntenteCadre(
    id=UUID(int=1), numero="EC-1", fournisseur_id=UUID(int=2), debut=DES, fin=date(2029, 4, 1)
)


@dataclass(frozen=True, slots=True)
class Vendue:
    """Une offre, en valeurs nues : ce que la boucle en lit."""

    prix: Decimal
    entree: Decimal
    baisse: bool
    taux: Decimal
    tous_les: int
    sert: Decimal


def tirer(graine: int = 7) -> tuple[list[Vendue], list[int]]:
    """Des offres toutes indexées, et un besoin différent chaque mois."""
    hasard = np.random.default_rng(graine)
    tires = hasard.integers(1, 1_000_000, (OFFRES, 6)).tolist()
    vendues = [
        Vendue(
            prix=Decimal(prix).scaleb(-5),
            entree=Decimal(entree).scaleb(-2),
            baisse=bool(baisse % 2),
            taux=Decimal(1 + taux % 500).scaleb(-4),
            tous_les=(6, 12)[tous_les % 2],
            sert=Decimal((1, 3, 25)[sert % 3]),
        )
        for prix, entree, baisse, taux, tous_les, sert in tires
    ]
    return vendues, hasard.integers(100, 150, PERIODES).tolist()


def en_boucle(vendues: Sequence[Vendue], besoin: Sequence[int]) -> Montant:
    """Le total exact, mois par mois : ni vérification, ni version, ni ligne gardée."""
    somme = Fraction()
    for vendue in vendues:
        prix, hausse, sert = (Fraction(v) for v in (vendue.prix, 1 + vendue.taux, vendue.sert))
        atteint, plus = 0, 0
        for rang, combien in enumerate(besoin):
            voulu = ceil(combien / sert)
            atteint = voulu if vendue.baisse else max(voulu, atteint)
            plus = max(plus, atteint)
            somme += atteint * prix * hausse ** (rang // vendue.tous_les)
        somme += plus * Fraction(vendue.entree)
    return Montant.de(somme)


def du_produit(vendues: Sequence[Vendue], besoin: Sequence[int]) -> Callable[[], Montant]:
    """De quoi chiffrer les mêmes, par le produit : offres lues, prix figés, quantités exigées."""
    catalogue = {UUID(int=100 + n): _au_catalogue(n, vendue) for n, vendue in enumerate(vendues)}
    voulues = tuple(
        OffreVoulue(
            offre_id=UUID(int=100 + n),
            lieu=None,
            composantes=(
                ComposanteVoulue(code="base", sert=vendue.sert),
                ComposanteVoulue(code="entree", sert=vendue.sert),
            ),
        )
        for n, vendue in enumerate(vendues)
    )
    scenario = Scenario(
        id=UUID(int=3),
        titre="S.",
        entente_id=ENTENTE.id,
        fournisseur_id=ENTENTE.fournisseur_id,
        offres=voulues,
    )
    besoins = _besoins(besoin)
    return lambda: scenario.chiffrer(besoins, entente=ENTENTE, catalogue=catalogue, le=LE).total


def _besoins(besoin: Sequence[int]) -> Besoins:
    return Besoins(
        exigences=(Exigence(code="f", nature=Nature.FONCTION, texte="F."),),
        duree_mois=PERIODES,
        unite=UniteBesoin.USAGERS,
        consommation=tuple(PeriodeBesoin(m, m, q) for m, q in enumerate(besoin, 1)),
        methode="M.",
        budget=Decimal(0),
        donnees=Donnees(sensibilite="", risque="", renseignements_personnels=False),
    )


def _au_catalogue(rang: int, vendue: Vendue) -> OffreAuCatalogue:
    offre_id = UUID(int=100 + rang)
    parts = (("base", Periodicite.MOIS, vendue.prix), ("entree", Periodicite.UNIQUE, vendue.entree))
    composition = Composition(
        composantes=tuple(
            Composante(code=code, libelle=code, unite="unité", periodicite=periodicite, prix=prix)
            for code, periodicite, prix in parts
        ),
        modalites=Modalites(
            baisse_permise=vendue.baisse,
            indexation=Indexation(taux=vendue.taux, tous_les_mois=vendue.tous_les),
        ),
    )
    decrite = Caracteristiques(
        titre="O.",
        categorie="courriel",
        description="",
        entente_id=ENTENTE.id,
        qualification=Qualification.QUALIFIEE,
        lieux_hebergement=(),
    )
    offre = Offre(
        id=offre_id,
        fournisseur_id=ENTENTE.fournisseur_id,
        version=1,
        publiee=True,
        depuis=LE,
        caracteristiques=decrite,
    )
    return OffreAuCatalogue(offre, GrillePrix(offre_id, (Prix(1, DES, composition, LE),)))


async def mesurer(_: Scene, resultats: Resultats, tours: int) -> None:
    """Les scénarios chiffrés par seconde; lève `AssertionError` si les totaux diffèrent."""
    vendues, besoin = tirer()
    chiffrer = du_produit(vendues, besoin)
    if chiffrer() != en_boucle(vendues, besoin):
        raise AssertionError("Le produit et la boucle ne chiffrent pas pareil.")

    async def produit() -> float:
        return _debit(chiffrer)

    async def boucle() -> float:
        return _debit(lambda: en_boucle(vendues, besoin))

    m = await entrelacer({"produit": produit, "boucle": boucle}, tours)
    nom = f"scénario, {OFFRES} offres × {PERIODES} périodes, contre une boucle"
    resultats.rapport(nom, "scénarios/s", m["produit"], m["boucle"], But("≥", 0.25))


def _debit(faire: Callable[[], object]) -> float:
    debut = time.process_time()
    faire()
    return 1 / (time.process_time() - debut)
