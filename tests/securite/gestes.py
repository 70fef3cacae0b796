"""Les deux organismes des essais de sécurité, et l'écriture qui doit réussir."""

from typing import Any

import httpx

ALPHA, BRAVO = "ORG-ALPHA", "ORG-BRAVO"
ORGANISMES = (ALPHA, BRAVO)


async def fait(client: httpx.AsyncClient, chemin: str, corps: object = None) -> dict[str, Any]:
    """Le corps d'une écriture qui doit réussir."""
    reponse = await client.post(f"/v1/{chemin}", json=corps)
    assert reponse.is_success, f"{chemin} : {reponse.text}"
    rendu: dict[str, Any] = reponse.json()
    return rendu
