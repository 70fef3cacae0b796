"""L'appel : tout ce qu'une route doit savoir de qui l'appelle et comment répondre.

L'accès est un type dans la signature :

    AppelCsc = Annotated[Appel[Depots], Depends(acces("agent-csc", "technicien"))]
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from socle.bd.consignation import Reclamation, Reponse
from socle.bd.executeur import CasUsage, Demarche, Executeur
from socle.bd.portee import Portee
from socle.noyau import Acteur, Horloge
from socle.web.curseurs import Page, curseur_de, paginer
from socle.web.jetons import ROLES, Verificateur
from socle.web.modeles import Liste
from socle.web.problemes import Probleme

C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Appel(Generic[D]):
    """Un appel authentifié et autorisé."""

    acteur: Acteur
    executeur: Executeur[D]
    requete: Request
    cle: str
    version: int | None

    @property
    def horloge(self) -> Horloge:
        """L'heure d'affaires."""
        return self.executeur.horloge

    @property
    def version_attendue(self) -> int:
        """La version que l'appelant a lue (If-Match); `acces` l'a exigée pour PUT et PATCH."""
        if self.version is None:
            raise Probleme(428)
        return self.version

    @property
    def portee(self) -> Portee:
        return Portee.de(self.acteur)

    async def ecrire(
        self,
        cas: CasUsage[C, D, T],
        commande: C,
        presenter: Callable[[T], BaseModel | None],
        *,
        statut: int = 200,
        emplacement: Callable[[T], str] | None = None,
    ) -> Response:
        """Exécute un cas d'usage une fois par clé, puis répond; répété, rend la même chose."""

        def composer(valeur: T) -> Reponse:
            corps, en_tetes = _rendre(presenter(valeur))
            if emplacement is not None:
                en_tetes["Location"] = emplacement(valeur)
            return Reponse(statut if corps else 204, corps, en_tetes)

        chemin: str = self.requete.scope["path"]
        empreinte = await self._empreinte(chemin)
        reclamation = Reclamation(
            appelant=f"{self.portee.etiquette}/{self.acteur.sujet}",
            operation=f"{self.requete.method} {self.requete.scope['route'].path}",
            # PUT et PATCH sont gardés par If-Match : la même demande tient lieu de clé.
            cle=self.cle or f"condition:{empreinte.hex()}",
            empreinte=empreinte,
            organisme=self.portee.etiquette,
        )
        reponse = await self.executeur.ecrire(
            Demarche(self.acteur, reclamation, chemin), self.portee, cas, commande, composer
        )
        return _reponse_http(reponse)

    async def _empreinte(self, chemin: str) -> bytes:
        corps = await self.requete.body()
        version = "" if self.version is None else str(self.version)
        return sha256(b"\x1f".join((chemin.encode(), version.encode(), corps))).digest()

    async def lire(self, vue: Callable[[AsyncConnection], Awaitable[BaseModel]]) -> Response:
        """Répond ce que rend la vue; elle lève `Introuvable` si l'objet n'est pas visible."""
        corps, en_tetes = _rendre(await self.executeur.lire(self.portee, vue))
        if en_tetes.get("ETag") and self.requete.headers.get("if-none-match") == en_tetes["ETag"]:
            return Response(status_code=304, headers=en_tetes)
        return Response(corps, 200, en_tetes, "application/json")

    async def lire_brut(self, vue: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """La valeur d'une vue, pour une réponse d'un autre format."""
        return await self.executeur.lire(self.portee, vue)

    async def lister(
        self,
        requete: Select[Any],
        forme: type[Liste[Any]],
        *,
        cles: Sequence[ColumnElement[Any]],
        page: Page,
        presenter: Callable[[Any], object] | None = None,
        decroissant: bool = False,
    ) -> Response:
        """Répond une page de liste, triée par des clés uniques présentes dans la requête.

        Sans `presenter`, chaque colonne est un champ de l'élément qui porte son nom.
        La page se valide et s'écrit d'un coup : ligne par ligne coûtait trois fois plus.
        """
        bornee = paginer(requete, cles, page, decroissant=decroissant)

        async def vue(connexion: AsyncConnection) -> Sequence[Any]:
            lignes: Sequence[Any] = (await connexion.execute(bornee)).all()
            return lignes

        lignes = await self.executeur.lire(self.portee, vue)
        visibles = lignes[: page.limite]
        suivant = curseur_de(visibles[-1], cles) if len(lignes) > page.limite else None
        if presenter is None:
            noms = bornee.selected_columns.keys()
            elements: list[object] = [dict(zip(noms, ligne, strict=True)) for ligne in visibles]
        else:
            elements = [presenter(ligne) for ligne in visibles]
        liste = forme.model_validate({"elements": elements, "suivant": suivant})
        en_tetes = {}
        if suivant is not None:
            lien = self.requete.url.include_query_params(curseur=suivant, limite=page.limite)
            en_tetes["Link"] = f'<{lien.path}?{lien.query}>; rel="next"'
        return Response(_rendre(liste)[0], 200, en_tetes, "application/json")


@dataclass(frozen=True, slots=True, eq=False)
class Acces:
    """Une dépendance qui dit les rôles qu'elle exige; l'OpenAPI et les essais les lisent."""

    roles: frozenset[str]

    async def __call__(self, requete: Request) -> Appel[Any]:
        acteur = await authentifier(requete)
        if not acteur.roles & self.roles:
            raise Probleme(403)
        return Appel(
            acteur=acteur,
            executeur=requete.app.state.executeur,
            requete=requete,
            cle=_cle(requete),
            version=_version(requete),
        )


def acces(*roles: str) -> Acces:
    """La dépendance d'une route : authentifie, exige un de ces rôles, la clé et la condition.

    Sans rôle nommé : tout jeton valide. Lève `Probleme` 400, 401, 403 ou 428.
    """
    inconnus = set(roles) - ROLES
    if inconnus:
        raise ValueError(f"Rôles inconnus : {sorted(inconnus)}")
    return Acces(frozenset(roles) or ROLES)


async def authentifier(requete: Request) -> Acteur:
    """L'acteur du jeton porté; lève `Probleme` 401."""
    genre, _, jeton = requete.headers.get("authorization", "").partition(" ")
    if genre.lower() != "bearer" or not jeton:
        raise Probleme(401, "Un jeton est requis.", WWW_Authenticate="Bearer")
    verificateur: Verificateur = requete.app.state.verificateur
    return await verificateur.acteur(jeton.strip())


def _cle(requete: Request) -> str:
    cle = requete.headers.get("idempotency-key", "")
    if requete.method in {"POST", "DELETE"} and not cle:
        raise Probleme(400, "L'en-tête Idempotency-Key est requis.")
    if len(cle) > 200 or not cle.isprintable():
        raise Probleme(400, "L'en-tête Idempotency-Key est mal formé (200 caractères au plus).")
    return cle


def _version(requete: Request) -> int | None:
    condition = requete.headers.get("if-match")
    if condition is None:
        if requete.method in {"PUT", "PATCH"}:
            raise Probleme(428)
        return None
    numero = condition.removeprefix("W/").strip('"')
    if not numero.isdecimal() or len(numero) > 15:
        raise Probleme(412, "L'en-tête If-Match doit reprendre l'ETag lu.")
    return int(numero)


def _rendre(modele: BaseModel | None) -> tuple[bytes, dict[str, str]]:
    if modele is None:
        return b"", {}
    version = getattr(modele, "version", None)
    en_tetes = {"ETag": f'"{version}"'} if isinstance(version, int) else {}
    return modele.__pydantic_serializer__.to_json(modele), en_tetes


def _reponse_http(reponse: Reponse) -> Response:
    media = "application/json" if reponse.corps else None
    return Response(reponse.corps, reponse.statut, dict(reponse.en_tetes), media)
