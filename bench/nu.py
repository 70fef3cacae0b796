"""La référence HTTP : FastAPI nu et asyncpg, les mêmes instructions SQL, rien d'autre.

`python -m bench.nu` : ni jeton, ni mesure, ni journal, ni couches; le SQL du socle est repris de
lui pour rester le même. La réserve ne remet rien à zéro entre deux emprunts : l'instruction que
l'asyncpg ordinaire y ajoute n'est pas dans le produit.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated

import asyncpg
import orjson
import uvicorn
import uvloop
from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from socle.bd.transaction import Portee
from socle.envoi.depot import fragment_de
from socle.execution.audit import _INSCRIRE_ET_GARDER
from socle.execution.idempotence import _RETROUVER, Reclamation
from socle.identifiants import uuid7

ORGANISME = "MTQ"
SUJET = "sbg.temoin.v1"
APPELANT = f"{ORGANISME}/nu"
OPERATION = "POST /v1/comptes/{code}/augmentation"
COLONNES = "SELECT organisme, code, valeur, version FROM comptes"
LIRE = f"{COLONNES} WHERE organisme = $1 AND code = $2"
CHARGER = f"{LIRE} FOR UPDATE"
LISTER = f"{COLONNES} ORDER BY organisme, code LIMIT $1"
INSCRIRE = """
INSERT INTO comptes (organisme, code, valeur, version) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING
"""
ENREGISTRER = """
INSERT INTO comptes (organisme, code, valeur, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (organisme, code) DO UPDATE SET valeur = $3, version = $4
"""


class AugmentationIn(BaseModel):
    """De combien."""

    de: int = Field(ge=1, le=1_000_000)


class Compte(BaseModel):
    """Un compte."""

    organisme: str
    code: str
    valeur: int
    version: int


class Page(BaseModel):
    """Une page de comptes."""

    elements: list[Compte]
    suivant: str | None


@asynccontextmanager
async def transaction(
    reserve: asyncpg.Pool, *, verrou: int | None = None
) -> AsyncIterator[asyncpg.Connection]:
    """Le même début que le produit, en un aller-retour; commise à la sortie."""
    async with reserve.acquire() as cx:
        await cx.execute(Portee(ORGANISME).debut(ecriture=verrou is not None, verrou=verrou))
        try:
            yield cx
            await cx.execute("COMMIT")
        except BaseException:
            await cx.execute("ROLLBACK")
            raise


def application(reserve: asyncpg.Pool) -> FastAPI:
    """Les trois routes que l'on compare."""
    app = FastAPI()

    @app.post("/v1/comptes/{code}/augmentation")
    async def augmenter(
        code: str, corps: AugmentationIn, idempotency_key: Annotated[str, Header()]
    ) -> Response:
        verrou = Reclamation(APPELANT, OPERATION, idempotency_key, b"", ORGANISME).verrou
        async with transaction(reserve, verrou=verrou) as cx:
            return await ecrire(cx, code, corps.de, idempotency_key)

    @app.get("/v1/comptes/{organisme}/{code}")
    async def lire(organisme: str, code: str) -> Compte:
        async with transaction(reserve) as cx:
            return Compte(**await cx.fetchrow(LIRE, organisme, code))

    @app.get("/v1/comptes")
    async def lister(limite: Annotated[int, Query(ge=1, le=200)] = 50) -> Page:
        async with transaction(reserve) as cx:
            lignes = await cx.fetch(LISTER, limite + 1)
        suivant = lignes[limite]["code"] if len(lignes) > limite else None
        return Page(elements=[Compte(**ligne) for ligne in lignes[:limite]], suivant=suivant)

    return app


async def ecrire(cx: asyncpg.Connection, code: str, de: int, cle: str) -> Response:
    """L'écriture : retrouver, charger, enregistrer, inscrire."""
    deja = await cx.fetchrow(_RETROUVER, APPELANT, OPERATION, cle)
    if deja["statut"] is not None:
        return Response(deja["corps"], deja["statut"], media_type="application/json")
    ligne = await cx.fetchrow(CHARGER, ORGANISME, code)
    if ligne is None:
        await cx.execute(INSCRIRE, ORGANISME, code)
        ligne = await cx.fetchrow(CHARGER, ORGANISME, code)
    compte = Compte(
        organisme=ORGANISME, code=code, valeur=ligne["valeur"] + de, version=ligne["version"] + 1
    )
    await cx.execute(ENREGISTRER, ORGANISME, code, compte.valeur, compte.version)
    le, agregat = datetime.now(UTC), f"{ORGANISME}-{code}"  # noqa: TID251 -- ni horloge, ni couche
    charge = orjson.dumps({"code": code, "organisme": ORGANISME, "de": de})
    corps, empreinte = compte.model_dump_json().encode(), sha256(code.encode()).digest()
    await cx.execute(
        *(_INSCRIRE_ET_GARDER, [uuid7()], [SUJET], [agregat], [fragment_de(agregat)]),
        *(["compte.augmenté"], [1], [le], [b"{}"], [charge], le),
        *("nu", ORGANISME, OPERATION, f"/v1/comptes/{code}/augmentation", empreinte, ""),
        *(APPELANT, cle, 200, b"{}", corps, timedelta(days=7)),
    )
    return Response(corps, media_type="application/json", headers={"ETag": f'"{compte.version}"'})


async def ne_rien_remettre(_: asyncpg.Connection) -> None:
    """Les réglages sont locaux à la transaction : rien ne reste à effacer."""


async def servir(dsn: str, port: int) -> None:
    """Sert comme le produit : le même uvicorn, la même réserve de huit connexions."""
    async with asyncpg.create_pool(dsn, min_size=8, max_size=8, reset=ne_rien_remettre) as reserve:
        config = uvicorn.Config(
            application(reserve),
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(servir(os.environ["SBG_BENCH_DSN"], int(os.environ["SBG_HTTP__PORT"])))
