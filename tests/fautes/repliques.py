"""Un, deux, puis quatre réplicas de chaque rôle : partage, relève d'un mort, débit."""

import asyncio
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import psutil

from tests.fautes.arriere import deposer_arriere
from tests.fautes.epreuve import Epreuve
from tests.fautes.scene import Processus

ROLES = ("api", "relais", "consommateur")
COMPTEURS = {
    "api": "sbg_http_duree_secondes_count",
    "relais": "sbg_relais_faits_total",
    "consommateur": "sbg_reception_evenements_total",
}
"""Le compteur qui dit ce qu'un réplica de ce rôle a fait."""
_ATTENTES = """
SELECT coalesce(wait_event_type, 'CPU') FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'sbg' AND state = 'active'
"""


async def partager(e: Epreuve) -> None:
    """À deux et quatre réplicas : le travail se partage; un mort de chaque rôle est relayé."""
    for nombre in (1, 2, 4):
        await _ajuster(e, nombre)
        await _mesurer_le_debit(e, nombre)
        if nombre > 1:
            await _tuer_en_pleine_charge(e, nombre)
    await _ajuster(e, 2)


async def _mesurer_le_debit(e: Epreuve, nombre: int) -> None:
    """Le débit d'un arriéré, ce qui le borne, et les réplicas restés sans travail."""
    faits = 20_000 if e.long else 6_000
    avant = {role: await _ouvrage(e, role) for role in ROLES[1:]}
    for relais in e.scene.vivants("relais"):
        relais.signaler(signal.SIGSTOP)
    await deposer_arriere(e, faits)
    brulees = _secondes_de_processeur(e)
    async with _observer(e) as observation:
        for relais in e.scene.vivants("relais"):
            relais.signaler(signal.SIGCONT)
        await e.tout_arrive()
    c, quoi = e.chiffres, f"{nombre} réplica(s) de chaque rôle"
    c.dire(f"{quoi} : débit d'un arriéré, faits/s", faits / observation["secondes"])
    c.dire(f"{quoi} : coeurs occupés, sur {psutil.cpu_count()}", observation["coeurs"])
    c.dire(f"{quoi} : part des sessions qui attendent un verrou", observation["verrous"])
    brulees = _secondes_de_processeur(e) - brulees
    c.dire(f"{quoi} : µs de processeur par fait, les nôtres seuls", 1e6 * brulees / faits)
    for role, passe in avant.items():
        oisifs = sum(fait == passe[pid] for pid, fait in (await _ouvrage(e, role)).items())
        c.nul(f"{quoi} : {role} sans travail", oisifs)


@asynccontextmanager
async def _observer(e: Epreuve) -> AsyncIterator[dict[str, float]]:
    """Pendant le bloc : coeurs occupés de la machine, et ce que les sessions attendent."""
    vus: Counter[str] = Counter()
    observation: dict[str, float] = {}
    connexion = await asyncpg.connect(e.scene.postgres.dsn.rpartition("/")[0] + "/temoin")

    async def echantillonner() -> None:
        while True:
            vus.update(ligne[0] for ligne in await connexion.fetch(_ATTENTES))
            await asyncio.sleep(0.03)

    debut, oisif = time.monotonic(), psutil.cpu_times().idle
    tache = asyncio.create_task(echantillonner())
    try:
        yield observation
    finally:
        secondes = observation["secondes"] = time.monotonic() - debut
        repos = psutil.cpu_times().idle - oisif
        observation["coeurs"] = psutil.cpu_count() - repos / secondes
        tache.cancel()
        await asyncio.wait({tache})
        await connexion.close()
        observation["verrous"] = vus["Lock"] / max(1, vus.total())
        print(f"    sessions actives, selon ce qu'elles attendent : {dict(vus)}", flush=True)


def _secondes_de_processeur(e: Epreuve) -> float:
    """Ce que relais et consommateurs ont brûlé; ni PostgreSQL, ni Kafka."""
    vivants = [p for role in ROLES[1:] for p in e.scene.vivants(role)]
    temps = [psutil.Process(p.popen.pid).cpu_times() for p in vivants]
    return float(sum(t.user + t.system for t in temps))


async def _tuer_en_pleine_charge(e: Epreuve, nombre: int) -> None:
    """kill −9 d'un réplica de chaque rôle sous trafic : les autres prennent son travail."""
    avant = await _ouvrage(e, "api")
    jalon = partial(e.valeur, "SELECT extract(epoch FROM min(jusqua))::bigint FROM socle_jalons")
    sceau = partial(e.valeur, "SELECT max(numero) FROM socle_sceaux")
    async with e.trafic(clients=8):
        await asyncio.sleep(2)
        oisives = sum(fait == avant[pid] for pid, fait in (await _ouvrage(e, "api")).items())
        for role in ROLES:
            e.scene.vivants(role)[0].signaler(signal.SIGKILL)
        debut, jalon_avant, sceau_avant = time.monotonic(), await jalon(), await sceau()
        await asyncio.sleep(2)
    relayes = time.monotonic() - debut

    async def taches_reprises() -> bool:
        return await jalon() > jalon_avant and await sceau() > sceau_avant

    repris = relayes + await e.scene.attendre(taches_reprises, "jalons et sceaux repris", 60)
    c, quoi = e.chiffres, f"{nombre} réplicas de chaque rôle"
    c.nul(f"{quoi} : api sans travail", oisives)
    c.au_plus(f"{quoi}, un mort par rôle : secondes avant que tout soit arrivé", relayes, 60)
    c.au_plus(f"{quoi}, un mort par rôle : secondes avant jalons et sceaux neufs", repris, 60)


async def _ouvrage(e: Epreuve, role: str) -> Counter[int]:
    """Ce que chaque réplica vivant d'un rôle dit avoir fait, par numéro de processus."""
    motif = re.compile(rf"^{COMPTEURS[role]}(?:\{{.*\}})? (\S+)$", re.MULTILINE)
    faits: Counter[int] = Counter()
    for processus in e.scene.vivants(role):
        adresse = f"http://127.0.0.1:{processus.gestion}/metrics"
        texte = (await e.scene.client.get(adresse)).text
        faits[processus.popen.pid] = round(sum(float(n) for n in motif.findall(texte)))
    return faits


async def _ajuster(e: Epreuve, nombre: int) -> None:
    """Amène chaque rôle à ce nombre de réplicas, prêts et tous servis."""
    venus: list[Processus] = []
    for role in ROLES:
        vivants = e.scene.vivants(role)
        for processus in vivants[nombre:]:
            processus.signaler(signal.SIGTERM)
            await processus.attendre_fin()
        venus += [e.scene.lancer(role) for _ in range(nombre - len(vivants))]
    for processus in venus:
        await e.scene.attendre(partial(e.scene.pret, processus), f"{processus.role} prêt")
    await asyncio.sleep(3)  # le groupe finit de se rééquilibrer
