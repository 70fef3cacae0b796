"""Les abonnés de nos webhooks : à qui, quoi, quand réessayer, quand mettre de côté (DEM-10)."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Protocol, TypeVar
from uuid import UUID

from noyau import Conflit

Reseau = IPv4Network | IPv6Network
Adresse = IPv4Address | IPv6Address

REPRISES = tuple(
    timedelta(seconds=secondes)
    for secondes in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Les attentes entre deux essais d'un envoi : dix essais sur 75 heures et demie."""

GIGUE = 0.1
"""Proportion ajoutée au hasard à une attente : les envois ne reviennent pas ensemble."""

PAUSE = timedelta(seconds=5)
PAUSE_MAX = timedelta(minutes=5)

APRES_MAX = REPRISES[-1]
"""Ce qu'un abonné peut demander d'attendre (Retry-After), au plus."""

PLACES = 128
PLACES_PAR_ORGANISME = 8
"""Combien d'abonnés se servent à la fois, en tout et d'un même organisme (le MCN en est un)."""

PORTS_PUBLICS = frozenset({443, 8443})
"""Hors des réseaux permis, un abonné n'écoute que là : jamais un autre service de l'hôte."""
DOMAINES_PRIVES = frozenset({"localhost", "local", "internal", "invalid", "onion", "arpa"})
"""Les derniers mots d'un nom qui n'est d'aucun DNS public."""

MEMOIRE = timedelta(days=30)
"""Plus vieux, un fait ne se relaie plus : ce n'est qu'une histoire relue."""


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
    """Ce qu'un abonné a répondu à un envoi; `hasard` est dans `[0, 1)`.

    `apres` : le temps qu'il demande d'attendre (Retry-After), tel quel.
    """

    evenement_id: UUID
    numero: int
    statut: int | None
    erreur: str | None
    hasard: float
    apres: timedelta = timedelta()

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
        """Le temps avant le prochain essai, gigue comprise; nul s'il n'y en a plus.

        Ce que l'abonné demande allonge l'attente prévue et ne l'abrège pas : ses dix essais
        s'étalent toujours sur 75 heures au moins.
        """
        if self.etat is not EtatEnvoi.A_ENVOYER:
            return timedelta()
        return max(REPRISES[self.numero - 1], self.demandee) * (1 + GIGUE * self.hasard)

    @property
    def demandee(self) -> timedelta:
        """L'attente demandée, bornée à `APRES_MAX`."""
        return min(self.apres, APRES_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Un abonné : son adresse, ses types d'événements (aucun : tous), ses clés, son état.

    Abonné d'un organisme, il ne reçoit que les événements de cet organisme. Les clés sont
    chiffrées; la première est la neuve, et durant une rotation chaque envoi porte aussi la
    signature de l'ancienne.
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

    def repos(self, dernier: Essai) -> timedelta:
        """Le repos après cet essai : celui des échecs, ou celui que l'abonné demande."""
        return self.pause if dernier.reussi else max(self.pause, dernier.demandee)

    @property
    def pause(self) -> timedelta:
        """Le repos d'un abonné qui échoue : on ne frappe pas à une porte fermée sans arrêt."""
        if not self.echecs:
            return timedelta()
        return min(PAUSE * (1 << min(self.echecs - 1, 10)), PAUSE_MAX)


# --- Où l'on livre, et à combien ------------------------------------------------------------------

# La seule plage IPv6 publique (RFC 4291) : le reste est local, ou transporte une adresse IPv4.
_UNICAST_IPV6 = ip_network("2000::/3")
# Dites globales par `ipaddress`, mais tunnel 6to4, relais, ou métadonnées de fournisseurs.
_DETOURNES = tuple(
    ip_network(prefixe)
    for prefixe in ("2002::/16", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)


def permise(adresse: Adresse, permis: Iterable[Reseau], *, publiques: bool = True) -> bool:
    """Vrai pour une adresse d'un réseau permis par réglage, ou publique si elles sont admises."""
    adresse = nue(adresse)
    if any(adresse in reseau for reseau in permis):
        return True
    if not publiques or not adresse.is_global or adresse.is_multicast:
        return False
    if adresse.version == 6 and adresse not in _UNICAST_IPV6:
        return False
    return not any(adresse in reseau for reseau in _DETOURNES)


def nue(adresse: Adresse) -> Adresse:
    """L'adresse IPv4 que porte une adresse IPv6 « mappée »; toute autre, telle quelle."""
    mappee = adresse.ipv4_mapped if isinstance(adresse, IPv6Address) else None
    return adresse if mappee is None else mappee


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """L'adresse d'un abonné, et ce qu'on y joindrait; `hote` est un nom ou une adresse, nu."""

    url: str
    chiffree: bool
    hote: str
    port: int

    @property
    def adresse(self) -> Adresse | None:
        """L'adresse, si l'hôte n'est pas un nom."""
        try:
            return ip_address(self.hote)
        except ValueError:
            return None

    @property
    def prive(self) -> bool:
        """Vrai d'un nom que le DNS public ne résout jamais (RFC 6761, RFC 6762)."""
        dernier = self.hote.rstrip(".").lower().rpartition(".")[2]
        return self.adresse is None and (dernier in DOMAINES_PRIVES or "." not in self.hote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """À quoi l'on accepte un abonné : des réglages, et ce que disent les contrats.

    `reseaux` sont permis aux seuls abonnés du MCN; `plafond` borne les abonnés d'un organisme, et
    ceux du MCN; `types_d_organisme` sont les événements qui disent de quel organisme ils sont.
    """

    reseaux: tuple[Reseau, ...]
    plafond: int
    types_d_organisme: frozenset[str]

    def exiger_joignable(self, organisme: str | None, destination: Destination) -> None:
        """Lève `Conflit` (DEM-10) si rien ne pourra jamais être livré à cette adresse."""
        permis = self.reseaux if organisme is None else ()
        publiques = destination.chiffree and destination.port in PORTS_PUBLICS
        if not publiques and not permis:
            raise Conflit(
                "Un abonné se joint en https, au port 443 ou 8443.",
                regle="DEM-10",
                details={"ports": sorted(PORTS_PUBLICS)},
            )
        if not permis and destination.prive:
            raise Conflit(
                f"Le nom « {destination.hote} » n'est pas public : nul n'y serait joint.",
                regle="DEM-10",
            )
        adresse = destination.adresse
        if adresse is not None and not permise(adresse, permis, publiques=publiques):
            raise Conflit(
                "L'adresse de l'abonné n'est ni publique ni d'un réseau permis.", regle="DEM-10"
            )

    def exiger_livrables(self, organisme: str | None, types: Collection[str]) -> None:
        """Lève `Conflit` (DEM-10) si l'abonné d'un organisme veut ce qui n'est d'aucun."""
        tus = [] if organisme is None else sorted(set(types) - self.types_d_organisme)
        if tus:
            raise Conflit(
                "L'abonné d'un organisme ne reçoit que les événements de cet organisme; ceux-ci"
                f" n'en nomment aucun : {', '.join(tus)}.",
                regle="DEM-10",
                details={"types_livrables": sorted(self.types_d_organisme)},
            )

    def exiger_place(self, autres: int) -> None:
        """Lève `Conflit` (DEM-10) si l'organisme a déjà tous les abonnés qu'on lui permet."""
        if autres >= self.plafond:
            raise Conflit(
                f"Au plus {self.plafond} abonnés actifs par organisme; désactivez-en un d'abord.",
                regle="DEM-10",
                details={"plafond": self.plafond},
            )


class Attendant(Protocol):
    """Qui attend d'être servi, et pour quel organisme."""

    @property
    def organisme(self) -> str | None: ...


A = TypeVar("A", bound=Attendant)


def servir_ensuite(attendants: Iterable[A], servis: Iterable[str | None]) -> list[A]:
    """Qui reçoit les places libres : l'organisme qui en tient le moins d'abord.

    `servis` sont les organismes des places tenues. Un organisme ne dépasse pas les siennes, si
    bien que ses abonnés muets ne retardent que lui; dans un organisme, l'ordre donné vaut.
    """
    tenues = Counter(servis)
    libres = PLACES - tenues.total()
    rangs: list[tuple[int, A]] = []
    for attendant in attendants:
        tenues[attendant.organisme] += 1
        rangs.append((tenues[attendant.organisme], attendant))
    rangs.sort(key=lambda paire: paire[0])
    return [a for rang, a in rangs[: max(libres, 0)] if rang <= PLACES_PAR_ORGANISME]
