"""Ce que le contrat imprime se joue : chaque corps est reçu, chaque réponse est vraie.

`make exemples` garde, dans `exemples.json` de chaque service, ce qu'il a répondu.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import pytest

from outils.contrats.ecoutants import SERVICES
from outils.contrats.openapi import document
from outils.essais.greffon import MonterBanc
from tests.exemples.joueur import JSON, REGLAGES, Joueur, imprimes, operations, valideur
from tests.exemples.scenes import catalogue, courtier, demandes, facturation, sla

SCENES: Final[Mapping[str, Callable[[Joueur], Awaitable[None]]]] = {
    "catalogue": catalogue.jouer,
    "demandes": demandes.jouer,
    "facturation": facturation.jouer,
    "sla": sla.jouer,
    "courtier": courtier.jouer,
}
CHAQUE = pytest.mark.parametrize("service", SERVICES)
REFAIRE: Final = "« make exemples » refait ce fichier"


@pytest.mark.integration
@CHAQUE
async def test_tout_exemple_imprime_est_recu(banc: MonterBanc, service: str) -> None:
    """Sur une vraie base : un appelant qui recopie l'exemple obtient un 2xx, conforme au schéma."""
    monte = await banc(service, **REGLAGES.get(service, {}))
    joueur = Joueur.de(monte)
    await SCENES[service](joueur)
    joueur.exiger_tout()
    if "SBG_ECRIRE_EXEMPLES" in os.environ:
        assert monte.service.exemples is not None
        joueur.ecrire(monte.service.exemples)


@CHAQUE
def test_toute_operation_a_ses_exemples_conformes(service: str) -> None:
    lu = document(service)
    for _, _, operation in operations(lu):
        nom = operation["operationId"]
        contenu = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if contenu is not None:
            dits = imprimes(operation)
            assert dits, f"{nom} : aucun corps d'exemple"
            for dit in dits.values():
                valideur(lu, contenu["schema"]).validate(dit)
        for statut, reponse in operation["responses"].items():
            rendu = reponse.get("content", {}).get(JSON)
            if rendu is not None:
                assert "example" in rendu, f"{nom} {statut} : aucun exemple; {REFAIRE}"
                valideur(lu, rendu["schema"]).validate(rendu["example"])


@CHAQUE
def test_tout_exemple_d_un_schema_y_est_conforme(service: str) -> None:
    lu, vus = document(service), 0
    a_voir: list[object] = [lu["components"]["schemas"]]
    while a_voir:
        noeud = a_voir.pop()
        if isinstance(noeud, list):
            a_voir += noeud
        elif isinstance(noeud, dict):
            a_voir += noeud.values()
            dits = noeud.get("examples")
            if isinstance(dits, list):
                schema = {nom: dit for nom, dit in noeud.items() if nom != "examples"}
                for dit in dits:
                    valideur(lu, schema).validate(dit)
                    vus += 1
    assert vus
