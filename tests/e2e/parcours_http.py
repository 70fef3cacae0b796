"""Lit et joue un fichier `.http` : du dialecte de JetBrains, ce que nos parcours emploient.

Ce qui ne se lit pas fait échouer l'essai : rien du fichier ne passe sans être joué.
"""

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

PATIENCE_S = 20.0
SIGNATURE = "< ./signer.js"
COMMANDE = "# $ "
_APPEL = re.compile(r"(GET|POST) (\S+)")
_ATTENTE = re.compile(r'client\.test\("(.+)", \(\) => client\.assert\(response\.(.+) === (.+)\)\);')
_CAPTURE = re.compile(r'client\.global\.set\("(\w+)", response\.(.+)\);')
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
Chemin = tuple[str, ...]
Document = dict[str, Any]


class Illisible(ValueError):
    """Une ligne que le lecteur ne connaît pas."""


@dataclass(slots=True)
class Requete:
    """Une requête, ce qu'il faut lancer avant, et ce qu'on attend et retient de sa réponse."""

    titre: str
    commandes: list[str] = field(default_factory=list)
    signee: bool = False
    methode: str = ""
    adresse: str = ""
    en_tetes: dict[str, str] = field(default_factory=dict)
    corps: str = ""
    attentes: list[tuple[str, Chemin, object]] = field(default_factory=list)
    captures: dict[str, Chemin] = field(default_factory=dict)


def lire(fichier: Path) -> list[Requete]:
    """Les requêtes d'un fichier, dans l'ordre; lève `Illisible`."""
    preambule, *blocs = re.split(r"^### ", fichier.read_text("utf-8"), flags=re.MULTILINE)
    if autre := [ligne for ligne in preambule.splitlines() if ligne and ligne[0] != "#"]:
        raise Illisible(autre[0])
    return [_requete(bloc) for bloc in blocs]


def _requete(bloc: str) -> Requete:
    """Le titre, ce qui précède l'appel, l'appel, ses en-têtes, son corps, puis la réponse."""
    titre, *lignes = bloc.splitlines()
    requete, reste = Requete(titre), iter(lignes)
    for ligne in reste:
        if appel := _APPEL.fullmatch(ligne):
            requete.methode, requete.adresse = appel.groups()
            break
        if ligne.startswith(COMMANDE):
            requete.commandes.append(ligne.removeprefix(COMMANDE))
        elif ligne == SIGNATURE:
            requete.signee = True
        elif not ligne.startswith("#"):
            raise Illisible(ligne)
    for ligne in reste:
        if not ligne:
            break
        nom, _, valeur = ligne.partition(": ")
        requete.en_tetes[nom] = valeur
    requete.corps = "\n".join(_jusqu_a("> {%", reste)).strip()
    for ligne in _jusqu_a("%}", reste):
        _reponse(requete, ligne)
    if suite := [ligne for ligne in reste if ligne]:
        raise Illisible(suite[0])
    return requete


def _jusqu_a(fin: str, lignes: Iterator[str]) -> Iterator[str]:
    for ligne in lignes:
        if ligne == fin:
            return
        yield ligne
    raise Illisible(f"« {fin} » manque")


def _reponse(requete: Requete, ligne: str) -> None:
    if attente := _ATTENTE.fullmatch(ligne):
        nom, ou, valeur = attente.groups()
        requete.attentes.append((nom, _chemin(ou), json.loads(valeur)))
    elif capture := _CAPTURE.fullmatch(ligne):
        nom, ou = capture.groups()
        requete.captures[nom] = _chemin(ou)
    else:
        raise Illisible(ligne)


def _chemin(ou: str) -> Chemin:
    return tuple(re.findall(r"\w+", ou))


def suivre(chemin: Chemin, document: object) -> object:
    """La valeur d'un chemin, « body.elements[0].id »; rien si elle n'y est pas."""
    for pas in chemin:
        match document:
            case dict():
                document = document.get(pas)
            case list() if pas.isdecimal() and int(pas) < len(document):
                document = document[int(pas)]
            case _:
                return None
    return document


@dataclass(slots=True)
class Joueur:
    """Joue les requêtes; une lecture se refait jusqu'à ce que ses attentes soient tenues."""

    client: httpx.Client
    variables: dict[str, str]
    lancer: Callable[[Sequence[str]], object]

    def jouer(self, requetes: Sequence[Requete]) -> dict[str, Document]:
        """Le corps de chaque réponse, par titre."""
        return {requete.titre: self._jouer(requete) for requete in requetes}

    def _jouer(self, requete: Requete) -> Document:
        for commande in requete.commandes:
            self.lancer(shlex.split(commande))
        limite = time.monotonic() + (PATIENCE_S if requete.methode == "GET" else 0)
        while True:
            rendu = self._envoyer(requete)
            fautes = [nom for nom, ou, voulu in requete.attentes if suivre(ou, rendu) != voulu]
            if not fautes:
                break
            assert time.monotonic() < limite, f"{requete.titre} : {fautes}, {rendu}"
            time.sleep(0.2)
        for nom, ou in requete.captures.items():
            retenu = suivre(ou, rendu)
            assert isinstance(retenu, str), f"{requete.titre} : {nom} manque, {rendu}"
            self.variables[nom] = retenu
        corps: Document = rendu["body"]
        return corps

    def _envoyer(self, requete: Requete) -> Document:
        corps = self._dire(requete.corps)
        signature = self._signer(corps) if requete.signee else {}
        reponse = self.client.request(
            requete.methode,
            self._dire(requete.adresse),
            content=corps.encode(),
            headers={nom: self._dire(v, signature) for nom, v in requete.en_tetes.items()},
        )
        return {"status": reponse.status_code, "body": reponse.json()}

    def _signer(self, corps: str) -> dict[str, str]:
        """Ce que `signer.js` pose; un essai montre qu'il pose la même chose."""
        identifiant = json.loads(corps)["id"]
        maintenant = datetime.now(UTC)  # noqa: TID251 -- les signatures vivent à l'heure système
        cle = self.variables["secret_itsm"]
        return {
            "webhook_id": identifiant,
            "webhook_timestamp": str(int(maintenant.timestamp())),
            "webhook_signature": Webhook(cle).sign(identifiant, maintenant, corps),
        }

    def _dire(self, texte: str, autres: Mapping[str, str] | None = None) -> str:
        """Le texte, ses variables remplacées; lève `KeyError` si l'une est inconnue."""
        connues = {**self.variables, **(autres or {})}
        return _VARIABLE.sub(lambda trouve: connues[trouve[1]], texte)
