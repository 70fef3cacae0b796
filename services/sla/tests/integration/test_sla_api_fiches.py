"""Ce qu'une fiche change à ce qu'on lit, et ce qu'elle ne change pas (CAT-2, CAT-5, CAT-9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noyau import Comparaison, Predicat
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import (
    Recit,
    demarrage,
    fiche,
    indicateur,
    prise_en_charge,
    retiree,
)
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from services.sla.tests.scene import DEMANDES, MESURES, elements, mesure_de, semer
from sla.fiches.domaine import Condition, Fiche

pytestmark = pytest.mark.integration


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    return await semer(await banc("sla"))


async def test_cat_5_les_indicateurs_se_lisent_a_une_date(sla: Banc) -> None:
    severe = fiche(indicateur(delai=5), version=2, debut=date(2026, 10, 1))
    await sla.recevoir_messages(messages_de_fiches(sla, [severe]))
    client = sla.client("gestionnaire", organisme="MTQ")
    avant = await elements(client, "/v1/indicateurs", le="2026-09-30")
    apres = await elements(client, "/v1/indicateurs", le="2026-10-01")
    assert [(i["code"], i["delai"], i["cible"]) for i in avant] == [
        ("PT-1", 10, "0.95"),
        ("PT-3", 4, "0.95"),
    ]
    assert [(i["code"], i["delai"], i["fiche_version"]) for i in apres] == [("PT-1", 5, 2)]
    assert await elements(client, "/v1/indicateurs", le="2014-12-31") == []
    sla.horloge.aller("2026-09-30T22:00-04:00")  # déjà le 1er en UTC
    assert await elements(client, "/v1/indicateurs") == avant
    sla.horloge.aller("2026-10-01T00:00-04:00")
    assert await elements(client, "/v1/indicateurs") == apres


async def test_cat_2_une_version_retiree_ne_se_lit_plus(sla: Banc) -> None:
    severe = fiche(indicateur(delai=5), version=2, debut=date(2026, 9, 1))
    await sla.recevoir_messages(messages_de_fiches(sla, [retiree(severe), severe]))
    lus = await elements(sla.client("mesure"), "/v1/indicateurs", le="2026-09-30")
    assert [(i["code"], i["fiche_version"]) for i in lus] == [("PT-1", 1), ("PT-3", 1)]


DIT_PT_1 = {
    "code": "PT-1",
    "libelle": indicateur().libelle,
    "fiche": "POSTES",
    "fiche_version": 1,
    "mesure": True,
    "suivi": None,
    "sujet": "demande",
    "couvre": {"fait": "sorte", "parmi": ["poste_physique"]},
    "ouvre": [
        {"evenement": "demande.créée", "si": {"fait": "approbation_requise", "egale": False}},
        {"evenement": "demande.approuvée", "si": None},
    ],
    "suspend": ["demande.suspendue"],
    "reprend": ["demande.reprise"],
    "ferme": ["poste.livré", "logiciel.installé"],
    "rouvre": ["demande.rouverte"],
    "retire": ["demande.refusée", "demande.annulée", "demande.redirigée"],
    "horloge": "jours_ouvrables",
    "calendrier": "csc",
    "delai": 10,
    "cible": "0.95",
    "a_risque": 2,
}
DIT_E = {
    "code": "e",
    "libelle": "gamme de poste hors engagement",
    "exclut": {
        "fait": "gamme",
        "parmi": ["detachable", "intermediaire", "haute_performance", "tres_haute_performance"],
    },
    "signale": {"fait": "gamme", "egale": "inconnue"},
}


async def test_cat_9_un_indicateur_se_lit_en_entier(sla: Banc) -> None:
    suivi = indicateur("PT-10", delai=None)
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(suivi, demarrage(), code="AUTRE")]))
    lus = await elements(sla.client("mesure"), "/v1/indicateurs", le="2026-09-30")
    par_code = {lu["code"]: lu for lu in lus}
    *_, derniere = par_code["PT-1"].pop("conditions")
    assert (par_code["PT-1"], derniere) == (DIT_PT_1, DIT_E)
    assert (par_code["PT-10"]["mesure"], par_code["PT-10"]["suivi"]) == (
        False, "La fiche n'en publie pas le délai.",
    )  # fmt: skip
    assert (par_code["IC-1"]["mesure"], par_code["IC-1"]["couvre"]) == (True, None)


async def test_sla_10_toutes_les_mesures_d_un_sujet_se_lisent_ensemble(sla: Banc) -> None:
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(prise_en_charge(), code="AUTRE")]))
    sujet = DEMANDES["a_temps"]
    client = sla.client("gestionnaire", organisme="MTQ")
    lues = await elements(client, "/v1/mesures", sujet=sujet)
    assert {m["indicateur"]: (m["id"], m["verdict"]) for m in lues} == {
        "PT-1": (str(MESURES["a_temps"]), "conforme"),
        "PEC-1": (str(mesure_de(sujet, "PEC-1", "AUTRE")), "en_cours"),
    }
    assert {(m["sujet"], m["sujet_id"], m["horloge"]) for m in lues} == {
        ("demande", str(sujet), "jours_ouvrables")
    }
    for lue in lues:
        assert (await client.get(f"/v1/mesures/{lue['id']}")).json() == lue
        explication = (await client.get(f"/v1/mesures/{lue['id']}/explication")).json()
        assert (explication["mesure_id"], explication["sujet_id"]) == (lue["id"], str(sujet))
        assert explication["regime"]["indicateur"] == lue["indicateur"]
    assert await elements(client, "/v1/mesures", sujet=DEMANDES["autre"]) == []


async def test_sla_8_une_condition_jamais_vue_exclut_et_se_filtre(sla: Banc) -> None:
    jamais_vue = Condition(
        code="hors_heures",
        libelle="poste ordinaire, seul",
        exclut=Predicat(
            (
                (
                    Comparaison(fait="gamme", egale="ordinaire"),
                    Comparaison(fait="acquisition_multiple", egale=False),
                ),
                (Comparaison(fait="quantite", au_moins=Decimal(2)),),
            )
        ),
    )
    neuf = indicateur("NEUF-1", conditions=(jamais_vue,))
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(neuf, code="NEUVE")]))
    client = sla.client("mesure")
    exclues = await elements(client, "/v1/exclusions", condition="hors_heures")
    assert {e["sujet_id"] for e in exclues} == {
        str(DEMANDES[nom]) for nom in ("a_temps", "tard", "autre")
    }
    assert exclues[0]["preuve"].startswith("gamme : ordinaire (demande.créée, ")
    lu = {i["code"]: i for i in await elements(client, "/v1/indicateurs")}["NEUF-1"]
    assert lu["conditions"][0]["exclut"] == {
        "un": [
            {
                "tous": [
                    {"fait": "gamme", "egale": "ordinaire"},
                    {"fait": "acquisition_multiple", "egale": False},
                ]
            },
            {"fait": "quantite", "au_moins": "2"},
        ]
    }


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(vies=st.lists(recits(), min_size=1, max_size=3), futures=fiches_publiees())
async def test_cat_5_une_version_future_ne_change_aucun_octet_de_ce_qu_on_lit(
    sla: Banc, vies: list[Recit], futures: tuple[Fiche, ...]
) -> None:
    """Mesures, taux et explications : les mêmes octets, quoi qu'on publie pour plus tard."""
    client = sla.client("mesure")
    recus = []
    for recit in vies:
        recus += messages(sla, recit, uuid4(), "ALEA")
    await sla.recevoir_messages(recus)
    avant = await octets(client)
    plus_tard = [replace(f, debut=date(2029, 1, 1), version=f.version + 50) for f in futures]
    await sla.recevoir_messages(messages_de_fiches(sla, plus_tard))
    assert await sla.tache("rejeu") == 0
    assert await octets(client) == avant


async def octets(client: httpx.AsyncClient) -> dict[str, bytes]:
    """Tout ce qui se lit de ces mesures, tel quel."""
    adresses = [
        "/v1/mesures?limite=200",
        "/v1/exclusions?limite=200",
        "/v1/taux?limite=200",
        "/v1/taux?exercice=2026-2027",
        "/v1/indicateurs?le=2026-09-30",
    ]
    lues = await elements(client, "/v1/mesures", organisme="ALEA", limite=20)
    adresses += [f"/v1/mesures/{lue['id']}/explication" for lue in lues]
    rendus = {}
    for adresse in adresses:
        for accepte in ("application/json", "text/html"):
            rendus[f"{adresse} {accepte}"] = (
                await client.get(adresse, headers={"Accept": accepte})
            ).content
    return rendus
