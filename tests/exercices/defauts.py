"""Ce qui fait échouer un exercice."""


class ExerciceManque(Exception):
    """L'exercice n'a pas donné ce qu'il devait; le message dit quoi."""


def exiger(vrai: object, sinon: str) -> None:
    """Lève `ExerciceManque` si ce n'est pas vrai."""
    if not vrai:
        raise ExerciceManque(sinon)
