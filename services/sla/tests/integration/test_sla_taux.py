"""SLA-4 : ce dont un taux est fait, combien de cas, et les mêmes lignes quoi qu'on demande."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from contrats.catalogue import StatuQuoAccorde
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import MESURES, PT_3, elements, semer

pytestmark = pytest.mark.integration

CLE = ("indicateur", "exercice", "periode", "organisme")


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    return await semer(await banc("sla"))


def cles(lignes: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(ligne[nom] for nom in CLE) for ligne in lignes}


async def un_taux(sla: Banc, **filtres: object) -> dict[str, Any]:
    demandes = {"periode": "2026-09", "indicateur": "PT-1", "organisme": "MTQ", **filtres}
    (ligne,) = await elements(sla.client("mesure"), "/v1/taux", **demandes)
    rendue: dict[str, Any] = ligne
    return rendue


async def test_sla_4_un_taux_dit_tout_ce_dont_il_est_fait(sla: Banc) -> None:
    taux = await un_taux(sla)
    brut, ajuste = taux["brut"], taux["ajuste"]
    assert (brut["mesurees"], brut["conformes"], brut["manquees"], brut["depassees"]) == (
        3,
        2,
        1,
        0,
    )
    assert (ajuste["mesurees"], ajuste["conformes"], ajuste["manquees"]) == (2, 1, 1)
    assert taux["exclues"] == [
        {"condition": "a", "libelle": "acquisition multiple", "nombre": 1},
    ]
    assert (taux["unite"], taux["en_cours"], taux["en_retard"]) == ("mesures", 1, 0)


async def test_sla_4_deux_conditions_excluent_la_meme_mesure(sla: Banc) -> None:
    """Elle compte sous chacune, et n'est retirée qu'une fois."""
    recit = Recit().creee(sept(1), acquisition_multiple=True, logiciel_payant=True).livree(sept(2))
    await sla.recevoir_messages(messages(sla, recit, UUID(int=9)))
    taux = await un_taux(sla)
    assert {e["condition"]: e["nombre"] for e in taux["exclues"]} == {"a": 2, "c": 1}
    assert taux["brut"]["mesurees"] - taux["ajuste"]["mesurees"] == 2


async def test_sla_8_une_condition_qu_une_personne_invoque_se_dit_par_son_libelle(
    sla: Banc,
) -> None:
    """Celui des règles, puisque nulle fiche ne la dit."""
    corps = {"condition": "force_majeure", "motif": "Le verglas.", "preuve": "Avis 2026-114"}
    mesureuse = sla.client("mesure", sujet="mesureuse")
    corps["mesure_id"] = str(MESURES["tard"])
    assert (await mesureuse.post("/v1/exclusions", json=corps)).status_code == 201
    assert {e["condition"]: e["libelle"] for e in (await un_taux(sla))["exclues"]} == {
        "a": "acquisition multiple",
        "force_majeure": "Force majeure",
    }


async def test_sla_4_sans_cible_hors_delai_est_depassee_jamais_manquee(sla: Banc) -> None:
    sans_cible = indicateur("VI-2", cible=None, delai=1)
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(sans_cible, code="VISIO")]))
    await sla.tache("rejeu")
    brut = (await un_taux(sla, indicateur="VI-2"))["brut"]
    assert (brut["manquees"], brut["depassees"], brut["cible_atteinte"]) == (0, 3, None)
    assert brut["etat"] == "sans_cible"


async def test_sla_4_une_mesure_ouverte_passe_en_retard_le_lendemain_de_son_echeance(
    sla: Banc,
) -> None:
    await sla.recevoir_messages(messages(sla, Recit().creee(sept(22)), UUID(int=9)))
    for heure, retards in (("2026-10-06T23:59-04:00", 0), ("2026-10-07T00:01-04:00", 1)):
        sla.horloge.aller(heure)
        taux = await un_taux(sla, periode="2026-10")
        assert (taux["en_cours"], taux["en_retard"]) == (2, retards), heure
    # Septembre n'est plus le mois qui court : on ne dit pas ce qui y courait.
    assert (await un_taux(sla))["en_cours"] is None


@pytest.mark.parametrize("filtre", [{}, {"exercice": "2026-2027"}])
async def test_sla_4_le_tout_est_la_somme_de_ses_parts(sla: Banc, filtre: dict[str, str]) -> None:
    """Tous ensemble : la somme des organismes; l'exercice : celle de ses mois."""
    tard = Recit().creee(sept(28)).livree(sept(20).replace(month=10))
    await sla.recevoir_messages(messages(sla, tard, UUID(int=9), "SQ"))
    sla.horloge.aller("2026-10-20T12:00-04:00")
    sommes: dict[bool, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ligne in await elements(sla.client("mesure"), "/v1/taux", indicateur="PT-1", **filtre):
        for part in ("brut", "ajuste"):
            for nom in ("mesurees", "conformes", "manquees", "depassees"):
                sommes[ligne["organisme"] is None][f"{part}.{nom}"] += ligne[part][nom]
        sommes[ligne["organisme"] is None]["en_cours"] += ligne["en_cours"] or 0
    assert sommes[True] == sommes[False]
    assert sommes[True]["brut.mesurees"] == 5


async def test_sla_4_peu_de_cas_se_dit_et_l_exercice_est_ce_que_l_on_oppose(sla: Banc) -> None:
    taux = await un_taux(sla)
    assert taux["brut"]["avertissement"] == (
        "Peu de cas (3 mesures, moins de 10) : ne concluez pas de ce seul taux."
    )
    assert not taux["opposable"]
    for n in range(7):
        recit = Recit().creee(sept(1)).livree(sept(2))
        await sla.recevoir_messages(messages(sla, recit, UUID(int=20 + n)))
    assert (await un_taux(sla))["brut"]["avertissement"] is None
    (exercice,) = await elements(
        sla.client("mesure"), "/v1/taux", exercice="2026-2027", organisme="MTQ", indicateur="PT-1"
    )
    assert exercice["opposable"]
    vide = await un_taux(sla, indicateur="PT-3")
    assert vide["brut"]["avertissement"] is None


async def test_sla_4_une_periode_demandee_montre_ce_que_montre_la_liste_entiere(sla: Banc) -> None:
    tot = Recit().creee(sept(1).replace(month=7)).livree(sept(2).replace(month=7))
    await sla.recevoir_messages(messages(sla, tot, UUID(int=9)))
    for organisme in ({}, {"organisme": "MTQ"}):
        client = sla.client("mesure")
        toutes = cles(await elements(client, "/v1/taux", limite=200, **organisme))
        assert {c[2] for c in toutes} == {"2026-07", "2026-08", "2026-09"}
        filtrees: set[tuple[Any, ...]] = set()
        for mois in ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10"):
            filtrees |= cles(await elements(client, "/v1/taux", periode=mois, **organisme))
        assert filtrees == toutes


@pytest.mark.parametrize("filtre", [{}, {"periode": "2026-09"}, {"exercice": "2026-2027"}])
async def test_sla_4_d_un_code_inconnu_la_liste_est_vide(sla: Banc, filtre: dict[str, str]) -> None:
    assert await elements(sla.client("mesure"), "/v1/taux", organisme="INCONNU", **filtre) == []
    siens = await elements(sla.client("gestionnaire", organisme="NEUF"), "/v1/taux", **filtre)
    assert {ligne["organisme"] for ligne in siens} == {"NEUF"}


async def test_sla_4_un_indicateur_fini_en_cours_de_mois_garde_sa_ligne(sla: Banc) -> None:
    sans_pt_3 = replace(fiche(indicateur(), version=2), debut=date(2026, 9, 15))
    await sla.recevoir_messages(messages_de_fiches(sla, [sans_pt_3]))
    assert (await un_taux(sla, indicateur="PT-3"))["libelle"] == PT_3.libelle
    sla.horloge.aller("2026-10-02T12:00-04:00")
    client = sla.client("mesure")
    assert await elements(client, "/v1/taux", indicateur="PT-3", periode="2026-10") == []
    (exercice,) = await elements(client, "/v1/taux", indicateur="PT-3", exercice="2026-2027")
    assert exercice["libelle"] == PT_3.libelle


async def test_sla_4_un_exercice_emis_se_redemande(sla: Banc) -> None:
    """Une date convenue peut être de décembre 2100, de l'exercice 2100-2101."""
    for exercice in ("1999-2000", "2100-2101"):
        assert await elements(sla.client("mesure"), "/v1/taux", exercice=exercice) == []
    refus = await sla.client("mesure").get("/v1/taux", params={"exercice": "2101-2102"})
    assert refus.status_code == 422


async def test_cat_6_les_indicateurs_sont_ceux_que_lit_l_organisme(sla: Banc) -> None:
    """Sous statu quo, il garde l'ancienne version, et les autres lisent la nouvelle."""
    nouvelle = fiche(indicateur(delai=5), version=2, debut=date(2026, 9, 10))
    await sla.recevoir_messages(messages_de_fiches(sla, [nouvelle]))
    await sla.recevoir(
        StatuQuoAccorde(
            statu_quo_id=UUID(int=1),
            organisme="SQ",
            fiche="POSTES",
            version=1,
            debut=date(2026, 9, 10),
        )
    )

    async def delais(client: httpx.AsyncClient, **filtres: str) -> dict[str, int]:
        lus = await elements(client, "/v1/indicateurs", **filtres)
        return {i["code"]: i["delai"] for i in lus}

    mcn = sla.client("mesure")
    assert await delais(mcn) == {"PT-1": 5}
    assert await delais(mcn, lu_par="SQ") == {"PT-1": 10, "PT-3": 4}
    assert await delais(sla.client("gestionnaire", organisme="SQ")) == {"PT-1": 10, "PT-3": 4}
    assert await delais(sla.client("gestionnaire", organisme="MTQ")) == {"PT-1": 5}
