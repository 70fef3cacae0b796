"""Émettre, contre un ORM et le SQL seul; dix fois plus de lignes; lire un long document."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import uuid4

import asyncpg
import httpx

from bench.facturier import FacturierOrm, Maniere, recopier
from bench.parc import Parc, memoire, mesure, mois_de, ouvrir
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.banc import Banc

LIGNES: Final = 2_000
PETIT: Final = 20
TOURS: Final = 3
Essai = Callable[[], Awaitable[float]]


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Chaque rapport tient à des tours entrelacés, dans une même base."""
    async with ouvrir(scene) as banc:
        tours = min(tours, TOURS)
        seul = Parc(banc, nom="PETIT", actifs=PETIT)
        await seul.semer()
        avant = [await seul.mesurer(tour) for tour in range(tours + 1)][1:]
        await _references(banc, resultats, tours)
        await _dix_fois(banc, resultats, tours)
        await _horizon(banc, resultats, tours)
        apres = [await seul.mesurer(tours + tour) for tour in range(1, tours + 1)]
        nom = f"émettre {PETIT} lignes, après 50 000 lignes d'autres organismes, contre avant"
        resultats.rapport(nom, "ms", _ms(apres), _ms(avant), But("≤", 1.5))
        await _longs(banc, resultats)


def _ms(secondes: list[float]) -> list[float]:
    return [1000 * s for s in secondes]


def _debits(secondes: list[float]) -> list[float]:
    return [LIGNES / s for s in secondes]


@dataclass(frozen=True, slots=True)
class Course:
    """Les mêmes lignes, écrites de plusieurs façons; rend chaque fois les secondes d'un mois."""

    parcs: Mapping[str, Parc]
    facturier: FacturierOrm
    pilote: asyncpg.Connection

    async def nous(self, rang: int) -> float:
        debut = time.perf_counter()
        await self.parcs["NOUS"].emettre(mois_de(rang))
        return time.perf_counter() - debut

    async def orm(self, nom: str, maniere: Maniere, rang: int) -> float:
        debut, code = time.perf_counter(), self.parcs[nom].code
        total = await self.facturier.facturer(code, mois_de(rang), maniere)
        secondes = time.perf_counter() - debut
        if total != 147 * LIGNES:
            raise AssertionError(f"L'ORM facture {total}.")
        return secondes

    async def sql(self, rang: int) -> float:
        debut = time.perf_counter()
        await recopier(self.pilote, self.parcs["SQL"].code, mois_de(1), mois_de(rang))
        return time.perf_counter() - debut


async def _references(banc: Banc, resultats: Resultats, tours: int) -> None:
    """Les mêmes lignes, par nous, par un ORM, par une instruction SQL."""
    noms = ("NOUS", "ORM", "ATTENTIF", "LOT", "SQL")
    parcs = {nom: Parc(banc, nom=nom, actifs=LIGNES) for nom in noms}
    for parc in parcs.values():
        await parc.semer()
    dsn = banc.roles.dsn("interne").get_secret_value()
    # Comme le lanceur d'un rôle : ce qui vit jusqu'au bout ne se ramasse plus.
    gc.collect()
    gc.freeze()
    async with FacturierOrm.ouvrir(dsn) as facturier:
        pilote = await asyncpg.connect(dsn)
        course = Course(parcs, facturier, pilote)
        essais = {
            "NOUS": _suivant(course.nous),
            "ORM": _suivant(partial(course.orm, "ORM", "ligne à ligne")),
            "ATTENTIF": _suivant(partial(course.orm, "ATTENTIF", "attentif")),
            "LOT": _suivant(partial(course.orm, "LOT", "en lot")),
            "SQL": _suivant(course.sql),
        }
        try:
            m = await entrelacer(essais, tours)
        finally:
            await pilote.close()
    for contre, nom, but in (
        ("un ORM ligne à ligne, attentif", "ATTENTIF", But("≥", 10)),
        ("un ORM ligne à ligne qui ne fait qu'écrire", "ORM", But("≥", 4)),
        ("un ORM qui écrit en lot", "LOT", But("≥", 0.75)),
        ("INSERT … SELECT", "SQL", But("≥", 0.12)),
    ):
        mesure_ = f"émettre {LIGNES} lignes, contre {contre}"
        resultats.rapport(mesure_, "lignes/s", _debits(m["NOUS"]), _debits(m[nom]), but)


def _suivant(faire: Callable[[int], Awaitable[float]]) -> Essai:
    """D'un tour à l'autre, le mois suivant; le premier est le deuxième du parc."""
    rang = 1

    async def un_tour() -> float:
        nonlocal rang
        rang += 1
        return await faire(rang)

    return un_tour


async def _dix_fois(banc: Banc, resultats: Resultats, tours: int) -> None:
    petit, grand = (Parc(banc, nom=f"FOIS{n}", actifs=n * LIGNES // 2) for n in (1, 10))
    for parc in (petit, grand):
        await parc.semer()
    m = await entrelacer(
        {
            "petit": _suivant(lambda rang: petit.mesurer(rang - 2)),
            "grand": _suivant(lambda rang: grand.mesurer(rang - 2)),
        },
        tours,
    )
    nom = f"émettre {grand.actifs} lignes, contre {petit.actifs}, temps"
    resultats.rapport(nom, "ms", _ms(m["grand"]), _ms(m["petit"]), But("≤", 11))


async def _horizon(banc: Banc, resultats: Resultats, tours: int) -> None:
    """Ce que coûte de suivre l'horizon d'un aperçu approuvé (FAC-7)."""
    libre, approuve = (Parc(banc, nom=nom, actifs=LIGNES) for nom in ("LIBRE", "APPROUVE"))
    for parc in (libre, approuve):
        await parc.semer()

    async def a_l_horizon(rang: int) -> float:
        await _approuver(banc, approuve.code, str(mois_de(rang)))
        return await approuve.mesurer(rang - 2)

    m = await entrelacer(
        {
            "horizon": _suivant(a_l_horizon),
            "libre": _suivant(lambda rang: libre.mesurer(rang - 2)),
        },
        tours,
    )
    nom = f"émettre {LIGNES} lignes à l'horizon d'un aperçu approuvé, contre sans aperçu"
    resultats.rapport(nom, "ms", _ms(m["horizon"]), _ms(m["libre"]), But("≤", 1.3))


async def _approuver(banc: Banc, organisme: str, periode: str) -> None:
    client = banc.client("facturation")
    corps = {"periode": periode, "organisme": organisme, "apercu": True}
    apercu = (await client.post("/v1/executions", json=corps)).json()["organismes"][0]
    vu = {"organisme": organisme, "empreinte": apercu["empreinte"]}
    rendu = await client.post("/v1/approbations", json={"periode": periode, "apercus": [vu]})
    if rendu.json()["sorts"][0]["etat"] != "approuve":
        raise AssertionError(rendu.text)


async def _longs(banc: Banc, resultats: Resultats) -> None:
    """Un document de 2 000 lignes, puis de 10 000, lu sur une vraie prise."""
    numeros = {}
    for code, nombre in (("NOUS-2", LIGNES), ("FOIS10-2", 5 * LIGNES)):
        async with banc.interne() as connexion:
            numeros[nombre] = await connexion.pilote.fetchval(
                "SELECT numero FROM factures WHERE organisme = $1 AND periode = $2",
                *(code, str(mois_de(2))),
            )
    jeton = banc.emetteur.jeton(("facturation",))
    async with (
        banc.servi() as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {jeton}", "Accept-Encoding": "identity"},
            trust_env=False,
            timeout=120,
        ) as client,
    ):
        for media in ("application/json", "text/csv", "text/html"):
            await _lire(client, numeros[LIGNES], media)
            court, long = [await _lire(client, numero, media) for numero in numeros.values()]
            nom = f"document de {LIGNES} lignes, {media}"
            premier, entier, octets, _ = court
            resultats.seul(f"{nom}, lu en", "ms", [1000 * entier], But("≤", 1_000))
            resultats.seul(f"{nom}, taille", "Kio", [octets / 1024], But("≥", 1))
            if media != "text/html":  # La page d'un long document est un sommaire.
                but = But("≤", 0.75)
                resultats.rapport(f"{nom}, premier octet", "ms", [premier], [entier], but)
            mesure_ = f"document de {5 * LIGNES} lignes, {media}, mémoire au-dessus du repos"
            resultats.seul(mesure_, "Mio", [long[3]], But("≤", 20))


async def _lire(
    client: httpx.AsyncClient, numero: str, media: str
) -> tuple[float, float, int, float]:
    """Les secondes jusqu'au premier octet, jusqu'au dernier; les octets; les Mio de pointe."""
    repos = memoire("VmRSS")
    async with mesure() as cout:
        debut, premier, octets = time.perf_counter(), 0.0, 0
        en_tetes = {"Accept": media, "X-Request-ID": uuid4().hex}
        async with client.stream("GET", f"/v1/factures/{numero}", headers=en_tetes) as reponse:
            reponse.raise_for_status()
            async for morceau in reponse.aiter_raw():
                premier = premier or time.perf_counter() - debut
                octets += len(morceau)
    return premier, cout.secondes, octets, cout.pointe - repos
