"""La portée d'une transaction : ce que la sécurité par ligne laisse voir."""

import re
from dataclasses import dataclass

from noyau import Acteur

_LITTERAL = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""Ce qui peut s'écrire tel quel dans BEGIN : ni apostrophe, ni espace."""


@dataclass(frozen=True, slots=True)
class Portee:
    """Un organisme, ou tout le MCN, ou (`interne`) un rôle que les politiques laissent passer."""

    organisme: str = ""
    mcn: bool = False

    def __post_init__(self) -> None:
        if self.organisme and not _LITTERAL.fullmatch(self.organisme):
            raise ValueError("Le code d'organisme est mal formé.")

    @classmethod
    def de(cls, acteur: Acteur) -> "Portee":
        """La portée d'un acteur dont le jeton est vérifié."""
        return cls(mcn=True) if acteur.organisme is None else cls(organisme=acteur.organisme)

    def debut(self, *, ecriture: bool) -> str:
        """Le début de transaction, réglages et identifiant compris : un seul aller-retour."""
        portee = "mcn" if self.mcn else ""
        identifiant = "; SELECT pg_current_xact_id()" if ecriture else ""
        return (
            f"BEGIN; SET LOCAL sbg.organisme = '{self.organisme}';"
            f" SET LOCAL sbg.portee = '{portee}'{identifiant}"
        )

    @property
    def etiquette(self) -> str:
        """« * » pour le MCN, sinon le code de l'organisme : la colonne `organisme` du socle."""
        return self.organisme or "*"


INTERNE = Portee()
