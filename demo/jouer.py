"""Jouer : démarrer, vivre septembre 2026 et ses suites, relever, vérifier, montrer."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console

from demo.attendu import lire_attendu
from demo.defauts import SystemeEnDefaut
from demo.facturier import Facturier
from demo.ports import PORT
from demo.releve import Releveur
from demo.rendu import page, terminal
from demo.resultats import Resultats
from demo.scenario.agenda import Acte, tours
from demo.scenario.autour import Autour, Introuvable
from demo.scenario.clients import Clients, Refuse, Systeme
from demo.scenario.courtage import Courtage
from demo.scenario.itsm import Itsm
from demo.scenario.joueur import Joueur
from demo.scenario.lecture import Scenario, lire_scenario
from demo.scenario.niveaux import Niveaux
from demo.scenario.suite import Suite
from demo.systeme import Systeme as SystemeEmbarque
from demo.verification import verifier
from noyau import Mois, debut_du_jour
from outils.moteurs import presentation

DELAI_HTTP = 20.0
MOTIFS = (
    *("facture-*", "note-*", "simulation.*"),
    *("rapport-*", "disponibilite-*", "index.html", "resultats.json"),
)
"""Les fichiers qu'une exécution écrit, hors ceux du système."""


async def jouer(console: Console, sortie: Path, plage: int = PORT) -> int:
    """Joue le mois et rend 0; 1 si un chiffre diffère de l'oracle, après l'avoir nommé.

    Lève `SystemeEnDefaut` si le système ne démarre pas ou refuse ce que le scénario demande.
    """
    debut = time.monotonic()
    console.print(presentation(), soft_wrap=True)
    scenario = lire_scenario()
    _preparer(sortie)
    with terminal.Etapes(console) as etapes:
        depart = scenario.mise_en_route - timedelta(hours=1)
        dossier = sortie / "systeme"
        async with SystemeEmbarque.ouvrir(dossier, depart, etapes.dire, plage=plage) as systeme:
            try:
                resultats = await vivre(systeme, scenario, sortie, etapes)
            except (Refuse, Introuvable, httpx.TransportError) as erreur:
                raise SystemeEnDefaut(f"Le scénario s'arrête : {erreur}") from erreur
    duree = round(time.monotonic() - debut, 1)
    return conclure(console, resultats.model_copy(update={"duree_s": duree}), sortie)


def conclure(console: Console, releves: Resultats, sortie: Path) -> int:
    """Compare à l'oracle, écrit et montre; rend 0, ou 1 si un chiffre diffère."""
    comptes, ecarts = verifier(lire_attendu(), releves)
    resultats = releves.model_copy(update={"chiffres_verifies": comptes, "ecarts": ecarts})
    (sortie / "resultats.json").write_text(resultats.ecrire(), "utf-8")
    (sortie / "index.html").write_text(page.rendre(resultats), "utf-8")
    terminal.montrer(console, resultats, sortie)
    return 1 if ecarts else 0


def _preparer(sortie: Path) -> None:
    """Le dossier des résultats, sans ceux d'une exécution passée."""
    sortie.mkdir(parents=True, exist_ok=True)
    for motif in MOTIFS:
        for fichier in sortie.glob(motif):
            fichier.unlink()


async def vivre(
    systeme: Systeme, scenario: Scenario, sortie: Path, etapes: terminal.Etapes
) -> Resultats:
    """Joue le mois, relève ses niveaux le matin du suivant, vit celui-ci et relève le reste."""
    async with httpx.AsyncClient(timeout=DELAI_HTTP, trust_env=False) as http:
        with Itsm.ecouter() as itsm:
            clients = Clients(systeme, http)
            joueur, autour = Joueur(clients, scenario), Autour(clients, scenario, itsm)
            facturier = Facturier(clients, sortie)
            courtage = Courtage(clients, scenario, autour)
            suite = Suite(clients, scenario, autour, facturier, courtage)
            niveaux = Niveaux(clients, scenario, joueur)
            releveur = Releveur(joueur, autour, suite, niveaux, facturier)
            actes = (*autour.actes(), *joueur.actes(), *niveaux.actes(), *suite.actes())
            await _poser(systeme, etapes, [a for a in actes if a.annonce < scenario.fin_du_mois])
            etapes.dire("Fin du mois : taux, explications")
            await _finir(systeme, scenario.fin_du_mois, scenario.mois)
            await releveur.relever_mois()
            await _poser(systeme, etapes, [a for a in actes if a.annonce >= scenario.fin_du_mois])
            etapes.dire("Un mois plus tard : factures, écarts, comptes")
            await _finir(systeme, scenario.fin_de_la_suite, scenario.mois_suivant)
            await facturier.emettre(str(scenario.mois_suivant))
            await autour.attendre_itsm()
            releves = await releveur.relever(systeme.presentation)
            etapes.dire("Recalcul entier des factures")
            dit = await systeme.commander("facturation", "verifier-factures")
            return releves.model_copy(update={"recalcul": dit.strip().rpartition("\n")[2]})


async def _poser(systeme: Systeme, etapes: terminal.Etapes, actes: Iterable[Acte]) -> None:
    """Pose ces actes, tour par tour."""
    for tour in etapes.suivre(tours(actes)):
        await systeme.avancer(tour.instant)
        for acte in tour.actes:
            await acte.faire()


async def _finir(systeme: Systeme, instant: datetime, mois: Mois) -> None:
    """Avance à cet instant, tout le mois reçu de tous."""
    await systeme.avancer(instant)
    await systeme.attendre_jalons(debut_du_jour(mois.fin))
    await systeme.vider()
