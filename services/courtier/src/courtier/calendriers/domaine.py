"""Ce que l'on tient d'une version du calendrier ouvrable (SLA-1)."""

from dataclasses import dataclass

from calendrier import VersionCalendrier


@dataclass(frozen=True, slots=True)
class CalendrierRecu:
    """Une version, et son rang parmi celles que catalogue a publiées."""

    version: VersionCalendrier
    rang: int
