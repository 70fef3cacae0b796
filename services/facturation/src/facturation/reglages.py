"""Les réglages propres à la facturation."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from socle.reglages import Reglages

# Un réglage laissé vide, comme en laisse Compose, est un réglage absent.
_VIDE = BeforeValidator(lambda valeur: valeur or None)
NumeroTps = Annotated[Annotated[str, Field(pattern=r"^[0-9]{9} ?RT ?[0-9]{4}$")] | None, _VIDE]
NumeroTvq = Annotated[Annotated[str, Field(pattern=r"^[0-9]{10} ?TQ ?[0-9]{4}$")] | None, _VIDE]


class ReglagesFacturation(Reglages):
    """Les numéros d'inscription aux taxes du MCN; sans eux, le papier dit qu'ils manquent."""

    numero_tps: NumeroTps = None
    numero_tvq: NumeroTvq = None
