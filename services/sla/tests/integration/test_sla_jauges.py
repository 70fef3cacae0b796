"""SLA-9 : ce que l'exploitant surveille, par indicateur."""

import re
from uuid import UUID

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, sept
from services.sla.tests.evenements import messages
from services.sla.tests.scene import semer, tout_marquer
from socle.exploitation.mesures import Mesures
from socle.surveillance.jauges import jauges_de_base

pytestmark = pytest.mark.integration


async def exposees(sla: Banc) -> dict[str, float]:
    """Les mesures de sla que dit le relais : « taux_brut PT-1 »."""
    mesures = Mesures("sla")
    lire = jauges_de_base(sla.moteur_interne, mesures, sla.service.jauges, sla.horloge)
    mesures.actualisations.append(lire)
    texte = (await mesures.exposer()).decode()
    dites = re.findall(
        r'^sbg_sla_(\w+){(?:indicateur="([^"]+)",)?service="sla"} (\S+)$', texte, re.MULTILINE
    )
    return {f"{nom} {indicateur}".strip(): float(valeur) for nom, indicateur, valeur in dites}


async def test_sla_9_le_mois_qui_court_se_surveille_par_indicateur(banc: MonterBanc) -> None:
    sla = await semer(await banc("sla"))
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(14)), UUID(int=9)))
    dites = await exposees(sla)
    assert {nom: v for nom, v in dites.items() if nom.endswith("PT-1")} == {
        "taux_brut PT-1": 0.75,
        "taux_ajuste PT-1": pytest.approx(2 / 3),
        "cible PT-1": 0.95,
        "mesurees PT-1": 4,
        "en_cours PT-1": 2,
        "a_risque PT-1": 0,
        "en_retard PT-1": 1,
    }
    # Rien à mesurer : le taux se tait, plutôt que de dire zéro ou un.
    assert not any(nom.endswith("PT-3") for nom in dites)
    assert (dites["corrections"], dites["rejeux"], dites["periodes_ouvertes"]) == (0, 0, 1)
    await tout_marquer(sla)
    sla.horloge.aller("2026-10-01T00:01-04:00")
    dites = await exposees(sla)
    assert dites["rejeux"] == 6
    assert "taux_brut PT-1" not in dites
    assert dites["en_cours PT-1"] == 2
