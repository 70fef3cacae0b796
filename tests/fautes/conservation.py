"""La conservation : ce qui est échu part par lots; dix fois plus de lignes ne ralentit rien."""

import time
from dataclasses import dataclass
from statistics import median

from outils.essais.greffon import Modeles
from socle.bd.purge import LOT, purger
from socle.exploitation.sante import Sante
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.pilote import BUS, MESURES, RelaisMemoire
from tests.fautes.terrain import Rafale, Terrain

RONDES = 5
REMPLIR = """
INSERT INTO socle_inbox (evenement_id, garde_jusqua)
SELECT gen_random_uuid(), clock_timestamp() + make_interval(days => $2)
FROM generate_series(1, $1::int);
"""
REMPLIR_CLES = """
INSERT INTO socle_idempotence
  (appelant, operation, cle, organisme, empreinte, statut, en_tetes, corps, garde_jusqua)
SELECT 'a', 'o', gen_random_uuid()::text, 'MTQ', '', 200, '{}', '',
       clock_timestamp() + make_interval(days => $2)
FROM generate_series(1, $1::int);
"""
REMPLIR_AUDIT = """
INSERT INTO socle_audit (le, acteur, organisme, operation, objet, faits, empreinte, trace)
SELECT clock_timestamp(), 'a', 'MTQ', 'o', 'x', '{}', '', '' FROM generate_series(1, $1::int);
"""


@dataclass(frozen=True, slots=True)
class Conservation:
    """Secondes par tour, à une et à dix fois les lignes; restes après purge."""

    ecriture: float
    relais: float
    echus_restants: int
    lot_maximal: int


async def mesurer(modeles: Modeles, lignes: int) -> Conservation:
    """Mesure l'écriture et le relais à `lignes`, puis à dix fois plus; purge l'échu."""
    petit, grand = [], []
    async with Terrain.ouvrir(modeles) as un, Terrain.ouvrir(modeles) as dix:
        await _remplir(un, lignes)
        await _remplir(dix, lignes * 10)
        for _ in range(RONDES + 1):  # la première chauffe
            petit.append(await _tour(un))
            grand.append(await _tour(dix))
        await dix.proprietaire.execute(REMPLIR, lignes, -1)
        await dix.proprietaire.execute(REMPLIR_CLES, lignes, -1)
        lots = []
        while partis := await purger(dix.interne):
            lots.append(partis)
        restes = await dix.lire(
            "SELECT count(*) AS n FROM socle_inbox WHERE garde_jusqua < clock_timestamp()"
        )
    rapports = [median(g[i] for g in grand[1:]) / median(p[i] for p in petit[1:]) for i in (0, 1)]
    return Conservation(rapports[0], rapports[1], restes[0]["n"], max(lots))


async def _remplir(terrain: Terrain, lignes: int) -> None:
    for requete in (REMPLIR, REMPLIR_CLES):
        await terrain.proprietaire.execute(requete, lignes, 30)
    await terrain.proprietaire.execute(REMPLIR_AUDIT, lignes)
    await terrain.proprietaire.execute("ANALYZE")


async def _tour(terrain: Terrain) -> tuple[float, float]:
    debut = time.perf_counter()
    for numero in range(60):
        await terrain.ecrire(Rafale(organisme="MTQ", code=f"c{numero % 6}", des=[1, 1, 1, 1]))
    ecrit = time.perf_counter()
    relais = RelaisMemoire(terrain.interne, BUS, "r", Sante(), MESURES, journaux=BusMemoire())
    while await relais.tour():
        pass
    return ecrit - debut, time.perf_counter() - ecrit


def lots_bornes(mesure: Conservation) -> bool:
    """La purge n'a jamais pris plus de deux lots (une table, l'autre) dans un tour."""
    return mesure.lot_maximal <= 2 * LOT
