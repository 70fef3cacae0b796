"""Ce qu'on veut poser sur une demande, quelle que soit la porte : REST ou ITSM."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from demandes.demande.domaine.demande import Avancee, Demande, Geste, TempsTravaille
from noyau import Acte, Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """Un geste voulu, et ce que l'appelant en dit; chaque geste ne lit que ce qui le regarde."""

    demande_id: UUID
    geste: Geste
    survenu_le: datetime | None = None
    """L'instant du fait; absent : celui de l'acte."""
    motif: str | None = None
    article_id: UUID | None = None
    articles: frozenset[UUID] | None = None
    """Les articles d'une réouverture; absents : tous."""
    travaux: tuple[TempsTravaille, ...] = ()

    @property
    def motif_requis(self) -> str:
        """Le motif; lève `Conflit` (DEM-4) s'il manque."""
        if not self.motif:
            raise Conflit(f"L'acte « {self.geste} » exige un motif.", regle="DEM-4")
        return self.motif

    @property
    def article_requis(self) -> UUID:
        """L'article visé; lève `Conflit` (DEM-4) s'il n'est pas nommé."""
        if self.article_id is None:
            raise Conflit(f"L'acte « {self.geste} » nomme un article.", regle="DEM-4")
        return self.article_id

    def poser(self, demande: Demande, acte: Acte) -> Avancee:
        """Pose un geste qui ne demande rien à personne; lève ce que lève la transition (DEM-4)."""
        return SANS_LECTURE[self.geste](demande, self, acte)


SANS_LECTURE: Mapping[Geste, Callable[[Demande, Intention, Acte], Avancee]] = {
    Geste.PRENDRE_EN_CHARGE: lambda d, i, acte: d.prendre_en_charge(acte, i.survenu_le),
    Geste.SUSPENDRE: lambda d, i, acte: d.suspendre(i.motif_requis, acte, i.survenu_le),
    Geste.REPRENDRE: lambda d, i, acte: d.reprendre(i.motif, acte, i.survenu_le),
    Geste.INSCRIRE_HEURES: lambda d, i, acte: d.inscrire_heures(i.travaux, acte, i.survenu_le),
    Geste.COMPLETER: lambda d, i, acte: d.completer(acte, i.survenu_le, i.travaux),
    Geste.ANNULER: lambda d, i, acte: d.annuler(i.motif, acte, i.survenu_le),
    Geste.ROUVRIR: lambda d, i, acte: d.rouvrir(i.motif_requis, acte, i.survenu_le, i.articles),
    Geste.REDIRIGER: lambda d, i, acte: d.rediriger(i.motif, acte, i.survenu_le),
}
"""Les autres lisent d'abord : le ROPN (soumettre), le registre (signer) ou le parc (livrer)."""
