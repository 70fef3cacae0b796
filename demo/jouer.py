"""Jouer le mois : démarrer, vivre septembre 2026, relever, vérifier, montrer."""

import time
from datetime import timedelta
from pathlib import Path

import httpx
from rich.console import Console

from demo.attendu import lire_attendu
from demo.releve import Releveur
from demo.rendu import page, terminal
from demo.resultats import Resultats
from demo.scenario.agenda import tours
from demo.scenario.autour import Autour
from demo.scenario.clients import Clients, Systeme
from demo.scenario.joueur import Joueur
from demo.scenario.lecture import Scenario, lire_scenario
from demo.systeme import Systeme as SystemeEmbarque
from demo.verification import verifier
from socle.noyau import debut_du_jour

DELAI_HTTP = 20.0


async def jouer(console: Console, sortie: Path) -> int:
    """Joue le mois et rend 0; 1 si un chiffre diffère de l'oracle, après l'avoir nommé."""
    debut = time.monotonic()
    scenario = lire_scenario()
    sortie.mkdir(parents=True, exist_ok=True)
    with terminal.Etapes(console) as etapes:
        depart = scenario.mise_en_route - timedelta(hours=1)
        async with SystemeEmbarque.ouvrir(sortie, depart, etapes.dire) as systeme:
            etapes.annoncer(systeme.presentation)
            resultats = await vivre(systeme, scenario, sortie, etapes)
    comptes, ecarts = verifier(lire_attendu(), resultats)
    resultats = resultats.model_copy(
        update={
            "chiffres_verifies": comptes,
            "ecarts": ecarts,
            "duree_s": round(time.monotonic() - debut, 1),
        }
    )
    (sortie / "resultats.json").write_text(resultats.ecrire(), "utf-8")
    (sortie / "index.html").write_text(page.rendre(resultats), "utf-8")
    terminal.montrer(console, resultats, sortie)
    return 1 if ecarts else 0


async def vivre(
    systeme: Systeme, scenario: Scenario, sortie: Path, etapes: terminal.Etapes
) -> Resultats:
    """Joue tous les tours du mois, puis relève les résultats le matin du mois suivant."""
    async with httpx.AsyncClient(timeout=DELAI_HTTP) as http:
        clients = Clients(systeme, http)
        joueur, autour = Joueur(clients, scenario), Autour(clients, scenario)
        prevus = tours([*autour.actes(), *joueur.actes()])
        for tour in etapes.suivre(prevus):
            await systeme.avancer(tour.instant)
            for acte in tour.actes:
                await acte.faire()
        etapes.dire("Fin du mois : taux, factures, explications")
        await systeme.avancer(scenario.fin_du_mois)
        await systeme.attendre_jalons(debut_du_jour(scenario.mois.fin))
        await systeme.vider()
        return await Releveur(joueur, autour, sortie).relever(systeme.presentation)
