"""Les webhooks sortants sous fautes : le code de livraison de `demandes`, de vraies cibles."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import httpcore
from sqlalchemy import text

from contrats.demandes import DemandeAnnulee, DemandePriseEnCharge
from demandes.main import service as service_demandes
from demandes.webhooks.adaptateurs import vues
from demandes.webhooks.adaptateurs.connecteur import (
    DELAI,
    Connecteur,
    Reponse,
    connecteur,
    signer,
)
from demandes.webhooks.domaine import GIGUE, REPRISES, Reseau
from demandes.webhooks.entrees.taches import Sortie, porter_envois, servir
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from services.demandes.tests.parcours import Parcours
from services.demandes.tests.voisinage import COFFRE, livreur
from socle.identifiants import uuid7
from socle.service import Contexte
from tests.fautes.cibles import Cible, Conduite, en_service

Cles = Sequence[str]
Porter = Callable[[Contexte, Sequence[Reseau]], Awaitable[int]]
PERMIS = "127.0.0.0/8"
"""Où sont les cibles de l'épreuve."""
SERVIE = 10.0
"""Secondes au plus pour servir une cible saine pendant que les autres sont en faute."""
PATIENCE = 60.0


@dataclass(slots=True)
class Bilan:
    """Ce qu'une épreuve des webhooks a montré."""

    livraisons: int = 0
    reprises: int = 0
    perdues: int = 0
    identifiants_changes: int = 0
    signatures_fausses: int = 0
    redirections_suivies: int = 0
    hors_calendrier: int = 0
    silences_dits: int = 0
    """Envois dont l'échec note que la cible n'a jamais répondu."""
    saine_servie: float = 0.0
    demandes_refusees: int = 0
    calme: list[float] = field(default_factory=list)
    sous_fautes: list[float] = field(default_factory=list)

    @property
    def ralentissement(self) -> float:
        """Le temps médian d'une prise de demande sous fautes, sur celui du calme."""
        return median(self.sous_fautes) / median(self.calme)


@dataclass(slots=True)
class Epreuve:
    """Un banc des demandes, ses abonnés, et ce qu'on leur doit."""

    parcours: Parcours
    cibles: dict[Conduite, Cible]
    piege: Cible
    porter: Porter
    bilan: Bilan = field(default_factory=Bilan)
    dus: set[str] = field(default_factory=set)
    webhooks: dict[Conduite, str] = field(default_factory=dict)

    @property
    def banc(self) -> Banc:
        return self.parcours.banc

    async def abonner(self) -> None:
        for conduite, cible in self.cibles.items():
            reponse = await self.parcours.csc.post("/v1/webhooks", json={"url": cible.url})
            cree = reponse.raise_for_status().json()
            cible.secret, self.webhooks[conduite] = cree["secret"], cree["id"]

    async def deposer(self, nombre: int) -> None:
        """Fait recevoir des événements, deux fois chacun : le bus livre au moins une fois."""
        for _ in range(nombre):
            demande = uuid7()
            messages = [
                self.banc.message(classe(organisme="MTQ", demande_id=demande))
                for classe in (DemandePriseEnCharge, DemandeAnnulee)
            ]
            await self.banc.recevoir_messages([*messages, *messages])
            self.dus |= {str(message.identifiant) for message in messages}

    def livreur(self) -> AbstractAsyncContextManager[None]:
        """Le livreur tourne pendant le bloc; à la sortie il meurt, où qu'il en soit."""
        permis = (ip_network(PERMIS),)
        return livreur(self.banc, lambda contexte: self.porter(contexte, permis))

    async def echoir(self) -> None:
        """Le temps passe : attentes et repos sont finis."""
        async with self.banc.interne() as cx:
            await cx.ecrire(
                text(
                    "UPDATE webhook_envois SET prochain_essai = '2000-01-01Z'"
                    " WHERE etat = 'a_envoyer'"
                )
            )
            await cx.ecrire(text("UPDATE webhooks SET pause_jusqua = NULL"))

    async def compter(self, condition: str) -> int:
        async with self.banc.interne() as cx:
            requete = text(f"SELECT count(*) FROM webhook_envois WHERE {condition}")
            return int(await cx.valeur(requete))

    async def prendre_des_demandes(self, durees: list[float], fini: asyncio.Event) -> None:
        """Crée des demandes sans relâche; un refus se compte."""
        while not fini.is_set():
            debut = time.perf_counter()
            try:
                await self.parcours.creer()
            except AssertionError:
                self.bilan.demandes_refusees += 1
            durees.append(time.perf_counter() - debut)
            await asyncio.sleep(0.02)


async def porter_du_produit(contexte: Contexte, permis: Sequence[Reseau]) -> int:
    """Le livreur tel quel."""
    return await porter_envois(contexte, Sortie(COFFRE, permis))


async def eprouver(
    modeles: Modeles, evenements: int, porter: Porter = porter_du_produit, *, entiere: bool = True
) -> Bilan:
    """Livre sous toutes les fautes, répare, finit de livrer, et compte."""
    async with _monter(modeles, porter) as e:
        await e.abonner()
        await _sous_fautes(e, evenements, entiere=entiere)
        if entiere:
            await _suivre_le_calendrier(e)
        await _reparer(e)
        await _juger(e)
    return e.bilan


@asynccontextmanager
async def _monter(modeles: Modeles, porter: Porter) -> AsyncIterator[Epreuve]:
    service = service_demandes()
    acces = await modeles.copie(service)
    permis = {"webhooks_reseaux_permis": PERMIS}
    reglages = reglages_d_essai(service.reglages, acces, str(modeles.jwks), **permis)
    banc = monter(service, reglages, modeles.emetteur, HorlogeConduite())
    try:
        async with AsyncExitStack() as pile:
            piege = await pile.enter_async_context(en_service(Cible(Conduite.SAINE)))
            cibles = {
                conduite: await pile.enter_async_context(en_service(Cible(conduite, piege.url)))
                for conduite in Conduite
            }
            yield Epreuve(await Parcours.monter(banc), cibles, piege, porter)
    finally:
        await banc.fermer()


async def _sous_fautes(e: Epreuve, evenements: int, *, entiere: bool) -> None:
    """Toutes les cibles sont en faute, sauf une; le livreur meurt et renaît."""
    if entiere:
        await _prendre_pendant(e, e.bilan.calme, asyncio.sleep(1.5))
        await _prendre_pendant(e, e.bilan.sous_fautes, _livrer(e, evenements, DELAI + 1.5))
    else:
        await _livrer(e, evenements, 0.5)
    e.bilan.silences_dits = await e.compter("erreur LIKE 'TimeoutError%'")


async def _prendre_pendant(
    e: Epreuve, durees: list[float], faire: Coroutine[Any, Any, None]
) -> None:
    fini = asyncio.Event()
    prise = asyncio.create_task(e.prendre_des_demandes(durees, fini))
    await faire
    fini.set()
    await prise


async def _livrer(e: Epreuve, evenements: int, dernier: float) -> None:
    debut, saine = time.monotonic(), e.cibles[Conduite.SAINE]
    await e.deposer(evenements)
    while time.monotonic() - debut < SERVIE and not e.dus <= saine.effets:
        async with e.livreur():
            await asyncio.sleep(0.8)
    e.bilan.saine_servie = time.monotonic() - debut
    for secondes in (0.8, dernier):
        await e.echoir()
        async with e.livreur():
            await asyncio.sleep(secondes)


async def _suivre_le_calendrier(e: Epreuve) -> None:
    """La cible en erreur le reste : dix essais espacés comme prévu, l'échec dit, la quarantaine."""
    for conduite in set(Conduite) - {Conduite.EN_ERREUR, Conduite.REDIRIGE}:
        e.cibles[conduite].conduite = Conduite.SAINE
    webhook = e.webhooks[Conduite.EN_ERREUR]
    ici = f"webhook_id = '{webhook}'"
    for _ in range(3 * len(REPRISES)):
        await e.echoir()
        await e.banc.tache("webhooks")
        for numero, attente in enumerate(REPRISES, start=1):
            bas, haut = attente.total_seconds() - 60, attente.total_seconds() * (1 + GIGUE) + 1
            e.bilan.hors_calendrier += await e.compter(
                f"etat = 'a_envoyer' AND essais = {numero} AND prochain_essai > '2001-01-01'"
                " AND extract(epoch FROM prochain_essai - clock_timestamp())"
                f" NOT BETWEEN {bas} AND {haut}"
            )
        if await e.compter(f"{ici} AND etat = 'abandonne'"):
            break
    dits = f"{ici} AND etat = 'abandonne' AND essais = {len(REPRISES) + 1} AND statut = 503"
    e.bilan.hors_calendrier += await e.compter(dits) == 0
    lu = await e.parcours.csc.get(f"/v1/webhooks/{webhook}")
    e.bilan.hors_calendrier += lu.json()["etat"] != "quarantaine"


async def _reparer(e: Epreuve) -> None:
    """Les cibles guérissent; ce qui est abandonné se rejoue; tout finit livré."""
    for cible in e.cibles.values():
        cible.conduite = Conduite.SAINE
    for webhook in e.webhooks.values():
        reponse = await e.parcours.csc.post(f"/v1/webhooks/{webhook}/rejeu", json={})
        reponse.raise_for_status()
    limite = time.monotonic() + PATIENCE
    async with e.livreur():
        while await e.compter("etat <> 'livre'") and time.monotonic() < limite:
            await asyncio.sleep(0.5)
            await e.echoir()


async def _juger(e: Epreuve) -> None:
    bilan = e.bilan
    bilan.perdues = await e.compter("etat <> 'livre'")
    for cible in e.cibles.values():
        bilan.livraisons += len(cible.effets)
        bilan.perdues += len(e.dus - cible.effets)
        bilan.reprises += cible.demandes - len(cible.effets)
        bilan.identifiants_changes += cible.identifiants_changes
        bilan.signatures_fausses += cible.signatures_fausses
    bilan.redirections_suivies = e.piege.connexions


# --- les mutants ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Suiveur(Connecteur):
    """Suit les redirections."""

    async def porter(self, url: str, evenement_id: UUID, corps: bytes, secrets: Cles) -> Reponse:
        en_tetes = signer(evenement_id, corps, secrets)
        try:
            async with asyncio.timeout(self.delai):
                reponse = await self.claire.request("POST", url, headers=en_tetes, content=corps)
        except (httpcore.NetworkError, httpcore.ProtocolError, TimeoutError) as erreur:
            return Reponse(None, repr(erreur))
        vers = dict(reponse.headers).get(b"location")
        if vers:
            return await Connecteur.porter(self, vers.decode(), evenement_id, corps, secrets)
        return Reponse(reponse.status, None)


@dataclass(frozen=True, slots=True)
class _Oublieux(Connecteur):
    """Un identifiant neuf à chaque essai."""

    async def porter(self, url: str, evenement_id: UUID, corps: bytes, secrets: Cles) -> Reponse:
        return await Connecteur.porter(self, url, uuid4(), corps, secrets)


@dataclass(frozen=True, slots=True)
class _Credule(Connecteur):
    """Toute réponse est un succès."""

    async def porter(self, url: str, evenement_id: UUID, corps: bytes, secrets: Cles) -> Reponse:
        await Connecteur.porter(self, url, evenement_id, corps, secrets)
        return Reponse(200, None)


def _avec(classe: type[Connecteur]) -> Porter:
    async def porter(contexte: Contexte, permis: Sequence[Reseau]) -> int:
        """Le livreur, avec un autre connecteur, chaque abonné dans sa tâche."""
        async with connecteur(permis) as vrai:
            porteur = classe(vrai.chiffree, vrai.claire)
            abonnes = await contexte.lire(vues.abonnes_a_servir)
            tous = (servir(contexte, porteur, COFFRE, a) for a in abonnes)
            return sum(await asyncio.gather(*tous))

    return porter


async def porter_en_file(contexte: Contexte, permis: Sequence[Reseau]) -> int:
    """Un abonné après l'autre, sans délai : le premier muet arrête tout."""
    async with connecteur(permis) as vrai:
        porteur = replace(vrai, delai=None)  # type: ignore[arg-type]
        abonnes = sorted(await contexte.lire(vues.abonnes_a_servir), key=lambda a: str(a.id))
        return sum([await servir(contexte, porteur, COFFRE, a) for a in reversed(abonnes)])


@dataclass(frozen=True, slots=True)
class Mutant:
    """Un livreur cassé exprès, et ce qui le trahit."""

    nom: str
    porter: Porter
    attrape: Callable[[Bilan], bool]


MUTANTS = (
    Mutant("livreur en file, sans délai", porter_en_file, lambda b: b.saine_servie >= SERVIE),
    Mutant(
        "livreur qui suit les redirections", _avec(_Suiveur), lambda b: b.redirections_suivies > 0
    ),
    Mutant(
        "identifiant neuf à chaque essai", _avec(_Oublieux), lambda b: b.identifiants_changes > 0
    ),
    Mutant("toute réponse tenue pour un succès", _avec(_Credule), lambda b: b.perdues > 0),
)
