"""Les réglages propres à la facturation."""

from typing import Annotated

from pydantic import Field

from socle.reglages import Reglages

NumeroTps = Annotated[str, Field(pattern=r"^\d{9} ?RT ?\d{4}$")]
NumeroTvq = Annotated[str, Field(pattern=r"^\d{10} ?TQ ?\d{4}$")]


class ReglagesFacturation(Reglages):
    """Les numéros d'inscription aux taxes du MCN; sans eux, le papier dit qu'ils manquent."""

    numero_tps: NumeroTps | None = None
    numero_tvq: NumeroTvq | None = None
