"""Écritures et lectures REST, à travers tout l'intergiciel du témoin, contre `bench.nu`."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from uuid import uuid4

from bench.charge import debit, requete
from bench.nu import ORGANISME
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service

COMPTES = 500
ECRITURES, LECTURES, LISTES = 300, 400, 250
_AUGMENTATION = b'{"de": 3}'


def ecritures(jeton: str, comptes: Iterator[int], nombre: int) -> list[bytes]:
    """Des augmentations, chacune sous sa clé, sur des comptes qui se suivent."""
    return [
        requete(
            "POST",
            f"/v1/comptes/c{next(comptes) % COMPTES}/augmentation",
            {"Authorization": f"Bearer {jeton}", "Idempotency-Key": uuid4().hex},
            _AUGMENTATION,
        )
        for _ in range(nombre)
    ]


def lectures(jeton: str, chemin: str, nombre: int) -> list[bytes]:
    """Le même GET, répété."""
    return [requete("GET", chemin, {"Authorization": f"Bearer {jeton}"})] * nombre


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Écriture, lecture d'un objet, liste de 50 : sans journal, avec le même, jeton gardé."""
    acces = await scene.modeles.copie(service())
    for suite, but, variante in (
        ("", 0.8, ""),
        (", journal compris", 0.75, "JOURNAL"),
        (", la référence garde le jeton vérifié", 0.8, "JETON_GARDE"),
    ):
        ports = await _servir(scene, acces, variante)
        for nom, preparer in charges(scene.emetteur.jeton(["demandeur"], organisme=ORGANISME)):
            mesures = await entrelacer(
                {
                    qui: lambda port=port, preparer=preparer: debit(port, preparer())  # type: ignore[misc]
                    for qui, port in ports.items()
                },
                tours,
            )
            rapport = mesures["produit"], mesures["nu"]
            resultats.rapport(nom + suite, "requêtes/s", *rapport, But("≥", but))


async def _servir(scene: Scene, acces: Mapping[str, str], variante: str) -> dict[str, int]:
    nom, reglages = variante.lower() or "muet", scene.reglages(acces)
    cles = {"SBG_IDENTITE__JWKS": reglages["SBG_IDENTITE__JWKS"]}
    tu = {} if variante == "JOURNAL" else {"SBG_JOURNAL": "WARNING"}
    dit = {f"SBG_BENCH_{variante}": "1"} if variante else {}
    return {
        "produit": await scene.servir(
            f"temoin-{nom}", "outils.essais.temoin", "api", **reglages, **tu
        ),
        "nu": await scene.servir(
            f"nu-{nom}", "bench.nu", SBG_BENCH_DSN=acces["api"], **cles, **dit
        ),
    }


def charges(jeton: str) -> Iterator[tuple[str, Callable[[], list[bytes]]]]:
    """Ce que l'on joue, et de quoi le préparer avant chaque tour."""
    comptes, objet, liste = count(), f"/v1/comptes/{ORGANISME}/c1", "/v1/comptes?limite=50"
    yield "écriture REST", lambda: ecritures(jeton, comptes, ECRITURES)
    yield "lecture REST d'un objet", lambda: lectures(jeton, objet, LECTURES)
    yield "liste REST de 50", lambda: lectures(jeton, liste, LISTES)
