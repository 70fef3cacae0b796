"""Les abonnés de nos webhooks : à qui, quoi, quand réessayer, quand mettre de côté (DEM-10)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from noyau import Conflit

REPRISES = tuple(
    timedelta(seconds=secondes)
    for secondes in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Les attentes entre deux essais d'un envoi : dix essais sur 75 heures et demie."""

GIGUE = 0.1
"""Proportion ajoutée au hasard à une attente : les envois ne reviennent pas ensemble."""

PAUSE = timedelta(seconds=5)
PAUSE_MAX = timedelta(minutes=5)


MEMOIRE = timedelta(days=30)
"""Un envoi livré, ou laissé en plan, s'oublie après ce temps; plus vieux, il ne se relaie plus."""


class EtatWebhook(StrEnum):
    """Un abonné désactivé ne reçoit plus rien; en quarantaine, ses envois l'attendent."""

    ACTIF = "actif"
    QUARANTAINE = "quarantaine"
    DESACTIVE = "desactive"


class EtatEnvoi(StrEnum):
    """Un envoi abandonné se rejoue à la demande de l'abonné."""

    A_ENVOYER = "a_envoyer"
    LIVRE = "livre"
    ABANDONNE = "abandonne"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvoiADeposer:
    """Un événement à remettre aux abonnés qu'il intéresse; `corps` est du CloudEvents JSON."""

    evenement_id: UUID
    type: str
    cle: str
    organisme: str | None
    enregistre_le: datetime
    corps: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Essai:
    """Ce qu'un abonné a répondu à un envoi; `hasard` est dans `[0, 1)`."""

    evenement_id: UUID
    numero: int
    statut: int | None
    erreur: str | None
    hasard: float

    @property
    def reussi(self) -> bool:
        return self.statut is not None and 200 <= self.statut < 300

    @property
    def epuise(self) -> bool:
        """Vrai si c'était le dernier essai prévu."""
        return not self.reussi and self.numero > len(REPRISES)

    @property
    def etat(self) -> EtatEnvoi:
        if self.reussi:
            return EtatEnvoi.LIVRE
        return EtatEnvoi.ABANDONNE if self.epuise else EtatEnvoi.A_ENVOYER

    @property
    def attente(self) -> timedelta:
        """Le temps avant le prochain essai, gigue comprise; nul s'il n'y en a plus."""
        if self.etat is not EtatEnvoi.A_ENVOYER:
            return timedelta()
        return REPRISES[self.numero - 1] * (1 + GIGUE * self.hasard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Un abonné : son adresse, ses types d'événements (aucun : tous), ses clés, son état.

    Abonné d'un organisme, il ne reçoit que les événements de cet organisme. La première clé est
    la neuve; durant une rotation, chaque envoi porte aussi la signature de l'ancienne.
    """

    id: UUID
    organisme: str | None
    url: str
    types: tuple[str, ...]
    secrets: tuple[str, ...]
    cree_le: datetime
    etat: EtatWebhook = EtatWebhook.ACTIF
    echecs: int = 0
    version: int = 1

    def modifier(
        self, *, url: str | None, types: Sequence[str] | None, actif: bool | None
    ) -> "Webhook":
        """Change ce qui est donné, ou rend l'abonné même; réactiver efface les échecs."""
        etat, echecs = self.etat, self.echecs
        if actif is not None:
            etat, echecs = (EtatWebhook.ACTIF, 0) if actif else (EtatWebhook.DESACTIVE, echecs)
        change = replace(
            self,
            url=url or self.url,
            types=self.types if types is None else tuple(types),
            etat=etat,
            echecs=echecs,
        )
        return self if change == self else replace(change, version=self.version + 1)

    def tourner(self, secret: str, *, garder_ancienne: bool) -> "Webhook":
        """Met une clé neuve; l'ancienne signe encore, sauf si elle est compromise."""
        secrets = (secret, self.secrets[0]) if garder_ancienne else (secret,)
        return replace(self, secrets=secrets, version=self.version + 1)

    def liberer(self) -> "Webhook":
        """Sort de quarantaine; lève `Conflit` (DEM-10) si l'abonné est désactivé."""
        if self.etat is EtatWebhook.DESACTIVE:
            raise Conflit("Cet abonné est désactivé : réactivez-le d'abord.", regle="DEM-10")
        return replace(self, etat=EtatWebhook.ACTIF, echecs=0)

    def enregistrer_essais(self, essais: Sequence[Essai]) -> "Webhook":
        """Tient compte des réponses de l'abonné, dans leur ordre.

        410 le désactive. Un envoi épuisé sans qu'aucun autre n'ait abouti depuis son premier
        essai met l'abonné en quarantaine; un envoi que lui seul refuse n'arrête pas les autres.
        """
        webhook = self
        for essai in essais:
            echecs = 0 if essai.reussi else webhook.echecs + 1
            etat = webhook.etat
            if essai.statut == 410:
                etat = EtatWebhook.DESACTIVE
            elif essai.epuise and echecs >= essai.numero and etat is EtatWebhook.ACTIF:
                etat = EtatWebhook.QUARANTAINE
            webhook = replace(webhook, echecs=echecs, etat=etat)
        return webhook

    @property
    def pause(self) -> timedelta:
        """Le repos d'un abonné qui échoue : on ne frappe pas à une porte fermée sans arrêt."""
        if not self.echecs:
            return timedelta()
        return min(PAUSE * (1 << min(self.echecs - 1, 10)), PAUSE_MAX)
