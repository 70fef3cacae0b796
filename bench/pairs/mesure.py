"""Écritures, lectures et listes : le produit contre un service Django REST Framework."""

from functools import partial
from itertools import count

from bench.charge import debit
from bench.nu import ORGANISME
from bench.pairs.installation import installer
from bench.pairs.parite import exiger_la_parite
from bench.rest import ECRITURES, LECTURES, LISTES, ecritures, lectures
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service

_GUNICORN = ("gunicorn", "--config", "python:bench.pairs.comptes.gunicorn")


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """La même charge que la partie « rest », après avoir exigé les mêmes réponses."""
    python = installer()
    jeton = scene.emetteur.jeton(["demandeur"], organisme=ORGANISME)
    bases = [await scene.modeles.copie(service()) for _ in range(2)]
    produit = await scene.servir(
        "temoin", "outils.essais.temoin", "api", **scene.reglages(bases[0])
    )
    pair = await scene.servir("pair", *_GUNICORN, python=python, **scene.reglages(bases[1]))
    await exiger_la_parite((produit, pair), [base["migrer"] for base in bases], (jeton, ""))
    comptes = {port: count() for port in (produit, pair)}
    un, liste = f"/v1/comptes/{ORGANISME}/c1", "/v1/comptes?limite=50"

    async def ecrire(port: int) -> float:
        return await debit(port, ecritures(jeton, comptes[port], ECRITURES))

    async def lire(port: int) -> float:
        return await debit(port, lectures(jeton, un, LECTURES))

    async def lister(port: int) -> float:
        return await debit(port, lectures(jeton, liste, LISTES))

    for nom, essai, but in (
        ("écriture REST", ecrire, 6),
        ("lecture REST d'un objet", lire, 4),
        ("liste REST de 50", lister, 4),
    ):
        essais = {"produit": partial(essai, produit), "pair": partial(essai, pair)}
        m = await entrelacer(essais, tours)
        mesure = f"{nom}, contre Django REST Framework"
        resultats.rapport(mesure, "requêtes/s", m["produit"], m["pair"], But("≥", but))
