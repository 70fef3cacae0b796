"""Les fautes sur de vrais processus, un vrai Kafka et un vrai PostgreSQL."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random

import asyncpg

from socle.bd.audit import sceller, verifier
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from tests.fautes.resultats import Chiffres
from tests.fautes.scene import INACTIVITE, Processus, Scene
from tests.fautes.trafic import Trafic
from tests.fautes.verdicts import Passage, Verdict, juger_bus, juger_effets

MORTS = (
    ("api", "avant_commit"),
    ("api", "apres_commit"),
    ("relais", "avant_envoi"),
    ("relais", "apres_envoi"),
    ("relais", "avant_commit"),
    ("relais", "apres_commit"),
    ("relais", "entre_lots"),
    ("consommateur", "milieu_de_lot"),
    ("consommateur", "avant_commit"),
    ("consommateur", "apres_commit"),
    ("consommateur", "avant_position"),
    ("consommateur", "reequilibrage"),
)


@dataclass(slots=True)
class Epreuve:
    """Une scène, ce qu'on y a écrit en tout, et les chiffres qu'on en tire."""

    scene: Scene
    chiffres: Chiffres
    long: bool
    attendus: Counter[str] = field(default_factory=Counter)
    sommes: Counter[str] = field(default_factory=Counter)
    points: set[tuple[str, str]] = field(default_factory=set)
    verdict: Verdict = field(default_factory=Verdict)
    fuites: int = 0

    @asynccontextmanager
    async def trafic(
        self, *, perte: float = 0.0, clients: int = 6, cadence: float = 0.01
    ) -> AsyncIterator[Trafic]:
        """Un trafic pendant le bloc; ensuite tout doit arriver."""
        trafic = Trafic(self.scene, taux_de_perte=perte, cadence=cadence)
        trafic.demarrer(clients)
        try:
            yield trafic
        finally:
            await trafic.arreter()
        self.attendus += trafic.attendus
        self.sommes += trafic.sommes
        await self.tout_arrive()

    async def valeur(self, requete: str) -> int:
        connexion = await asyncpg.connect(self.scene.acces.interne)
        try:
            return int(await connexion.fetchval(requete))
        finally:
            await connexion.close()

    async def tout_arrive(self, secondes: float = 180) -> float:
        """Attend que la boîte d'envoi soit vide et que chaque fait ait son effet."""
        total = self.attendus.total()

        async def fini() -> bool:
            if await self.valeur("SELECT count(*) FROM socle_outbox"):
                return False
            return await self.valeur("SELECT count(*) FROM passages") >= total

        try:
            return await self.scene.attendre(fini, "tout est arrivé", secondes)
        except TimeoutError:
            return secondes

    async def juger(self) -> None:
        """Juge tout ce qui s'est passé depuis le début de la scène."""
        connexion = await asyncpg.connect(self.scene.acces.interne)
        lignes = await connexion.fetch(
            "SELECT evenement_id, cle, sequence FROM passages ORDER BY rang"
        )
        comptes = await connexion.fetch("SELECT organisme, code, valeur FROM comptes")
        await connexion.close()
        verdict = juger_bus(self.attendus, await self.scene.messages())
        verdict.ajouter(juger_effets(self.attendus, [Passage(*ligne) for ligne in lignes]))
        valeurs = Counter({f"{c['organisme']}-{c['code']}": c["valeur"] for c in comptes})
        faux = {cle: (valeurs[cle], somme) for cle, somme in self.sommes.items()}
        faux = {cle: paire for cle, paire in faux.items() if paire[0] != paire[1]}
        self.chiffres.nul("processus : comptes faux", len(faux), str(faux)[:300])
        moteur = ouvrir_moteur(self.scene.acces.interne, DelaisBase())
        while await sceller(moteur):
            pass
        verdict.ruptures_audit += (await verifier(moteur)).rupture is not None
        await moteur.dispose()
        self.verdict = verdict


async def migration_tuee(e: Epreuve) -> None:
    """Une migration tuée ne laisse rien; la suivante passe."""
    tuee = e.scene.lancer("migrer", mort="pendant_migration:1")
    code = await tuee.attendre_fin()
    reste = await e.valeur("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'socle_%'")
    e.chiffres.nul("migration tuée : tables laissées", reste)
    e.points.add(("migrer", "pendant_migration")) if code == -signal.SIGKILL else None
    await e.scene.lancer("migrer").attendre_fin()


async def tuer_aux_points(e: Epreuve) -> None:
    """kill −9 à chaque point nommé, sous trafic, un réplica de chaque rôle restant debout."""
    hasard = Random(4)
    async with e.trafic():
        for _ in range(3):
            voulus = [m for m in MORTS if e.long or m not in e.points]
            lot = [
                (role, point, e.scene.lancer(role, mort=f"{point}:{hasard.randint(1, 6)}"))
                for role, point in voulus
            ]
            for role, point, processus in lot:
                if await processus.attendre_fin(60) == -signal.SIGKILL:
                    e.points.add((role, point))
                elif processus.vivant:
                    processus.signaler(signal.SIGKILL)


async def arreter_proprement(e: Epreuve) -> None:
    """SIGTERM sous trafic : chaque rôle sort de lui-même, code 0."""
    async with e.trafic():
        partants = await e.scene.lancer_prets("api", "relais", "consommateur")
        await asyncio.sleep(2)
        for processus in partants:
            processus.signaler(signal.SIGTERM)
        codes = [await processus.attendre_fin(60) for processus in partants]
    e.chiffres.nul("SIGTERM : sorties qui ne sont pas ordonnées", sum(c != 0 for c in codes))


async def figer(e: Epreuve) -> None:
    """SIGSTOP au-delà du bail : le travail passe à l'autre réplica; le figé ne peut finir."""
    async with e.trafic():
        figes = [e.scene.vivants("relais")[0], e.scene.vivants("consommateur")[0]]
        for _ in range(3 if e.long else 2):
            for processus in figes:
                processus.signaler(signal.SIGSTOP)
            await asyncio.sleep(INACTIVITE + 1)
            retenues = await _transactions_figees(e)
            e.chiffres.nul("SIGSTOP : transactions tenues au-delà du bail + 10 s", retenues)
            for processus in figes:
                processus.signaler(signal.SIGCONT)
            await asyncio.sleep(1)


async def _transactions_figees(e: Epreuve) -> int:
    """Les transactions inactives plus vieilles que le bail, après dix secondes au plus."""
    requete = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        f" AND clock_timestamp() - state_change > interval '{INACTIVITE + 1} seconds'"
    )

    async def aucune() -> bool:
        return await e.valeur(requete) == 0

    try:
        await e.scene.attendre(aucune, "baux rendus", 10)
    except TimeoutError:
        return await e.valeur(requete)
    return 0


async def couper_postgres(e: Epreuve) -> None:
    """Arrêt immédiat de PostgreSQL sous trafic, puis retour."""
    async with e.trafic():
        for _ in range(3 if e.long else 2):
            await asyncio.sleep(1)
            await asyncio.to_thread(e.scene.postgres.arreter, "immediat")
            await asyncio.sleep(2)
            await asyncio.to_thread(e.scene.postgres.demarrer)


async def couper_courtier(e: Epreuve) -> None:
    """Arrêt du courtier : le consommateur le dit, puis reprend seul au retour."""
    async with e.trafic(cadence=0.05):
        consommateur = e.scene.vivants("consommateur")[0]
        arret = asyncio.create_task(asyncio.to_thread(e.scene.courtier.arreter))
        muet = await e.scene.attendre(partial(_non_pret, e, consommateur), "consommateur non prêt")
        await arret
        e.chiffres.au_plus("courtier mort : secondes avant « non prêt »", muet, 15, justesse=False)
        api = [await e.scene.pret(p) for p in e.scene.vivants("api")]
        e.chiffres.nul("courtier mort : API devenues non prêtes", api.count(False))
        await asyncio.to_thread(e.scene.courtier.demarrer)
        retour = await e.scene.attendre(partial(e.scene.pret, consommateur), "consommateur revenu")
        e.chiffres.dire("courtier revenu : secondes avant « prêt », seul", retour)


async def _non_pret(e: Epreuve, processus: Processus) -> bool:
    return not await e.scene.pret(processus)


async def perdre_les_reponses(e: Epreuve) -> None:
    """Réponses perdues et clients partis, puis la même clé."""
    but = 3_000 if e.long else 500
    async with e.trafic(perte=0.6, clients=10, cadence=0.0) as trafic:
        limite = time.monotonic() + 240
        while trafic.perdues < but and time.monotonic() < limite:  # noqa: ASYNC110 -- on sonde
            await asyncio.sleep(0.5)
    e.chiffres.au_moins("réponses perdues redemandées sous la même clé", trafic.perdues, but)


async def tempete_de_repliques(e: Epreuve) -> None:
    """De deux à quatre réplicas, qui vont et viennent : le travail se partage et se reprend."""
    async with e.trafic(clients=10, cadence=0.0):
        for _ in range(4 if e.long else 2):
            venus = await e.scene.lancer_prets("consommateur", "relais", "consommateur", "relais")
            await asyncio.sleep(3)
            for processus in venus:
                processus.signaler(signal.SIGKILL)
            for processus in venus:
                await processus.attendre_fin()


async def isoler_le_poison(e: Epreuve) -> None:
    """Un poison va aux rebuts, sa clé attend, les autres passent; corrigé, tout se rejoue."""
    from tests.fautes.arriere import deposer

    avant = e.attendus.total()
    await deposer(e, {"POISON-p": [-5, 1, 2], "SAIN-s": [1, 1]})
    atteint = partial(_compter_au_moins, e, "SELECT count(*) FROM passages", avant + 2)
    await e.scene.attendre(atteint, "les autres clés passent")
    rebut = partial(_compter_au_moins, e, "SELECT count(*) FROM socle_rebuts", 1)
    await e.scene.attendre(rebut, "le poison est au rebut")
    e.chiffres.nul(
        "poison : faits de sa clé passés devant lui",
        await e.valeur("SELECT count(*) FROM passages WHERE cle = 'POISON-p'"),
    )
    code = await e.scene.lancer("rebuts", "--rejouer", corrige="1").attendre_fin()
    e.chiffres.nul("poison : rejeu après correction (code de sortie)", code or 0)
    await e.tout_arrive()
    e.chiffres.nul(
        "poison : rebuts et stationnés restants",
        await e.valeur(
            "SELECT (SELECT count(*) FROM socle_rebuts)"
            " + (SELECT count(*) FROM socle_stationnement)"
        ),
    )


async def _compter_au_moins(e: Epreuve, requete: str, but: int) -> bool:
    return await e.valeur(requete) >= but


async def jouer(chiffres: Chiffres, *, long: bool) -> Epreuve:
    """Joue toute la scène et la juge."""
    from tests.fautes.arriere import absorber_les_arrieres, comparer_les_replicas

    async with Scene.ouvrir() as scene:
        e = Epreuve(scene, chiffres, long)
        await migration_tuee(e)
        await scene.lancer_prets("api", "api", "relais", "relais", "consommateur", "consommateur")
        for epreuve in (
            tuer_aux_points,
            arreter_proprement,
            figer,
            couper_postgres,
            couper_courtier,
            perdre_les_reponses,
            tempete_de_repliques,
            isoler_le_poison,
            comparer_les_replicas,
            absorber_les_arrieres,
        ):
            debut = time.monotonic()
            await epreuve(e)
            chiffres.nul(f"{epreuve.__name__} : rôles sortis d'eux-mêmes", scene.deserteurs())
            print(f"    {epreuve.__name__} : {time.monotonic() - debut:.0f} s", flush=True)
        await e.juger()
    return e
