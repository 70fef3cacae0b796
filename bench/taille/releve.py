"""Ce qu'une liste envoie à sa base, le plan qu'elle y reçoit, où elle en est aux neuf dixièmes."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import asyncpg
import httpx
import orjson

from bench.taille.listes import Demande, Liste, Qui
from bench.taille.plans import PAGE, Enonce, Lu, Plans, executer, retenus
from noyau import ANNUAIRE
from outils.essais.banc import Banc

_PAS_DE_LA_LISTE: Final = re.compile(r"\s*(BEGIN|COMMIT|WITH RECURSIVE typeinfo_tree)")
"""La transaction, et ce que le pilote demande une fois d'un type qu'il ne connaît pas."""


class ListeRefusee(Exception):
    """Une liste a répondu autre chose que 200, ou un autre curseur que le sien."""


@dataclass(frozen=True, slots=True)
class Appel:
    """Une demande faite par quelqu'un : son adresse, ses instructions."""

    qui: Qui
    role: str
    liste: Liste
    demande: Demande
    """Ses paramètres, sans les valeurs lues dans la base : de quoi la nommer."""
    adresse: str
    debut: str = ""
    """Le début de sa transaction, réglages compris."""
    enonces: tuple[Enonce, ...] = ()
    suivant: str | None = None
    vide: bool = False
    """Vrai si rien n'y répond."""

    @property
    def nom(self) -> str:
        """« GET /v1/demandes ?etat=suspendue »."""
        dits = (n if v.startswith("SELECT") else f"{n}={v}" for n, v in self.demande.items())
        return f"{self.liste.chemin} {'?' if self.demande else ''}{'&'.join(dits)}".strip()


@dataclass(slots=True)
class Releveur:
    """Joue les listes d'un service monté dans ce processus, et écoute ce qu'il demande."""

    banc: Banc
    nue: asyncpg.Connection
    """Une connexion aux réglages de l'API : les plans en dépendent."""
    maitre: asyncpg.Connection
    """Une connexion de superutilisateur."""
    _roles: Mapping[str, frozenset[str]]
    _entendus: list[Enonce]

    @classmethod
    @asynccontextmanager
    async def ouvrir(cls, banc: Banc, superutilisateur: str) -> AsyncIterator["Releveur"]:
        """Écoute le moteur de l'API de ce banc."""
        entendus: list[Enonce] = []
        # Une seule connexion : celle qu'on écoute est celle qui servira.
        async with banc.moteur_api.emprunter() as connexion:
            connexion.pilote.add_query_logger(
                lambda dite: entendus.append(Enonce(dite.query, tuple(dite.args)))
            )
        maitre = await asyncpg.connect(superutilisateur)
        try:
            async with banc.moteur_api.a_part() as nue:
                yield cls(banc, nue, maitre, listes_de(banc), entendus)
        finally:
            await maitre.close()

    def roles(self, liste: Liste, qui: Qui) -> frozenset[str]:
        """Les rôles qui permettent à quelqu'un de lire cette liste, sans que l'audit le garde."""
        siens = ANNUAIRE.organisme if qui.organisme else ANNUAIRE.mcn - ANNUAIRE.verificateurs
        return self._roles[liste.chemin] & siens

    async def relever(self, liste: Liste, demande: Demande, qui: Qui) -> Appel | None:
        """Joue une demande; rien si nul rôle ne la permet à `qui`, ou si rien n'y est semé."""
        permis = self.roles(liste, qui)
        adresse = await self._adresse(liste, demande, qui) if permis else None
        if adresse is None:
            return None
        return await self.jouer(Appel(qui, min(permis), liste, demande, adresse))

    async def jouer(self, appel: Appel) -> Appel:
        """L'appel, et ce qu'il a envoyé à la base; lève `ListeRefusee`."""
        client = self.banc.client(appel.role, organisme=appel.qui.organisme or None)
        self._entendus.clear()
        reponse = await client.get(appel.adresse)
        if reponse.status_code != httpx.codes.OK:
            raise ListeRefusee(f"{appel.adresse} : {reponse.status_code} {reponse.text}")
        await asyncio.sleep(0)  # le pilote tient son journal après coup
        lues = tuple(enonce for enonce in self._entendus if not _PAS_DE_LA_LISTE.match(enonce.sql))
        *_, debut = (enonce.sql for enonce in self._entendus if enonce.sql.startswith("BEGIN"))
        page = reponse.json()
        vide = not page.get("elements", True)
        return replace(appel, debut=debut, enonces=lues, suivant=page.get("suivant"), vide=vide)

    async def aux_neuf_dixiemes(self, appel: Appel) -> Appel | None:
        """La page qui suit les neuf dixièmes de la liste; rien s'il n'y en a qu'une.

        Le curseur est forgé des clés de l'élément qui précède : celui de la première page, forgé de
        même, doit être celui que le service a rendu.
        """
        if appel.suivant is None:
            return None
        tete, *_ = orjson.loads(_en_clair(appel.suivant))
        enonce = appel.enonces[-1]
        async with self._sous(appel) as cx:
            page = await self._ligne(cx, enonce, PAGE - 2)
            if _curseur(tete, page, appel.liste.cles) != appel.suivant:
                raise ListeRefusee(f"{appel.nom} : ses clés ne sont pas {appel.liste.cles}.")
            tous = await cx.fetchval(
                f"SELECT count(*) FROM ({enonce.sql}) q", *_sans_limite(enonce)
            )
            ligne = await self._ligne(cx, enonce, max(PAGE - 2, tous * 9 // 10 - 1))
        adresse = _avec(appel.adresse, curseur=_curseur(tete, ligne, appel.liste.cles))
        return await self.jouer(replace(appel, adresse=adresse))

    async def plans(
        self, appel: Appel, tailles: Mapping[str, float], *, execute: bool = False
    ) -> Plans:
        """Les plans retenus pour ces instructions; `execute` : et ce qu'elles ont lu."""
        async with self._sous(appel) as cx:
            lu = await executer(cx, appel.enonces) if execute else Lu()
            propres = "force_custom_plan" in appel.debut
            plans = [p for e in appel.enonces for p in await retenus(cx, e, propres=propres)]
        return Plans.de(plans, tailles, lu)

    async def tailles(self) -> Mapping[str, float]:
        """Le nombre de lignes de chaque table et de chaque index, selon les statistiques."""
        dites = "SELECT relname, reltuples FROM pg_class WHERE relkind IN ('r', 'i')"
        return {nom: float(lignes) for nom, lignes in await self.maitre.fetch(dites)}

    async def _adresse(self, liste: Liste, demande: Demande, qui: Qui) -> str | None:
        lus = {nom: await self._valeur(valeur, qui) for nom, valeur in demande.items()}
        parametres = {nom: valeur for nom, valeur in lus.items() if valeur is not None}
        objet = await self._valeur(liste.objet, qui)
        if len(parametres) < len(lus) or objet is None:
            return None
        avant, _, reste = liste.chemin.partition("{")
        return _avec(avant + objet + reste.partition("}")[2], **parametres)

    async def _valeur(self, dite: str, qui: Qui) -> str | None:
        if not dite.startswith("SELECT"):
            return dite
        valeurs = (qui.organisme,) if "$1" in dite else ()
        lue: str | None = await self.maitre.fetchval(dite, *valeurs)
        return lue

    @asynccontextmanager
    async def _sous(self, appel: Appel) -> AsyncIterator[asyncpg.Connection]:
        """La connexion nue, dans la transaction même de cet appel."""
        await self.nue.execute(appel.debut)
        try:
            yield self.nue
        finally:
            await self.nue.execute("ROLLBACK")

    @staticmethod
    async def _ligne(cx: asyncpg.Connection, enonce: Enonce, rang: int) -> asyncpg.Record:
        return await cx.fetchrow(
            f"SELECT * FROM ({enonce.sql}) q OFFSET {rang} LIMIT 1", *_sans_limite(enonce)
        )


def listes_de(banc: Banc) -> Mapping[str, frozenset[str]]:
    """Les listes d'un service, lues de son OpenAPI : l'adresse, et qui peut la lire."""
    return {
        chemin: frozenset(operation["x-roles"])
        for chemin, operation in _operations(banc.application.openapi())
    }


def filtres_de(banc: Banc) -> Mapping[str, frozenset[str]]:
    """Les filtres que prend chaque liste d'un service."""
    return {
        chemin: frozenset(p["name"] for p in operation["parameters"] if p["in"] == "query")
        - {"limite", "curseur"}
        for chemin, operation in _operations(banc.application.openapi())
    }


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for chemin, methodes in document["paths"].items():
        operation = methodes.get("get", {})
        if any(p["name"] == "curseur" for p in operation.get("parameters", ())):
            yield chemin, operation


def _sans_limite(enonce: Enonce) -> tuple[Any, ...]:
    """Ses valeurs, sa limite exceptée : elle vaut le plus grand nombre."""
    return tuple(2**31 - 1 if v == PAGE else v for v in enonce.valeurs)


def _curseur(tete: str, ligne: asyncpg.Record, cles: Sequence[str]) -> str:
    """Le curseur d'une ligne, écrit comme `socle.bd.curseurs`."""
    textes = [tete, *(str(ligne[cle]) for cle in cles)]
    return base64.urlsafe_b64encode(orjson.dumps(textes)).decode().rstrip("=")


def _en_clair(curseur: str) -> bytes:
    return base64.urlsafe_b64decode(curseur + "=" * (-len(curseur) % 4))


def _avec(adresse: str, **parametres: str) -> str:
    if not parametres:
        return adresse
    return f"{adresse}{'&' if '?' in adresse else '?'}{urlencode(parametres)}"
