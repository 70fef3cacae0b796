"""Ce que le service écoute : les fiches, et tout ce qui arrive à une demande (SLA-3)."""

from typing import ClassVar, Protocol, TypeVar
from uuid import UUID

from contrats import demandes as faits
from contrats.catalogue import FichePubliee
from sla.cas_usage.noter_episodes import noter_episodes
from sla.cas_usage.noter_fiches import noter_fiches
from sla.cas_usage.ports import Depots, EpisodeDe
from sla.domaine.fiche import Fiche, Indicateur
from sla.domaine.histoire import Creation, Episode, LivraisonAttendue, Nature
from socle.bus import Ecoute, Ecoutes, Ordre, Recu


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


def vers_episode(recu: Recu[E]) -> EpisodeDe:
    """Un passage de la demande qui ne porte rien d'autre que sa nature et son heure."""
    return _episode(recu)


def vers_livraison(recu: Recu[_DeLivraison]) -> EpisodeDe:
    """La livraison d'un article."""
    return _episode(recu, article_id=recu.evenement.article_id)


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
    return _episode(recu, creation=creation, attendues=_attendues(creee.livraisons_attendues))


def vers_reouverture(recu: Recu[faits.DemandeRouverte]) -> EpisodeDe:
    """La réouverture, avec ce qui est à livrer de nouveau."""
    return _episode(recu, attendues=_attendues(recu.evenement.livraisons_attendues))


def vers_fiche(recu: Recu[FichePubliee]) -> Fiche:
    """La version d'une fiche, avec ses seuls indicateurs."""
    publiee = recu.evenement
    return Fiche(
        code=publiee.code,
        titre=publiee.titre,
        version=publiee.version,
        debut=publiee.debut,
        fin=publiee.fin,
        indicateurs=tuple(Indicateur(**dict(i)) for i in publiee.indicateurs),
    )


def _episode(
    recu: Recu[E],
    *,
    creation: Creation | None = None,
    article_id: UUID | None = None,
    attendues: tuple[LivraisonAttendue, ...] = (),
) -> EpisodeDe:
    return EpisodeDe(
        recu.evenement.demande_id,
        recu.evenement.organisme,
        Episode(
            evenement_id=recu.id,
            nature=Nature(recu.evenement.TYPE),
            survenu_le=recu.survenu_le,
            enregistre_le=recu.enregistre_le,
            sequence=recu.sequence,
            creation=creation,
            article_id=article_id,
            attendues=attendues,
        ),
    )


def _attendues(publiees: tuple[faits.LivraisonAttendue, ...]) -> tuple[LivraisonAttendue, ...]:
    return tuple(LivraisonAttendue(p.article_id, p.evenement) for p in publiees)


_EPISODE: Ecoute[EpisodeDe, Depots] = Ecoute(vers_episode, noter_episodes, Ordre.LIBRE)
_LIVRAISON: Ecoute[EpisodeDe, Depots] = Ecoute(vers_livraison, noter_episodes, Ordre.LIBRE)

ECOUTES: Ecoutes = {
    FichePubliee: Ecoute(vers_fiche, noter_fiches, Ordre.LIBRE),
    faits.DemandeCreee: Ecoute(vers_creation, noter_episodes, Ordre.LIBRE),
    faits.DemandeApprouvee: _EPISODE,
    faits.DemandeRefusee: _EPISODE,
    faits.DemandePriseEnCharge: _EPISODE,
    faits.DemandeSuspendue: _EPISODE,
    faits.DemandeReprise: _EPISODE,
    faits.DemandeRouverte: Ecoute(vers_reouverture, noter_episodes, Ordre.LIBRE),
    faits.DemandeRedirigee: _EPISODE,
    faits.DemandeAnnulee: _EPISODE,
    faits.DemandeCompletee: _EPISODE,
    faits.PosteLivre: _LIVRAISON,
    faits.PosteVirtuelInstalle: _LIVRAISON,
    faits.LogicielInstalle: _LIVRAISON,
    faits.AppareilSynchronise: _LIVRAISON,
    faits.AmenagementComplete: _LIVRAISON,
    faits.ActifLivre: _LIVRAISON,
}
