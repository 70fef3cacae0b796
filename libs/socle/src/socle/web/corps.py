"""Le corps d'une requête : du JSON en UTF-8, lu une fois, et à la lettre.

Deux lecteurs d'un même corps doivent y lire la même chose : une clé répétée, un nombre infini ou un
texte d'un autre encodage ne se devinent pas. L'indicateur d'ordre d'octets (BOM) de .NET et de
PowerShell passe, partout.
"""

import json
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from email.message import Message
from math import isfinite
from typing import Any, Final

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from socle.web.problemes import Probleme
from socle.web.tableur import Tableur, est_csv

_COMPRIME: Final = "Le corps doit venir tel quel : cet en-tête Content-Encoding n'est pas lu."
_NI_JSON_NI_CSV: Final = (
    "Le corps doit être du JSON (Content-Type : application/json) ou du CSV (text/csv)."
)
_PAS_UTF8: Final = "Le corps doit être du JSON en UTF-8 : on n'y lit pas cet encodage."


class RequeteJson(Request):
    """Une requête dont le JSON se lit une fois, à la lettre."""

    async def json(self) -> Any:  # noqa: ANN401 -- ce que le JSON dit
        """Ce que dit le corps; lève `RequestValidationError` (422)."""
        if not hasattr(self, "_json"):
            self._json = lire(await self.body())
        return self._json

    def tenir_pour_json(self, valeur: object) -> None:
        """Le corps, venu sous une autre forme, dit ceci : la suite n'y voit que du JSON."""
        autres = [(nom, dit) for nom, dit in self.scope["headers"] if nom != b"content-type"]
        self.scope["headers"] = [*autres, (b"content-type", b"application/json")]
        self._json = valeur


class Routeur(APIRouter):
    """Les routes d'une aire, aux corps lus par `RequeteJson`."""

    def __init__(self, *, prefix: str = "", tags: list[str] | None = None) -> None:
        super().__init__(prefix=prefix, tags=[*(tags or ())], route_class=_Route)


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        servir = super().get_route_handler()

        async def recevoir(recue: Request) -> Response:
            requete = RequeteJson(recue.scope, recue.receive)
            if self.body_field is not None and (corps := await requete.body()):
                tableur: Tableur | None = tableur_de(self.body_field.field_info.annotation)
                if tableur and est_csv(recue.headers.get("content-type", "")):
                    _exiger_tel_quel(recue.headers)
                    requete.tenir_pour_json(tableur.lire(corps))
                else:
                    exiger_lisible(recue.headers, corps, ou_csv=tableur is not None)
                    await requete.json()
            return await servir(requete)

        return recevoir


def tableur_de(corps: object) -> Tableur | None:
    """Comment ce type de corps se lit d'un CSV, s'il s'en lit."""
    return getattr(corps, "TABLEUR", None)


def exiger_lisible(
    en_tetes: Mapping[str, str],
    corps: bytes,
    *,
    type_requis: bool = True,
    ou_csv: bool = False,
) -> None:
    """Lève `Probleme` 415 : un corps comprimé, autre que du JSON, ou qui n'est pas en UTF-8.

    `ou_csv` : la route lit aussi un CSV, et le refus le dit.
    """
    _exiger_tel_quel(en_tetes)
    media = en_tetes.get("content-type", "" if type_requis else "application/json")
    if not est_json(media):
        raise Probleme(415, _NI_JSON_NI_CSV if ou_csv else None)
    if _jeu(media) not in {"utf-8", "utf8"} or not est_utf8(corps):
        raise Probleme(415, _PAS_UTF8)


def _exiger_tel_quel(en_tetes: Mapping[str, str]) -> None:
    if en_tetes.get("content-encoding", "identity").strip().lower() != "identity":
        raise Probleme(415, _COMPRIME, Accept_Encoding="identity")


def est_json(media: str) -> bool:
    """Vrai de `application/json` et de `application/*+json`."""
    genre = media.partition(";")[0].strip().lower()
    return genre == "application/json" or (
        genre.startswith("application/") and genre.endswith("+json")
    )


def _jeu(media: str) -> str:
    message = Message()
    message["content-type"] = media
    return (message.get_content_charset() or "utf-8").lower()


def est_utf8(corps: bytes) -> bool:
    """Vrai d'un texte en UTF-8; un zéro binaire, que le JSON n'a pas, dit de l'UTF-16 ou 32."""
    try:
        corps.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in corps


class _Illisible(ValueError):
    """Une faute que le JSON de la bibliothèque laisse passer."""

    def __init__(self, genre: str, **contexte: str) -> None:
        super().__init__(genre)
        self.faute = {"type": genre, "loc": ("body",), "ctx": contexte}


def lire(corps: bytes) -> Any:  # noqa: ANN401 -- ce que le JSON dit
    """La valeur que dit un corps en UTF-8.

    Lève `RequestValidationError` (422) : JSON mal formé, clé répétée, nombre infini.
    """
    try:
        return json.loads(
            corps.decode("utf-8-sig"),
            object_pairs_hook=_sans_doublon,
            parse_float=_fini,
            parse_constant=_infini,
        )
    except _Illisible as erreur:
        raise RequestValidationError([erreur.faute]) from erreur
    except json.JSONDecodeError as erreur:
        faute = {"type": "json_mal_forme", "loc": ("body",), "ctx": {"position": erreur.pos + 1}}
        raise RequestValidationError([faute]) from erreur
    except (ValueError, RecursionError) as erreur:
        # Un entier de milliers de chiffres, des milliers de niveaux.
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",)}]) from erreur


def canonique(valeur: object) -> bytes:
    """La même suite d'octets pour le même JSON, quels que soient l'ordre des clés et les blancs."""
    return json.dumps(valeur, sort_keys=True, separators=(",", ":")).encode()


def _sans_doublon(paires: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    uniques = dict(paires)
    if len(uniques) < len(paires):
        (repetee, _), *_ = Counter(cle for cle, _ in paires).most_common(1)
        raise _Illisible("cle_repetee", cle=repetee[:60])
    return uniques


def _fini(texte: str) -> float:
    valeur = float(texte)
    if not isfinite(valeur):
        raise _Illisible("finite_number")
    return valeur


def _infini(_: str) -> float:
    raise _Illisible("finite_number")
