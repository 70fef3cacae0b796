"""La facture en JSON, lot de lignes par lot de lignes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson


async def rendre(
    entete: Mapping[str, Any], empreinte: str, lots: AsyncIterator[Sequence[Mapping[str, Any]]]
) -> AsyncIterator[bytes]:
    """L'en-tête du document, ses lignes, son empreinte."""
    yield orjson.dumps(entete)[:-1] + b',"lignes":['
    virgule = b""
    async for lignes in lots:
        yield virgule + b",".join(map(orjson.dumps, lignes))
        virgule = b","
    yield b'],"empreinte":' + orjson.dumps(empreinte) + b"}"
