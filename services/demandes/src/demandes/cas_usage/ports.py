"""Ce dont les cas d'usage ont besoin : un port par agrégat. Les adaptateurs les tiennent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from demandes.domaine.actif import Actif
from demandes.domaine.demande import Demande, Passage
from demandes.domaine.itsm import ActeItsm
from demandes.domaine.organisme import Organisme, Registre, Signataire, Substitution
from demandes.domaine.produit import PrixDate, Produit
from demandes.domaine.soutien import AbonnementSoutien, Intervention
from demandes.domaine.webhook import EnvoiADeposer, Essai, Webhook


class DepotDemandes(Protocol):
    """Les demandes et leur chronologie."""

    async def charger(self, demande_id: UUID) -> Demande:
        """Verrouille la demande; lève `Introuvable`."""
        ...

    async def nouveau_numero(self, annee: int) -> str: ...

    async def ajouter(self, demande: Demande, passages: Sequence[Passage] = ()) -> None:
        """Inscrit une demande neuve, telle qu'après ses premiers passages."""
        ...

    async def enregistrer(self, demande: Demande, passages: Sequence[Passage]) -> None:
        """Écrit l'état et ajoute les passages à la chronologie; lève `VersionPerimee`."""
        ...


class DepotOrganismes(Protocol):
    """Le fichier client et le registre des signataires."""

    async def lire(self, code: str) -> Organisme:
        """Lève `Introuvable`."""
        ...

    async def charger(self, code: str) -> Organisme:
        """Verrouille l'organisme; lève `Introuvable`."""
        ...

    async def ajouter(self, organisme: Organisme) -> None:
        """Lève `Conflit` si le code est déjà pris."""
        ...

    async def enregistrer(self, organisme: Organisme) -> None: ...

    async def registre(self, code: str) -> Registre: ...

    async def ajouter_signataire(self, signataire: Signataire) -> None: ...

    async def finir_signataire(self, signataire: Signataire) -> None: ...

    async def ajouter_substitution(self, substitution: Substitution) -> None: ...


class DepotProduits(Protocol):
    """La copie locale du ROPN, tenue par les événements du catalogue."""

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        """Les produits connus, avec leur prix en vigueur ce jour-là s'il y en a un."""
        ...

    async def retenir(self, produits: Sequence[Produit], prix: Sequence[PrixDate]) -> None: ...


class DepotActifs(Protocol):
    """Le parc."""

    async def charger(self, actif_id: UUID) -> Actif:
        """Verrouille l'actif; lève `Introuvable`."""
        ...

    async def en_service(self, article_id: UUID) -> UUID | None:
        """L'actif encore en service né de cet article."""
        ...

    async def ajouter(self, actif: Actif) -> None:
        """Sans effet si l'actif existe : une livraison refaite livre le même."""
        ...

    async def enregistrer(self, actif: Actif) -> None: ...


class DepotSoutien(Protocol):
    """Les abonnements au soutien étendu et leurs interventions."""

    async def abonnements(self, organisme: str) -> Sequence[AbonnementSoutien]: ...

    async def charger(self, abonnement_id: UUID) -> AbonnementSoutien:
        """Verrouille l'abonnement; lève `Introuvable`."""
        ...

    async def ajouter(self, abonnement: AbonnementSoutien) -> None: ...

    async def enregistrer(self, abonnement: AbonnementSoutien) -> None: ...

    async def incident(self, incident_id: UUID) -> Sequence[Intervention]: ...

    async def ajouter_intervention(self, intervention: Intervention) -> bool:
        """Faux si elle est déjà connue."""
        ...


class DepotActesItsm(Protocol):
    """Les actes reçus de l'ITSM, appliqués, garés ou refusés."""

    async def trouver(self, identifiant: str) -> ActeItsm | None: ...

    async def ajouter(self, acte: ActeItsm) -> None: ...

    async def gares(self, demande_id: UUID) -> Sequence[ActeItsm]:
        """Les actes garés d'une demande, dans l'ordre où ils ont été reçus."""
        ...

    async def enregistrer(self, acte: ActeItsm) -> None: ...

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[ActeItsm]:
        """Marque, une seule fois, les actes garés depuis avant cet instant; les rend."""
        ...


class DepotWebhooks(Protocol):
    """Les abonnés et leurs envois. Les attentes se comptent en temps système."""

    async def charger(self, webhook_id: UUID) -> Webhook:
        """Verrouille l'abonné; lève `Introuvable`."""
        ...

    async def ajouter(self, webhook: Webhook) -> None: ...

    async def enregistrer(self, webhook: Webhook) -> None: ...

    async def deposer(self, envois: Sequence[EnvoiADeposer]) -> None:
        """Un envoi par abonné intéressé; sans effet si l'événement est déjà déposé."""
        ...

    async def noter(self, webhook: Webhook, essais: Sequence[Essai]) -> None: ...

    async def rejouer(self, webhook_id: UUID, depuis: datetime | None) -> int:
        """Remet à envoyer ce qui est abandonné ou en attente; `depuis` : ce qui est livré aussi."""
        ...

    async def purger(self, age: timedelta) -> int:
        """Oublie les envois livrés, ou laissés en plan, depuis plus longtemps."""
        ...


@dataclass(frozen=True, slots=True)
class Depots:
    """Ce qu'une transaction ouvre."""

    demandes: DepotDemandes
    organismes: DepotOrganismes
    produits: DepotProduits
    actifs: DepotActifs
    soutien: DepotSoutien
    actes_itsm: DepotActesItsm
    webhooks: DepotWebhooks
