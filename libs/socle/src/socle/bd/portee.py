"""La portée d'une transaction : ce que la sécurité par ligne laisse voir."""

import re
from dataclasses import dataclass

from socle.noyau import Acteur

CODE_ORGANISME = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")


@dataclass(frozen=True, slots=True)
class Portee:
    """Un organisme, ou tout le MCN, ou (`interne`) un rôle que les politiques laissent passer."""

    organisme: str = ""
    mcn: bool = False

    def __post_init__(self) -> None:
        if self.organisme and not CODE_ORGANISME.fullmatch(self.organisme):
            raise ValueError("Le code d'organisme est mal formé.")

    @classmethod
    def de(cls, acteur: Acteur) -> "Portee":
        """La portée d'un acteur dont le jeton est vérifié."""
        return cls(mcn=True) if acteur.organisme is None else cls(organisme=acteur.organisme)

    @property
    def debut(self) -> str:
        """Le début de transaction, réglages compris : un seul aller-retour."""
        portee = "mcn" if self.mcn else ""
        return (
            f"BEGIN; SET LOCAL sbg.organisme = '{self.organisme}';"
            f" SET LOCAL sbg.portee = '{portee}'"
        )

    @property
    def etiquette(self) -> str:
        """« * » pour le MCN, sinon le code de l'organisme : la colonne `organisme` du socle."""
        return self.organisme or "*"


INTERNE = Portee()
