"""Un tableau : ses colonnes, ses lignes, et ce qu'il faut pour qu'un écran étroit l'empile."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup


class Ton(StrEnum):
    """Ce qu'une couleur appuie; le texte le dit toujours aussi."""

    BON = "bon"
    MAUVAIS = "mauvais"
    NEUTRE = "neutre"


@dataclass(frozen=True, slots=True)
class Colonne:
    """L'en-tête d'une colonne."""

    titre: str
    nombre: bool = False
    """Vrai : alignée à droite, chiffres d'égale largeur."""
    insecable: bool = False
    """Vrai : un identifiant qui ne se coupe pas d'une ligne à l'autre."""


@dataclass(frozen=True, slots=True)
class Cellule:
    """Un texte et, dessous, son détail en plus petit."""

    texte: str | Markup
    detail: str | Markup = ""
    ton: Ton | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tableau:
    """La première cellule d'une ligne en est l'en-tête. Lève `ValueError` si une ligne boite."""

    titre: str
    """Ce qu'il montre : sa légende, et le nom que lit un lecteur d'écran."""
    colonnes: tuple[Colonne, ...]
    lignes: Sequence[Sequence[Cellule | str | Markup]]
    total: Sequence[Cellule | str | Markup] = ()
    titre_montre: bool = True
    """Faux : un titre de section le dit déjà au-dessus; la légende ne se voit pas."""

    def __post_init__(self) -> None:
        for ligne in (*self.lignes, *filter(None, [self.total])):
            if len(ligne) != len(self.colonnes):
                raise ValueError(f"Tableau « {self.titre} » : {len(self.colonnes)} colonnes.")

    @property
    def rangees(self) -> tuple[tuple[tuple[Colonne, Cellule], ...], ...]:
        return tuple(self._rangee(ligne) for ligne in self.lignes)

    @property
    def rangee_du_total(self) -> tuple[tuple[Colonne, Cellule], ...]:
        """Vide si rien ne se totalise."""
        return self._rangee(self.total)

    def _rangee(
        self, ligne: Sequence[Cellule | str | Markup]
    ) -> tuple[tuple[Colonne, Cellule], ...]:
        cellules = (c if isinstance(c, Cellule) else Cellule(c) for c in ligne)
        return tuple(zip(self.colonnes, cellules, strict=False))
