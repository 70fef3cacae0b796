"""Lire un fichier de règlements, tel qu'Excel l'écrit au Québec.

Des colonnes `organisme`, `date`, `reference`, `document` et `montant`, séparées de « ; ». Une ligne
par document payé; celles d'un même organisme, d'une même date et d'une même référence font un seul
règlement, qui vaut leur somme. Sans document, la somme reste au crédit de l'organisme.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from contrats.base import CodeOrganisme
from facturation.comptes.cas_usage import InscrireLot, ReglementDuLot
from facturation.comptes.domaine.reglements import AInscrire, Partie
from facturation.comptes.entrees.schemas import Reference
from facturation.factures.entrees.schemas import Numero
from noyau import ZERO, Montant
from socle import champs
from socle.identifiants import uuid7
from socle.web import Entree, Probleme
from socle.web.tableur import MEDIA, est_csv

LIGNES: Final = 1_000
"""Lignes d'un lot, au plus."""
PLAFOND: Final = Montant.de("9999999999.99")
"""Ce que vaut un règlement, au plus; en JSON aussi."""
COLONNES: Final = ("organisme", "date", "reference", "document", "montant")
_MONTANT: Final = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:,[0-9]{1,2})?")


class LigneDeLot(Entree):
    """Une ligne du fichier."""

    organisme: CodeOrganisme
    date: champs.Jour
    reference: Reference
    document: Numero | None
    montant: Decimal = Field(max_digits=12, decimal_places=2)


def lire(corps: bytes, media: str) -> InscrireLot:
    """Les règlements d'un fichier, dans l'ordre où il les commence.

    Lève `Probleme` 415 si ce n'est pas un CSV, `RequestValidationError` (422) qui dit toutes les
    fautes de ses lignes.
    """
    regroupes: dict[tuple[str, date, str], list[tuple[int, LigneDeLot]]] = {}
    vues: dict[tuple[object, ...], int] = {}
    for numero, ligne in _lignes(_texte(corps, media)):
        cle = (ligne.organisme, ligne.date, ligne.reference.casefold())
        premiere = vues.setdefault((*cle, ligne.document, ligne.montant), numero)
        if premiere != numero:
            raise _refus(f"Les lignes {premiere} et {numero} disent la même chose.")
        regroupes.setdefault(cle, []).append((numero, ligne))
    return InscrireLot(tuple(_du_lot(uuid7(), siennes) for siennes in regroupes.values()))


def _texte(corps: bytes, media: str) -> str:
    """Le texte, en UTF-8 ou, à défaut, dans le jeu de caractères d'Excel pour Windows."""
    if not est_csv(media):
        raise Probleme(415, f"Un fichier CSV est attendu ({MEDIA}).")
    if b"\0" in corps:
        raise Probleme(415, "Enregistrez-le en « CSV UTF-8 » : on n'y lit pas cet encodage.")
    try:
        return corps.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return corps.decode("cp1252")
    except UnicodeDecodeError as erreur:
        raise Probleme(415, "Le fichier n'est ni en UTF-8 ni en Windows-1252.") from erreur


def _lignes(texte: str) -> Iterator[tuple[int, LigneDeLot]]:
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=";", strict=True)
    fautes: list[dict[str, Any]] = []
    lues: list[tuple[int, LigneDeLot]] = []
    try:
        noms = _entete(next(lecteur, []))
        for cellules in lecteur:
            if not any(cellule.strip() for cellule in cellules):
                continue
            if len(lues) + len(fautes) >= LIGNES:
                raise _refus(f"Un lot compte au plus {LIGNES} lignes : partagez le fichier.")
            try:
                lues.append((lecteur.line_num, _ligne(noms, cellules)))
            except ValidationError as erreur:
                fautes += _situer(erreur, lecteur.line_num)
    except csv.Error as erreur:
        raise _refus("Le CSV est mal formé.", lecteur.line_num) from erreur
    if fautes:
        raise RequestValidationError(fautes)
    if not lues:
        raise _refus("Le fichier n'a aucune ligne de règlement.")
    yield from lues


def _entete(cellules: list[str]) -> tuple[str, ...]:
    """Les colonnes du fichier, dans son ordre; accents et majuscules n'y changent rien."""
    noms = tuple(_nu(cellule) for cellule in cellules)
    if sorted(noms) != sorted(COLONNES):
        attendues = ";".join(COLONNES)
        raise _refus(f"La première ligne nomme les colonnes, séparées de « ; » : {attendues}.", 1)
    return noms


def _nu(texte: str) -> str:
    decompose = unicodedata.normalize("NFD", texte.strip().lower())
    return "".join(c for c in decompose if not unicodedata.combining(c))


def _ligne(noms: tuple[str, ...], cellules: list[str]) -> LigneDeLot:
    # Une cellule de trop ou de moins est une faute que le modèle dit : champ inconnu, ou requis.
    surplus = {f"colonne_{rang}": c for rang, c in enumerate(cellules[len(noms) :], len(noms) + 1)}
    dites: Mapping[str, Any] = dict(zip(noms, map(str.strip, cellules), strict=False))
    valeurs = {**dites, **{nom: c for nom, c in surplus.items() if c.strip()}}
    if "document" in valeurs:
        valeurs["document"] = valeurs["document"] or None
    if "montant" in valeurs:
        valeurs["montant"] = _montant(valeurs["montant"])
    return LigneDeLot.model_validate(valeurs)


def _montant(texte: str) -> str:
    """« 1 234,50 $ » → « 1234.50 »; ce qui s'écrit autrement reste tel quel, et se refuse."""
    nombre = re.sub(r"[\u00a0\u202f]", " ", texte).replace("−", "-").removesuffix("$").strip()
    if not _MONTANT.fullmatch(nombre):
        return f"« {texte} »"
    return nombre.replace(" ", "").replace(",", ".")


def _situer(erreur: ValidationError, ligne: int) -> Iterator[dict[str, Any]]:
    for faute in erreur.errors():
        if faute["loc"][:1] == ("montant",) and faute["type"] == "value_error":
            faute["ctx"] = {"error": ValueError("Un montant comme « 1 234,50 » est attendu.")}
        yield {**faute, "loc": ("body", ligne, *faute["loc"])}


def _refus(message: str, *lieu: int | str) -> RequestValidationError:
    faute = {"type": "value_error", "loc": ("body", *lieu), "ctx": {"error": ValueError(message)}}
    return RequestValidationError([faute])


def _du_lot(identifiant: UUID, lignes: list[tuple[int, LigneDeLot]]) -> ReglementDuLot:
    numero, premiere = lignes[0]
    montant = sum((Montant.de(ligne.montant) for _, ligne in lignes), ZERO)
    if montant > PLAFOND:
        raise _refus("Les lignes de ce règlement totalisent trop.", numero, "montant")
    parties = tuple(
        Partie(ligne.document, Montant.de(ligne.montant)) for _, ligne in lignes if ligne.document
    )
    return ReglementDuLot(
        AInscrire(
            id=identifiant,
            organisme=premiere.organisme,
            le=premiere.date,
            reference=premiere.reference,
            montant=montant,
            parties=parties,
        ),
        tuple(rang for rang, _ in lignes),
    )
