"""Les réglages propres à la facturation."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from socle.reglages import Reglages


def _de_forme(forme: str, exemple: str) -> BeforeValidator:
    """Un réglage laissé vide, comme en laisse Compose, est un réglage absent."""
    attendue = re.compile(forme)

    def verifier(valeur: object) -> object:
        if valeur and not (isinstance(valeur, str) and attendue.fullmatch(valeur)):
            raise ValueError(f"Un numéro comme « {exemple} » est attendu.")
        return valeur or None

    return BeforeValidator(verifier)


NumeroTps = Annotated[str | None, _de_forme("[0-9]{9} ?RT ?[0-9]{4}", "123456789 RT0001")]
NumeroTvq = Annotated[str | None, _de_forme("[0-9]{10} ?TQ ?[0-9]{4}", "1234567890 TQ0001")]


class ReglagesFacturation(Reglages):
    """Les numéros d'inscription aux taxes du MCN; sans eux, le papier dit qu'ils manquent.

    `simulations_jours` : combien de jours se garde une simulation, de sa demande.
    """

    numero_tps: NumeroTps = None
    numero_tvq: NumeroTvq = None
    simulations_jours: int = Field(default=400, ge=1, le=3_660)
