"""Un lot donné en CSV, tel que l'enregistre un Excel du Québec : il se lit comme son JSON.

Séparateur « ; », virgule décimale, UTF-8 avec ou sans marque, sinon Windows-1252. La première
rangée nomme les colonnes, sans égard aux accents ni aux majuscules. Une cellule vide est un champ
absent, une rangée vide n'est rien.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

MEDIA: Final = "text/csv"
_MEDIAS: Final = {MEDIA, "application/vnd.ms-excel"}
"""Ce que disent d'un CSV les navigateurs; le second, sous Windows où Excel est installé."""
_SEPARATEUR: Final = ";"
_MONNAIE: Final = re.compile(r"[\s\u00a0\u202f]|\$$")


def texte(cellule: str) -> str:
    """Une cellule telle quelle."""
    return cellule


def nombre(cellule: str) -> str:
    """« 1 234,50 $ » est « 1234.50 »; ce qui n'est pas un nombre reste à refuser."""
    return _MONNAIE.sub("", cellule.strip()).replace(",", ".")


@dataclass(frozen=True, slots=True)
class Tableur:
    """Le champ d'un corps que donne un CSV, une rangée par élément; ce que lit chaque colonne."""

    champ: str
    colonnes: Mapping[str, Callable[[str], str]]

    def ecrire(self, corps: Mapping[str, Any]) -> str:
        """Le CSV d'un corps, tel qu'un tableur du Québec l'enregistrerait."""
        elements = corps[self.champ]
        noms = [nom for nom in self.colonnes if any(nom in element for element in elements)]
        tampon = io.StringIO()
        ecrit = csv.writer(tampon, delimiter=_SEPARATEUR)
        ecrit.writerow(noms)
        ecrit.writerows([self._cellule(nom, e.get(nom, "")) for nom in noms] for e in elements)
        return tampon.getvalue()

    def _cellule(self, nom: str, valeur: str) -> str:
        return valeur.replace(".", ",") if self.colonnes[nom] is nombre else valeur

    def lire(self, corps: bytes) -> dict[str, Any]:
        """Le corps que dit ce CSV; lève `RequestValidationError` (422), qui nomme les rangées."""
        lecteur = csv.reader(io.StringIO(_decoder(corps), ""), delimiter=_SEPARATEUR, strict=True)
        try:
            rangees = [rangee for rangee in lecteur if any(cellule.strip() for cellule in rangee)]
        except csv.Error as erreur:
            raise _illisible("Ce CSV est mal formé.") from erreur
        if not rangees:
            raise _illisible("La première rangée nomme les colonnes.")
        entete, *elements = rangees
        noms = list(self._noms(entete))
        self._exiger_cadrees(elements, len(noms))
        return {self.champ: [dict(self._element(noms, cellules)) for cellules in elements]}

    def _exiger_cadrees(self, elements: Sequence[Sequence[str]], largeur: int) -> None:
        dit = "La rangée a plus de cellules que de colonnes."
        fautes = [
            _faute(dit, self.champ, rang)
            for rang, cellules in enumerate(elements)
            if any(cellule.strip() for cellule in cellules[largeur:])
        ]
        if fautes:
            raise RequestValidationError(fautes)

    def _noms(self, entete: Sequence[str]) -> Iterator[str]:
        vus: set[str] = set()
        for dit in entete:
            nom = _nom(dit)
            if nom not in self.colonnes:
                connues = ", ".join(self.colonnes)
                raise _illisible(f"Une colonne n'est pas connue; celles qui le sont : {connues}.")
            if nom in vus:
                raise _illisible(f"La colonne « {nom} » est répétée.")
            vus.add(nom)
            yield nom

    def _element(self, noms: Sequence[str], cellules: Sequence[str]) -> Iterator[tuple[str, str]]:
        for nom, cellule in zip(noms, cellules, strict=False):
            if cellule.strip():
                yield nom, self.colonnes[nom](cellule)


def est_csv(media: str) -> bool:
    """Vrai de ce qu'on dit d'un CSV, quels que soient ses paramètres."""
    return media.partition(";")[0].strip().lower() in _MEDIAS


def _decoder(corps: bytes) -> str:
    if b"\0" in corps:
        raise _illisible("Enregistrez en « CSV UTF-8 » : on ne lit pas cet encodage.")
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            return corps.decode(encodage)
        except UnicodeDecodeError:
            continue
    raise _illisible("Enregistrez en « CSV UTF-8 » : on ne lit pas cet encodage.")


def _nom(dit: str) -> str:
    """« Date du fait » est `date_du_fait`."""
    nu = unicodedata.normalize("NFKD", dit).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", nu.lower()).strip("_")


def _illisible(dit: str) -> RequestValidationError:
    return RequestValidationError([_faute(dit)])


def _faute(dit: str, *lieu: str | int) -> dict[str, Any]:
    return {"type": "value_error", "loc": ("body", *lieu), "ctx": {"error": ValueError(dit)}}
