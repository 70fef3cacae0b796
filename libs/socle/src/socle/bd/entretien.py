"""Ce que la base garde d'un entretien : sa fin prévue, et celui qu'on annonce."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from noyau import instant_plausible

FIN_D_ENTRETIEN: Final = "sbg.entretien_fin"
"""Le paramètre de PostgreSQL où l'exploitant dit la fin prévue (ISO, en UTC)."""
ANNONCE: Final = "sbg.entretien_annonce"
"""Celui où il dit l'entretien à venir : « début/fin » (un intervalle ISO 8601, en UTC)."""


class Annonce(NamedTuple):
    """Un entretien annoncé : son début, et sa fin, en UTC."""

    debut: datetime
    fin: datetime

    @property
    def texte(self) -> str:
        """« 2026-11-28T03:00:00Z/2026-11-28T11:00:00Z », à la seconde."""
        return "/".join(f"{i.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for i in self)


def fin_lue(texte: str | None) -> datetime | None:
    """La fin d'entretien que garde la base, en UTC; rien si nul ne l'a dite, ou mal."""
    try:
        return instant_plausible(datetime.fromisoformat(texte or ""))
    except ValueError:
        return None


def annonce_lue(texte: str | None) -> Annonce | None:
    """L'entretien annoncé que garde la base; rien si nul ne l'est, ou mal dit."""
    debut, fin = map(fin_lue, (texte or "").partition("/")[::2])
    return None if debut is None or fin is None or debut >= fin else Annonce(debut, fin)
