"""Les exemples de la mesure : des demandes tenues, exclues et ouvertes."""

from uuid import NAMESPACE_URL, uuid5

import httpx

from contrats import SUJETS
from noyau import sujet_de
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from tests.exemples.joueur import Joueur
from tests.exemples.scenes import disponibilites


async def jouer(j: Joueur) -> None:
    j.banc.horloge.aller("2026-09-30T12:00-04:00")
    recus = messages_de_fiches(j.banc, [fiche(indicateur())])
    for nom, recit in {
        "a_temps": Recit().creee(sept(1)).livree(sept(8)),
        "multiple": Recit().creee(sept(1), acquisition_multiple=True).livree(sept(8)),
        "ouverte": Recit().creee(sept(21)),
        "en_retard": Recit().creee(sept(14)),
        "rectifiee": Recit().creee(sept(1)).livree(sept(8)).rectifie(1, sept(9)),
    }.items():
        recus += messages(j.banc, recit, uuid5(NAMESPACE_URL, nom))
    await j.banc.recevoir_messages(recus)
    mesureur = j.banc.client("mesure", sujet="mesure-1")
    await j.jouer(mesureur, "lister_indicateurs")
    await j.jouer(mesureur, "lister_calendriers")
    await j.jouer(mesureur, "lister_taux", requete={"periode": "2026-09"})
    mesures = await j.jouer(mesureur, "lister_mesures")
    mesure = mesures["elements"][0]["id"]
    await j.jouer(mesureur, "lire_mesure", id=mesure)
    await j.jouer(mesureur, "expliquer_mesure", id=mesure)
    await j.jouer(mesureur, "lister_exclusions")
    await j.banc.recevoir_jalons(j.banc.horloge(), *SUJETS.values())
    await j.banc.tache("alertes")
    await j.jouer(mesureur, "lister_alertes")
    await disponibilites.jouer(j)
    await _fermer(j, mesureur)


async def _fermer(j: Joueur, mesureur: httpx.AsyncClient) -> None:
    """Septembre fini, le courtier ne dit rien; puis un fait tardif."""
    j.banc.horloge.aller("2026-10-02T09:00-04:00")
    await j.banc.recevoir_jalons(j.banc.horloge(), *map(sujet_de, ("catalogue", "demandes")))
    await j.banc.tache("minutes")
    for _ in range(2):
        await j.jouer(mesureur, "fermer_periode", periode="2026-09")
    await j.jouer(mesureur, "lire_fermeture", periode="2026-09")
    await j.jouer(mesureur, "lister_periodes")
    tardive = Recit().creee(sept(1)).livree(sept(8)).rouverte(sept(9))
    await j.banc.recevoir_messages(messages(j.banc, tardive, uuid5(NAMESPACE_URL, "a_temps")))
    await j.banc.tache("corrections")
    await j.jouer(mesureur, "lister_corrections")
