"""La référence HTTP : FastAPI nu et asyncpg, le même jeton vérifié, les mêmes octets rendus.

`python -m bench.nu` : ni mesure, ni couches; un journal si `SBG_BENCH_JOURNAL` est donné, un jeton
vérifié une seule fois si `SBG_BENCH_JETON_GARDE` l'est. Le SQL du socle, ses ETags et ses curseurs
sont repris de lui, pour rester les mêmes. La réserve ne remet rien à zéro entre deux emprunts :
l'instruction que l'asyncpg ordinaire y ajoute n'est pas dans le produit.
"""

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import jwt
import orjson
import structlog
import uvicorn
import uvloop
from fastapi import Depends, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outils.emetteur import AUDIENCE, EMETTEUR
from outils.essais.temoin.service import comptes
from socle.bd.curseurs import ecrire_curseur
from socle.bd.transaction import Portee
from socle.envoi.depot import fragment_de
from socle.execution.audit import _INSCRIRE_ET_GARDER
from socle.execution.idempotence import _RETROUVER, Reclamation
from socle.exploitation.journaux import installer_journaux
from socle.identifiants import uuid7
from socle.serveur.en_tetes import EN_TETES_DE_SURETE
from socle.web.etags import etag

ORGANISME = "MTQ"
SUJET = "sbg.temoin.v1"
OPERATION = "POST /v1/comptes/{code}/augmentation"
COLONNES = "SELECT organisme, code, valeur, version FROM comptes WHERE organisme = $1"
LIRE = f"{COLONNES} AND code = $2"
CHARGER = f"{LIRE} FOR UPDATE"
LISTER = f"{COLONNES} ORDER BY organisme, code LIMIT $2"
INSCRIRE = """
INSERT INTO comptes (organisme, code, valeur, version) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING
"""
ENREGISTRER = """
INSERT INTO comptes (organisme, code, valeur, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (organisme, code) DO UPDATE SET valeur = $3, version = $4
"""
EN_TETES = {
    **EN_TETES_DE_SURETE,
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding, Authorization",
}
CLES = (comptes.c.organisme, comptes.c.code)


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


def verificateur(jwks: bytes, *, garder: bool) -> Callable[[str], Awaitable[str]]:
    """De quoi vérifier un jeton, à chaque appel; ou une fois, et s'en souvenir comme le produit."""
    cles = {cle.key_id: cle for cle in jwt.PyJWKSet.from_json(jwks.decode()).keys}

    def verifier(authorization: str) -> str:
        jeton = authorization.removeprefix("Bearer ")
        try:
            cle = cles[jwt.get_unverified_header(jeton)["kid"]]
            claims: dict[str, Any] = jwt.decode(
                jeton,
                cle,
                algorithms=["RS256", "ES256"],
                audience=AUDIENCE,
                issuer=EMETTEUR,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError) as erreur:
            raise HTTPException(401) from erreur
        if claims["organisme"] != ORGANISME or "demandeur" not in claims["roles"]:
            raise HTTPException(403)
        return f"{ORGANISME}/{claims['sub']}"

    # Asynchrone : FastAPI enverrait une dépendance ordinaire dans un fil, à chaque appel.
    async def appelant(authorization: Annotated[str, Header()]) -> str:
        return connu(authorization)

    connu = lru_cache(verifier) if garder else verifier
    return appelant


def repondre(corps: bytes, version: int, **en_tetes: str) -> Response:
    """Une réponse du produit : les mêmes octets, les mêmes en-têtes."""
    tous = {"ETag": etag(corps, version), **en_tetes, **EN_TETES}
    return Response(corps, 200, tous, "application/json")


def application(
    reserve: asyncpg.Pool, jwks: bytes, *, journal: bool = False, garder: bool = False
) -> FastAPI:
    """Les trois routes que l'on compare."""
    app = FastAPI()
    Appelant = Annotated[str, Depends(verificateur(jwks, garder=garder))]  # noqa: N806 -- un type

    @app.post("/v1/comptes/{code}/augmentation")
    async def augmenter(
        qui: Appelant, code: str, corps: AugmentationIn, idempotency_key: Annotated[str, Header()]
    ) -> Response:
        empreinte = sha256(f"{code}\x1f{corps.model_dump_json()}".encode()).digest()
        appel = Reclamation(qui, OPERATION, idempotency_key, empreinte, ORGANISME)
        async with transaction(reserve, verrou=appel.verrou) as cx:
            return await ecrire(cx, code, corps.de, appel)

    @app.get("/v1/comptes/{organisme}/{code}")
    async def lire(_: Appelant, organisme: str, code: str) -> Response:
        async with transaction(reserve) as cx:
            compte = Compte(**await cx.fetchrow(LIRE, organisme, code))
        return repondre(compte.model_dump_json().encode(), compte.version)

    @app.get("/v1/comptes")
    async def lister(_: Appelant, limite: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
        async with transaction(reserve) as cx:
            lignes = await cx.fetch(LISTER, ORGANISME, limite + 1)
        page, lien = Page(elements=[Compte(**x) for x in lignes[:limite]], suivant=None), {}
        if len(lignes) > limite:
            dernier = page.elements[-1]
            page.suivant = ecrire_curseur(CLES, (dernier.organisme, dernier.code))
            adresse = f"/v1/comptes?limite={limite}&curseur={page.suivant}"
            lien = {"Link": f'<{adresse}>; rel="next"'}
        return repondre(page.model_dump_json().encode(), 0, **lien)

    if journal:
        installer_journaux("nu", "api")
        app.add_middleware(Journal)
    return app


class Journal:
    """La même ligne que le produit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.journal = structlog.get_logger().bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        debut, statut = time.perf_counter(), 0

        async def envoyer(message: Message) -> None:
            nonlocal statut
            statut = message.get("status", statut)
            await send(message)

        await self.app(scope, receive, envoyer)
        ms = round((time.perf_counter() - debut) * 1e3, 1)
        route = scope["route"].path
        self.journal.info("http", methode=scope["method"], route=route, statut=statut, ms=ms)


async def ecrire(cx: asyncpg.Connection, code: str, de: int, appel: Reclamation) -> Response:
    """L'écriture : retrouver, charger, enregistrer, inscrire."""
    deja = await cx.fetchrow(_RETROUVER, appel.appelant, OPERATION, appel.cle)
    if deja["statut"] is not None:
        en_tetes = {**orjson.loads(deja["en_tetes"]), **EN_TETES}
        return Response(deja["corps"], deja["statut"], en_tetes, "application/json")
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
    corps = compte.model_dump_json().encode()
    garde = orjson.dumps({"ETag": etag(corps, compte.version)})
    await cx.execute(
        *(_INSCRIRE_ET_GARDER, [uuid7()], [SUJET], [agregat], [fragment_de(agregat)]),
        *(["compte.augmenté"], [1], [le], [b"{}"], [charge], le),
        *(appel.appelant, ORGANISME, OPERATION, f"/v1/comptes/{code}/augmentation"),
        *(appel.empreinte, "", appel.appelant, appel.cle, 200, garde, corps, timedelta(days=7)),
    )
    return repondre(corps, compte.version)


async def ne_rien_remettre(_: asyncpg.Connection) -> None:
    """Les réglages sont locaux à la transaction : rien ne reste à effacer."""


async def servir(dsn: str, port: int, jwks: bytes, **variante: bool) -> None:
    """Sert comme le produit : le même uvicorn, la même réserve de huit connexions."""
    async with asyncpg.create_pool(dsn, min_size=8, max_size=8, reset=ne_rien_remettre) as reserve:
        config = uvicorn.Config(
            application(reserve, jwks, **variante),
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    reglages = os.environ
    uvloop.run(
        servir(
            reglages["SBG_BENCH_DSN"],
            int(reglages["SBG_HTTP__PORT"]),
            Path(reglages["SBG_IDENTITE__JWKS"]).read_bytes(),
            journal="SBG_BENCH_JOURNAL" in reglages,
            garder="SBG_BENCH_JETON_GARDE" in reglages,
        )
    )
