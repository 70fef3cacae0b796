"""Le pilote : de petits programmes tirés d'une graine jouent le code du produit sous les fautes.

Écritures, relais, consommateur et jalonneur sont ceux du produit, sur PostgreSQL réel; seul le bus
est en mémoire. Un programme est séquentiel : la même graine donne la même trace.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any, cast

from aiokafka import AIOKafkaProducer

from outils.essais.banc import DEPART
from outils.essais.greffon import Modeles
from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais
from socle.execution.executeur import Executeur
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.injection_fautes import poser_piege
from socle.reception import Ordre
from socle.reception.consommateur import Consommateur
from socle.reception.reception import Reception
from tests.fautes.bus_memoire import BusMemoire, ConsommateurMemoire, Panne, ProducteurMemoire
from tests.fautes.terrain import Rafale, Terrain, corriger
from tests.fautes.verdicts import Verdict, juger_bus, juger_effets

BUS = ReglagesBus(adresses="memoire:0")
MESURES = Mesures("fautes")
PAS = (14, 26)
PAR_BASE = 20
TOURS_MAXIMUM = 500
POINTS_PAR_ROLE = {
    "ecriture": ("avant_commit", "apres_commit"),
    "relais": ("avant_envoi", "apres_envoi", "avant_commit", "apres_commit", "entre_lots"),
    "consommateur": ("milieu_de_lot", "avant_commit", "apres_commit", "avant_position"),
    "jalonneur": ("avant_commit", "apres_commit"),
}


class Mort(BaseException):
    """Le processus meurt ici : aucun code du produit ne la rattrape, sa connexion tombe."""


class FautePosee(RuntimeError):
    """Une erreur que rien n'annonçait."""


FAUTES: tuple[type[BaseException], ...] = (Mort, asyncio.CancelledError, FautePosee, Panne)


@dataclass(slots=True)
class RelaisMemoire(Relais):
    """Le relais du produit, sur le bus en mémoire."""

    journaux: BusMemoire = field(default_factory=BusMemoire)
    hasard: Random | None = None
    taux: float = 0.0
    lenteur: float = 0.0

    async def obtenir_producteur(self) -> AIOKafkaProducer:
        """Un producteur en mémoire, neuf après chaque échec."""
        if self.producteur is None:
            neuf = ProducteurMemoire(self.journaux, self.hasard, self.taux, self.lenteur)
            self.producteur = cast("AIOKafkaProducer", neuf)
        return self.producteur


@dataclass(frozen=True, slots=True)
class Pieces:
    """Les pièces jouées : celles du produit, ou un mutant."""

    relais: type[RelaisMemoire] = RelaisMemoire
    reception: type[Reception] = Reception
    consommateur: type[Consommateur] = Consommateur
    jalonneur: type[Jalonneur] = Jalonneur
    executeur: type[Executeur] = Executeur


@dataclass(slots=True)
class Bilan:
    """Ce que des programmes ont montré."""

    executions: int = 0
    evenements: int = 0
    fuites: int = 0
    frappes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    verdict: Verdict = field(default_factory=Verdict)
    graines_fautives: list[int] = field(default_factory=list)

    def ajouter(self, autre: "Bilan") -> None:
        self.executions += autre.executions
        self.evenements += autre.evenements
        self.fuites += autre.fuites
        self.frappes += autre.frappes
        self.verdict.ajouter(autre.verdict)
        self.graines_fautives += autre.graines_fautives

    @property
    def points(self) -> int:
        """Le nombre de couples (rôle, point) réellement frappés."""
        return len({(role, point) for role, point, _ in self.frappes})


@dataclass(slots=True)
class Programme:
    """Un programme : quelques dizaines de pas, des fautes, puis le calme et le jugement."""

    terrain: Terrain
    graine: int
    pieces: Pieces = field(default_factory=Pieces)
    bilan: Bilan = field(default_factory=Bilan)
    trace: list[str] = field(default_factory=list)
    attendus: Counter[str] = field(default_factory=Counter)
    sommes: Counter[str] = field(default_factory=Counter)
    bus: BusMemoire = field(default_factory=BusMemoire)
    hasard: Random = field(init=False)
    membres: list[tuple[Consommateur, ConsommateurMemoire]] = field(init=False)
    relais: RelaisMemoire = field(init=False)

    def __post_init__(self) -> None:
        self.hasard = Random(self.graine)
        self.terrain.horloge.instant = DEPART + timedelta(days=10 * self.graine)
        self.membres = [self._membre(), self._membre()]
        self.relais = self._relais(0.04)

    @property
    def organisme(self) -> str:
        return f"P{self.graine}"

    def _relais(self, taux: float) -> RelaisMemoire:
        return self.pieces.relais(
            self.terrain.interne,
            BUS,
            "pilote",
            Sante(),
            MESURES,
            journaux=self.bus,
            hasard=self.hasard if taux else None,
            taux=taux,
        )

    def _membre(self, *, corrige: bool = False) -> tuple[Consommateur, ConsommateurMemoire]:
        sujets = self.terrain.service.sujets_lus
        ecoutes = self.terrain.service.ecoutes
        reception = self.pieces.reception(
            self.terrain.executeur, corriger(ecoutes) if corrige else ecoutes, "temoin", MESURES
        )
        boucle = self.pieces.consommateur(reception, BUS, sujets, "temoin", Sante(), MESURES)
        boucle._progres = boucle._verifie = time.monotonic()
        membre = ConsommateurMemoire(self.bus, sujets[0], self.hasard)
        membre.reprendre()
        return boucle, membre

    async def jouer(self) -> Bilan:
        """Joue le programme entier et rend son bilan."""
        pas = {self._ecrire: 9, self._relayer: 5, self._consommer: 6, self._reequilibrer: 1}
        pas |= {self._sauter: 1, self._jalonner: 1, self._remplir: 1}
        for _ in range(self.hasard.randint(*PAS)):
            await self.hasard.choices(list(pas), list(pas.values()))[0]()
        await self._calmer()
        await self._juger()
        return self.bilan

    async def _sous_faute(self, role: str, faire: Callable[[], Awaitable[object]]) -> str:
        """Fait un pas, parfois piégé; rend le point frappé, « echec », ou rien."""
        consigne: tuple[str, type[BaseException], int] | None = None
        if self.hasard.random() < 0.4:
            point = self.hasard.choice(POINTS_PAR_ROLE[role])
            consigne = (point, self.hasard.choice(FAUTES), self.hasard.choice((1, 1, 2)))
        frappe: list[str] = []
        poser_piege(None if consigne is None else self._piege(role, *consigne, frappe))
        try:
            await faire()
        except (Exception, Mort, asyncio.CancelledError) as erreur:
            if not frappe and not isinstance(erreur, Exception):
                raise
            self.trace.append(f"{role} {frappe} {type(erreur).__name__}")
            return frappe[0] if frappe else "echec"
        finally:
            poser_piege(None)
        self.trace.append(f"{role} {frappe}")
        return ""

    def _piege(
        self, role: str, point: str, faute: type[BaseException], rang: int, frappe: list[str]
    ) -> Callable[[str], None]:
        restants = rang

        def piege(nom: str) -> None:
            nonlocal restants
            if nom == point:
                restants -= 1
                if restants == 0:
                    frappe.append(point)
                    self.bilan.frappes[role, point, faute.__name__] += 1
                    raise faute

        return piege

    async def _ecrire(self) -> None:
        code = f"c{self.hasard.randrange(3)}"
        des = [self.hasard.randint(1, 9) for _ in range(self.hasard.choice((1, 1, 2, 4)))]
        if self.hasard.random() < 0.02:
            des[0] = -des[0]
        commande = Rafale(organisme=self.organisme, code=code, des=des)
        cle = f"{self.graine}-{len(self.trace)}"
        insiste = self.hasard.random() < 0.8
        frappe = await self._sous_faute("ecriture", lambda: self.terrain.ecrire(commande, cle))
        commise = frappe in {"", "apres_commit"}
        if insiste and (frappe or self.hasard.random() < 0.2):
            try:
                await self.terrain.ecrire(commande, cle)
            except Exception as erreur:  # noqa: BLE001 -- le disque est plein : l'essai l'a voulu
                self.trace.append(type(erreur).__name__)
            else:
                commise = True
        if commise:
            self.attendus[f"{self.organisme}-{code}"] += len(des)
            self.sommes[code] += sum(des)
            self.bilan.evenements += len(des)

    async def _relayer(self) -> None:
        if await self._sous_faute("relais", self.relais.tour):
            await self.relais.jeter_producteur()

    async def _consommer(self) -> None:
        numero = self.hasard.randrange(2)
        boucle, membre = self.membres[numero]
        membre.desordre = self.hasard.random() < 0.2
        if await self._sous_faute("consommateur", lambda: boucle._tour(cast("Any", membre))):
            self.membres[numero] = self._membre()

    async def _reequilibrer(self) -> None:
        for _, membre in self.membres:
            membre.reprendre()

    async def _sauter(self) -> None:
        self.terrain.horloge.instant += timedelta(hours=self.hasard.randint(-48, 48))

    async def _jalonner(self) -> None:
        vide = await self.terrain.compter("socle_outbox") == 0
        jalonneur = self.pieces.jalonneur(
            self.terrain.interne,
            self.relais,
            self.terrain.service.sujet,
            self.terrain.horloge,
            attente=5.0 if vide else 0.05,
        )
        await self._sous_faute("jalonneur", jalonneur.faire)

    async def _remplir(self) -> None:
        await self.terrain.remplir_le_disque(plein=self.hasard.random() < 0.5)

    async def _calmer(self) -> None:
        """Plus de faute : tout doit partir, arriver, et les rebuts corrigés se rejouer."""
        await self.terrain.remplir_le_disque(plein=False)
        calme = self._relais(0.0)
        while await calme.tour():
            pass
        boucle, membre = self._membre()
        for _ in range(TOURS_MAXIMUM):
            if not self.bus.retard(self.terrain.service.sujet):
                break
            await boucle._tour(cast("Any", membre))
        corrigee, _ = self._membre(corrige=True)
        for rebut in await self.terrain.lire("SELECT message FROM socle_rebuts ORDER BY sequence"):
            await corrigee.reception.rejouer(Message.relire(rebut["message"]))
        await corrigee.reception.liberer()
        while await calme.tour():
            pass

    async def _juger(self) -> None:
        messages = self.bus.messages(self.terrain.service.sujet)
        passages = await self.terrain.passages(f"{self.organisme}-")
        verdict = juger_bus(self.attendus, messages)
        effets = juger_effets(self.attendus, passages)
        if self.terrain.ordre is Ordre.LIBRE:
            effets.desordres = 0  # une écoute libre accepte tout ordre
        verdict.ajouter(effets)
        for ligne in await self.terrain.lire(
            "SELECT code, valeur FROM comptes WHERE organisme = $1", self.organisme
        ):
            ecart = ligne["valeur"] - self.sommes.pop(ligne["code"], 0)
            verdict.doubles += ecart != 0
        verdict.perdus += sum(valeur != 0 for valeur in self.sommes.values())
        for table in ("socle_outbox", "socle_stationnement", "socle_rebuts"):
            verdict.perdus += await self.terrain.compter(table)
        verdict.ruptures_audit += await self.terrain.audit_rompu()
        self.trace += [f"{m.partition} {m.cle} {m.sequence}" for m in messages]
        self.trace += [f"{p.cle} {p.sequence}" for p in passages]
        self.bilan.executions += 1
        self.bilan.fuites += await self.terrain.fuites(self.organisme)
        self.bilan.verdict.ajouter(verdict)
        if not verdict.tenu:
            self.bilan.graines_fautives.append(self.graine)

    @property
    def empreinte(self) -> str:
        """L'empreinte de la trace : ce qui s'est passé, dans l'ordre."""
        return sha256("\n".join(self.trace).encode()).hexdigest()


async def campagne(
    modeles: Modeles,
    graines: Iterable[int],
    *,
    pieces: Pieces | None = None,
    limite: float = float("inf"),
    au_premier_echec: bool = False,
) -> Bilan:
    """Joue des programmes par groupes, une base neuve et un ordre d'écoute par groupe."""
    bilan, echeance = Bilan(), time.monotonic() + limite
    voulues = list(graines)
    for debut in range(0, len(voulues), PAR_BASE):
        ordre = (Ordre.STRICT, Ordre.LIBRE)[debut // PAR_BASE % 2]
        async with Terrain.ouvrir(modeles, ordre=ordre) as terrain:
            if pieces is not None:
                produit = terrain.ecrivain
                valeurs = {champ.name: getattr(produit, champ.name) for champ in fields(produit)}
                terrain.ecrivain = pieces.executeur(**valeurs)
            for graine in voulues[debut : debut + PAR_BASE]:
                if time.monotonic() > echeance or (au_premier_echec and bilan.graines_fautives):
                    return bilan
                bilan.ajouter(await Programme(terrain, graine, pieces or Pieces()).jouer())
    return bilan


async def rejouees_autrement(modeles: Modeles, graines: Sequence[int]) -> int:
    """Combien de graines n'ont pas laissé deux fois la même trace."""
    empreintes: list[list[str]] = []
    for _ in range(2):
        async with Terrain.ouvrir(modeles) as terrain:
            programmes = [Programme(terrain, graine) for graine in graines]
            for programme in programmes:
                await programme.jouer()
            empreintes.append([programme.empreinte for programme in programmes])
    return sum(avant != apres for avant, apres in zip(*empreintes, strict=True))
