"""Ce que le contrat imprime se joue : chaque corps est reçu, chaque réponse est vraie.

`make exemples` garde, dans `exemples.json` de chaque service, ce qu'il a répondu.
"""

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
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


OPERATIONS: Final = Path(__file__).parent / "operations.txt"


def test_les_operations_parues_demeurent() -> None:
    """Un client engendré les nomme : on en ajoute, on n'en renomme ni n'en déplace."""
    servies = {
        f"{service} {methode} {chemin} {operation['operationId']}"
        for service in SERVICES
        for methode, chemin, operation in operations(document(service))
    }
    parues = set(OPERATIONS.read_text("utf-8").splitlines())
    assert len(parues) >= 90
    assert parues <= servies, f"disparues : {sorted(parues - servies)}"


@CHAQUE
def test_les_noms_se_distinguent(service: str) -> None:
    """Un client engendré confondrait deux composants au même nom, à la casse ou au titre près."""
    lu = document(service)
    noms = [nom for sorte in ("schemas", "responses") for nom in lu["components"][sorte]]
    assert len({nom.lower().replace("_", "") for nom in noms}) == len(noms)
    assert not [n for n in noms if not re.fullmatch(r"[A-Z][A-Za-z]*", n)]
    assert all("title" not in schema for schema in lu["components"]["schemas"].values())
    ids = [o["operationId"] for *_, o in operations(lu)]
    assert not [i for i in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", i)]
    dites = {etiquette["name"] for etiquette in lu["tags"]}
    assert all(set(o["tags"]) <= dites and o["tags"] for *_, o in operations(lu))


def test_l_itsm_dit_ses_en_tetes_sa_signature_et_ses_actes() -> None:
    lu = document("demandes")
    signee = lu["paths"]["/v1/itsm/evenements"]["post"]
    noms = {p["name"] for p in signee["parameters"] if p["required"]}
    assert noms == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert signee["security"] == [{"signature": []}]
    assert "Standard Webhooks" in lu["components"]["securitySchemes"]["signature"]["description"]
    actes = signee["requestBody"]["content"][JSON]["schema"]["discriminator"]["mapping"]
    assert len(actes) == len(imprimes(signee)) == 8
