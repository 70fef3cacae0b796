"""Écritures et lectures REST, à travers tout l'intergiciel du témoin, contre `bench.nu`."""

from collections.abc import Iterator
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
    """Écriture, lecture d'un objet, liste de cinquante."""
    acces = await scene.modeles.copie(service())
    jeton, comptes = scene.emetteur.jeton(["demandeur"], organisme=ORGANISME), count()
    produit = await scene.servir("temoin", "outils.essais.temoin", "api", **scene.reglages(acces))
    nu = await scene.servir("nu", "bench.nu", SBG_BENCH_DSN=acces["api"])
    charges = (
        ("écriture REST", lambda: ecritures(jeton, comptes, ECRITURES)),
        (
            "lecture REST d'un objet",
            lambda: lectures(jeton, f"/v1/comptes/{ORGANISME}/c1", LECTURES),
        ),
        ("liste REST de 50", lambda: lectures(jeton, "/v1/comptes?limite=50", LISTES)),
    )
    for nom, preparer in charges:
        mesures = await entrelacer(
            {
                "produit": lambda preparer=preparer: debit(produit, preparer()),  # type: ignore[misc]
                "nu": lambda preparer=preparer: debit(nu, preparer()),  # type: ignore[misc]
            },
            tours,
        )
        resultats.rapport(nom, "requêtes/s", mesures["produit"], mesures["nu"], But("≥", 0.8))
