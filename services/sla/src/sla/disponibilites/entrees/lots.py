"""Un lot d'indisponibilités, en JSON ou tel que l'enregistre un Excel du Québec."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final

from pydantic import BeforeValidator, Field

from noyau import QUEBEC
from sla.disponibilites.entrees.schemas import ConstatIn, Organismes, Sites
from socle.web import Entree, exemple
from socle.web.tableur import Tableur, texte

LIGNES_MAX: Final = 1_000
_FORMES: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


def instant(cellule: str) -> str:
    """« 2026-09-14 08:06 » est une heure de Québec; ce qui ne se lit pas reste à refuser.

    Une heure qui revient deux fois à l'automne, ou qui manque au printemps, ne se devine pas : elle
    se refuse, et son décalage reste à dire.
    """
    dite = cellule.strip().replace("T", " ").replace(" h ", ":")
    for forme in _FORMES:
        try:
            murale = datetime.strptime(dite, forme).replace(tzinfo=QUEBEC)
        except ValueError:
            continue
        if murale.utcoffset() == murale.replace(fold=1).utcoffset():
            return murale.astimezone(UTC).isoformat()
    return cellule


def _separer(valeur: object) -> object:
    """Une cellule nomme ses codes séparés de virgules."""
    if not isinstance(valeur, str):
        return valeur
    return [code.strip() for code in valeur.split(",") if code.strip()]


class LigneIn(ConstatIn):
    """Une ligne d'un lot; d'un CSV, organismes et sites se séparent de virgules."""

    organismes: Annotated[Organismes, BeforeValidator(_separer)] = ()
    sites: Annotated[Sites, BeforeValidator(_separer)] = ()


class LotIn(Entree):
    """Des indisponibilités à constater; en JSON, ou en CSV aux mêmes noms."""

    TABLEUR: ClassVar[Tableur] = Tableur(
        "lignes",
        {nom: instant if nom in {"debut", "fin"} else texte for nom in ConstatIn.model_fields},
    )
    model_config = exemple(
        {
            "lignes": [
                {
                    "service": "stockage",
                    "nature": "maintenance",
                    "debut": "2026-09-14T21:00:00-04:00",
                    "fin": "2026-09-14T23:30:00-04:00",
                    "motif": "Mise à jour du microgiciel des baies.",
                }
            ]
        }
    )

    lignes: list[LigneIn] = Field(min_length=1, max_length=LIGNES_MAX)
