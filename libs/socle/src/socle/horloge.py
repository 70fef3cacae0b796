"""Les horloges d'affaires d'un processus : celle du système, ou un fichier que l'on avance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from noyau import Horloge, instant_plausible


def _montre() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- la seule lecture de l'heure système d'affaires


def horloge_systeme(montre: Callable[[], datetime] = _montre) -> datetime:
    """L'heure du système, en UTC; lève `InstantImpossible` si la machine a perdu la date."""
    return instant_plausible(montre())


@dataclass(frozen=True, slots=True)
class HorlogeFichier:
    """L'heure écrite dans un fichier que tous les processus lisent (démonstration, essais)."""

    fichier: Path

    def __call__(self) -> datetime:
        """L'heure écrite; lève `ValueError` si elle est illisible ou impossible."""
        return instant_plausible(datetime.fromisoformat(self.fichier.read_text("ascii").strip()))

    def avancer(self, instant: datetime) -> None:
        """Remplace l'heure d'un coup; personne ne lit un fichier à moitié écrit.

        Lève `InstantNaif` ou `InstantImpossible`, et n'écrit rien.
        """
        neuf = self.fichier.with_suffix(".neuf")
        neuf.write_text(instant_plausible(instant).isoformat(), "ascii")
        neuf.replace(self.fichier)


def choisir_horloge(fichier: Path | None, mode: str) -> Horloge:
    """L'horloge du processus; lève `ValueError` si son fichier est en production ou illisible."""
    if fichier is None:
        return horloge_systeme
    if mode not in {"demo", "essai"}:
        raise ValueError(
            "L'horloge conduite par fichier est réservée à la démonstration et aux essais."
        )
    conduite = HorlogeFichier(fichier)
    try:
        conduite()
    except (OSError, ValueError):
        raise ValueError(
            f"L'horloge {fichier} est illisible : un instant ISO et son fuseau y sont attendus."
        ) from None
    return conduite
