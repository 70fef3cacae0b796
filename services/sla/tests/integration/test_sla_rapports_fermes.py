"""Le rapport d'un mois fermé puis corrigé, et d'un organisme sans mesure (SLA-7, SLA-9)."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update

from calendrier import lire_versions
from contrats import demandes
from noyau import sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, fiche, indicateur, pt_4, sept
from services.sla.tests.evenements import message_de_calendrier, messages, messages_de_fiches
from services.sla.tests.scene import DEMANDES, MESURES, PT_3, elements, semer
from sla.mesures.domaine.conditions import LA_REGLE
from sla.taux.adaptateurs.tables import fermetures, fiches_fermees
from sla.taux.domaine.fermetures import PRODUCTEURS

pytestmark = pytest.mark.integration
SEPTEMBRE = "/v1/rapports/2026-09"
INVOQUEE = {
    "mesure_id": str(MESURES["tard"]),
    "condition": "force_majeure",
    "motif": "Le verglas a fermé l'entrepôt.",
    "preuve": "Avis 2026-114",
}


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """Septembre est fini, tout en est reçu; ABC est inscrit, et rien ne s'en mesure."""
    monte = await semer(await banc("sla"))
    inscrit = demandes.OrganismeInscrit(organisme="ABC", nom="ABC", assujetti_rcti=False)
    await monte.recevoir_messages([monte.message(inscrit)])
    monte.horloge.aller("2026-10-02T09:00-04:00")
    await monte.recevoir_jalons(monte.horloge(), *map(sujet_de, PRODUCTEURS))
    return monte


async def rapport(sla: Banc, **filtres: str) -> dict[str, Any]:
    reponse = await sla.client("mesure").get(SEPTEMBRE, params=filtres)
    assert reponse.status_code == 200, reponse.text
    lu: dict[str, Any] = reponse.json()
    return lu


def septembre(lu: dict[str, Any], code: str = "PT-1") -> dict[str, Any]:
    """Le dernier mois d'un indicateur."""
    (sien,) = (i for i in lu["indicateurs"] if i["code"] == code)
    mois: dict[str, Any] = sien["mois"][-1]
    return mois


async def test_sla_9_un_organisme_sans_mesure_a_un_rapport_sans_objet(sla: Banc) -> None:
    lu = await rapport(sla, organisme="ABC")
    assert {i["code"] for i in lu["indicateurs"]} == {"PT-1", "PT-3"}
    publie = septembre(lu)["publie"]
    assert (publie["mesurees"], publie["brut"], publie["ajuste"]) == (0, None, None)
    assert (lu["manquees"]["nombre"], lu["exclues"]["nombre"]) == (0, 0)


async def test_sla_7_le_mois_ferme_dit_le_publie_et_le_corrige(sla: Banc) -> None:
    """Le rapport d'avant demeure (SLA-9)."""
    client = sla.client("mesure")
    assert (await rapport(sla))["provisoire"]
    await client.post("/v1/periodes/2026-09/fermeture", json={})
    ferme = await rapport(sla)
    assert (ferme["provisoire"], ferme["fermeture"]["manquants"]) == (False, [])
    await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    await sla.tache("rapports")
    # Appris après la fermeture : la demande manquée était rouverte, et ne l'est plus.
    tardive = Recit().creee(sept(1)).livree(sept(17)).rouverte(sept(18))
    await sla.recevoir_messages(messages(sla, tardive, DEMANDES["tard"]))
    await sla.tache("corrections")
    corrige = await rapport(sla)
    mois = septembre(corrige)
    assert (mois["publie"]["mesurees"], mois["actuel"]["mesurees"]) == (4, 3)
    assert [m["repere"] for m in corrige["manquees"]["lignes"]] == [
        m["repere"] for m in ferme["manquees"]["lignes"]
    ]
    (correction,) = corrige["corrigees"]["lignes"]
    assert (correction["avant"], correction["apres"], correction["cause"]) == (
        "manquee",
        None,
        "fait",
    )
    await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    await sla.tache("rapports")
    gardes = await elements(client, "/v1/rapports", periode="2026-09")
    de_tous = {g["empreinte"] for g in gardes if g["organisme"] is None}
    assert de_tous == {ferme["empreinte"], corrige["empreinte"]}
    ancien = await rapport(sla, empreinte=ferme["empreinte"])
    assert ancien["corrigees"]["nombre"] == 0


async def test_sla_7_le_mois_ferme_garde_les_versions_de_fiches_qu_il_lisait(sla: Banc) -> None:
    """Publiée, retirée ou gardée depuis, une version ne change pas ce qu'il lisait (SLA-9)."""
    portees: list[dict[str, str]] = [{}, {"organisme": "MTQ"}, {"organisme": "ABC"}]
    alors = [(await rapport(sla, **p))["fiches"] for p in portees]
    assert [[(f["code"], f["version"]) for f in siennes] for siennes in alors] == [
        [("POSTES", 1)]
    ] * 3
    fermee = await sla.client("mesure").post("/v1/periodes/2026-09/fermeture", json={})
    assert fermee.status_code == 201, fermee.text
    tardive = fiche(indicateur(delai=9), PT_3, version=2, debut=date(2026, 9, 2))
    await sla.recevoir_messages(messages_de_fiches(sla, [tardive]))
    assert [(await rapport(sla, **p))["fiches"] for p in portees] == alors
    # Fermé avant qu'on ne les fige, il se lit encore à ce jour.
    async with sla.interne() as connexion:
        await connexion.ecrire(delete(fiches_fermees))
    assert [f["version"] for f in (await rapport(sla))["fiches"]] == [1, 2]


async def test_sla_5_la_disponibilite_est_au_rapport_en_secondes(sla: Banc) -> None:
    mesure = sla.client("mesure")
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(pt_4(), code="OUTILS")]))
    service = {"code": "messagerie", "libelle": "Messagerie", "debut": "2026-01-01"}
    assert (await mesure.post("/v1/services", json=service)).status_code in {200, 201, 409}
    panne = {
        "service": "messagerie",
        "debut": "2026-09-30T13:00:00-04:00",
        "fin": "2026-09-30T14:42:00-04:00",
        "motif": "Disque plein.",
    }
    constat = await mesure.post("/v1/indisponibilites", json=panne)
    assert constat.status_code == 201, constat.text
    await sla.tache("minutes")
    publie = septembre(await rapport(sla, organisme="ABC"), "PT-4")["publie"]
    assert publie["mesurees"] - publie["conformes"] == 102 * 60
    page = await mesure.get(SEPTEMBRE, params={"organisme": "ABC"}, headers={"Accept": "text/html"})
    assert "Service rendu" in page.text
    (lien,) = re.findall(r'href="(/v1/disponibilites/[^"]+)"', page.text)
    assert (await mesure.get(lien)).json()["panne"] == 102 * 60


async def test_sla_9_un_rapport_garde_avant_se_relit_sous_l_empreinte_qui_le_nomme(
    sla: Banc,
) -> None:
    """Son document dit « minutes », et n'a pas les champs nés depuis : l'empreinte demeure."""
    client, empreinte = sla.client("mesure"), "ab" * 32
    await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    await sla.tache("rapports")
    async with sla.interne() as connexion:
        await connexion.pilote.execute(
            "UPDATE rapports SET empreinte = $1,"
            " document = replace(document, '\"mesures\"', '\"minutes\"') WHERE organisme = ''",
            empreinte,
        )
    garde = await rapport(sla, empreinte=empreinte)
    assert garde["empreinte"] == empreinte
    assert {i["unite"] for i in garde["indicateurs"]} == {"secondes"}
    cette = {"empreinte": empreinte}
    page = await client.get(SEPTEMBRE, params=cette, headers={"Accept": "text/html"})
    assert empreinte in page.text


async def test_sla_8_une_exclusion_d_apres_la_fermeture_est_une_correction(sla: Banc) -> None:
    """Les deux listes sont de la fermeture; la correction dit ce qui a changé, le taux aussi."""
    client = sla.client("mesure")
    await client.post("/v1/periodes/2026-09/fermeture", json={})
    ferme = await rapport(sla)
    assert ferme["exclues_figees"]
    (multiple,) = ferme["exclues"]["lignes"]
    assert multiple["auteur"] == LA_REGLE
    await client.post("/v1/exclusions", json=INVOQUEE)
    await sla.tache("corrections")
    corrige = await rapport(sla)
    assert corrige["exclues"] == ferme["exclues"]
    assert corrige["manquees"] == ferme["manquees"]
    (correction,) = corrige["corrigees"]["lignes"]
    assert (correction["avant"], correction["apres"]) == ("manquee", "manquee")
    assert correction["precisions_avant"]["exclusions"] == []
    assert correction["precisions_apres"]["exclusions"] == ["Force majeure"]
    (pt_1,) = (i for i in corrige["indicateurs"] if i["code"] == "PT-1")
    publie, actuel = pt_1["exercice"], pt_1["exercice_actuel"]
    assert (publie["mesurees_ajuste"], actuel["mesurees_ajuste"]) == (3, 2)
    lignes = await elements(client, "/v1/taux", exercice="2026-2027")
    (tous,) = (t for t in lignes if (t["organisme"], t["indicateur"]) == (None, "PT-1"))
    assert tous["corrige"]["ajuste"]["taux"] == actuel["ajuste"]
    dites = {e["condition"]: e["libelle"] for e in tous["corrige"]["exclues"]}
    assert dites["force_majeure"] == "Force majeure"


async def test_sla_8_une_exclusion_annulee_depuis_demeure_au_mois_ferme(sla: Banc) -> None:
    """Avec la preuve et le motif qui l'excluaient alors."""
    client = sla.client("mesure")
    prononcee = (await client.post("/v1/exclusions", json=INVOQUEE)).json()
    await client.post("/v1/periodes/2026-09/fermeture", json={})
    sla.horloge.aller("2026-10-02T10:00-04:00")
    ferme = await rapport(sla, organisme="MTQ")
    adresse = f"/v1/exclusions/{prononcee['id']}/annulation"
    annulee = await client.post(adresse, json={"motif": "Elle était prise pour une autre."})
    assert annulee.status_code < 300, annulee.text
    await sla.tache("corrections")
    corrige = await rapport(sla, organisme="MTQ")
    assert corrige["exclues"] == ferme["exclues"]
    (dite,) = (e for e in corrige["exclues"]["lignes"] if e["libelle"] == "Force majeure")
    assert (dite["preuve"], dite["motif"]) == (INVOQUEE["preuve"], INVOQUEE["motif"])
    (correction,) = corrige["corrigees"]["lignes"]
    assert correction["precisions_avant"]["exclusions"] == ["Force majeure"]
    assert correction["precisions_apres"]["exclusions"] == []


async def test_sla_8_une_preuve_changee_depuis_la_fermeture_n_est_pas_celle_d_alors(
    sla: Banc,
) -> None:
    """Appris depuis, le fait n'exclut plus : le mois fermé dit la condition, sans cette preuve."""
    await sla.client("mesure").post("/v1/periodes/2026-09/fermeture", json={})
    (avant,) = (await rapport(sla))["exclues"]["lignes"]
    async with sla.interne() as connexion:
        await connexion.pilote.execute(
            "UPDATE mesures SET exclue = false,"
            " examens = replace(examens::text, '\"exclue\"', '\"retenue\"')::jsonb"
            " WHERE exclue"
        )
    (apres,) = (await rapport(sla))["exclues"]["lignes"]
    assert (apres["libelle"], apres["preuve"], apres["auteur"]) == (avant["libelle"], None, None)


async def test_sla_7_le_mois_ferme_garde_les_versions_du_calendrier_qui_en_decidaient(
    sla: Banc,
) -> None:
    """Décrété depuis, un congé ne fait pas dire au mois fermé qu'il le comptait (SLA-1, SLA-9)."""
    alors = (await rapport(sla))["calendriers"]
    assert alors == ["2015-1"]
    fermee = await sla.client("mesure").post("/v1/periodes/2026-09/fermeture", json={})
    assert fermee.json()["calendriers"] == alors
    deuil = lire_versions()[0].avec(
        version="2026-2",
        en_vigueur_depuis=date(2026, 9, 11),
        ajouts=[(date(2026, 9, 14), "Deuil national")],
    )
    await sla.recevoir_messages([message_de_calendrier(sla, deuil, 2)])
    assert (await rapport(sla))["calendriers"] == alors
    # Fermé avant qu'on ne les fige, il se lit encore à ce jour.
    async with sla.interne() as connexion:
        await connexion.ecrire(update(fermetures).values(calendriers=None))
    assert (await rapport(sla))["calendriers"] == ["2015-1", "2026-2"]
