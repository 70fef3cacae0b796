"""La conservation : ce qui est échu part par lots; dix fois plus de lignes ne ralentit rien."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from outils.essais.greffon import Modeles
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.conservation import LOT, du_socle, purger
from socle.execution.sceaux import LOT as LOT_AUDIT
from socle.execution.sceaux import SCEAUX_OUBLIES, oublier
from socle.exploitation.sante import Sante
from socle.reglages import ReglagesConservation
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.pilote import BUS, MESURES, RelaisMemoire
from tests.fautes.terrain import Rafale, Terrain

RONDES = 9
REMPLIR = """
INSERT INTO socle_inbox (evenement_id, sujet, garde_jusqua)
SELECT gen_random_uuid(), 'sbg.x.v1', clock_timestamp() + make_interval(days => $2)
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
REMPLIR_OUTBOX = """
INSERT INTO socle_outbox (evenement_id, sujet, cle, fragment, sequence, type, version,
                          survenu_le, enregistre_le, en_tetes, charge)
SELECT gen_random_uuid(), 's', 'k' || n % 40, n % 64, n, 't', 1,
       clock_timestamp(), clock_timestamp(), '{}', '{}'
FROM generate_series(1, $1::int) AS n;
"""
ECHUS = """
SELECT (SELECT count(*) FROM socle_inbox WHERE garde_jusqua < clock_timestamp())
     + (SELECT count(*) FROM socle_idempotence WHERE garde_jusqua < clock_timestamp())
     + (SELECT count(*) FROM socle_audit a WHERE EXISTS (
          SELECT 1 FROM socle_sceaux s WHERE s.scelle_le < '2001-01-01'
          AND (a.tx, a.id) <= (s.dernier_tx, s.dernier_id)))
"""
AGE = timedelta(days=500)
LOT_MAXIMAL = 2 * LOT + SCEAUX_OUBLIES * LOT_AUDIT
"""Réponses, réceptions, puis audit : ce qu'un tour de purge peut prendre au plus."""

Purge = Callable[[Moteur], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Conservation:
    """Ce que dix fois plus de lignes coûtent, et ce que la purge a laissé."""

    ecriture: float
    relais: float
    partis: int
    echus_restants: int
    lot_maximal: int
    boite_d_envoi: int
    chaine_rompue: bool


async def par_lots(moteur: Moteur) -> int:
    """Un lot de ce que tout service garde un temps."""
    return await purger(moteur, du_socle(ReglagesConservation()))


async def mesurer(modeles: Modeles, lignes: int, purge: Purge = par_lots) -> Conservation:
    """Mesure l'écriture et le relais à `lignes`, puis à dix fois plus; purge l'échu."""
    petit, grand = [], []
    async with Terrain.ouvrir(modeles) as un, Terrain.ouvrir(modeles) as dix:
        await _remplir(un, lignes)
        await _remplir(dix, lignes * 10)
        for _ in range(RONDES + 1):  # la première chauffe
            petit.append(await _tour(un))
            grand.append(await _tour(dix))
        await _faire_echoir(dix, lignes)
        lots = []
        while partis := await purge(dix.interne):
            lots.append(partis)
        restes = await dix.lire(f"SELECT ({ECHUS}) AS echus")
        sortants = await dix.compter("socle_outbox")
        rompue = await dix.audit_rompu()
    ecriture, relais = (
        median(g[i] / p[i] for g, p in zip(grand[1:], petit[1:], strict=True)) for i in (0, 1)
    )
    return Conservation(
        ecriture=ecriture,
        relais=relais,
        partis=sum(lots),
        echus_restants=restes[0]["echus"],
        lot_maximal=max(lots),
        boite_d_envoi=sortants,
        chaine_rompue=rompue,
    )


async def _remplir(terrain: Terrain, lignes: int) -> None:
    for requete in (REMPLIR, REMPLIR_CLES):
        await terrain.proprietaire.execute(requete, lignes, 30)
    await terrain.proprietaire.execute(REMPLIR_AUDIT, lignes)
    await terrain.audit_rompu()
    await terrain.proprietaire.execute(REMPLIR_OUTBOX, lignes)  # publiés : leurs lignes partent
    await terrain.proprietaire.execute("DELETE FROM socle_outbox")
    await terrain.proprietaire.execute("VACUUM (ANALYZE) socle_outbox")  # comme l'autovacuum
    await terrain.proprietaire.execute("ANALYZE")


async def _faire_echoir(terrain: Terrain, lignes: int) -> None:
    """De l'échu dans les trois tables; pour l'audit, la moitié la plus vieille des sceaux."""
    await terrain.proprietaire.execute(REMPLIR, lignes, -1)
    await terrain.proprietaire.execute(REMPLIR_CLES, lignes, -1)
    await terrain.audit_rompu()
    await terrain.proprietaire.execute(
        "UPDATE socle_sceaux SET scelle_le = '2000-01-01Z'"
        " WHERE numero <= (SELECT max(numero) / 2 FROM socle_sceaux)"
    )


async def _tour(terrain: Terrain) -> tuple[float, float]:
    debut = time.perf_counter()
    for numero in range(60):
        await terrain.ecrire(Rafale(organisme="MTQ", code=f"c{numero % 6}", des=[1] * 20))
    ecrit = time.perf_counter()
    relais = RelaisMemoire(terrain.interne, BUS, "r", Sante(), MESURES, journaux=BusMemoire())
    while await relais.tour():
        pass
    return ecrit - debut, time.perf_counter() - ecrit


async def purger_d_un_coup(moteur: Moteur) -> int:
    """Le mutant : tout l'échu en une seule instruction."""
    partis = 0
    async with transaction(moteur, INTERNE) as connexion:
        for table in ("socle_inbox", "socle_idempotence"):
            requete = f"DELETE FROM {table} WHERE garde_jusqua < clock_timestamp()"
            partis += int((await connexion.pilote.execute(requete)).rpartition(" ")[2])
    return partis + await oublier(moteur, AGE)
