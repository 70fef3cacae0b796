"""Ce qu'un service déclare de lui-même, aire par aire, et ce que reçoivent ses tâches."""

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Generic, TypeVar

from opentelemetry.trace import SpanKind
from sqlalchemy import MetaData, Table

from noyau import Acteur, Annuaire, Horloge, sujet_de
from socle.bd.transaction import INTERNE
from socle.bd.vues import Vue
from socle.conservation import Famille as FamilleConservee
from socle.conservation import du_socle
from socle.envoi.evenements import Publications, reunir
from socle.execution.deroulement import Branchement, CasUsage, Prises
from socle.execution.executeur import Executeur, Invocation
from socle.execution.idempotence import Reclamation, Reponse
from socle.exploitation.mesures import Mesures
from socle.exploitation.traces import etape
from socle.reception.ecoutes import (
    Ecoutes,
    EcoutesReunies,
    reunir_ecoutes,
    sujet_des_rebuts,
    sujets_ecoutes,
)
from socle.reglages import Reglages
from socle.surveillance.jauges import Famille, Jauge

if TYPE_CHECKING:
    from socle.web import Routeur

C = TypeVar("C")
P = TypeVar("P")
T = TypeVar("T")
R = TypeVar("R", bound=Reglages)
R_contra = TypeVar("R_contra", bound=Reglages, contravariant=True)


async def _toujours(*_: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Contexte:
    """Ce qu'une tâche ou une commande reçoit : l'exécuteur interne et les mesures."""

    executeur: Executeur
    mesures: Mesures
    prolonger: Callable[[], Awaitable[bool]] = _toujours
    """D'une longue tâche : garde le bail de son verrou, dit qu'elle va bien; faux : arrêtez.

    Lève si la base a rendu le verrou : un autre réplica fait peut-être déjà la tâche.
    """
    acteur: Acteur | None = None
    """D'une commande : qui l'a tapée, auteur de ses actes; une tâche est l'auteur des siens."""

    @property
    def horloge(self) -> Horloge:
        """L'heure d'affaires."""
        return self.executeur.horloge

    async def executer(
        self,
        operation: str,
        ports: type[P],
        cas: CasUsage[C, P, T],
        commande: C,
        *,
        cle: str,
        organisme: str = "*",
    ) -> T | None:
        """Exécute un cas d'usage une fois par clé; rend sa valeur, ou rien si c'était déjà fait.

        `operation` est déclarée et stable : la changer rouvrirait ce qui n'a été fait qu'une fois.
        """
        rendues: list[T] = []

        def recueillir(valeur: T) -> Reponse:
            rendues[:] = [valeur]
            return Reponse()

        reclamation = Reclamation("tache", operation, cle, bytes(32), organisme)
        acteur = self.acteur or Acteur(f"tache:{operation}")
        invocation = Invocation(acteur, reclamation, f"{operation}:{cle}")
        with etape(operation, SpanKind.INTERNAL):
            await self.executeur.ecrire(invocation, INTERNE, ports, cas, commande, recueillir)
        return rendues[0] if rendues else None

    async def lire(self, vue: Vue[T]) -> T:
        """Lit sous le rôle interne."""
        return await self.executeur.lire(INTERNE, vue)

    async def consulter(self, ports: type[P], lecture: Callable[[P], Awaitable[T]]) -> T:
        """Ce qu'une lecture du domaine tire des ports d'une aire."""
        ouvrir = self.executeur.deroulement.prises.ouvrir
        return await self.lire(lambda cx: lecture(ouvrir(ports, cx)))


async def par_lots(
    lire: Callable[[T | None], Awaitable[Sequence[T]]],
) -> AsyncIterator[T]:
    """Une à une, les choses d'une liste qui se lit par lots, chacun après la dernière du précédent.

    Ce qui échoue reste dans la liste, et ne cache pas ce qui le suit.
    """
    derniere: T | None = None
    while lot := await lire(derniere):
        for chose in lot:
            yield chose
        derniere = lot[-1]


async def chacun(
    choses: Iterable[T] | AsyncIterable[T],
    faire: Callable[[T], Awaitable[object]],
    continuer: Callable[[], Awaitable[bool]],
    reste: str = "Des organismes restent à traiter.",
) -> int:
    """Fait chaque chose, même si l'une échoue; lève ensuite les échecs, pour que l'on y revienne.

    Entre deux, demande s'il faut continuer. Rend combien sont faites : `faire` ne rend pas faux.
    Lève `ExceptionGroup`, qui dit `reste`.
    """
    faites, echecs = 0, list[Exception]()
    async for chose in _flot(choses):
        try:
            faites += await faire(chose) is not False
        except Exception as erreur:  # noqa: BLE001 -- relevée plus bas
            echecs.append(erreur)
        if not await continuer():
            break
    if echecs:
        raise ExceptionGroup(reste, echecs)
    return faites


async def _flot(choses: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(choses, AsyncIterable):
        async for chose in choses:
            yield chose
    else:
        for chose in choses:
            yield chose


@dataclass(frozen=True, slots=True)
class Commande:
    """Une commande du service, en plus de celles du socle : `python -m <service> <nom>`.

    `faire` dit ce qu'elle trouve, ligne à ligne, et rend vrai si tout est en ordre. Ce qu'elle
    prend ensuite sont les arguments et les options de la commande, annotés comme Typer les lit.
    """

    nom: str
    aide: str
    faire: Callable[Concatenate[Contexte, Callable[[str], None], ...], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Groupe:
    """Des commandes d'un même objet : `python -m <service> <groupe> <nom>`."""

    nom: str
    aide: str
    commandes: Sequence[Commande]


TACHES_DU_SOCLE: Final = frozenset({"jalons", "sceaux", "purge", "annees-audit", "veille-audit"})
"""Les noms des tâches que le socle fait lui-même, pour tout service."""


@dataclass(frozen=True, slots=True)
class Tache:
    """Une tâche périodique du rôle relais; `faire` rend le nombre de choses faites.

    Si elle rend plus que zéro, elle recommence aussitôt.
    """

    nom: str
    cadence: float
    faire: Callable[[Contexte], Awaitable[int]]
    guetter: Callable[[Contexte], Awaitable[bool]] = _toujours
    """Dit à peu de frais s'il y a quelque chose à faire : le verrou ne se prend qu'alors."""
    exclusive: bool = True
    """Un seul réplica la fait à la fois; faux : deux ensemble ne se gêneraient pas, nul verrou."""


def guet(vue: Vue[Any]) -> Callable[[Contexte], Awaitable[bool]]:
    """De quoi guetter : vrai dès que cette vue trouve quelque chose."""

    async def guetter(contexte: Contexte) -> bool:
        return bool(await contexte.lire(vue))

    return guetter


def routes_de(*modules: str) -> "Callable[[Any], Sequence[Routeur]]":
    """Les `routes` de ces modules, que seul le rôle api importe."""
    return lambda _: tuple(import_module(module).routes for module in modules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aire(Generic[R_contra]):
    """Ce qu'une aire apporte à son service; les réglages n'entrent que par routes et tâches."""

    nom: str
    branchements: Sequence[Branchement[Any]] = ()
    publications: Publications = field(default_factory=dict)
    routes: Callable[[R_contra], Sequence["Routeur"]] = lambda _: ()
    relisible: bool = False
    """Ses lectures ne disent rien de personnel ni de financier : l'appelant peut les garder, et
    les revalider par leur ETag. D'office, rien ne se garde (`no-store`)."""
    ecoutes: Ecoutes = field(default_factory=dict)
    orphelins: Ecoutes = field(default_factory=dict)
    """Ce qu'elle retient de ses propres faits que le bus garde, et que sa base, restaurée à un
    instant passé, ne sait plus."""
    taches: Callable[[R_contra], Sequence[Tache]] = lambda _: ()
    conserve: Callable[[R_contra], Sequence[FamilleConservee]] = lambda _: ()
    """Ce qu'elle garde un temps, et ce qu'il en advient."""
    degradations: Mapping[str, Vue[str | None]] = field(default_factory=dict)
    """Ce que le relais dit aller mal, sans cesser d'être prêt : par nom, un motif ou rien."""
    jauges: Sequence[Jauge | Famille] = ()
    commandes: Sequence[Commande | Groupe] = ()
    copies: Sequence[Table] = ()
    """Les tables que l'on refait depuis les sujets du bus."""
    sensibles: Sequence[str] = ()
    """Ses routes qui changent qui peut quoi : chaque réussite est un événement de sécurité."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[R]):
    """La déclaration d'un service : tout ce que le socle doit en savoir."""

    nom: str
    titre: str
    port: int
    tables: MetaData
    migrations: Path
    annuaire: Annuaire
    reglages: type[R]
    aires: Sequence[Aire[R]]
    """De la plus basse à la plus haute : une aire ne connaît que celles d'avant."""
    evenements: Collection[type[Any]] = ()
    """Tout ce que publient les services qu'il écoute, s'il écoute en ordre strict et peu de chose :
    il passe alors, sans le réclamer, ce qui porte sur des agrégats dont il n'écoute rien."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """Ce que dit chaque étiquette des routes, dans l'ordre où la documentation les montre."""
    exemples: Path | None = None
    """Le fichier des réponses d'exemple, que `make exemples` écrit."""
    dictionnaire: bytes = b""
    """Ce que ses réponses ont en commun, dont zlib part pour comprimer celles qui se gardent.

    Figé : changé, rien de ce qui est gardé ne se relirait."""
    version: str = "0.1.0"

    @property
    def prises(self) -> Prises:
        """Les ports de chaque aire, et qui les ouvre."""
        return Prises(b for aire in self.aires for b in aire.branchements)

    @property
    def publications(self) -> Publications:
        """Ce que le service publie de chacun de ses faits."""
        return reunir(aire.publications for aire in self.aires)

    @property
    def ecoutes(self) -> EcoutesReunies:
        """Ce que le service écoute, et quelles aires."""
        return reunir_ecoutes(*(aire.ecoutes for aire in self.aires))

    @property
    def orphelins(self) -> EcoutesReunies:
        """Ce que le service retient de ses faits perdus par une restauration.

        Lève `RuntimeError` si l'un s'écoute aussi : réclamé ici, il ne serait plus reçu là.
        """
        reunies = reunir_ecoutes(*(aire.orphelins for aire in self.aires))
        if deux := reunies.keys() & self.ecoutes.keys():
            raise RuntimeError(f"Écoutés, et retenus orphelins : {[c.TYPE for c in deux]}.")
        return reunies

    @property
    def commandes(self) -> Sequence[Commande | Groupe]:
        """Les commandes du service, dans l'ordre de ses aires."""
        return [commande for aire in self.aires for commande in aire.commandes]

    def routes(self, reglages: R) -> "list[Routeur]":
        """Les routes du service, dans l'ordre de ses aires."""
        return [route for aire in self.aires for route in aire.routes(reglages)]

    def relisibles(self, reglages: R) -> "list[Routeur]":
        """Celles des aires relisibles."""
        return [r for aire in self.aires if aire.relisible for r in aire.routes(reglages)]

    def taches(self, reglages: R) -> dict[str, Tache]:
        """Les tâches périodiques du service, par nom; lève `RuntimeError` s'il sert deux fois."""
        reunies: dict[str, Tache] = {}
        for tache in (tache for aire in self.aires for tache in aire.taches(reglages)):
            if tache.nom in reunies or tache.nom in TACHES_DU_SOCLE:
                raise RuntimeError(f"Deux tâches se nomment « {tache.nom} ».")
            reunies[tache.nom] = tache
        return reunies

    def familles(self, reglages: R) -> list[FamilleConservee]:
        """Sa table de conservation : les familles du socle, puis celles de ses aires."""
        propres = [f for aire in self.aires for f in aire.conserve(reglages)]
        return [*du_socle(reglages.conservation), *propres]

    @property
    def degradations(self) -> dict[str, Vue[str | None]]:
        """Ce qui peut aller mal dans le métier du service, sans l'empêcher de servir."""
        return {nom: vue for aire in self.aires for nom, vue in aire.degradations.items()}

    @property
    def jauges(self) -> list[Jauge | Famille]:
        return [jauge for aire in self.aires for jauge in aire.jauges]

    @property
    def copies(self) -> list[Table]:
        """Les tables que l'on refait depuis les sujets du bus."""
        return [table for aire in self.aires for table in aire.copies]

    @property
    def sensibles(self) -> list[str]:
        """Les routes qui changent qui peut quoi."""
        return [route for aire in self.aires for route in aire.sensibles]

    @property
    def sujet(self) -> str:
        """Le sujet du bus où ce service publie."""
        return sujet_de(self.nom)

    @property
    def sujets_lus(self) -> tuple[str, ...]:
        return sujets_ecoutes(self.ecoutes)

    @property
    def sujets(self) -> tuple[str, ...]:
        """Tous les sujets dont ce service a besoin."""
        rebuts = (sujet_des_rebuts(sujet, self.nom) for sujet in self.sujets_lus)
        return (self.sujet, *self.sujets_lus, *rebuts)
