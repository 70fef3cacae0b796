"""Ce qu'un indicateur lit d'une histoire : ce qui l'ouvre, à la charge de qui, jusqu'à quand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from calendrier import Charge, Transition
from noyau import FaitNomme
from sla.fiches.domaine import Borne, Indicateur
from sla.histoires.domaine import LIVRAISONS, Attendue, Episode, Histoire


@dataclass(frozen=True)
class Ouverture:
    """Ce qui ouvre une mesure, ou pourrait l'ouvrir, et ce que le sujet en dit."""

    naissance: Episode
    """Le premier fait d'un type qui ouvre, fût-ce sans ouvrir encore (approbation attendue)."""
    place: int | None
    """La place, dans l'histoire, du fait qui ouvre; None : pas encore."""
    disent: tuple[Episode, ...]
    """Les faits jusqu'à celui-là, compris : ce qu'on sait du sujet quand la mesure commence."""

    @property
    def instant(self) -> datetime | None:
        """Quand la mesure s'est ouverte."""
        return None if self.place is None else self.disent[-1].survenu_le

    @cached_property
    def faits(self) -> Mapping[str, FaitNomme]:
        """Les faits nommés du sujet; le premier événement à en dire un l'emporte."""
        if len(self.disent) == 1:
            return self.disent[0].faits
        return {nom: v for e in reversed(self.disent) for nom, v in e.faits.items()}

    def auteur(self, fait: str) -> Episode:
        """L'événement qui a dit ce fait; à défaut, celui où l'on s'attendait à le lire."""
        if len(self.disent) == 1:
            return self.naissance
        return next((e for e in self.disent if fait in e.faits), self.naissance)


def ouvrir(histoire: Histoire, bornes: tuple[Borne, ...]) -> Ouverture | None:
    """Ce qui ouvre une mesure entre ces bornes; None si rien encore ne pourrait l'ouvrir."""
    naissance, ouvrante = None, None
    for place, episode in enumerate(histoire.episodes):
        siennes = [borne for borne in bornes if borne.evenement == episode.type]
        if not siennes:
            continue
        naissance = naissance or episode
        if any(borne.si.vrai(episode.faits) for borne in siennes):
            ouvrante = place
            break
    if naissance is None:
        return None
    disent = histoire.episodes if ouvrante is None else histoire.episodes[: ouvrante + 1]
    return Ouverture(naissance, ouvrante, disent)


@dataclass(frozen=True, slots=True)
class Parcours:
    """Les changements de charge d'un sujet, et la fin de ce qu'on en mesure."""

    transitions: tuple[Transition, ...]
    """Leur `sequence` est la place de l'épisode dans l'histoire."""
    mesurable: bool
    """Faux si rien de ce que le sujet attend ne peut fermer la mesure."""
    fin: int | None
    """La place de l'épisode qui ferme; None : la mesure court encore."""
    livraisons: frozenset[int]
    """La place, dans l'histoire, de chaque livraison d'un article alors attendu et mesuré."""
    rouvertes: Mapping[int, int]
    """À la place de ce qui rouvre, celle de la fin qu'il remet à plus tard."""


def parcourir(
    histoire: Histoire,
    indicateur: Indicateur,
    ouvrante: int | None,
    ecartees: Collection[UUID] = (),
) -> Parcours:
    """Suit l'histoire en ne retenant que ce que l'indicateur y lit (SLA-2).

    Un acte parmi les `ecartees` ne suspend rien : on en a décidé ainsi (SLA-8).

    Quand le sujet attend des livraisons qui ferment, la dernière ferme : un article d'une autre
    sorte (un moniteur avec un poste) ne la retarde pas, et une livraison que rien n'attend à ce
    moment (article déjà livré, pas rouvert) ne change rien. Sinon, le premier fait qui ferme après
    l'ouverture. Ce qui rouvre remet la fin à plus tard; des livraisons, s'il en nomme de mesurées.
    Une mesure fermée ne change plus de charge.
    """
    attendues = (a for e in histoire.episodes for a in e.attendues)
    livree = any(a.evenement in indicateur.ferme for a in attendues)
    marche = _Marche(indicateur, ouvrante, ecartees, livree=livree)
    transitions = [
        Transition(episode.survenu_le, place, charge)
        for place, episode in enumerate(histoire.episodes)
        if (charge := marche.suivre(place, episode)) is not None
    ]
    mesurable = livree or not LIVRAISONS.issuperset(indicateur.ferme)
    return Parcours(
        tuple(transitions), mesurable, marche.fin, frozenset(marche.livraisons), marche.rouvertes
    )


@dataclass(slots=True)
class _Marche:
    """Où l'on en est dans l'histoire; avance d'un épisode à la fois."""

    indicateur: Indicateur
    ouvrante: int | None
    ecartees: Collection[UUID]
    livree: bool
    """Vrai si des livraisons attendues ferment la mesure."""
    fin: int | None = None
    livraisons: set[int] = field(default_factory=set)
    rouvertes: dict[int, int] = field(default_factory=dict)
    _restent: set[str] = field(default_factory=set)
    _attend: bool = False

    def suivre(self, place: int, episode: Episode) -> Charge | None:
        """À la charge de qui l'épisode met le sujet; None : il n'y change rien."""
        fermee = self.fin
        self._rouvrir(episode)
        if fermee is not None and self.fin is None:
            self.rouvertes[place] = fermee
        finit = self._livrer(place, episode) if self.livree else self._fermer(place, episode)
        if finit:
            self.fin = place
        if place == self.ouvrante:
            return Charge.MCN
        if finit:
            return Charge.PERSONNE
        return self._charge(place, episode) if self.fin is None else None

    def _rouvrir(self, episode: Episode) -> None:
        rouvre = episode.type in self.indicateur.rouvre
        if not self.livree:
            self.fin = None if rouvre else self.fin
        elif rouvre or not self._attend:
            mesurees = {a.article_id for a in episode.attendues if self._mesuree(a)}
            if mesurees:
                self._restent |= mesurees
                self._attend, self.fin = True, None

    def _mesuree(self, attendue: Attendue) -> bool:
        return attendue.evenement in self.indicateur.ferme

    def _livrer(self, place: int, episode: Episode) -> bool:
        if episode.livraison not in self._restent:
            return False
        self._restent.remove(str(episode.livraison))
        self.livraisons.add(place)
        return not self._restent

    def _fermer(self, place: int, episode: Episode) -> bool:
        ouverte = self.ouvrante is not None and self.ouvrante < place and self.fin is None
        return ouverte and episode.type in self.indicateur.ferme

    def _charge(self, place: int, episode: Episode) -> Charge | None:
        if self.ouvrante is None or place < self.ouvrante:
            attend = any(b.evenement == episode.type for b in self.indicateur.ouvre)
            return Charge.CLIENT if attend else None
        if episode.type in self.indicateur.suspend and episode.acte_id not in self.ecartees:
            return Charge.CLIENT
        reprend = episode.type in (*self.indicateur.reprend, *self.indicateur.rouvre)
        return Charge.MCN if reprend else None
