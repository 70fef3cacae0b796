"""Le joueur : appelle chaque opération comme son document l'imprime, et garde ce qu'elle répond."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs
import orjson
from standardwebhooks.webhooks import Webhook

from outils.essais.banc import Banc
from services.demandes.tests.itsm import NEUVE
from socle.horloge import horloge_systeme

Json = Any
JSON: Final = "application/json"
REGLAGES: Final[Mapping[str, Mapping[str, str]]] = {"demandes": {"itsm_secrets": NEUVE}}
"""Ce qu'un service veut de plus pour jouer ses exemples."""
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_CLE: Final = re.compile(r"whsec_[A-Za-z0-9+/=]+")
_CURSEUR: Final = "eyJleGVtcGxlIjoxfQ"
FACULTATIFS: Final[Mapping[str, set[str]]] = {"publier_version_fiche": {"Location"}}
"""Par opération, l'en-tête qu'un essai, qui n'écrit rien, ne porte pas."""
LONGUEUR: Final = 2
"""Éléments que garde l'exemple d'une liste."""


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Chaque opération : sa méthode, son chemin, ce que le document en dit."""
    for chemin, methodes in document["paths"].items():
        for methode, operation in methodes.items():
            yield methode.upper(), chemin, operation


def valideur(document: Mapping[str, Any], schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
    """De quoi juger une valeur par un schéma du document."""
    entier = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(entier, validate_formats=True)


def imprimes(operation: Mapping[str, Any]) -> dict[str, Json]:
    """Les corps qu'imprime une opération, par nom; « » s'il n'y en a qu'un."""
    contenu = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    nommes = {nom: dit["value"] for nom, dit in contenu.get("examples", {}).items()}
    return nommes or ({"": contenu["example"]} if "example" in contenu else {})


def _fichier(operation: Mapping[str, Any]) -> tuple[str, bytes] | None:
    """Le type et l'exemple du fichier que reçoit une opération, si elle n'a pas de corps JSON."""
    contenus = operation.get("requestBody", {}).get("content", {})
    return next(((m, dit["example"].encode()) for m, dit in contenus.items() if m != JSON), None)


@dataclass(slots=True)
class Joueur:
    """Un service monté, son document, et ce qu'il a répondu jusqu'ici."""

    banc: Banc
    document: Mapping[str, Any]
    rendus: dict[str, dict[str, Json]] = field(default_factory=dict)
    joues: set[tuple[str, str]] = field(default_factory=set)
    connus: dict[str, str] = field(default_factory=dict)
    """Pour un identifiant imprimé, l'objet semé qui en tient lieu."""
    _cles: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def de(cls, banc: Banc) -> "Joueur":
        return cls(banc, banc.application.openapi())

    async def jouer(
        self,
        client: httpx.AsyncClient,
        nom: str,
        *,
        exemple: str = "",
        corps: Json = None,
        requete: Mapping[str, str] | None = None,
        **chemin: object,
    ) -> Json:
        """Appelle l'opération; rend le corps. Sans `corps`, celui qu'elle imprime."""
        methode, adresse, operation = self._operation(nom)
        adresse = adresse.format_map({n: str(v) for n, v in chemin.items()})
        en_tetes = {}
        if corps is None and (dits := imprimes(operation)):
            corps = self._semer(dits[exemple])
            self.joues.add((nom, exemple))
        if methode in {"PUT", "PATCH"}:
            en_tetes["If-Match"] = (await client.get(adresse)).headers["ETag"]
        if {"signature": []} in operation["security"]:
            en_tetes |= self._signer(corps)
        contenu = None if corps is None else orjson.dumps(corps)
        if contenu is not None:
            en_tetes["Content-Type"] = JSON
        elif fichier := _fichier(operation):
            en_tetes["Content-Type"], contenu = fichier
        rendu = await client.request(
            methode, adresse, content=contenu, params=requete, headers=en_tetes
        )
        assert rendu.is_success, f"{nom} {exemple} : {rendu.status_code} {rendu.text}"
        self._juger(nom, operation, rendu)
        if "304" in operation["responses"]:
            deja_lu = {"If-None-Match": rendu.headers["ETag"]}
            relu = await client.get(adresse, params=requete, headers=deja_lu)
            assert (relu.status_code, relu.content) == (304, b""), f"{nom} : {relu.status_code}"
        return rendu.json()

    def _operation(self, nom: str) -> tuple[str, str, Mapping[str, Any]]:
        return next(o for o in operations(self.document) if o[2]["operationId"] == nom)

    def _semer(self, imprime: Json) -> Json:
        """Le corps imprimé, ses identifiants menés aux objets semés."""
        texte = json.dumps(imprime)
        for dit, vrai in self.connus.items():
            texte = texte.replace(dit, vrai)
        return json.loads(texte)

    def _signer(self, corps: Json) -> dict[str, str]:
        cle, instant = f"msg_{next(self._cles):04}", horloge_systeme()
        signature = Webhook(NEUVE).sign(cle, instant, orjson.dumps(corps).decode())
        return {
            "webhook-id": cle,
            "webhook-timestamp": str(int(instant.timestamp())),
            "webhook-signature": signature,
        }

    def _juger(self, nom: str, operation: Mapping[str, Any], rendu: httpx.Response) -> None:
        """La réponse est de celles que dit le document : statut, en-têtes, corps."""
        statut = str(rendu.status_code)
        assert statut in operation["responses"], f"{nom} : {statut} n'est pas dit"
        dite = operation["responses"][statut]
        dits = set(dite.get("headers", {}))
        rendus = {n for n in ("ETag", "Location", "Link") if n in rendu.headers}
        assert rendus <= dits, f"{nom} : en-têtes rendus {rendus}, dits {dits}"
        assert dits - rendus <= FACULTATIFS.get(nom, {"Link"}), f"{nom} : {dits - rendus} manque"
        corps = rendu.json()
        fautes = list(valideur(self.document, dite["content"][JSON]["schema"]).iter_errors(corps))
        assert not fautes, f"{nom} : {[str(f) for f in fautes][:3]}"
        self.rendus.setdefault(nom, {}).setdefault(statut, _abrege(corps))

    def exiger_tout(self) -> None:
        """Chaque opération a été jouée, et chaque corps imprimé."""
        toutes = {o["operationId"] for _, _, o in operations(self.document)}
        assert toutes == set(self.rendus)
        dits = {(o["operationId"], n) for *_, o in operations(self.document) for n in imprimes(o)}
        assert dits <= self.joues, dits - self.joues

    def ecrire(self, fichier: Path) -> None:
        """Garde les réponses, leurs identifiants numérotés : deux passages se comparent."""
        ordre = [o["operationId"] for *_, o in operations(self.document)]
        texte = json.dumps({nom: self.rendus[nom] for nom in ordre}, ensure_ascii=False, indent=1)
        vus: dict[str, str] = {}

        def numeroter(trouve: re.Match[str]) -> str:
            return vus.setdefault(trouve[0], f"0199f0a0-0000-7000-8000-{len(vus) + 1:012d}")

        texte = _CLE.sub("whsec_ZXhlbXBsZSBkZSBjbMOpIHF1aSBuZSBzaWduZSByaWVu", texte)
        fichier.write_text(_UUID.sub(numeroter, texte) + "\n", encoding="utf-8")


def _abrege(corps: Json) -> Json:
    """Une liste garde ses premiers éléments, et un curseur d'exemple."""
    if not isinstance(corps, dict) or set(corps) != {"elements", "suivant"}:
        return corps
    suivant = _CURSEUR if corps["suivant"] or len(corps["elements"]) > LONGUEUR else None
    return {"elements": corps["elements"][:LONGUEUR], "suivant": suivant}
