"""Combien de fois une requête attend la base : chaque attente est un aller-retour du réseau."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from outils.essais.greffon import MonterBanc
from outils.essais.mandataire import Mandataire
from outils.essais.temoin.sous_liste import service_a_sous_liste
from socle.bd.moteur import ouvrir_moteur

pytestmark = pytest.mark.integration


async def test_une_ecriture_attend_six_fois_la_base_et_une_lecture_trois(banc: MonterBanc) -> None:
    b = await banc(service_a_sous_liste())
    seule = b.roles.reglages.base.delais.model_copy(update={"reserve": 1})
    async with Mandataire.devant(b.roles.dsn("api").get_secret_value()) as mandataire:
        moteur = ouvrir_moteur(SecretStr(mandataire.dsn), seule)
        sien, b.moteur_api = b.moteur_api, moteur
        try:
            await _compter(b.client("demandeur", organisme="MTQ"), mandataire)
        finally:
            b.moteur_api = sien
            await moteur.fermer()


async def _compter(client: httpx.AsyncClient, mandataire: Mandataire) -> None:
    async def attentes(methode: str, chemin: str, **autres: Any) -> int:
        """Celles de la seconde fois : à la première, le pilote prépare ses instructions."""
        vues = [mandataire.attentes]
        for _ in range(2):
            reponse = await client.request(methode, chemin, **autres)
            assert reponse.status_code == 200, reponse.text
            vues.append(mandataire.attentes)
        return vues[2] - vues[1]

    augmenter, corps = "/v1/comptes/a/augmentation", {"de": 3}
    # Commencer et réclamer, retrouver, charger, enregistrer, inscrire, commettre.
    assert await attentes("POST", augmenter, json=corps) == 6
    # Répétée : commencer et réclamer, retrouver, commettre.
    assert await attentes("POST", augmenter, json=corps, headers={"Idempotency-Key": "k"}) == 3
    assert await attentes("GET", "/v1/comptes/MTQ/a") == 3
    assert await attentes("GET", "/v1/comptes?limite=50") == 3
    # Le parent se vérifie dans la même transaction : une attente de plus, et non trois.
    assert await attentes("GET", "/v1/parents/a/comptes") == 4
