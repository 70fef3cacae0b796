"""La suite entière : pilote semé, courses, mutants, prise, conservation, vrais processus."""

import asyncio
import logging
import multiprocessing
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from os import getpid
from pathlib import Path

import structlog

from outils.emetteur import Emetteur
from outils.essais.greffon import Modeles
from outils.moteurs import ServeurPostgres
from socle.execution.sceaux import verifier
from tests.fautes import conservation, ecartees, reel, trous, veille
from tests.fautes.cibles import Conduite
from tests.fautes.concurrence import courir
from tests.fautes.mutants import (
    ConsommateurPresse,
    ExecuteurSansCle,
    JalonneurPresse,
    ReceptionQuiSaute,
    ReceptionSansAttente,
    ReceptionSansReclamation,
    RelaisACurseur,
    RelaisDUnBloc,
    RelaisImpatient,
    RelaisSansVerrouDeFragment,
)
from tests.fautes.pilote import Bilan, Pieces, campagne, rejouees_autrement
from tests.fautes.prise import observer
from tests.fautes.processus import eprouver
from tests.fautes.resultats import Chiffres
from tests.fautes.terrain import Rafale, Terrain
from tests.fautes.verdicts import Verdict

COEURS = 2
PROGRAMMES, PROGRAMMES_LONGS = 400, 10_000
DUREE_BORNEE = 240.0
"""Secondes au plus pour le pilote borné : une machine débordée en jouerait moins."""


@dataclass(slots=True)
class Etat:
    """Où en est la suite."""

    chiffres: Chiffres
    modeles: Modeles
    postgres: ServeurPostgres
    long: bool
    bilan: Bilan = field(default_factory=Bilan)
    evenements: int = 0
    points: int = 0
    survivants: list[str] = field(default_factory=list)

    def inscrire(self, quoi: str, verdict: Verdict) -> None:
        """Inscrit les manquements d'une épreuve, et les ajoute au bilan."""
        self.bilan.verdict.ajouter(verdict)
        for nom in Verdict.__slots__:
            self.chiffres.nul(f"{quoi} : {nom.replace('_', ' ')}", getattr(verdict, nom))

    def mutant(self, nom: str, *, attrape: bool) -> None:
        if not attrape:
            self.survivants.append(nom)
        self.chiffres.nul(f"mutant « {nom} » : survit", int(not attrape))


@asynccontextmanager
async def _modeles(dsn: str) -> AsyncIterator[Modeles]:
    with tempfile.TemporaryDirectory() as dossier:
        emetteur, jwks = Emetteur(), Path(dossier) / "jwks.json"
        emetteur.publier(jwks)
        yield Modeles(dsn, jwks, emetteur, f"fautes_{getpid()}")


def taire_les_journaux() -> None:
    """Les fautes posées journalisent à chaque pas; seuls les chiffres s'impriment."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _campagne(dsn: str, graines: Sequence[int], limite: float) -> Bilan:
    async def jouer_les() -> Bilan:
        async with _modeles(dsn) as modeles:
            return await campagne(modeles, graines, limite=limite)

    taire_les_journaux()
    return asyncio.run(jouer_les())


async def pilote(etat: Etat) -> None:
    """Des milliers de petits programmes semés, sur deux coeurs."""
    nombre = PROGRAMMES_LONGS if etat.long else PROGRAMMES
    limite = float("inf") if etat.long else DUREE_BORNEE
    lots = [range(1 + i, nombre + 1, COEURS) for i in range(COEURS)]
    boucle = asyncio.get_running_loop()
    contexte = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(COEURS, mp_context=contexte) as coeurs:
        en_cours = [
            boucle.run_in_executor(coeurs, _campagne, etat.modeles.dsn, list(lot), limite)
            for lot in lots
        ]
        bilan = Bilan()
        for partiel in await asyncio.gather(*en_cours):
            bilan.ajouter(partiel)
    c = etat.chiffres
    c.au_moins("pilote : programmes", bilan.executions, nombre)
    c.dire("pilote : événements", bilan.evenements)
    c.au_moins("pilote : points de chute (rôle, point)", bilan.points, 12)
    c.dire("pilote : fautes frappées", bilan.frappes.total())
    c.nul("pilote : fuites entre organismes", bilan.fuites)
    etat.inscrire("pilote", bilan.verdict)
    c.nul("pilote : graines rejouées autrement", await rejouees_autrement(etat.modeles, (3, 7, 11)))
    if bilan.graines_fautives:
        print(f"    graines fautives : {bilan.graines_fautives[:20]}")
    etat.bilan.executions += bilan.executions
    etat.bilan.fuites += bilan.fuites
    etat.bilan.graines_fautives += bilan.graines_fautives
    etat.evenements += bilan.evenements
    etat.points += bilan.points


async def courses(etat: Etat) -> None:
    """Seize écrivains : le produit ne perd rien, aucun jalon en avance; les mutants, si."""
    ecritures = 400 if etat.long else 130
    course = await courir(etat.modeles, ecritures=ecritures, faits=16)
    c = etat.chiffres
    c.au_moins("16 écrivains : événements", course.evenements, 100_000 if etat.long else 30_000)
    c.au_moins("16 écrivains : jalons publiés", course.jalons, 6)
    etat.inscrire("16 écrivains", course.verdict)
    etat.evenements += course.evenements
    etat.bilan.executions += 1
    temoin = await courir(etat.modeles, ecritures=40, faits=8, pieces=Pieces(relais=RelaisACurseur))
    c.au_moins("mutant « curseur d'identifiant » : part perdue", temoin.taux_perdu, 0.01)
    etat.mutant("curseur d'identifiant", attrape=temoin.taux_perdu > 0.01)
    temoin = await courir(
        etat.modeles, ecritures=20, faits=8, pieces=Pieces(jalonneur=JalonneurPresse)
    )
    etat.mutant("jalon à maintenant", attrape=temoin.verdict.jalons_en_avance > 0)
    temoin = await courir(
        etat.modeles,
        ecritures=15,
        faits=8,
        pieces=Pieces(relais=RelaisSansVerrouDeFragment),
        lenteur=0.0005,
    )
    etat.mutant("SKIP LOCKED sans verrou de fragment", attrape=temoin.verdict.desordres > 0)


async def mutants(etat: Etat) -> None:
    """Les mutants du consommateur, sous les mêmes programmes que le produit."""
    for nom, pieces in (
        ("sans réclamation de réception", Pieces(reception=ReceptionSansReclamation)),
        ("position commise avant la base", Pieces(consommateur=ConsommateurPresse)),
        ("poison sauté en silence", Pieces(reception=ReceptionQuiSaute)),
        ("appel répété tenu pour neuf", Pieces(executeur=ExecuteurSansCle)),
    ):
        bilan = await campagne(etat.modeles, range(1, 200), pieces=pieces, au_premier_echec=True)
        etat.mutant(nom, attrape=bool(bilan.graines_fautives))


async def prise(etat: Etat) -> None:
    """Aucun 2xx avant le COMMIT, vu de la prise."""
    but = 10_000 if etat.long else 4_000
    vue = await observer(etat.modeles, but)
    etat.chiffres.au_moins("prise : écritures observées", vue.reponses, but)
    etat.chiffres.nul("prise : 2xx avant COMMIT", vue.avant_commit)
    temoin = await observer(etat.modeles, 800, mutant=True)
    etat.mutant("commit après la réponse", attrape=temoin.avant_commit > 0)


async def sequences(etat: Etat) -> None:
    """Un trou dans une séquence stricte : vu, gardé, dit tant qu'il dure, libéré dès que comblé."""
    vue = await trous.eprouver(etat.modeles, 40 if etat.long else 12)
    c = etat.chiffres
    c.au_moins("trous : événements gardés", vue.gardes, 50)
    c.nul("trous : écarts d'avec le modèle", vue.ecarts)
    c.nul("trous : attentes que les mesures ne disent pas", vue.tus)
    c.nul("trous : événements non libérés", vue.restes)
    temoin = await trous.eprouver(etat.modeles, 2, ReceptionSansAttente)
    etat.mutant("séquence stricte sans attente", attrape=temoin.ecarts > 0)


async def impossibles(etat: Etat) -> None:
    """Une ligne qui ne peut partir s'écarte; les autres vont, le jalon attend."""
    c = etat.chiffres
    for sorte in ecartees.SORTES:
        vue = await ecartees.eprouver(etat.modeles, sorte)
        c.nul(f"ligne impossible ({sorte}) : manquements", int(not vue.tenu), str(vue))
        temoin = await ecartees.eprouver(etat.modeles, sorte, Pieces(relais=RelaisDUnBloc))
        etat.mutant(f"relais d'un bloc ({sorte})", attrape=temoin.retenues > 0)
    for nom, pieces, manque in ecartees.MUTANTS:
        temoin = await ecartees.eprouver(etat.modeles, "taille, au bus", pieces)
        etat.mutant(nom, attrape=getattr(temoin, manque) > 0)
    c.nul("bus en panne : lignes écartées", await ecartees.sous_panne(etat.modeles))
    temoin_en_panne = await ecartees.sous_panne(etat.modeles, Pieces(relais=RelaisImpatient))
    etat.mutant("panne prise pour la faute d'une ligne", attrape=temoin_en_panne > 0)


async def surveillance(etat: Etat) -> None:
    """Ce qu'un processus muet tenait est rendu; une boucle muette se dit."""
    vue = await veille.eprouver(etat.modeles)
    c = etat.chiffres
    c.au_plus("bail d'une transaction : secondes avant d'être rendu", vue.rendu, veille.BAIL + 10)
    c.au_plus("boucle muette : secondes avant « non prêt »", vue.non_pret, 15)
    etat.mutant("transaction sans bail", attrape=vue.sans_bail)
    etat.mutant("santé qui n'écoute pas la boucle", attrape=vue.sourde)


async def garder(etat: Etat) -> None:
    """Conservation : purge par lots, rien ne ralentit à dix fois les lignes."""
    mesure = await conservation.mesurer(etat.modeles, 20_000 if etat.long else 5_000)
    c = etat.chiffres
    c.dire("conservation : lignes échues parties", mesure.partis)
    c.nul("conservation : lignes échues restantes", mesure.echus_restants)
    c.nul("conservation : lignes d'événements publiés restantes", mesure.boite_d_envoi)
    c.nul("conservation : chaîne d'audit rompue par la purge", int(mesure.chaine_rompue))
    c.au_plus("conservation : plus gros lot", mesure.lot_maximal, conservation.LOT_MAXIMAL)
    c.au_plus("conservation : écriture à 10× les lignes", mesure.ecriture, 1.2, justesse=False)
    c.au_plus("conservation : relais à 10× les lignes", mesure.relais, 1.2, justesse=False)
    temoin = await conservation.mesurer(etat.modeles, 4_000, conservation.purger_d_un_coup)
    etat.mutant("purge d'un coup", attrape=temoin.lot_maximal > conservation.LOT_MAXIMAL)


async def audit(etat: Etat) -> None:
    """Une ligne d'audit changée, ou retirée, se trouve."""
    for nom, geste in (
        ("changée", "UPDATE socle_audit SET objet = 'autre' WHERE id = 3"),
        ("retirée", "DELETE FROM socle_audit WHERE id = 3"),
    ):
        async with Terrain.ouvrir(etat.modeles) as terrain:
            for _ in range(6):
                await terrain.ecrire(Rafale(organisme="MTQ", code="a", des=[1]))
            intacte = not await terrain.audit_rompu()
            await terrain.proprietaire.execute(geste)
            trouvee = intacte and (await verifier(terrain.interne)).rupture is not None
        etat.chiffres.nul(f"audit : ligne {nom} non trouvée", int(not trouvee))


async def sortants(etat: Etat) -> None:
    """Webhooks sortants : cibles lente, en erreur, redirigeante, muette, qui coupe."""
    from tests.fautes import voisins, webhooks

    evenements = 60 if etat.long else 12
    b = await webhooks.eprouver(etat.modeles, evenements)
    c = etat.chiffres
    c.au_moins("webhooks : livraisons", b.livraisons, 2 * evenements * len(Conduite))
    c.au_moins("webhooks : reprises", b.reprises, 20)
    c.au_moins("webhooks : silences dits", b.silences_dits, 1)
    c.nul("webhooks : livraisons perdues", b.perdues)
    c.nul("webhooks : événements venus sous deux identifiants", b.identifiants_changes)
    c.nul("webhooks : signatures fausses", b.signatures_fausses)
    c.nul("webhooks : redirections suivies", b.redirections_suivies)
    c.nul("webhooks : essais hors du calendrier, échecs tus", b.hors_calendrier)
    c.au_plus("webhooks : secondes pour servir la cible saine", b.saine_servie, webhooks.SERVIE)
    c.au_moins("webhooks : demandes prises sous fautes", len(b.sous_fautes), 20)
    c.nul("webhooks : demandes refusées sous fautes", b.demandes_refusees)
    c.au_plus("webhooks : prise d'une demande, la plus lente, secondes", max(b.sous_fautes), 3.0)
    c.au_plus(
        "webhooks : prise d'une demande, sous fautes/calme", b.ralentissement, 2, justesse=False
    )
    v = await voisins.eprouver(etat.modeles)
    c.au_plus("webhooks : secondes d'attente près de 200 muets", max(v.entoure), voisins.ATTENTE)
    c.au_plus("webhooks : attente entouré de muets/seul", v.rapport, 3, justesse=False)
    etat.mutant("livreur sans places", attrape=await voisins.mutant_attrape(etat.modeles))
    temoins = await asyncio.gather(
        *(webhooks.eprouver(etat.modeles, 2, m.porter, entiere=False) for m in webhooks.MUTANTS)
    )
    for mutant, temoin in zip(webhooks.MUTANTS, temoins, strict=True):
        etat.mutant(mutant.nom, attrape=mutant.attrape(temoin))


async def facturer(etat: Etat) -> None:
    """La facturation tuée entre deux instructions, à plusieurs, sans bus, sans base."""
    from tests.fautes import facturation as f
    from tests.fautes.terrain_facturation import Semis

    semis, c = await Semis.faire(etat.modeles), etat.chiffres
    pas, fois = (1, 20) if etat.long else (4, 4)
    bilans = {nom: await eprouver(semis, quoi, pas=pas) for nom, quoi in semis.ouvrages.items()}
    c.au_moins("facturation : points de mort", sum(b.points for b in bilans.values()), 100)
    c.au_moins("facturation : morts reprises", sum(b.morts for b in bilans.values()), 100)
    bilans |= {f"trois relais, {n}": await f.a_plusieurs(semis, n) for n in range(fois)}
    bilans["bus arrêté"] = await f.bus_arrete(semis, 1)
    bilans["PostgreSQL arrêté"] = await f.base_arretee(semis, etat.postgres, fois)
    for nom, bilan in bilans.items():
        c.au_moins(f"facturation, {nom} : fautes frappées", bilan.morts, 1)
        c.nul(f"facturation, {nom} : écarts", len(bilan.ecarts), " ".join(bilan.ecarts[:5]))
        c.nul(f"facturation, {nom} : lignes qu'ajoute un second tour", bilan.ajouts)
        etat.bilan.executions += bilan.morts
    for nom in f.MUTANTS:
        etat.mutant(nom, attrape=await f.mutant_attrape(semis, nom))


async def mesurer(etat: Etat) -> None:
    """La mesure tuée pendant qu'elle ferme ou corrige un mois, ou devancée par un fait."""
    from tests.fautes import mesure as m
    from tests.fautes.terrain_mesure import Semis

    c, pas = etat.chiffres, 1 if etat.long else 7
    ouvert, ferme = await Semis.faire(etat.modeles), await Semis.faire(etat.modeles, ferme=True)
    for semis in (ouvert, ferme):
        for nom, ouvrage in semis.ouvrages.items():
            bilan = await eprouver(semis, ouvrage, pas=pas)
            c.au_moins(f"mesure, {nom} : points de mort", bilan.points, 100)
            c.au_moins(f"mesure, {nom} : morts reprises", bilan.morts, 100 // pas)
            c.nul(f"mesure, {nom} : écarts", len(bilan.ecarts), " ".join(bilan.ecarts[:5]))
            c.nul(f"mesure, {nom} : lignes qu'ajoute un second tour", bilan.ajouts)
            etat.bilan.executions += bilan.morts
        manques = await m.mutants_manques(semis)
        for nom, (de, _) in m.MUTANTS.items():
            if de in semis.ouvrages:
                etat.mutant(nom, attrape=nom not in manques)
    for nom in m.arrivees(ouvert):
        course = await m.courir(ouvert, [nom], 64 if etat.long else 16)
        dits = f"{course.figes} figés, {course.corriges} corrigés {' '.join(course.ecarts[:3])}"
        c.nul(f"mesure, {nom} pendant la fermeture : perdus ou doubles", len(course.ecarts), dits)
    perdue = await m.courir(ouvert, ["livraison"], 16, sans_verrou=True)
    etat.mutant("fermeture sans verrou", attrape=bool(perdue.ecarts))


async def processus(etat: Etat) -> None:
    """Vrais processus, vrai Kafka, vrai PostgreSQL."""
    epreuve = await reel.jouer(etat.chiffres, long=etat.long)
    etat.chiffres.au_moins("processus : points de kill −9", len(epreuve.points), 12)
    etat.chiffres.dire("processus : événements", epreuve.attendus.total())
    etat.inscrire("processus", epreuve.verdict)
    etat.evenements += epreuve.attendus.total()
    etat.bilan.executions += 1


PARTIES: dict[str, Callable[[Etat], Awaitable[None]]] = {
    "mutants": mutants,
    "pilote": pilote,
    "courses": courses,
    "prise": prise,
    "audit": audit,
    "sequences": sequences,
    "impossibles": impossibles,
    "surveillance": surveillance,
    "conservation": garder,
    "webhooks": sortants,
    "facturation": facturer,
    "mesure": mesurer,
    "processus": processus,
}


async def jouer(chiffres: Chiffres, parties: Sequence[str], *, long: bool) -> dict[str, object]:
    """Joue les parties voulues; rend le résumé."""
    with ServeurPostgres() as postgres:
        async with _modeles(postgres.dsn) as modeles:
            etat = Etat(chiffres, modeles, postgres, long)
            for partie in parties:
                print(partie, flush=True)
                await PARTIES[partie](etat)
    if set(parties) == set(PARTIES):
        chiffres.au_moins("en tout : événements", etat.evenements, 100_000 if long else 50_000)
    verdict = etat.bilan.verdict
    return {
        "executions": etat.bilan.executions,
        "evenements": etat.evenements,
        "points": etat.points,
        "perdus": verdict.perdus,
        "fantomes": verdict.fantomes,
        "doubles": verdict.doubles,
        "desordres": verdict.desordres,
        "jalons_en_avance": verdict.jalons_en_avance,
        "fuites": etat.bilan.fuites,
        "mutants_survivants": len(etat.survivants),
        "graines_fautives": etat.bilan.graines_fautives,
    }
