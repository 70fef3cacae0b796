"""SLA-7, SLA-8 : ce qui se décide d'un mois fermé s'ajoute à côté de ce qu'il a publié."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, sept
from services.sla.tests.evenements import messages
from services.sla.tests.integration.test_sla_exclusions_api import (
    contestee,
    gestionnaire,
    invoquee,
    mesureuse,
    poser,
)
from services.sla.tests.integration.test_sla_fermetures import SUJETS, corrigees, fermee
from services.sla.tests.scene import MESURES, elements, mesure_de, semer

pytestmark = pytest.mark.integration

SUSPENDUE = Recit().creee(sept(1)).suspendue(sept(3)).reprise(sept(9)).livree(sept(17))
SUJET = UUID(int=77)
ACTE = uuid5(SUJET, str(SUSPENDUE.episodes[1].acte_id))


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """Septembre est fermé."""
    monte = await semer(await banc("sla"))
    await monte.recevoir_messages(messages(monte, SUSPENDUE, SUJET))
    monte.horloge.aller("2026-10-02T09:00-04:00")
    await monte.recevoir_jalons(monte.horloge(), *SUJETS)
    await fermee(monte)
    return monte


async def taux(sla: Banc) -> dict[str, Any]:
    (ligne,) = await elements(gestionnaire(sla), "/v1/taux", periode="2026-09", indicateur="PT-1")
    rendue: dict[str, Any] = ligne
    return rendue


async def test_sla_8_une_exclusion_tardive_corrige_le_mois_sans_le_changer(sla: Banc) -> None:
    publie = await taux(sla)
    exclusion = await poser(mesureuse(sla), "exclusions", invoquee())
    (correction,) = await corrigees(sla)
    assert (correction["mesure_id"], correction["cause"]) == (str(MESURES["tard"]), "exclusion")
    assert (await taux(sla))["ajuste"] == publie["ajuste"]
    chemin = f"exclusions/{exclusion['id']}/annulation"
    await poser(mesureuse(sla), chemin, {"motif": "Erreur."}, 200)
    assert [c["cause"] for c in await corrigees(sla)] == ["exclusion", "exclusion"]


async def test_sla_8_une_suspension_ecartee_apres_coup_corrige_le_mois(sla: Banc) -> None:
    publie = await taux(sla)
    ouverte = await poser(gestionnaire(sla), "contestations", contestee("suspension", ACTE))
    assert await corrigees(sla) == []
    chemin = f"contestations/{ouverte['id']}/decision"
    await poser(mesureuse(sla), chemin, {"decision": "acceptee", "motif": "Vérifié."}, 200)
    (correction,) = await corrigees(sla)
    assert correction["mesure_id"] == str(mesure_de(SUJET))
    avant, apres = correction["avant"], correction["apres"]
    assert (avant["verdict"], apres["verdict"]) == ("conforme", "manquee")
    assert correction["cause"] == "exclusion"
    assert (await taux(sla))["brut"] == publie["brut"]
