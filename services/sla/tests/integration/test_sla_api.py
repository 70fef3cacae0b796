"""L'API : taux, mesures, explications, exclusions, et ce que chacun a le droit d'en voir."""

from typing import Any
from uuid import UUID

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from pages import politique
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import DEMANDES, MESURES, PT_3, elements, mesure_de, semer

pytestmark = pytest.mark.integration


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    return await semer(await banc("sla"))


def resume(ligne: dict[str, Any]) -> tuple[Any, ...]:
    brut, ajuste = ligne["brut"], ligne["ajuste"]
    return (
        ligne["organisme"],
        (brut["conformes"], brut["mesurees"], brut["taux"], brut["cible_atteinte"]),
        (ajuste["conformes"], ajuste["mesurees"], ajuste["taux"], ajuste["cible_atteinte"]),
    )


async def test_sla_4_le_mcn_lit_chaque_organisme_et_tous_ensemble(sla: Banc) -> None:
    lignes = await elements(sla.client("mesure"), "/v1/taux", periode="2026-09", indicateur="PT-1")
    assert [resume(ligne) for ligne in lignes] == [
        (None, (3, 4, "0.7500", False), (2, 3, "0.6667", False)),
        ("MTQ", (2, 3, "0.6667", False), (1, 2, "0.5000", False)),
        ("SQ", (1, 1, "1.0000", True), (1, 1, "1.0000", True)),
    ]
    assert {(ligne["periode"], ligne["exercice"], ligne["cible"]) for ligne in lignes} == {
        ("2026-09", "2026-2027", "0.95")
    }


async def test_sla_4_un_organisme_ne_lit_que_les_siens_sans_agregat(sla: Banc) -> None:
    client = sla.client("gestionnaire", organisme="MTQ")
    for filtres in ({"periode": "2026-09"}, {"exercice": "2026-2027"}, {}):
        lignes = await elements(client, "/v1/taux", **filtres)
        assert {ligne["organisme"] for ligne in lignes} == {"MTQ"}
    assert (await client.get("/v1/taux", params={"organisme": "SQ"})).status_code == 404


async def test_sla_4_rien_a_mesurer_est_sans_objet_jamais_cent_pour_cent(sla: Banc) -> None:
    lignes = await elements(sla.client("mesure"), "/v1/taux", periode="2026-09", indicateur="PT-3")
    assert [resume(ligne) for ligne in lignes] == [(None, (0, 0, None, None), (0, 0, None, None))]
    assert lignes[0]["libelle"] == PT_3.libelle


async def test_sla_4_ce_que_rien_ne_mesure_n_a_pas_de_ligne(sla: Banc) -> None:
    """Sans délai, une horloge ou un sujet que rien ne compte, rien qui l'ouvre : suivi."""
    muets = (
        indicateur("PT-4", horloge="minutes", calendrier="continu", sujet="service", ouvre=()),
        indicateur("PT-10", delai=None),
        indicateur("VI-1", ferme=()),
    )
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(*muets, code="VISIO")]))
    for filtres in ({"periode": "2026-09"}, {"exercice": "2026-2027"}):
        lignes = await elements(sla.client("mesure"), "/v1/taux", organisme="SQ", **filtres)
        assert [(ligne["indicateur"], ligne["libelle"]) for ligne in lignes] == [
            ("PT-1", indicateur().libelle),
            ("PT-3", PT_3.libelle),
        ]


async def test_sla_4_l_exercice_se_compte_d_un_bloc(sla: Banc) -> None:
    await sla.recevoir_messages(
        messages(sla, Recit().creee(sept(28)).livree(sept(30).replace(month=10)), UUID(int=9))
    )
    lignes = await elements(
        sla.client("mesure"), "/v1/taux", exercice="2026-2027", organisme="MTQ", indicateur="PT-1"
    )
    assert [(ligne["periode"], *resume(ligne)[1][:2]) for ligne in lignes] == [(None, 2, 4)]


async def test_sla_4_une_mesure_exclue_sort_des_deux_termes_du_taux_ajuste(sla: Banc) -> None:
    """Un mois où tout est exclu : brut mesuré, ajusté sans objet."""
    recit = Recit().creee(sept(1), logiciel_payant=True).livree(sept(2).replace(month=11))
    await sla.recevoir_messages(messages(sla, recit, UUID(int=9)))
    lignes = await elements(sla.client("mesure"), "/v1/taux", periode="2026-11", organisme="MTQ")
    assert [resume(ligne) for ligne in lignes if ligne["indicateur"] == "PT-1"] == [
        ("MTQ", (0, 1, "0.0000", False), (0, 0, None, None))
    ]


def _forme(exemple: str) -> str:
    return f"Le texte n'a pas la forme attendue : écrivez-le comme « {exemple} »."


@pytest.mark.parametrize(
    ("filtres", "champ", "faute"),
    [
        (
            {"periode": "2026-03", "exercice": "2026-2027"},
            "exercice",
            "La période 2026-03 est de l'exercice 2025-2026.",
        ),
        ({"periode": "0001-01"}, "periode", _forme("2026-09")),
        ({"periode": "9999-12"}, "periode", _forme("2026-09")),
        ({"exercice": "9999-10000"}, "exercice", _forme("2026-2027")),
        ({"exercice": "1-2"}, "exercice", _forme("2026-2027")),
    ],
)
async def test_sla_4_une_periode_impossible_ou_d_un_autre_exercice_est_refusee(
    sla: Banc, filtres: dict[str, str], champ: str, faute: str
) -> None:
    reponse = await sla.client("mesure").get("/v1/taux", params=filtres)
    assert reponse.status_code == 422, reponse.text
    assert reponse.json()["fautes"] == [{"champ": f"requete.{champ}", "faute": faute}]


async def test_sla_4_une_periode_et_son_exercice_se_lisent_comme_la_periode(sla: Banc) -> None:
    client = sla.client("mesure")
    seule = await elements(client, "/v1/taux", periode="2026-09")
    assert seule == await elements(client, "/v1/taux", periode="2026-09", exercice="2026-2027")


@pytest.mark.parametrize("annee", ["0", "2014", "2041", "9999", "99999999999999999999"])
async def test_sla_1_une_annee_hors_du_calendrier_est_refusee(sla: Banc, annee: str) -> None:
    reponse = await sla.client("mesure").get("/v1/calendriers", params={"annee": annee})
    assert reponse.status_code == 422, reponse.text
    assert reponse.json()["fautes"][0]["champ"] == "requete.annee"


async def test_les_listes_se_parcourent_par_curseur(sla: Banc) -> None:
    client = sla.client("mesure")
    for adresse in ("/v1/taux", "/v1/mesures", "/v1/exclusions", "/v1/indicateurs"):
        tous = await elements(client, adresse)
        vus: list[Any] = []
        suivante = f"{adresse}?limite=1"
        while suivante:
            reponse = await client.get(suivante)
            vus += reponse.json()["elements"]
            suivante = reponse.links.get("next", {}).get("url", "")
        assert vus == tous


async def test_les_mesures_se_filtrent(sla: Banc) -> None:
    client = sla.client("mesure")

    async def ids(**filtres: object) -> set[str]:
        return {m["id"] for m in await elements(client, "/v1/mesures", **filtres)}

    assert await ids(verdict="manquee") == {str(MESURES["tard"])}
    assert await ids(exclue="true") == {str(MESURES["multiple"])}
    assert await ids(signalee="true", verdict="en_cours") == {str(MESURES["ouverte"])}
    assert await ids(organisme="SQ", periode="2026-09") == {str(MESURES["autre"])}
    assert await ids(sujet=DEMANDES["tard"]) == {str(MESURES["tard"])}
    assert await ids(organisme="INCONNU") == set()


async def test_la_mesure_d_un_autre_organisme_n_existe_pas(sla: Banc) -> None:
    client = sla.client("gestionnaire", organisme="MTQ")
    for suffixe in ("", "/explication"):
        assert (await client.get(f"/v1/mesures/{MESURES['tard']}{suffixe}")).status_code == 200
        reponse = await client.get(f"/v1/mesures/{MESURES['autre']}{suffixe}")
        assert reponse.status_code == 404
        assert reponse.headers["content-type"] == "application/problem+json"
    assert len(await elements(client, "/v1/mesures")) == 4
    assert {e["organisme"] for e in await elements(client, "/v1/exclusions")} == {"MTQ"}
    for liste in ("mesures", "exclusions"):
        nomme = await client.get(f"/v1/{liste}", params={"organisme": "SQ"})
        assert nomme.status_code == 404


async def test_sla_8_une_exclusion_dit_sa_condition_sa_preuve_et_son_auteur(sla: Banc) -> None:
    (exclusion,) = await elements(sla.client("mesure"), "/v1/exclusions", condition="a")
    assert exclusion["mesure_id"] == str(MESURES["multiple"])
    assert exclusion["preuve"].startswith("acquisition_multiple : oui (demande.créée, ")
    assert exclusion["auteur"] == "règle SLA-8"


async def test_sla_3_un_verdict_s_explique_intervalle_par_intervalle(sla: Banc) -> None:
    reponse = await sla.client("mesure").get(f"/v1/mesures/{MESURES['tard']}/explication")
    corps = reponse.json()
    assert corps["conclusion"] == "Manquée. 11 jours ouvrables comptés, pour un délai de 10."
    assert sum(i["jours"] for i in corps["intervalles"]) == corps["jours"] == 11
    assert [(i["debut"], i["fin"], i["motif"], i["jours"]) for i in corps["intervalles"]] == [
        ("2026-09-01", "2026-09-01", "j0", 0),
        ("2026-09-02", "2026-09-04", "compte", 3),
        ("2026-09-05", "2026-09-06", "fin_de_semaine", 0),
        ("2026-09-07", "2026-09-07", "ferie", 0),
        ("2026-09-08", "2026-09-11", "compte", 4),
        ("2026-09-12", "2026-09-13", "fin_de_semaine", 0),
        ("2026-09-14", "2026-09-16", "compte", 3),
        ("2026-09-17", "2026-09-17", "fin", 1),
    ]
    assert [f["effet"] for f in corps["faits"]] == ["à la charge du MCN", "livraison mesurée"]
    assert corps["regime"]["fiche"] == "POSTES"
    assert [c["condition"] for c in corps["conditions"]] == ["a", "c", "e"]


async def test_dem_13_l_explication_dit_ce_qui_fut_rectifie(sla: Banc) -> None:
    recit = Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(8)).livree(sept(10))
    recit.rectifie(1, None).rectifie(2, None).rectifie(3, sept(9))
    await sla.recevoir_messages(messages(sla, recit, UUID(int=9)))
    client = sla.client("gestionnaire", organisme="MTQ")
    corps = (await client.get(f"/v1/mesures/{mesure_de(UUID(int=9))}/explication")).json()
    assert [(f["nature"], f["annonce_le"], f["nul"]) for f in corps["faits"]] == [
        ("demande.créée", None, False),
        ("demande.suspendue", None, True),
        ("demande.reprise", None, True),
        ("poste.livré", "2026-09-10T13:00:00Z", False),
    ]
    assert (corps["jours"], corps["fin"]) == (5, "2026-09-09T13:00:00Z")


async def test_une_demande_en_cours_s_explique_a_l_heure_d_affaires(sla: Banc) -> None:
    adresse = f"/v1/mesures/{MESURES['ouverte']}/explication"
    corps = (await sla.client("mesure").get(adresse)).json()
    assert (corps["verdict"], corps["jours"]) == ("en_cours", None)
    assert corps["intervalles"][-1]["fin"] == "2026-09-30"
    # J0 le 21, suspendue le 22 : aucun jour compté; dix jours ouvrables si elle reprend le 30.
    assert (corps["echeance"], corps["echeance_projetee"]) == (None, "2026-10-14")
    mesure = (await sla.client("mesure").get(f"/v1/mesures/{MESURES['ouverte']}")).json()
    assert mesure["echeance"] == corps["echeance"]
    assert "Signalée" in corps["conclusion"]


@pytest.mark.parametrize("nom", list(DEMANDES))
async def test_la_page_d_explication_se_lit_sans_la_couleur(sla: Banc, nom: str) -> None:
    navigateur = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    reponse = await sla.client("mesure").get(
        f"/v1/mesures/{MESURES[nom]}/explication", headers=navigateur
    )
    assert reponse.headers["content-type"].startswith("text/html")
    page = reponse.text
    assert '<html lang="fr-CA">' in page
    assert reponse.headers["content-security-policy"] == politique()
    assert 'role="img" aria-labelledby="frise-1-titre frise-1-texte"' in page
    assert '<title id="frise-1-titre">' in page
    assert '<desc id="frise-1-texte">' in page
    assert "<script" not in page


async def test_sla_1_les_calendriers_disent_leurs_jours_feries(sla: Banc) -> None:
    client = sla.client("gestionnaire", organisme="MTQ")
    (calendrier,) = await elements(client, "/v1/calendriers", annee=2026)
    assert calendrier["applique"]
    assert len(calendrier["feries"]) == 13
    assert "2026-09-07" in {f["jour"] for f in calendrier["feries"]}


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [
        ("/v1/taux?periode=2026-13", 422),
        ("/v1/taux?exercice=2026-2028", 422),
        ("/v1/taux?exercice=chou", 422),
        ("/v1/mesures?verdict=peut-etre", 422),
        ("/v1/mesures?curseur=chou", 400),
        ("/v1/mesures/chou", 422),
        ("/v1/mesures?sujet=a/b", 422),
        ("/v1/exclusions?condition=Hors-Heures", 422),
        (f"/v1/mesures/{UUID(int=3)}", 404),
        (f"/v1/mesures/{UUID(int=3)}/explication", 404),
        ("/v1/calendriers?annee=1999", 422),
    ],
)
async def test_une_mauvaise_demande_est_refusee_en_francais(
    sla: Banc, adresse: str, statut: int
) -> None:
    reponse = await sla.client("mesure").get(adresse)
    assert reponse.status_code == statut, reponse.text
    assert reponse.headers["content-type"] == "application/problem+json"


async def test_sans_jeton_401_sans_role_403(sla: Banc) -> None:
    for adresse in ("taux", "mesures", "exclusions", "indicateurs", "calendriers"):
        assert (await sla.client().get(f"/v1/{adresse}")).status_code == 401
        assert (await sla.client("itsm").get(f"/v1/{adresse}")).status_code == 403
