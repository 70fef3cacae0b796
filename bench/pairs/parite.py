"""Le pair répond et écrit ce que répond et écrit le produit : sans cela, rien ne se compare."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

import asyncpg
import httpx

_A_EUX: Final = frozenset({"date", "server", "connection", "allow", "transfer-encoding"})
"""Ce qu'un serveur dit de lui-même, et que l'autre peut taire."""
_ECRITS: Final = {
    "comptes": "SELECT organisme, code, valeur, version FROM comptes ORDER BY 1, 2",
    "boîte d'envoi": "SELECT sujet, cle, fragment, sequence, type, version, en_tetes, charge"
    " FROM socle_outbox ORDER BY id",
    "séquences": "SELECT * FROM socle_sequences ORDER BY sujet, cle",
    "audit": "SELECT acteur, organisme, operation, objet, faits FROM socle_audit ORDER BY id",
    # La forme où une réponse se garde est à chacun; répétée, elle se compare.
    "réponses gardées": "SELECT appelant, operation, cle, organisme,"
    " date_trunc('hour', garde_jusqua - clock_timestamp()) FROM socle_idempotence"
    " ORDER BY appelant, cle",
}
Rendu = tuple[str, int, Mapping[str, str], bytes]
"""L'appel, son statut, ses en-têtes, ses octets."""


class Ecart(Exception):
    """Le pair ne fait pas ce que fait le produit."""


def _appels() -> Iterator[tuple[str, str, str | None, object]]:
    """Méthode, chemin, clé, corps."""
    augmenter = "/v1/comptes/{}/augmentation"
    for code, cle, de in (
        ("c1", "a", 3),
        ("c1", "a", 3),  # répété
        ("c1", "a", 4),  # clé réutilisée
        ("c1", "b", 4),
        ("c2", "c", 1),
        ("c3", "d", 2),
        ("c3", "e", 13),  # refusé par une règle
        ("c3", None, 1),  # sans clé
    ):
        yield "POST", augmenter.format(code), cle, {"de": de}
    for chemin in ("MTQ/c1", "MTQ/absent", "SQ/c1"):
        yield "GET", f"/v1/comptes/{chemin}", None, None
    yield "GET", "/v1/comptes?limite=50", None, None


async def _jouer(port: int, jeton: str) -> list[Rendu]:
    rendus: list[Rendu] = []
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", trust_env=False, headers={"Accept-Encoding": ""}
    ) as client:

        async def appeler(methode: str, chemin: str, cle: str | None, corps: object) -> Rendu:
            en_tetes = {"Authorization": f"Bearer {jeton}"} if jeton else {}
            en_tetes |= {"Idempotency-Key": cle} if cle else {}
            r = await client.request(methode, chemin, json=corps, headers=en_tetes)
            dits = {nom: valeur for nom, valeur in r.headers.items() if nom not in _A_EUX}
            rendus.append((f"{methode} {chemin} {corps}", r.status_code, dits, r.content))
            return rendus[-1]

        for appel in _appels():
            await appeler(*appel)
        suite: str | None = "/v1/comptes?limite=1"
        while suite is not None:
            _, _, dits, _ = await appeler("GET", suite, None, None)
            suite = dits["link"].partition("<")[2].partition(">")[0] if "link" in dits else None
    return rendus


async def _ecrits(dsn: str) -> list[tuple[str, list[asyncpg.Record]]]:
    connexion = await asyncpg.connect(dsn)
    try:
        return [(nom, await connexion.fetch(requete)) for nom, requete in _ECRITS.items()]
    finally:
        await connexion.close()


def ecarts(produit: Sequence[object], pair: Sequence[object]) -> list[str]:
    """Ce que le pair a rendu ou écrit autrement."""
    paires = zip_longest(produit, pair)
    return [f"{attendu}\n  et non\n{rendu}" for attendu, rendu in paires if attendu != rendu]


async def exiger_la_parite(
    ports: Sequence[int], dsns: Sequence[str], jetons: Sequence[str]
) -> None:
    """Joue les mêmes appels aux deux; lève `Ecart` si une réponse ou une ligne écrite diffère."""
    rendus = [[un for jeton in jetons for un in await _jouer(port, jeton)] for port in ports]
    trouves = ecarts(*rendus) + ecarts(*[await _ecrits(dsn) for dsn in dsns])
    if trouves:
        raise Ecart("\n".join(trouves))
