"""L'histoire d'une demande, et ce que SLA-2 en décompte : à la charge de qui, jusqu'à quand."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from calendrier import Charge, Transition
from noyau import CYCLE, rectifies


class Nature(StrEnum):
    """Ce qui est arrivé à la demande; hors livraison, le type de l'événement qui l'a dit."""

    CREEE = "demande.créée"
    APPROUVEE = "demande.approuvée"
    REFUSEE = "demande.refusée"
    PRISE_EN_CHARGE = "demande.prise_en_charge"
    SUSPENDUE = "demande.suspendue"
    REPRISE = "demande.reprise"
    ROUVERTE = "demande.rouverte"
    REDIRIGEE = "demande.redirigée"
    ANNULEE = "demande.annulée"
    COMPLETEE = "demande.complétée"
    LIVRAISON = "livraison"
    """Un article est livré; la livraison dit par quel événement."""


SANS_MESURE = frozenset({Nature.REFUSEE, Nature.ANNULEE, Nature.REDIRIGEE})
"""Les fins qui retirent la demande de la mesure (SLA-2, DEM-6)."""

_ACTES = {
    Nature.CREEE: "soumission",
    Nature.APPROUVEE: "approbation",
    Nature.REFUSEE: "refus",
    Nature.PRISE_EN_CHARGE: "prise_en_charge",
    Nature.SUSPENDUE: "suspension",
    Nature.REPRISE: "reprise",
    Nature.LIVRAISON: "livraison",
    Nature.COMPLETEE: "completion",
    Nature.ANNULEE: "annulation",
    Nature.REDIRIGEE: "redirection",
    Nature.ROUVERTE: "reouverture",
}
_RANGS = {nature: CYCLE.index(acte) for nature, acte in _ACTES.items()}

_CHARGES = {
    Nature.APPROUVEE: Charge.MCN,
    Nature.REPRISE: Charge.MCN,
    Nature.ROUVERTE: Charge.MCN,
    Nature.SUSPENDUE: Charge.CLIENT,
}


@dataclass(frozen=True, slots=True)
class Livraison:
    """Un article, et le type de l'événement qui le livre : attendue, ou faite."""

    article_id: UUID
    evenement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """Les faits de la demande dont dépend sa mesure (DEM-4)."""

    numero: str
    sorte: str
    approbation_requise: bool
    acquisition_multiple: bool
    configuration_normalisee: bool
    logiciel_payant: bool
    gamme: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Un fait de la demande, daté de sa survenue."""

    evenement_id: UUID
    nature: Nature
    survenu_le: datetime
    enregistre_le: datetime
    annonce_le: datetime | None = None
    """L'heure d'abord annoncée, si une rectification a redaté le fait (DEM-13)."""
    creation: Creation | None = None
    """Présent si, et seulement si, la nature est CREEE."""
    livraison: Livraison | None = None
    """Présent si, et seulement si, la nature est LIVRAISON."""
    attendues: tuple[Livraison, ...] = ()
    """Les livraisons que la création ou la réouverture fait attendre."""

    @property
    def type(self) -> str:
        """Le type de l'événement qui a dit ce fait."""
        return self.nature.value if self.livraison is None else self.livraison.evenement

    @property
    def acte_id(self) -> UUID:
        """L'identité de l'acte : celle de l'événement qui l'a dit."""
        return self.evenement_id

    @property
    def rang(self) -> int:
        """Le rang de l'acte dans le cycle, qui départage une même seconde (DEM-12)."""
        return _RANGS[self.nature]

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
    """Un épisode, et la demande à qui il est arrivé."""

    demande_id: UUID
    organisme: str
    episode: Episode


@dataclass(frozen=True, slots=True)
class RectificationDe:
    """Une rectification, et la demande dont elle touche l'histoire."""

    demande_id: UUID
    organisme: str
    rectification: Rectification


@dataclass(frozen=True, slots=True)
class Histoire:
    """Les faits connus d'une demande. Se construit par `de`, qui ordonne et rectifie (SLA-3)."""

    demande_id: UUID
    organisme: str
    episodes: tuple[Episode, ...]
    """Les faits qui valent, dans l'ordre où ils sont survenus (DEM-12)."""
    nuls: tuple[Episode, ...] = ()
    """Ceux qu'une rectification a annulés (DEM-13)."""

    @classmethod
    def de(
        cls,
        demande_id: UUID,
        organisme: str,
        episodes: Iterable[Episode],
        rectifications: Collection[Rectification] = (),
    ) -> "Histoire":
        """L'histoire, quel que soit l'ordre d'arrivée des faits et leurs répétitions."""
        connus = list(episodes)
        valables = rectifies(connus, rectifications)
        nuls: list[Episode] = []
        if rectifications:
            valent = {episode.acte_id for episode in valables}
            nuls = rectifies((e for e in connus if e.acte_id not in valent), ())
        return cls(demande_id, organisme, tuple(valables), tuple(nuls))

    @property
    def naissance(self) -> Episode | None:
        """L'épisode de création, s'il est connu."""
        return next((e for e in self.episodes if e.nature is Nature.CREEE), None)

    @property
    def abandon(self) -> Episode | None:
        """Le refus, l'annulation ou la redirection qui retire la demande de la mesure."""
        return next((e for e in self.episodes if e.nature in SANS_MESURE), None)


@dataclass(frozen=True, slots=True)
class Parcours:
    """Les changements de charge d'une demande, et la fin de ce qu'on en mesure."""

    transitions: tuple[Transition, ...]
    """Leur `sequence` est la place de l'épisode dans l'histoire."""
    mesurable: bool
    """Faux si aucune livraison attendue n'est de celles que l'indicateur mesure."""
    fin: datetime | None
    """Le dernier des événements de livraison attendus; None : la demande court encore."""
    livraisons: frozenset[int]
    """La place, dans l'histoire, de chaque livraison d'un article alors attendu et mesuré."""


def parcourir(histoire: Histoire, livraisons_mesurees: Collection[str]) -> Parcours:
    """Suit l'histoire en ne retenant que les livraisons que l'indicateur mesure (SLA-2).

    Un article d'une autre sorte (un moniteur avec un poste) ne retarde pas la fin, et ce qui
    n'arrive plus qu'à lui ne change plus la charge. Une livraison que rien n'attend à ce moment
    (article déjà livré, pas rouvert) ne change rien. Une réouverture remet la fin à plus tard si
    elle nomme une livraison mesurée; elle court jusqu'à la nouvelle.
    """
    restent: set[UUID] = set()
    livraisons: set[int] = set()
    mesurable, fin = False, None
    transitions: list[Transition] = []
    for place, episode in enumerate(histoire.episodes):
        charge: Charge | None = None
        livraison = episode.livraison
        if attendus := _mesures(episode.attendues, livraisons_mesurees):
            restent |= attendus
            mesurable, fin = True, None
        if livraison is not None and livraison.article_id in restent:
            restent.discard(livraison.article_id)
            livraisons.add(place)
            if not restent:
                fin, charge = episode.survenu_le, Charge.PERSONNE
        elif fin is None:
            charge = charge_apres(episode)
        if charge is not None:
            transitions.append(Transition(episode.survenu_le, place, charge))
    return Parcours(tuple(transitions), mesurable, fin, frozenset(livraisons))


def charge_apres(episode: Episode) -> Charge | None:
    """À la charge de qui l'épisode met la demande; None : il n'y change rien."""
    if episode.creation is not None:
        return Charge.CLIENT if episode.creation.approbation_requise else Charge.MCN
    return _CHARGES.get(episode.nature)


def premiere_charge_mcn(histoire: Histoire) -> datetime | None:
    """L'instant où la demande tombe d'abord à la charge du MCN (J0 en découle, SLA-2).

    C'est sa création, ou son approbation si elle en exige une; None tant qu'on l'ignore, quoi
    qu'on sache de la suite.
    """
    premiers = (Nature.CREEE, Nature.APPROUVEE)
    for episode in histoire.episodes:
        if episode.nature in premiers and charge_apres(episode) is Charge.MCN:
            return episode.survenu_le
    return None


def _mesures(attendues: tuple[Livraison, ...], types: Collection[str]) -> set[UUID]:
    return {a.article_id for a in attendues if a.evenement in types}
