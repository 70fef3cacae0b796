"""Les refus attendus : le domaine les lève, une seule table (`socle.web.problemes`) les traduit.

Refus
├── Introuvable          404  l'objet n'existe pas, ou pas pour l'appelant
├── Detruit              410  l'objet a existé; il fut détruit, et c'est attesté
├── Interdit             403  l'appelant n'a pas le pouvoir de poser l'acte
├── Conflit              409  l'acte contredit l'état ou une règle
│   └── TransitionImpossible  409  l'état présent et les actes permis sont dits
└── VersionPerimee       412  l'objet a changé depuis sa lecture
"""

from collections.abc import Mapping, Sequence


class Refus(Exception):
    """Un refus attendu, en français, avec l'identifiant de la règle qui refuse."""

    def __init__(
        self, message: str, *, regle: str | None = None, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.regle = regle
        self.details: Mapping[str, object] = details or {}


class Introuvable(Refus):
    """L'objet n'existe pas, ou appartient à un autre organisme (on ne dit pas lequel des deux)."""


class Detruit(Refus):
    """L'objet a existé; il fut détruit, et cela est attesté."""


class Interdit(Refus):
    """L'appelant n'a pas le pouvoir de poser cet acte."""


class Conflit(Refus):
    """L'acte contredit l'état des choses ou une règle."""


class TransitionImpossible(Conflit):
    """L'état présent ne permet pas l'acte; le refus dit l'état et ce qu'il permet."""

    def __init__(self, acte: str, etat: str, permis: Sequence[str], *, regle: str) -> None:
        dits = ", ".join(permis) if permis else "aucun"
        super().__init__(
            f"L'acte « {acte} » est impossible dans l'état « {etat} ». Actes permis : {dits}.",
            regle=regle,
            details={"etat": etat, "actes_permis": list(permis)},
        )


class VersionPerimee(Refus):
    """L'objet a changé depuis que l'appelant l'a lu."""
