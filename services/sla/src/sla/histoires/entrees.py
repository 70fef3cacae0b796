"""Les écoutes : tout ce qui arrive à une demande (SLA-3)."""

from typing import ClassVar, Protocol, TypeVar
from uuid import UUID

from calendrier import calendrier_applique
from contrats import demandes as faits
from sla.histoires.cas_usage import enregistrer_faits
from sla.histoires.domaine import (
    Creation,
    Episode,
    EpisodeDe,
    Livraison,
    Nature,
    Rectification,
    RectificationDe,
)
from sla.histoires.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


class _DeDemande(Protocol):
    """Ce que portent tous les événements d'une demande."""

    TYPE: ClassVar[str]

    @property
    def organisme(self) -> str: ...
    @property
    def demande_id(self) -> UUID: ...


class _DeLivraison(_DeDemande, Protocol):
    @property
    def article_id(self) -> UUID: ...


E = TypeVar("E", bound=_DeDemande)


def vers_passage(recu: Recu[E]) -> EpisodeDe:
    """Un passage de la demande qui ne porte rien d'autre que sa nature et son heure."""
    return _episode(recu, Nature(recu.evenement.TYPE))


def vers_livraison(recu: Recu[_DeLivraison]) -> EpisodeDe:
    """La livraison d'un article."""
    livraison = Livraison(recu.evenement.article_id, recu.evenement.TYPE)
    return _episode(recu, Nature.LIVRAISON, livraison=livraison)


def vers_creation(recu: Recu[faits.DemandeCreee]) -> EpisodeDe:
    """La création, avec les faits dont dépend la mesure (DEM-4)."""
    creee = recu.evenement
    creation = Creation(
        numero=creee.numero,
        sorte=creee.sorte,
        approbation_requise=creee.approbation_requise,
        acquisition_multiple=creee.acquisition_multiple,
        configuration_normalisee=creee.configuration_normalisee,
        logiciel_payant=creee.logiciel_payant,
        gamme=creee.gamme,
    )
    attendues = _attendues(creee.livraisons_attendues)
    return _episode(recu, Nature.CREEE, creation=creation, attendues=attendues)


def vers_reouverture(recu: Recu[faits.DemandeRouverte]) -> EpisodeDe:
    """La réouverture, avec ce qui est à livrer de nouveau."""
    attendues = _attendues(recu.evenement.livraisons_attendues)
    return _episode(recu, Nature.ROUVERTE, attendues=attendues)


def vers_rectification(recu: Recu[faits.ActeRectifie]) -> RectificationDe | None:
    """L'heure juste d'un acte, ou sa nullité (DEM-13); rien si l'acte n'est pas d'une demande.

    Lève `JourHorsCalendrier` : gardée, une heure impossible ferait échouer l'acte qu'elle attend.
    """
    rectifie = recu.evenement
    if rectifie.acte not in _ACTES:
        return None
    if rectifie.survenu_le is not None:
        calendrier_applique().jour(rectifie.survenu_le)
    return RectificationDe(
        rectifie.agregat_id,
        rectifie.organisme,
        Rectification(acte_id=rectifie.acte_id, survenu_le=rectifie.survenu_le, rang=recu.sequence),
    )


def _episode(
    recu: Recu[E],
    nature: Nature,
    *,
    creation: Creation | None = None,
    livraison: Livraison | None = None,
    attendues: tuple[Livraison, ...] = (),
) -> EpisodeDe:
    """L'épisode reçu; lève `JourHorsCalendrier` : gardé, il ferait échouer ses voisins."""
    calendrier_applique().jour(recu.survenu_le)
    return EpisodeDe(
        recu.evenement.demande_id,
        recu.evenement.organisme,
        Episode(
            evenement_id=recu.id,
            nature=nature,
            survenu_le=recu.survenu_le,
            enregistre_le=recu.enregistre_le,
            creation=creation,
            livraison=livraison,
            attendues=attendues,
        ),
    )


def _attendues(publiees: tuple[faits.LivraisonAttendue, ...]) -> tuple[Livraison, ...]:
    return tuple(Livraison(p.article_id, p.evenement) for p in publiees)


_PASSAGE = Ecoute(vers_passage, enregistrer_faits, Ports, Ordre.LIBRE)
_LIVRAISON = Ecoute(vers_livraison, enregistrer_faits, Ports, Ordre.LIBRE)

_EPISODES: Ecoutes = {
    faits.DemandeCreee: Ecoute(vers_creation, enregistrer_faits, Ports, Ordre.LIBRE),
    faits.DemandeApprouvee: _PASSAGE,
    faits.DemandeRefusee: _PASSAGE,
    faits.DemandePriseEnCharge: _PASSAGE,
    faits.DemandeSuspendue: _PASSAGE,
    faits.DemandeReprise: _PASSAGE,
    faits.DemandeRouverte: Ecoute(vers_reouverture, enregistrer_faits, Ports, Ordre.LIBRE),
    faits.DemandeRedirigee: _PASSAGE,
    faits.DemandeAnnulee: _PASSAGE,
    faits.DemandeCompletee: _PASSAGE,
    **dict.fromkeys(faits.LIVRAISONS, _LIVRAISON),
}
_ACTES = frozenset(classe.TYPE for classe in _EPISODES)

ECOUTES: Ecoutes = {
    **_EPISODES,
    faits.ActeRectifie: Ecoute(vers_rectification, enregistrer_faits, Ports, Ordre.LIBRE),
}
