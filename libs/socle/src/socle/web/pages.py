"""Ce qu'on demande d'une liste bornée : une page, un filtre."""

from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Any

from fastapi import Depends, Query

LIMITE_MAXIMALE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """La page demandée."""

    limite: int
    curseur: str | None


# Asynchrone : FastAPI enverrait une dépendance ordinaire dans un fil, à chaque appel.
async def _page(
    limite: Annotated[int, Query(ge=1, le=LIMITE_MAXIMALE, description="Nombre d'éléments.")] = 50,
    curseur: Annotated[
        str | None, Query(max_length=1_000, description="Curseur rendu par la page précédente.")
    ] = None,
) -> Page:
    return Page(limite, curseur)


PageDemandee = Annotated[Page, Depends(_page)]


def lu(filtre: type[Any]) -> Any:  # noqa: ANN401 -- une dépendance de FastAPI
    """La dépendance qui lit un filtre dans la requête : un paramètre par champ.

    filtre: Annotated[vues.FiltreActifs, lu(vues.FiltreActifs)]
    """

    async def lire(**valeurs: object) -> object:
        return filtre(**valeurs)

    lire.__signature__ = signature(filtre)  # type: ignore[attr-defined]
    return Depends(lire)
