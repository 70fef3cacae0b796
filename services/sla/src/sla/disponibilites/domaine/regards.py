"""Ce qu'un organisme voit d'une indisponibilité qui en atteint d'autres : lui seul (SLA-5)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PorteeVue:
    """Ceux que l'on nomme à qui la lit, et combien elle en nomme en tout."""

    organismes: tuple[str, ...]
    nombre_organismes: int
    sites: tuple[str, ...]
    nombre_sites: int


def voir(lecteur: str | None, organismes: Sequence[str], sites: Sequence[str]) -> PorteeVue:
    """Au MCN (None), tout; à un organisme, lui seul s'il en est, et le nombre des autres.

    Nul ne sait de qui est un site : ceux d'un organisme ne se disent que s'il est seul atteint.
    """
    siens, seuls = tuple(organismes), tuple(sites)
    if lecteur is not None:
        siens = (lecteur,) if lecteur in organismes else ()
        seuls = seuls if tuple(organismes) == (lecteur,) else ()
    return PorteeVue(
        organismes=siens,
        nombre_organismes=len(organismes),
        sites=seuls,
        nombre_sites=len(sites),
    )
