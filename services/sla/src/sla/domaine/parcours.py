"""De l'histoire aux deux choses que SLA-2 décompte : à la charge de qui, et jusqu'à quand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from calendrier import Charge, Transition
from sla.domaine.histoire import Episode, Histoire, LivraisonAttendue, Nature

_CHARGES = {
    Nature.APPROUVEE: Charge.MCN,
    Nature.REPRISE: Charge.MCN,
    Nature.SUSPENDUE: Charge.CLIENT,
}


@dataclass(frozen=True, slots=True)
class Parcours:
    """Les changements de charge d'une demande, et la fin de ce qu'on en mesure."""

    transitions: tuple[Transition, ...]
    mesurable: bool
    """Faux si aucune livraison attendue n'est de celles que l'indicateur mesure."""
    fin: datetime | None
    """Le dernier des événements de livraison attendus; None : la demande court encore."""


def parcourir(histoire: Histoire, livraisons_mesurees: Collection[str]) -> Parcours:
    """Suit l'histoire en ne retenant que les livraisons que l'indicateur mesure (SLA-2).

    Un article d'une autre sorte (un moniteur avec un poste) ne retarde pas la fin, et ce qui
    n'arrive plus qu'à lui ne change plus la charge. Une réouverture remet la fin à plus tard
    si elle nomme une livraison mesurée; elle court jusqu'à la nouvelle.
    """
    naissance = histoire.naissance
    restent = _mesures(naissance.attendues if naissance else (), livraisons_mesurees)
    mesurable = bool(restent)
    transitions: list[Transition] = []
    fin: datetime | None = None
    for episode in histoire.episodes:
        charge: Charge | None = None
        if episode.nature is Nature.ROUVERTE:
            if rouverts := _mesures(episode.attendues, livraisons_mesurees):
                restent |= rouverts
                mesurable, fin, charge = True, None, Charge.MCN
        elif episode.article_id in restent:
            restent -= {episode.article_id}
            if not restent:
                fin, charge = episode.survenu_le, Charge.PERSONNE
        elif fin is None:
            charge = charge_apres(episode)
        if charge is not None:
            transitions.append(Transition(episode.survenu_le, episode.sequence, charge))
    return Parcours(tuple(transitions), mesurable, fin)


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
    return next(
        (
            e.survenu_le
            for e in histoire.episodes
            if e.nature in premiers and charge_apres(e) is Charge.MCN
        ),
        None,
    )


def _mesures(attendues: tuple[LivraisonAttendue, ...], types: Collection[str]) -> set[UUID]:
    return {a.article_id for a in attendues if a.evenement in types}
