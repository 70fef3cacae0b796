"""Les écoutes : tout ce qui arrive à un sujet que des indicateurs mesurent (SLA-3, SLA-10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contrats import EVENEMENTS, Evenement
from contrats import demandes as faits
from contrats.faits import lire_faits
from sla.histoires.cas_usage import enregistrer_faits
from sla.histoires.domaine import (
    Attendue,
    Episode,
    EpisodeDe,
    Rectification,
    RectificationDe,
    Sujet,
)
from sla.histoires.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu

_MESURES = tuple(c for c in EVENEMENTS.values() if c.SUJETS and c.PRODUCTEUR != "sla")
"""Les événements d'un sujet; ceux que nous publions, nous les savons déjà."""
_TYPES = frozenset(classe.TYPE for classe in _MESURES)
_ANNONCENT = (faits.DemandeCreee, faits.DemandeRouverte)


def vers_episode(recu: Recu[Evenement]) -> EpisodeDe | None:
    """Le fait arrivé à un sujet; rien si l'événement n'en nomme pas."""
    evenement = recu.evenement
    dits = lire_faits(evenement)
    ((sorte, champ),) = evenement.SUJETS.items()
    if dits[champ] is None:
        return None
    episode = Episode(
        acte_id=recu.id,
        type=evenement.TYPE,
        survenu_le=_prise_d_effet(recu),
        enregistre_le=recu.enregistre_le,
        faits=dits,
        attendues=_attendues(evenement),
    )
    return EpisodeDe(
        sujet=Sujet(sorte, dits[champ]),
        organisme=dits["organisme"],
        agregat=evenement.cle,
        episode=episode,
        origine=_origine(evenement, dits),
    )


def vers_rectification(recu: Recu[faits.ActeRectifie]) -> RectificationDe | None:
    """L'heure juste d'un acte, ou sa nullité (DEM-13); rien si l'acte n'est pas d'un sujet."""
    rectifie = recu.evenement
    if rectifie.acte not in _TYPES:
        return None
    rectification = Rectification(
        acte_id=rectifie.acte_id, survenu_le=rectifie.survenu_le, rang=recu.sequence
    )
    return RectificationDe(rectifie.organisme, rectifie.cle, rectification, recu.enregistre_le)


def _origine(evenement: Evenement, dits: Mapping[str, Any]) -> Sujet | None:
    """Le sujet dont l'histoire précède celle que dit l'événement (IC-1)."""
    for sorte, champ in evenement.SUITE_DE.items():
        if dits[champ] is not None:
            return Sujet(sorte, dits[champ])
    return None


def _prise_d_effet(recu: Recu[Evenement]) -> datetime:
    """L'instant d'effet que dit l'événement (une signature), sinon celui où il est survenu."""
    effet = recu.evenement.EFFET
    instant = None if effet is None else getattr(recu.evenement, effet)
    return instant if isinstance(instant, datetime) else recu.survenu_le


def _attendues(evenement: Evenement) -> tuple[Attendue, ...]:
    if not isinstance(evenement, _ANNONCENT):
        return ()
    return tuple(Attendue(str(a.article_id), a.evenement) for a in evenement.livraisons_attendues)


_EPISODE = Ecoute(vers_episode, enregistrer_faits, Ports, Ordre.LIBRE)

ECOUTES: Ecoutes = {
    **dict.fromkeys(_MESURES, _EPISODE),
    faits.ActeRectifie: Ecoute(vers_rectification, enregistrer_faits, Ports, Ordre.LIBRE),
}
