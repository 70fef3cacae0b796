"""Les fautes sur de vrais processus, un vrai Kafka et un vrai PostgreSQL."""

import asyncio
import signal
import time
from datetime import timedelta
from functools import partial
from random import Random

import psutil

from socle.bd.moteur import BAIL_VERROU
from socle.horloge import HorlogeFichier, horloge_systeme
from tests.fautes.arriere import absorber_un_arriere, deposer, deposer_arriere
from tests.fautes.epreuve import Epreuve
from tests.fautes.reel_ecartees import reparer_l_impossible
from tests.fautes.repliques import partager
from tests.fautes.resultats import Chiffres
from tests.fautes.scene import INACTIVITE, Processus, Scene

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


async def migration_tuee(e: Epreuve) -> None:
    """Une migration tuée ne laisse rien; la suivante passe."""
    tuee = e.scene.lancer("migrer", mort="pendant_migration:1")
    code = await tuee.attendre_fin()
    reste = await e.valeur("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'socle_%'")
    e.chiffres.nul("migration tuée : tables laissées", reste)
    e.points.add(("migrer", "pendant_migration")) if code == -signal.SIGKILL else None
    code = await e.scene.lancer("migrer").attendre_fin()
    e.chiffres.nul("migration refaite : code de sortie", code or 0)


async def tuer_aux_points(e: Epreuve) -> None:
    """kill −9 à chaque point nommé, sous trafic, un réplica de chaque rôle restant debout."""
    hasard = Random(4)
    async with e.trafic():
        for _ in range(3):
            voulus = [m for m in MORTS if e.long or m not in e.points]
            lot = [
                (role, point, e.scene.lancer(role, mort=f"{point}:{_rang(hasard, point)}"))
                for role, point in voulus
            ]
            for role, point, processus in lot:
                if await processus.attendre_fin(30) == -signal.SIGKILL:
                    e.points.add((role, point))
                elif processus.vivant:
                    processus.signaler(signal.SIGKILL)


def _rang(hasard: Random, point: str) -> int:
    """À quel passage mourir; un rééquilibrage ne passe que deux fois par arrivée au groupe."""
    return hasard.randint(1, 2 if point == "reequilibrage" else 6)


async def arreter_proprement(e: Epreuve) -> None:
    """SIGTERM sous trafic : chaque rôle sort de lui-même, code 0."""
    async with e.trafic():
        partants = await e.scene.lancer_prets("api", "relais", "consommateur")
        await asyncio.sleep(2)
        for processus in partants:
            processus.signaler(signal.SIGTERM)
        codes = [await processus.attendre_fin(60) for processus in partants]
    e.chiffres.nul("SIGTERM : sorties qui ne sont pas ordonnées", sum(c != 0 for c in codes))


GELS = (("api", "avant_commit:3"), ("relais", "apres_envoi:2"), ("consommateur", "milieu_de_lot:2"))


async def figer(e: Epreuve) -> None:
    """SIGSTOP au milieu d'une transaction, au-delà de tout bail : le travail passe à d'autres."""
    for duree in (12, 75) if e.long else (12,):
        async with e.trafic(cadence=0.05) as trafic:
            figes = [e.scene.lancer(role, gel=point) for role, point in GELS]
            for processus in figes:
                await e.scene.attendre(partial(_fige, processus), f"{processus.role} figé", 60)
            avant = trafic.ecritures
            await asyncio.sleep(duree)
            retenues = await _tenues_par_des_figes(e)
            e.chiffres.nul(f"SIGSTOP {duree} s : rien tenu au-delà du bail + 10 s", retenues)
            e.chiffres.au_moins("SIGSTOP : écritures pendant le gel", trafic.ecritures - avant, 1)
            for processus in figes:
                processus.signaler(signal.SIGCONT)
            await asyncio.sleep(1)
        for processus in figes:
            processus.signaler(signal.SIGTERM)
            await processus.attendre_fin()


async def _fige(processus: Processus) -> bool:
    return bool(psutil.Process(processus.popen.pid).status() == psutil.STATUS_STOPPED)


async def _tenues_par_des_figes(e: Epreuve) -> int:
    """Les transactions et verrous tenus sans un mot au-delà du bail, après dix secondes au plus."""
    requete = (
        "SELECT count(*) FROM pg_stat_activity a WHERE datname = current_database() AND ("
        " state = 'idle in transaction'"
        f" AND clock_timestamp() - state_change > interval '{INACTIVITE + 1} seconds'"
        " OR state = 'idle'"
        f" AND clock_timestamp() - state_change > interval '{BAIL_VERROU + 1} seconds'"
        " AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'))"
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
    """Arrêt du courtier : le consommateur le dit, reprend seul, et l'arriéré se résorbe."""
    faits = 50_000 if e.long else 10_000
    async with e.trafic(cadence=0.05):
        consommateur = e.scene.vivants("consommateur")[0]
        arret = asyncio.create_task(asyncio.to_thread(e.scene.courtier.arreter))
        muet = await e.scene.attendre(partial(_non_pret, e, consommateur), "consommateur non prêt")
        await arret
        e.chiffres.au_plus("courtier mort : secondes avant « non prêt »", muet, 15)
        api = [await e.scene.pret(p) for p in e.scene.vivants("api")]
        e.chiffres.nul("courtier mort : API devenues non prêtes", api.count(False))
        await deposer_arriere(e, faits)
        await asyncio.to_thread(e.scene.courtier.demarrer)
        debut = time.monotonic()
        retour = await e.scene.attendre(partial(e.scene.pret, consommateur), "consommateur revenu")
        e.chiffres.dire("courtier revenu : secondes avant « prêt », seul", retour)
    resorbe = time.monotonic() - debut
    e.chiffres.au_plus(
        f"arriéré de {faits} après panne du courtier, secondes", resorbe, 30, justesse=False
    )


async def figer_courtier(e: Epreuve) -> None:
    """Un courtier figé accepte encore les connexions : seule la boucle peut se dire muette."""
    async with e.trafic(cadence=0.1, clients=2):
        consommateur = e.scene.vivants("consommateur")[0]
        e.scene.courtier.signaler(signal.SIGSTOP)
        try:
            muet = await e.scene.attendre(partial(_non_pret, e, consommateur), "muet", 40)
        finally:
            e.scene.courtier.signaler(signal.SIGCONT)
        e.chiffres.au_plus("courtier figé : secondes avant « non prêt »", muet, 15)
        retour = await e.scene.attendre(partial(e.scene.pret, consommateur), "consommateur revenu")
        e.chiffres.dire("courtier dégelé : secondes avant « prêt », seul", retour)


async def _non_pret(e: Epreuve, processus: Processus) -> bool:
    return not await e.scene.pret(processus)


async def perdre_les_reponses(e: Epreuve) -> None:
    """Réponses perdues et clients partis, puis la même clé."""
    but = 3_000 if e.long else 500
    async with e.trafic(perte=0.6, clients=10, cadence=0.0) as trafic:
        limite = time.monotonic() + 240
        while trafic.redemandees < but and time.monotonic() < limite:  # noqa: ASYNC110 -- on sonde
            await asyncio.sleep(0.5)
    e.chiffres.au_moins("écritures redemandées sous la même clé", trafic.redemandees, but)
    e.chiffres.nul("réponses perdues : seconds effets", len(await e.comptes_faux()))
    e.chiffres.nul("réponses perdues : rendues autrement", trafic.differentes)


async def tempete_de_reequilibrages(e: Epreuve) -> None:
    """Des consommateurs qui vont et viennent sans cesse, tués ou congédiés."""
    numeros = (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL)
    async with e.trafic(clients=8, cadence=0.0):
        for _ in range(4 if e.long else 1):
            venus = await e.scene.lancer_prets(*["consommateur"] * 3)
            for processus, numero in zip(venus, numeros, strict=True):
                processus.signaler(numero)
                await processus.attendre_fin()
                await asyncio.sleep(1)


async def sauter_l_horloge(e: Epreuve) -> None:
    """Une API dont l'heure saute dans les deux sens : aucun fait derrière son jalon."""
    fichier = e.scene.dossier / "heure"
    horloge = HorlogeFichier(fichier)
    async with e.trafic():
        horloge.avancer(horloge_systeme())
        sauteuse = e.scene.lancer("api", reglages={"SBG_HORLOGE_FICHIER": str(fichier)})
        await e.scene.attendre(partial(e.scene.pret, sauteuse), "API sauteuse prête")
        for heures in (-2, 3, -48, 1, -1):
            horloge.avancer(horloge_systeme() + timedelta(hours=heures))
            await asyncio.sleep(0.7)
        sauteuse.signaler(signal.SIGTERM)
        await sauteuse.attendre_fin()


async def isoler_le_poison(e: Epreuve) -> None:
    """Un poison va aux rebuts, sa clé attend, les autres passent; corrigé, tout se rejoue."""
    avant = e.attendus.total()
    await deposer(e, {"POISON-p": [-5, 1, 2], "SAIN-s": [1, 1]})
    atteint = partial(_compter_au_moins, e, "SELECT count(*) FROM passages", avant + 2)
    await e.scene.attendre(atteint, "les autres clés passent")
    rebut = partial(_compter_au_moins, e, "SELECT count(*) FROM socle_rebuts", 1)
    await e.scene.attendre(rebut, "le poison est au rebut")
    e.chiffres.au_moins(
        "poison : rebuts qui disent leur raison",
        await e.valeur("SELECT count(*) FROM socle_rebuts WHERE raison LIKE '%négatif%'"),
        1,
    )
    e.chiffres.nul(
        "poison : faits de sa clé passés devant lui",
        await e.valeur("SELECT count(*) FROM passages WHERE cle = 'POISON-p'"),
    )
    code = await e.scene.lancer("rebuts", "rejouer", "--tous", corrige="1").attendre_fin()
    e.chiffres.nul("poison : rejeu après correction (code de sortie)", code or 0)
    await e.tout_arrive()
    e.chiffres.nul(
        "poison rejoué : écarts d'avec un monde sans faute",
        await e.valeur(
            "SELECT count(*) FROM (SELECT array_agg(sequence ORDER BY rang) AS effets"
            " FROM passages WHERE cle = 'POISON-p') AS p"
            " WHERE effets IS DISTINCT FROM ARRAY[1, 2, 3]::bigint[]"
        ),
    )
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
    """Joue toute la scène et la juge; la chaîne d'audit se vérifie après chaque épreuve."""
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
            figer_courtier,
            perdre_les_reponses,
            tempete_de_reequilibrages,
            isoler_le_poison,
            reparer_l_impossible,
            partager,
            absorber_un_arriere,
            sauter_l_horloge,
        ):
            debut = time.monotonic()
            await epreuve(e)
            await e.verifier_audit()
            chiffres.nul(f"{epreuve.__name__} : rôles sortis d'eux-mêmes", scene.deserteurs())
            print(f"    {epreuve.__name__} : {time.monotonic() - debut:.0f} s", flush=True)
        await e.juger()
    return e
