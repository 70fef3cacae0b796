"""L'histoire d'un sujet : ce qui lui est arrivé, dans l'ordre où c'est survenu (SLA-10)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from noyau import CYCLE, FaitNomme, jour_de_quebec, rectifies

_ACTES: Mapping[str, str] = MappingProxyType(
    {
        "demande.créée": "soumission",
        "demande.approuvée": "approbation",
        "demande.refusée": "refus",
        "demande.prise_en_charge": "prise_en_charge",
        "demande.suspendue": "suspension",
        "demande.reprise": "reprise",
        "travail.effectué": "heures_travaillees",
        "poste.livré": "livraison",
        "poste_virtuel.installé": "livraison",
        "logiciel.installé": "livraison",
        "appareil.synchronisé": "livraison",
        "actif.livré": "livraison",
        "aménagement.complété": "livraison",
        "demande.complétée": "completion",
        "demande.annulée": "annulation",
        "demande.redirigée": "redirection",
        "demande.rouverte": "reouverture",
    }
)
"""L'acte du cycle que dit chaque type d'événement; les autres n'en ont pas (DEM-12)."""
_RANGS = {nom: CYCLE.index(acte) for nom, acte in _ACTES.items()}

LIVRAISONS = frozenset(nom for nom, acte in _ACTES.items() if acte == "livraison")
"""Les types d'événements qui livrent un article."""


@dataclass(frozen=True, slots=True, order=True)
class Sujet:
    """Ce que mesurent des indicateurs : une demande, un contrat (SLA-10)."""

    sorte: str
    id: str


@dataclass(frozen=True, slots=True)
class Attendue:
    """Un article attendu, et le type de l'événement qui le livrera."""

    article_id: str
    evenement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Un fait arrivé au sujet, daté de sa prise d'effet."""

    acte_id: UUID
    """L'identité de l'acte : celle de l'événement qui l'a dit."""
    type: str
    survenu_le: datetime
    enregistre_le: datetime
    faits: Mapping[str, FaitNomme]
    """Ce que dit l'événement; None : il ne le dit pas."""
    attendues: tuple[Attendue, ...] = ()
    """Les livraisons que le fait annonce."""
    annonce_le: datetime | None = None
    """L'heure d'abord annoncée, si une rectification a redaté le fait (DEM-13)."""

    @property
    def rang(self) -> int:
        """Le rang de l'acte dans le cycle, qui départage une même seconde (DEM-12)."""
        return _RANGS.get(self.type, 0)

    @property
    def livraison(self) -> FaitNomme:
        """L'article livré; None si l'événement n'en livre aucun."""
        return self.faits.get("article_id") if self.type in LIVRAISONS else None

    def redate(self, survenu_le: datetime) -> "Episode":
        """Le même épisode à son heure juste; il garde celle qu'on avait annoncée (DEM-13)."""
        if survenu_le == self.survenu_le:
            return self
        return replace(self, survenu_le=survenu_le, annonce_le=self.survenu_le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """Un acte reçoit son heure juste, ou devient nul (DEM-13)."""

    acte_id: UUID
    survenu_le: datetime | None
    rang: int
    """Croît d'une rectification d'un acte à la suivante : la dernière vaut."""


@dataclass(frozen=True, slots=True)
class EpisodeDe:
    """Un épisode, le sujet à qui il est arrivé, et l'agrégat qui l'a publié."""

    sujet: Sujet
    organisme: str
    agregat: str
    episode: Episode
    origine: Sujet | None = None
    """Le sujet dont l'histoire précède celle du sien : le dossier d'où naît un contrat (IC-1)."""

    @property
    def agregats(self) -> frozenset[str]:
        """L'agrégat qui l'a publié, et celui du sujet qui précède : leurs faits se voient."""
        return frozenset({self.agregat, *([self.origine.id] if self.origine else ())})


@dataclass(frozen=True, slots=True)
class RectificationDe:
    """Une rectification, et l'agrégat qui l'a publiée; l'acte dira le sujet."""

    organisme: str
    agregat: str
    rectification: Rectification
    enregistre_le: datetime

    @property
    def agregats(self) -> frozenset[str]:
        """L'agrégat qui l'a publiée."""
        return frozenset({self.agregat})


@dataclass(frozen=True, slots=True)
class Histoire:
    """Les faits connus d'un sujet. Se construit par `de`, qui ordonne et rectifie (SLA-3)."""

    sujet: Sujet
    organisme: str
    episodes: tuple[Episode, ...]
    """Les faits qui valent, dans l'ordre où ils sont survenus (DEM-12)."""
    nuls: tuple[Episode, ...] = ()
    """Ceux qu'une rectification a annulés (DEM-13)."""

    @classmethod
    def de(
        cls,
        sujet: Sujet,
        organisme: str,
        episodes: Iterable[Episode],
        rectifications: Collection[Rectification] = (),
        precedent: Iterable[Episode] = (),
    ) -> "Histoire":
        """L'histoire, quel que soit l'ordre d'arrivée des faits et leurs répétitions.

        `precedent` : les faits du sujet dont elle est la suite; valent ceux qui surviennent au plus
        tard avec le premier des siens (IC-1).
        """
        siens = list(episodes)
        connus = [*siens, *precedent]
        valables = rectifies(connus, rectifications)
        nuls: list[Episode] = []
        if rectifications:
            valent = {episode.acte_id for episode in valables}
            nuls = rectifies((e for e in connus if e.acte_id not in valent), ())
        if len(connus) > len(siens):
            valables = _depuis_l_origine(valables, {episode.acte_id for episode in siens})
        return cls(sujet, organisme, tuple(valables), tuple(nuls))

    @property
    def jusqua(self) -> date:
        """Le jour de Québec du dernier fait connu, nul ou non."""
        return jour_de_quebec(max(e.survenu_le for e in (*self.episodes, *self.nuls)))


def _depuis_l_origine(valables: Iterable[Episode], siens: Collection[UUID]) -> list[Episode]:
    """Ces faits, moins ceux d'autrui qui surviennent après le premier des siens."""
    ranges = list(valables)
    ne_le = next((e.survenu_le for e in ranges if e.acte_id in siens), None)
    if ne_le is None:
        return []
    return [e for e in ranges if e.acte_id in siens or e.survenu_le <= ne_le]
