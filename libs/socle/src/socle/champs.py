"""Les champs que tout corps partage : textes sûrs, jours et instants plausibles, exemples."""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from noyau import DERNIER_JOUR, PREMIER_JOUR, debut_du_jour, en_utc

# Caractères de commande (C0, DEL, C1), ceux qui renversent le sens de lecture, ceux qui ne se
# voient pas : un texte montré à un autre que son auteur ne doit ni se cacher, ni se lire autrement
# qu'il ne s'écrit, ni couper une ligne.
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CACHES: Final = (
    "\u115f\u1160\u2028\u2029\u2800\u3164\ufdd0-\ufdef\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
_INTERDITS: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f{_BIDI}{_CACHES}]")
_INTERDITS_LIGNES: Final = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}{_CACHES}]")
# Ce que Word, Excel et Outlook laissent dans un texte copié, et que personne n'a voulu.
_LAISSES: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def _normaliser(valeur: object) -> object:
    """NFC, fins de ligne unies, sans blanc autour ni espace nulle; le reste demeure tel quel."""
    if not isinstance(valeur, str):
        return valeur
    texte = valeur.translate(_LAISSES).replace("\r\n", "\n")
    return unicodedata.normalize("NFC", texte).strip()


def _sans(interdits: re.Pattern[str]) -> AfterValidator:
    def verifier(texte: str) -> str:
        if interdits.search(texte):
            raise ValueError(
                "Le texte contient un caractère de commande, invisible ou de sens de lecture."
            )
        return texte

    return AfterValidator(verifier)


def epurer(texte: str) -> str:
    """Le même, sans ce que `SUR` refuse : ce qui n'a pu se refuser se garde sans danger."""
    lisible = texte.encode("utf-8", "replace").decode()
    return _INTERDITS.sub("\N{REPLACEMENT CHARACTER}", lisible)


SUR = _sans(_INTERDITS)
"""Refuse les caractères de commande, invisibles ou de sens de lecture, et les fins de ligne."""
SUR_EN_LIGNES = _sans(_INTERDITS_LIGNES)
"""Comme `SUR`, mais admet la tabulation et la fin de ligne."""
NORMALISE = BeforeValidator(_normaliser)
"""NFC, sans blanc autour : deux textes qui se lisent pareil sont le même.

Elle vient la dernière d'un `Annotated` : les bornes tiennent alors au texte même.
"""

Nom = Annotated[str, Field(min_length=1, max_length=200), SUR, NORMALISE]
"""Une ligne de texte, de 1 à 200 caractères."""
NomFacultatif = Annotated[str, Field(max_length=200), SUR, NORMALISE]
"""Une ligne de texte, vide permise."""
Adresse = Annotated[str, Field(max_length=500), SUR_EN_LIGNES, NORMALISE]
"""Une adresse postale, sur une ou plusieurs lignes; vide permise."""
Motif = Annotated[str, Field(min_length=1, max_length=2_000), SUR_EN_LIGNES, NORMALISE]
"""Pourquoi un acte est posé : 1 à 2 000 caractères, en lignes."""
Texte = Annotated[str, Field(max_length=4_000), SUR_EN_LIGNES, NORMALISE]
"""Un texte libre, au plus 4 000 caractères; vide permis."""


def _ecrit(classe: type[date], forme: str, faute: str) -> BeforeValidator:
    """Refuse ce qu'on devinerait : un nombre pris pour un instant, un instant pour une date."""
    attendue = re.compile(forme)

    def verifier(valeur: object) -> object:
        if type(valeur) is classe or (isinstance(valeur, str) and attendue.match(valeur)):
            return valeur
        raise ValueError(faute)

    return BeforeValidator(verifier)


_ANNEE: Final = "(20[0-9]{2}|2100)"

Jour = Annotated[
    date,
    Field(ge=PREMIER_JOUR, le=DERNIER_JOUR),
    _ecrit(date, r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", "Une date (aaaa-mm-jj) est attendue."),
]
"""Une date de Québec, écrite « aaaa-mm-jj », des années 2000 à 2100."""
Instant = Annotated[
    AwareDatetime,
    # Des mêmes années à Québec et en UTC : son jour de Québec est un `Jour`.
    Field(ge=debut_du_jour(PREMIER_JOUR), lt=datetime(2101, 1, 1, tzinfo=UTC)),
    AfterValidator(en_utc),
    _ecrit(datetime, r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", "Un instant avec son fuseau est attendu."),
]
"""Un instant conscient, écrit « aaaa-mm-jjThh:mm:ss », ramené en UTC; des années 2000 à 2100."""


def _annees_qui_se_suivent(exercice: str) -> str:
    debut, _, fin = exercice.partition("-")
    if int(fin) != int(debut) + 1:
        raise ValueError("Un exercice nomme deux années qui se suivent : « 2026-2027 ».")
    return exercice


Periode = Annotated[str, Field(pattern=rf"^{_ANNEE}-(0[1-9]|1[0-2])$", examples=["2026-09"])]
"""Un mois civil, écrit « aaaa-mm », des années 2000 à 2100."""
Exercice = Annotated[
    str,
    # De janvier 2000 à décembre 2100, les mois sont des exercices 1999-2000 à 2100-2101.
    Field(pattern=rf"^(1999|{_ANNEE[1:-1]})-({_ANNEE[1:-1]}|2101)$", examples=["2026-2027"]),
    AfterValidator(_annees_qui_se_suivent),
]
"""Un exercice financier, « 2026-2027 », d'un mois des années 2000 à 2100."""


def exemple(corps: JsonDict) -> ConfigDict:
    """Un schéma et son exemple : l'OpenAPI le montre, les essais le jouent."""
    return ConfigDict(json_schema_extra={"examples": [corps]})
