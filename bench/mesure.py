"""La mesure : un indicateur de plus, un million d'histoires recomptées, une année de taux."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Final

import asyncpg

from bench.consommation import FICHE, TAILLES, Banc, enregistrements, vies
from bench.membre import PRODUCTEUR
from bench.nu_base import Notee, refaire
from bench.resultats import But, Resultats
from bench.scene import RACINE, Scene
from bench.tours import entrelacer
from outils.essais.banc import Banc as BancServi
from outils.essais.banc import HorlogeConduite, monter, reglages_d_essai
from sla.main import service

FACTEUR: Final = float(os.environ.get("SBG_BENCH_FACTEUR", "1"))
HISTOIRES: Final = int(1_000_000 * FACTEUR)
ORGANISMES: Final = 150
MEMOIRE: Final = 1.2
"""« Plate » : un dixième de plus serait du bruit d'allocation."""
AUTRES: Final = (
    {"code": "PT-11", "delai": 3},
    {"code": "PT-12", "horloge": "jours_civils", "calendrier": "continu", "delai": 14},
    {"code": "PT-13", "delai": 20, "conditions": ()},
)
"""Trois regards de plus sur les mêmes demandes."""
_ANNEE: Final = """
INSERT INTO mesures (id, organisme, sujet, sujet_id, indicateur, fiche, fiche_version, horloge,
    delai, cible, verdict, raison, calendrier, fin, jours, periode, exercice, exclue, signalee,
    examens)
SELECT gen_random_uuid(), 'ORG-' || $1::int, 'demande', gen_random_uuid()::text,
    'PT-' || i, 'POSTES', 1, 'jours_ouvrables', 10, 0.95,
    CASE WHEN n < 4 THEN 'conforme' ELSE 'manquee' END, '', '2015-1', mois, 5,
    to_char(mois, 'YYYY-MM'), '2026-2027', n = 2, n = 3, '[]'
FROM generate_series(1, 10) AS i, generate_series(1, 4) AS n, generate_series(0, 11) AS m,
     LATERAL (SELECT date '2026-04-10' + m * interval '1 month' AS mois)
"""


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Chaque rapport tient à des tours entrelacés."""
    await _indicateurs(scene, resultats, tours)
    await _recomptes(resultats)
    await _annee(scene, resultats, tours)


async def _indicateurs(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Les mêmes événements, sous un indicateur, puis sous quatre."""
    (un,) = FICHE.indicateurs
    quatre = (un, *(un.model_copy(update=autre) for autre in AUTRES))
    acces = await scene.modeles.copie(service())
    proprietaire = await asyncpg.connect(acces["migrer"])
    seul = Banc(scene, acces, proprietaire)
    tous = Banc(scene, acces, proprietaire, FICHE.model_copy(update={"indicateurs": quatre}))
    taille = TAILLES[0]
    messages = enregistrements(PRODUCTEUR, vies(taille // 2))
    notees = await tous.noter(messages)
    essais = {
        "nu": partial(tous.nu, notees, taille),
        "quatre": partial(tous.produit, messages, 1),
        "un": partial(seul.produit, messages, 1),
    }
    m = await entrelacer(essais, tours)
    await proprietaire.close()
    nom = f"consommation dans sla, {len(quatre)} indicateurs par demande, contre PostgreSQL seul"
    resultats.rapport(nom, "événements/s", m["quatre"], m["nu"], But("≥", 0.45))
    de_un = [1e6 / debit for debit in m["un"]]
    de_plus = [
        (1e6 / debit - premier) / len(AUTRES)
        for debit, premier in zip(m["quatre"], de_un, strict=True)
    ]
    nom = "un indicateur de plus, contre un événement et son premier verdict"
    resultats.rapport(nom, "µs/événement", de_plus, de_un, But("≤", 0.35))


async def _recomptes(resultats: Resultats) -> None:
    """Chaque recompte a son processus, et sa mémoire."""
    petit, grand = [await _recompter(n) for n in (HISTOIRES // 10, HISTOIRES)]
    nom = f"{HISTOIRES:_} histoires recomptées, contre"
    resultats.rapport(
        f"{nom} une boucle jour par jour", "histoires/s", [grand["lot"]], [grand["boucle"]],
        But("≥", 20),
    )  # fmt: skip
    dixieme = f"{nom} un dixième"
    temps = [grand["secondes"]]
    resultats.rapport(f"{dixieme}, temps", "s", temps, [petit["secondes"]], But("≤", 11))
    memoire = [grand["megaoctets"]]
    resultats.rapport(
        f"{dixieme}, mémoire", "Mo", memoire, [petit["megaoctets"]], But("≤", MEMOIRE)
    )
    resultats.seul(f"{HISTOIRES:_} histoires recomptées, mémoire", "Mo", memoire, But("≤", 400))


async def _recompter(nombre: int) -> dict[str, float]:
    processus = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.recalcul", str(nombre)),
        cwd=RACINE,
        stdout=asyncio.subprocess.PIPE,
    )
    sortie, _ = await asyncio.wait_for(processus.communicate(), 600)
    lu: dict[str, float] = json.loads(sortie)
    return lu


async def _annee(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Les taux d'un exercice, contre les instructions mêmes qu'ils coûtent à la base."""
    async with _servi(scene, ORGANISMES // 10) as petit, _servi(scene, ORGANISMES) as grand:
        notees = await _noter(grand)
        essais = {
            "grand": partial(_lire, grand),
            "nu": partial(refaire, grand.roles.dsn("api").get_secret_value(), notees),
            "petit": partial(_lire, petit),
        }
        m = await entrelacer(essais, tours)
    nom = f"taux d'un exercice, {ORGANISMES} organismes, contre"
    nous, nue = ([1 / secondes for secondes in m[qui]] for qui in ("grand", "nu"))
    resultats.rapport(f"{nom} la requête nue", "lectures/s", nous, nue, But("≥", 0.5))
    resultats.rapport(f"{nom} un dixième", "s", m["grand"], m["petit"], But("≤", 11))


@asynccontextmanager
async def _servi(scene: Scene, organismes: int) -> AsyncIterator[BancServi]:
    """Une base où tant d'organismes ont une année de mesures."""
    declaration = service()
    acces = await scene.modeles.copie(declaration)
    jwks = str(scene.dossier / "jwks.json")
    reglages = reglages_d_essai(declaration.reglages, acces, jwks)
    banc = monter(declaration, reglages, scene.emetteur, HorlogeConduite())
    try:
        for rang in range(1, organismes + 1):
            async with banc.interne() as connexion:
                await connexion.pilote.execute(_ANNEE, rang)
        async with banc.interne() as connexion:
            await connexion.pilote.execute("ANALYZE mesures, comptes")
        yield banc
    finally:
        await banc.fermer()


async def _lire(banc: BancServi) -> float:
    """Les secondes de la première page : tout s'y compte, chaque organisme et tous ensemble."""
    client = banc.client("mesure")
    debut = time.perf_counter()
    reponse = await client.get("/v1/taux", params={"exercice": "2026-2027", "limite": 200})
    if len(reponse.raise_for_status().json()["elements"]) < ORGANISMES:
        raise AssertionError("Il manque des taux.")
    return time.perf_counter() - debut


async def _noter(banc: BancServi) -> Sequence[Notee]:
    """Les instructions d'une lecture entière."""
    notees: list[Notee] = []

    def noter(fait: Any) -> None:  # noqa: ANN401 -- asyncpg ne nomme pas ce type
        notees.append((fait.query, fait.args))

    async with AsyncExitStack() as pile:
        for _ in range(4):
            prise = await pile.enter_async_context(banc.moteur_api.emprunter())
            prise.pilote.add_query_logger(noter)
    await _lire(banc)
    await asyncio.sleep(0)
    return notees
