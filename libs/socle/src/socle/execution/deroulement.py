"""Dérouler un acte : le même chemin pour une route, un événement du bus, une tâche.

C'est ici que tient l'invariant des jalons (ADR 0012). La transaction a reçu son identifiant en
commençant; l'heure n'est lue qu'ensuite, et l'acte s'enregistre à `max(heure, dernier jalon
annoncé)`. Un fait ne peut donc pas s'enregistrer derrière un jalon déjà dit.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from noyau import Acte, Acteur, Horloge, Resultat
from socle.bd.connexion import Connexion
from socle.envoi.depot import lignes_de
from socle.envoi.evenements import Publications
from socle.execution.audit import EntreeAudit, ReponseAGarder, inscrire
from socle.exploitation.traces import traceparent

C = TypeVar("C")
P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Branchement(Generic[P]):
    """Des ports, et de quoi les ouvrir sur une connexion sous transaction et sous portée."""

    ports: type[P]
    ouvrir: Callable[[Connexion], P]


class Prises:
    """Les branchements d'un service; chaque aire y trouve les siens par leur classe."""

    def __init__(self, branchements: Iterable[Branchement[Any]]) -> None:
        self._ouvrir: dict[type[Any], Callable[[Connexion], Any]] = {}
        for branchement in branchements:
            if branchement.ports in self._ouvrir:
                raise RuntimeError(f"{branchement.ports.__qualname__} est branché deux fois.")
            self._ouvrir[branchement.ports] = branchement.ouvrir

    def __contains__(self, ports: type[Any]) -> bool:
        return ports in self._ouvrir

    def ouvrir(self, ports: type[P], connexion: Connexion) -> P:
        """Les ports de cette classe; lève `KeyError` si le service ne les branche pas."""
        ouverts: P = self._ouvrir[ports](connexion)
        return ouverts


CasUsage = Callable[[C, P, Acte], Awaitable[Resultat[T]]]
"""Un verbe : une commande, les ports de son aire, l'acte; sa valeur et ses faits."""

VerbeLie = Callable[[C, Acte], Awaitable[Resultat[T]]]
"""Un verbe dont les ports sont déjà ouverts, tel qu'une autre aire peut l'appeler."""


def lier(cas: CasUsage[C, P, T], ports: P) -> VerbeLie[C, T]:
    """Le verbe sur ces ports : `main` le branche là où une autre aire l'attend."""
    return lambda commande, acte: cas(commande, ports, acte)


@dataclass(frozen=True, slots=True)
class Deroulement:
    """De quoi dérouler les actes d'un service."""

    sujet: str
    prises: Prises
    publications: Publications
    horloge: Horloge

    def acte(
        self,
        acteur: Acteur,
        jalon: datetime | None,
        versions_lues: frozenset[int] | None = None,
    ) -> Acte:
        """L'acte d'une transaction déjà identifiée, jamais daté d'avant le dernier jalon annoncé.

        `jalon` se lit dans cette transaction, après qu'elle a reçu son identifiant.
        """
        maintenant = self.horloge()
        return Acte(acteur, max(maintenant, jalon) if jalon else maintenant, versions_lues)

    async def derouler(
        self,
        connexion: Connexion,
        cas: CasUsage[C, P, T],
        ports: type[P],
        commande: C,
        acte: Acte,
        entree: EntreeAudit,
        *,
        garder: Callable[[T], ReponseAGarder] | None = None,
        publier: bool = True,
    ) -> T:
        """Déroule le cas d'usage, inscrit ses faits, l'audit et la réponse; rend sa valeur.

        Lève ce que lève le cas d'usage, et `VersionPerimee` si une version exigée ne l'est de rien.
        """
        pilote = connexion.pilote
        resultat = await cas(commande, self.prises.ouvrir(ports, connexion), acte)
        acte.exiger_un_objet()
        trace = traceparent()
        faits = resultat.faits if publier else ()
        en_tetes = {"traceparent": trace} if trace else {}
        lignes = lignes_de(faits, self.publications, self.sujet, en_tetes)
        a_garder = None if garder is None else garder(resultat.valeur)
        await inscrire(pilote, entree, acte.le, lignes, trace, a_garder)
        return resultat.valeur
