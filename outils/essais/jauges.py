"""Ce que disent les jauges d'un service, à l'heure de son banc."""

from outils.essais.banc import Banc
from socle.exploitation.mesures import Mesures
from socle.surveillance.jauges import jauges_de_base


async def jauges_dites(banc: Banc) -> dict[str, dict[str, float]]:
    """Par nom de mesure, chaque nombre par la valeur de son étiquette (vide s'il n'y en a pas)."""
    mesures = Mesures(banc.service.nom)
    await jauges_de_base(banc.moteur_interne, mesures, banc.service.jauges, banc.horloge)()
    return {
        famille.name: {
            "".join(v for nom, v in e.labels.items() if nom != "service"): e.value
            for e in famille.samples
        }
        for famille in mesures.registre.collect()
        if famille.name.startswith(f"sbg_{banc.service.nom}_")
    }
