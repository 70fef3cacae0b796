"""Un marché tiré au sort : des fournisseurs, leurs offres, ce que leurs prix deviennent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from uuid import UUID

from tests.oracle.courtier.marche import (
    EntenteDite,
    EtatOffre,
    Marche,
    OffreDite,
    Part,
    Periodes,
    Tarif,
)

DEPART = datetime(2026, 9, 2, 14, tzinfo=UTC)
PREMIERS_OUVRABLES = (date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1))
PRIX = ("10.00", "10.00", "12.50", "9.99", "3.333333", "0.015")
LIEUX = {"Montréal": "quebec", "Toronto": "canada", "Dublin": "rgpd", "Ailleurs": "autre"}


def tirer_marche(hasard: Random) -> Marche:
    """Deux ou trois fournisseurs, leurs offres, ce que leurs prix et leurs versions deviennent."""
    ententes = {}
    for n in range(1, hasard.randint(3, 4)):
        fin = hasard.choice([date(2029, 4, 1)] * 12 + [date(2026, 10, 20), date(2026, 9, 2)])
        pays = hasard.choice(["CA", "CA", "US"])
        ententes[UUID(int=10 + n)] = EntenteDite(
            UUID(int=10 + n), UUID(int=20 + n), pays, hasard.random() < 0.8, date(2026, 4, 1), fin
        )
    offres = {}
    for n in range(hasard.randint(2, 5)):
        id_ = UUID(int=100 + n)
        entente = hasard.choice(list(ententes))
        offres[id_] = OffreDite(id_, entente, _etats(hasard), _tarifs(hasard))
    oblige = hasard.choice([None, date(2026, 4, 1), date(2026, 10, 1)])
    return Marche(ententes, offres, hasard.random() < 0.8, oblige)


def _etats(hasard: Random) -> tuple[EtatOffre, ...]:
    etats: list[EtatOffre] = []
    depuis = datetime(2026, 4, 1, tzinfo=UTC)
    for version in range(1, hasard.choice([2, 2, 2, 3, 4])):
        noms = hasard.sample(list(LIEUX), hasard.randint(1, 3))
        lieux = {nom: LIEUX[nom] for nom in (etats[-1].lieux if etats else ()) or noms}
        if etats and hasard.random() < 0.4:
            lieux = {nom: LIEUX[nom] for nom in noms}
        publiee, qualifiee = hasard.random() < 0.97, hasard.random() < 0.96
        impose = hasard.choice([0, 0, 0, 0, 60]), hasard.choice([0] * 8 + [12])
        par_unite = hasard.choice([None, None, None, None, None, Decimal(3), Decimal("2.5")])
        etats.append(EtatOffre(version, depuis, lieux, publiee, qualifiee, *impose, par_unite))
        depuis = DEPART + timedelta(days=hasard.uniform(0, 60))
        depuis = max(depuis, etats[-1].depuis + timedelta(hours=1))
    return tuple(etats)


def _tarifs(hasard: Random) -> tuple[Tarif, ...]:
    jours = [date(2026, 4, 1), *(j for j in PREMIERS_OUVRABLES if hasard.random() < 0.35)]
    tarifs: list[Tarif] = []
    for version, des in enumerate(jours, 1):
        neuf = _tarif(hasard, version, des)
        if tarifs and hasard.random() < 0.7:
            change = Decimal(hasard.choice(["0.9", "1.1", "0.5"]))
            parts = tuple(
                replace(p, prix=round(p.prix * (change if p.code == "base" else 1), 6))
                for p in tarifs[-1].parts
            )
            neuf = replace(tarifs[-1], version=version, des=des, parts=parts)
        tarifs.append(neuf)
    return tuple(tarifs)


def _tarif(hasard: Random, version: int, des: date) -> Tarif:
    parts = [Part("base", hasard.choice(["mois", "mois", "annee"]), Decimal(hasard.choice(PRIX)))]
    if hasard.random() < 0.6:
        parts.append(Part("entree", "unique", Decimal(hasard.choice(["500.00", "0.07", "99.995"]))))
    if hasard.random() < 0.4:
        parts.append(Part("stockage", hasard.choice(["mois", "annee"]), Decimal("1.25")))
    taux = hasard.choice([None, None, Decimal("0.03"), Decimal("0.0275")])
    tous_les = hasard.choice([12, 12, 6, 5])
    return Tarif(version, des, tuple(parts), hasard.random() < 0.5, taux, tous_les)


def periodes(hasard: Random, duree: int) -> Periodes:
    """Une consommation qui couvre la durée, d'une à trois périodes."""
    coupes = sorted(hasard.sample(range(1, duree), min(hasard.randint(0, 2), duree - 1)))
    bornes = [0, *coupes, duree]
    return tuple((a + 1, b, hasard.choice([1, 7, 40, 100, 120])) for a, b in pairwise(bornes))
