"""Les écoutes : tout ce qui arrive à une demande (SLA-3)."""

from typing import ClassVar, Protocol, TypeVar
from uuid import UUID

from contrats import demandes as faits
from sla.histoires.cas_usage import enregistrer_episodes
from sla.histoires.domaine import Creation, Episode, EpisodeDe, Livraison, Nature
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


def _episode(
    recu: Recu[E],
    nature: Nature,
    *,
    creation: Creation | None = None,
    livraison: Livraison | None = None,
    attendues: tuple[Livraison, ...] = (),
) -> EpisodeDe:
    return EpisodeDe(
        recu.evenement.demande_id,
        recu.evenement.organisme,
        Episode(
            evenement_id=recu.id,
            nature=nature,
            survenu_le=recu.survenu_le,
            enregistre_le=recu.enregistre_le,
            sequence=recu.sequence,
            creation=creation,
            livraison=livraison,
            attendues=attendues,
        ),
    )


def _attendues(publiees: tuple[faits.LivraisonAttendue, ...]) -> tuple[Livraison, ...]:
    return tuple(Livraison(p.article_id, p.evenement) for p in publiees)


_PASSAGE = Ecoute(vers_passage, enregistrer_episodes, Ports, Ordre.LIBRE)
_LIVRAISON = Ecoute(vers_livraison, enregistrer_episodes, Ports, Ordre.LIBRE)

ECOUTES: Ecoutes = {
    faits.DemandeCreee: Ecoute(vers_creation, enregistrer_episodes, Ports, Ordre.LIBRE),
    faits.DemandeApprouvee: _PASSAGE,
    faits.DemandeRefusee: _PASSAGE,
    faits.DemandePriseEnCharge: _PASSAGE,
    faits.DemandeSuspendue: _PASSAGE,
    faits.DemandeReprise: _PASSAGE,
    faits.DemandeRouverte: Ecoute(vers_reouverture, enregistrer_episodes, Ports, Ordre.LIBRE),
    faits.DemandeRedirigee: _PASSAGE,
    faits.DemandeAnnulee: _PASSAGE,
    faits.DemandeCompletee: _PASSAGE,
    **dict.fromkeys(faits.LIVRAISONS, _LIVRAISON),
}
