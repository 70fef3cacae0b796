"""PT-7, PT-8 : d'une date convenue à son verdict, en trois services et par la fiche livrée."""

from typing import Any

import pytest

from outils.essais.banc import Banc, HorlogeConduite
from outils.essais.greffon import MonterBanc
from services.demandes.tests.itsm import ANCIENNE, NEUVE
from services.demandes.tests.parcours import Parcours
from tests.e2e.voisins import porter

pytestmark = pytest.mark.integration


class Voisins:
    """Le catalogue et ses fiches, les demandes, la mesure, à la même heure."""

    def __init__(self, parcours: Parcours, mesure: Banc) -> None:
        self.parcours, self.mesure, self.horloge = parcours, mesure, mesure.horloge
        self.gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ", sujet="g")

    @classmethod
    async def monter(cls, banc: MonterBanc) -> "Voisins":
        horloge = HorlogeConduite()
        catalogue = await banc("catalogue", horloge=horloge)
        await catalogue.tache("chargement")
        amont = await banc("demandes", horloge=horloge, itsm_secrets=f"{NEUVE}, {ANCIENNE}")
        voisins = cls(await Parcours.monter(amont), await banc("sla", horloge=horloge))
        await porter(catalogue, voisins.mesure)
        return voisins

    async def demander(self, travaux: str = "demenagement") -> dict[str, Any]:
        return await self.parcours.prise_en_charge(
            sorte=f"amenagement_secteur_{travaux}", articles=[], site="QC-700RL"
        )

    def aller(self, jour: int, heure: int = 10) -> None:
        self.horloge.aller(f"2026-09-{jour:02d}T{heure:02d}:00-04:00")

    async def convenir(self, demande: dict[str, Any], jour: int) -> None:
        """Le CSC propose, l'organisme accepte."""
        chemin = f"/v1/demandes/{demande['id']}/dates-convenues"
        corps = {"date_convenue": f"2026-09-{jour:02d}", "motif": "Le mobilier."}
        proposee = (await self.parcours.csc.post(chemin, json=corps)).json()
        conclue = await self.gestionnaire.post(f"{chemin}/{proposee['id']}/acceptation", json={})
        assert conclue.status_code == 200, conclue.text

    async def finir(self, demande: dict[str, Any]) -> None:
        await self.parcours.agir(self.parcours.csc, demande, "completion")

    async def lue(self, demande: dict[str, Any]) -> dict[str, Any]:
        """La mesure de la demande, tout étant reçu deux fois."""
        for _ in range(2):
            await porter(self.parcours.banc, self.mesure)
        lues = await self.mesure.client("mesure").get(f"/v1/mesures?sujet={demande['id']}")
        (mesure,) = lues.json()["elements"]
        dit: dict[str, Any] = mesure
        return dit

    async def verdict(self, demande: dict[str, Any]) -> tuple[str, str]:
        lue = await self.lue(demande)
        return lue["indicateur"], lue["verdict"]

    async def effets(self, demande: dict[str, Any]) -> list[str]:
        """Ce que l'explication dit de chaque fait."""
        identifiant = (await self.lue(demande))["id"]
        chemin = f"/v1/mesures/{identifiant}/explication"
        lue = await self.mesure.client("mesure").get(chemin)
        return [fait["effet"] for fait in lue.json()["faits"]]


@pytest.mark.parametrize(
    ("travaux", "fini", "attendu"),
    [
        ("reamenagement", 10, ("PT-7", "conforme")),
        ("demenagement", 10, ("PT-8", "conforme")),
        ("demenagement", 11, ("PT-8", "depassee")),
    ],
)
async def test_sla_4_une_date_convenue_est_tenue_ou_non(
    banc: MonterBanc, travaux: str, fini: int, attendu: tuple[str, str]
) -> None:
    """La fiche livrée n'a pas de cible pour PT-7 et PT-8 : hors délai, c'est « dépassée »."""
    v = await Voisins.monter(banc)
    demande = await v.demander(travaux)
    assert await v.verdict(demande) == (attendu[0], "en_cours")
    await v.convenir(demande, 10)
    v.aller(fini, 23)
    await v.finir(demande)
    assert await v.verdict(demande) == attendu
    filtre = {"indicateur": attendu[0], "periode": "2026-09", "organisme": "MTQ"}
    (taux,) = (await v.mesure.client("mesure").get("/v1/taux", params=filtre)).json()["elements"]
    assert (taux["brut"]["conformes"], taux["brut"]["mesurees"]) == (attendu[1] == "conforme", 1)


async def test_sla_4_deplacer_une_date_passee_ne_cache_pas_un_retard(banc: MonterBanc) -> None:
    v = await Voisins.monter(banc)
    a_temps, apres_coup = await v.demander(), await v.demander()
    for demande in (a_temps, apres_coup):
        await v.convenir(demande, 10)
    v.aller(10, 16)
    await v.convenir(a_temps, 18)
    v.aller(11)
    await v.convenir(apres_coup, 18)
    v.aller(17)
    for demande in (a_temps, apres_coup):
        await v.finir(demande)
    assert await v.verdict(a_temps) == ("PT-8", "conforme")
    assert await v.verdict(apres_coup) == ("PT-8", "depassee")
    assert "date convenue : 18 septembre 2026" in await v.effets(a_temps)
    assert any("après coup" in effet for effet in await v.effets(apres_coup))


async def test_sla_4_sans_date_ou_annulee_rien_ne_se_mesure(banc: MonterBanc) -> None:
    v = await Voisins.monter(banc)
    sans_date, annulee = await v.demander(), await v.demander()
    await v.convenir(annulee, 10)
    v.aller(12)
    await v.finir(sans_date)
    await v.parcours.agir(v.parcours.demandeur, annulee, "annulation")
    assert await v.verdict(sans_date) == ("PT-8", "non_mesuree")
    assert await v.verdict(annulee) == ("PT-8", "non_mesuree")


async def test_sla_4_rouvert_un_secteur_se_convient_de_nouveau(banc: MonterBanc) -> None:
    v = await Voisins.monter(banc)
    convenu, laisse = await v.demander(), await v.demander()
    for demande in (convenu, laisse):
        await v.convenir(demande, 10)
    v.aller(9)
    for demande in (convenu, laisse):
        await v.finir(demande)
        assert await v.verdict(demande) == ("PT-8", "conforme")
    v.aller(14)
    for demande in (convenu, laisse):
        corps = {"motif": "Câblage à refaire."}
        await v.parcours.agir(v.parcours.demandeur, demande, "reouverture", **corps)
    v.aller(14, 11)
    await v.convenir(convenu, 18)
    v.aller(17)
    for demande in (convenu, laisse):
        await v.finir(demande)
    assert await v.verdict(convenu) == ("PT-8", "conforme")
    assert await v.verdict(laisse) == ("PT-8", "depassee")


async def test_dem_13_une_fin_rectifiee_rejuge_la_date_convenue(banc: MonterBanc) -> None:
    v = await Voisins.monter(banc)
    demande = await v.demander()
    await v.convenir(demande, 10)
    v.aller(11)
    await v.finir(demande)
    assert await v.verdict(demande) == ("PT-8", "depassee")
    (fin,) = await v.parcours.banc.sortants("aménagement.complété")
    juste = [{"acte_id": str(fin.id), "survenu_le": "2026-09-10T20:00:00Z"}]
    motif = "Annoncée le lendemain."
    await v.parcours.agir(v.parcours.csc, demande, "rectification", actes=juste, motif=motif)
    assert await v.verdict(demande) == ("PT-8", "conforme")
