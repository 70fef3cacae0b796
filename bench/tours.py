"""Des tours entrelacés : ce qui se compare se mesure tour à tour, jamais bout à bout."""

from collections.abc import Awaitable, Callable, Mapping

Essai = Callable[[], Awaitable[float]]


async def entrelacer(
    essais: Mapping[str, Essai], tours: int, *, chauffe: bool = True
) -> dict[str, list[float]]:
    """Les mesures de chaque essai; un tour sur deux va à rebours, celui de chauffe se jette."""
    mesures: dict[str, list[float]] = {nom: [] for nom in essais}
    for tour in range(-1 if chauffe else 0, tours):
        for nom in sorted(essais, reverse=bool(tour % 2)):
            valeur = await essais[nom]()
            if tour >= 0:
                mesures[nom].append(valeur)
    return mesures
