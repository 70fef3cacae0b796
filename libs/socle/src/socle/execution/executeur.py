"""L'exécuteur : une écriture réclame sa clé, se déroule, commet, et alors seulement répond."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from noyau import Acteur, Horloge
from socle.bd.connexion import Connexion
from socle.bd.moteur import Moteur
from socle.bd.transaction import Portee, reprendre, transaction
from socle.execution.audit import EntreeAudit, ReponseAGarder, inscrire
from socle.execution.deroulement import CasUsage, Deroulement
from socle.execution.idempotence import Reclamation, Reponse, retrouver
from socle.exploitation.traces import traceparent

C = TypeVar("C")
P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Invocation:
    """Un acte à exécuter : qui le pose, sous quelle clé, sur quel objet, lu dans quelle version."""

    acteur: Acteur
    reclamation: Reclamation
    objet: str
    versions_lues: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Executeur:
    """Exécute les cas d'usage d'un service sous un rôle de base de données."""

    moteur: Moteur
    deroulement: Deroulement
    garde: timedelta = timedelta(days=7)
    """Combien de temps la réponse d'un acte se garde, pour le même appel répété."""
    dictionnaire: bytes = b""
    """Celui du service, pour comprimer ce qui se garde."""

    @property
    def horloge(self) -> Horloge:
        """L'heure d'affaires."""
        return self.deroulement.horloge

    async def ecrire(
        self,
        invocation: Invocation,
        portee: Portee,
        ports: type[P],
        cas: CasUsage[C, P, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        """Exécute un cas d'usage une seule fois par clé; rend la réponse une fois commise.

        Lève ce que le cas d'usage refuse, `ActeEnCours` ou `CleReutilisee`.
        """
        reclamation, rendues = invocation.reclamation, list[Reponse]()

        def garder(valeur: T) -> ReponseAGarder:
            rendues.append(presenter(valeur))
            comprimee = rendues[-1].comprimer(self.dictionnaire)
            return ReponseAGarder(reclamation, rendues[-1].statut, comprimee, self.garde)

        async def essai() -> Reponse:
            debut = transaction(self.moteur, portee, ecriture=True, verrou=reclamation.verrou)
            async with debut as connexion:
                deja, jalon = await retrouver(connexion.pilote, reclamation, self.dictionnaire)
                if deja is not None:
                    return deja
                deroule = self.deroulement
                acte = deroule.acte(invocation.acteur, jalon, invocation.versions_lues)
                entree = EntreeAudit(
                    acteur=invocation.acteur.sujet,
                    organisme=reclamation.organisme,
                    operation=reclamation.operation,
                    objet=invocation.objet,
                    empreinte=reclamation.empreinte,
                )
                await deroule.derouler(connexion, cas, ports, commande, acte, entree, garder=garder)
            return rendues[-1]

        return await reprendre(essai)

    async def lire(
        self,
        portee: Portee,
        vue: Callable[[Connexion], Awaitable[T]],
        *,
        selon_valeurs: bool = False,
    ) -> T:
        """Lit sous une portée, dans une transaction qui ne laisse rien derrière elle."""
        async with transaction(self.moteur, portee, selon_valeurs=selon_valeurs) as connexion:
            return await vue(connexion)

    async def inscrire_lecture(self, portee: Portee, entree: EntreeAudit) -> None:
        """Inscrit à l'audit une lecture qui va se faire, dans sa propre transaction."""

        async def essai() -> None:
            async with transaction(self.moteur, portee, ecriture=True) as connexion:
                await inscrire(connexion.pilote, entree, self.horloge(), trace=traceparent())

        await reprendre(essai)
