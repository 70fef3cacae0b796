"""La publication au SEAO par son API, sur PostgreSQL : CI-18."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.courtier.tests.acquisitions import offre_voulue, periodes
from services.courtier.tests.marche import EMPREINTES, Marche, organisme
from services.courtier.tests.marche import modifier as avenir
from socle.schema.migrer import configuration

pytestmark = pytest.mark.integration

FOURNISSEUR = {
    "partie": "fournisseur",
    "signataire": "NB-007",
    "signe_le": "2026-09-08T15:00:00-04:00",
    "contrat": EMPREINTES["contrat"],
    "annexe_modificative": EMPREINTES["annexe_modificative"],
}
CONCLUSION = {
    "nature": "conclusion",
    "numero": "20145160",
    "publie_le": "2026-09-09",
    "indicateur": "aucun",
}
FIN = {"nature": "fin", "numero": "20145160", "publie_le": "2028-10-02"}
AVENANT_ID = UUID(int=77)


async def conclu(
    marche: Marche, *, quantite: int = 100, numero: str = "EC-1", neq: str = "1170000001"
) -> str:
    """Le chemin de la publication d'un contrat conclu : quantité × 12,50 $ pendant 24 mois."""
    marche.banc.horloge.aller("2026-09-01T09:00-04:00")
    entente = await marche.entente(numero, neq)
    offre_id = await marche.offre(entente["id"])
    dossier = await marche.acquisition(
        entente["id"], offre_voulue(offre_id), consommation=periodes((1, 24, quantite))
    )
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    chemin = f"/v1/contrats/{contrat['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    await marche.signataire.post(
        f"{chemin}/signature", json={"partie": "client", **contrat["documents"]}
    )
    marche.banc.horloge.aller("2026-09-09T09:00-04:00")
    fournisseur = FOURNISSEUR | {"contrat": contrat["documents"]["contrat"]}
    signe = await marche.courtier.post(f"{chemin}/signature", json=fournisseur)
    assert signe.status_code == 200, signe.text
    return f"{chemin}/publication-seao"


async def modifier(marche: Marche, chemin: str, montant: str, fin: date) -> None:
    await avenir(marche.banc, chemin.split("/")[3], str(AVENANT_ID), montant, fin)


async def lire(client: httpx.AsyncClient, chemin: str) -> dict[str, Any]:
    reponse = await client.get(chemin)
    assert reponse.status_code == 200, reponse.text
    lu: dict[str, Any] = reponse.json()
    return lu


async def obligations(marche: Marche) -> list[tuple[str, str, str]]:
    """NatureEtape, date, et ce qu'il en est advenu."""
    async with marche.banc.interne() as cx:
        lignes = await cx.lignes(
            text(
                "SELECT nature, due_le, remplie_le IS NOT NULL AS remplie,"
                " abandonnee_le IS NOT NULL AS abandonnee FROM obligations"
                " WHERE nature LIKE 'seao%' ORDER BY due_le, nature"
            )
        )
    return [
        (o.nature, str(o.due_le), "remplie" if o.remplie else "abandonnee" if o.abandonnee else "")
        for o in lignes
    ]


async def test_ci_18_la_signature_ouvre_la_fiche_et_ses_echeances(marche: Marche) -> None:
    lue = await lire(marche.gestionnaire, await conclu(marche))
    assert (lue["requise"], lue["numero"], lue["manque"]) == (
        True, None, ["organisme.neq", "indicateur"]
    )  # fmt: skip
    fiche = lue["fiche"]
    assert (fiche["nature"], fiche["categorie"]) == (
        "Approvisionnement (biens)", "G8 - Matériel et logiciel informatique"
    )  # fmt: skip
    assert fiche["disposition"].startswith("Article 48 – ")
    assert (fiche["montant_conclu"], fiche["montant_courant"]) == ("30000.00", "30000.00")
    assert fiche["fournisseur"] == {"nom": "Nuage boréal inc.", "neq": "1170000001"}
    assert [(e["nature"], e["due_le"], e["en_retard"]) for e in lue["echeances"]] == [
        ("seao_conclusion", "2026-12-07", False),
        ("seao_fin", "2028-12-29", False),
    ]
    assert await obligations(marche) == [
        ("seao_conclusion", "2026-12-07", ""), ("seao_fin", "2028-12-29", "")
    ]  # fmt: skip


async def test_ci_18_sous_le_seuil_rien_n_est_du(marche: Marche) -> None:
    lue = await lire(marche.gestionnaire, await conclu(marche, quantite=80))
    assert (lue["fiche"]["montant_conclu"], lue["requise"]) == ("24000.00", False)
    assert (lue["echeances"], await obligations(marche)) == ([], [])


async def _facturer(marche: Marche, chemin: str, numero: str, montant: str) -> None:
    facture = {"numero": numero, "datee_le": "2028-12-31", "montant": montant}
    inscrite = await marche.gestionnaire.post(
        chemin.replace("publication-seao", "factures"), json=facture
    )
    assert inscrite.status_code == 201, inscrite.text


async def _finir(marche: Marche, chemin: str) -> httpx.Response:
    finie = await marche.gestionnaire.post(chemin, json={**FIN, "publie_le": "2029-01-02"})
    assert finie.status_code == 200, finie.text
    return finie


async def test_ci_18_de_la_conclusion_a_la_fin(marche: Marche) -> None:
    chemin = await conclu(marche)
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    publiee = await marche.gestionnaire.post(chemin, json=CONCLUSION)
    assert publiee.status_code == 200, publiee.text
    assert publiee.json() == await lire(marche.gestionnaire, chemin)
    assert (publiee.json()["ocid"], publiee.json()["fiche"]["indicateur"]) == (
        "ocds-ec9k95-20145160", "Aucun indicateur d'acquisition responsable"
    )  # fmt: skip

    await modifier(marche, chemin, "34000.00", date(2029, 1, 1))
    avenant = {
        "nature": "supplement",
        "numero": "20145160",
        "publie_le": "2026-09-21",
        "etape_id": str(AVENANT_ID),
    }
    assert (await marche.courtier.post(chemin, json=avenant)).status_code == 200
    tot = await marche.gestionnaire.post(chemin, json={**FIN, "publie_le": "2026-09-21"})
    assert (tot.status_code, tot.json()["regle"]) == (409, "CI-18")

    marche.banc.horloge.aller("2029-01-02T09:00-05:00")
    await _facturer(marche, chemin, "F-1", "29750.00")
    finie = await _finir(marche, chemin)
    lue = finie.json()
    assert (lue["fiche"]["montant_courant"], lue["fiche"]["total_paye"]) == (
        "34000.00", "29750.00"
    )  # fmt: skip
    assert [e["nature"] for e in lue["etapes"]] == ["conclusion", "avenant", "fin"]
    assert lue["echeances"] == []
    assert await obligations(marche) == [
        ("seao_supplement", "2026-11-19", "remplie"),
        ("seao_conclusion", "2026-12-07", "remplie"),
        ("seao_fin", "2028-12-29", "abandonnee"),
        ("seao_fin", "2029-03-31", "remplie"),
    ]


async def test_ci_18_le_total_paye_est_celui_des_factures_et_se_corrige(marche: Marche) -> None:
    chemin = await conclu(marche)
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    await marche.gestionnaire.post(chemin, json=CONCLUSION)
    marche.banc.horloge.aller("2029-01-02T09:00-05:00")
    await _facturer(marche, chemin, "F-1", "29000.00")
    saisi = await marche.gestionnaire.post(chemin, json={**FIN, "total_paye": "1.00"})
    assert saisi.status_code == 422
    assert (await _finir(marche, chemin)).json()["fiche"]["total_paye"] == "29000.00"
    redite = await marche.gestionnaire.post(chemin, json={**FIN, "publie_le": "2029-01-02"})
    assert (redite.status_code, redite.json()["regle"]) == (409, "CI-18")
    await _facturer(marche, chemin, "F-2", "750.00")
    corrigee = (await _finir(marche, chemin)).json()
    assert corrigee["fiche"]["total_paye"] == "29750.00"
    assert [e["nature"] for e in corrigee["etapes"]] == ["conclusion", "fin", "fin"]


@pytest.mark.parametrize(
    ("change", "statut"),
    [
        ({"publie_le": "2026-09-07"}, 409),
        ({"publie_le": "2026-09-22"}, 409),
        ({"indicateur": "vert"}, 409),
        ({"numero": "0014516"}, 422),
        ({"numero": "abc"}, 422),
        ({"publie_le": "2026-09-09T00:00:00Z"}, 422),
        ({"nature": "autre"}, 422),
        ({"titre": "\u202e"}, 422),
        ({"prix": "12.50"}, 422),
    ],
)
async def test_ci_18_un_avis_qui_ne_se_peut_se_refuse(
    marche: Marche, change: dict[str, Any], statut: int
) -> None:
    chemin = await conclu(marche)
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    avant = await lire(marche.gestionnaire, chemin)
    refus = await marche.gestionnaire.post(chemin, json={**CONCLUSION, **change})
    assert refus.status_code == statut, refus.text
    if statut == 409:
        assert refus.json()["regle"] == "CI-18"
    assert await lire(marche.gestionnaire, chemin) == avant


async def test_ci_18_deux_avis_a_la_fois_un_seul_se_consigne(marche: Marche) -> None:
    chemin = await conclu(marche)
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    rendus = await asyncio.gather(
        *(marche.gestionnaire.post(chemin, json=CONCLUSION) for _ in range(8))
    )
    statuts = sorted(r.status_code for r in rendus)
    assert statuts.count(200) == 1
    assert set(statuts) <= {200, 409, 412}
    assert (await obligations(marche))[0] == ("seao_conclusion", "2026-12-07", "remplie")


async def test_ci_18_un_numero_n_est_que_d_un_contrat(marche: Marche) -> None:
    premier = await conclu(marche)
    second = await conclu(marche, numero="EC-2", neq="1170000002")
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    rendus = await asyncio.gather(
        *(marche.gestionnaire.post(chemin, json=CONCLUSION) for chemin in (premier, second))
    )
    assert sorted(r.status_code for r in rendus) == [200, 409]
    [refus] = [r.json() for r in rendus if r.status_code == 409]
    assert (refus["regle"], "un autre contrat" in refus["detail"].lower()) == ("CI-18", True)


async def test_ci_18_le_courtier_corrige_un_numero_pris_a_tort(marche: Marche) -> None:
    premier = await conclu(marche)
    second = await conclu(marche, numero="EC-2", neq="1170000002")
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    juste = {"numero": "20145161"}
    trop_tot = await marche.courtier.post(f"{premier}/numero", json=juste)
    assert (trop_tot.status_code, trop_tot.json()["regle"]) == (409, "CI-18")
    assert (await marche.gestionnaire.post(premier, json=CONCLUSION)).status_code == 200
    assert (await marche.gestionnaire.post(f"{premier}/numero", json=juste)).status_code == 403
    corrige = await marche.courtier.post(f"{premier}/numero", json=juste)
    assert (corrige.status_code, corrige.json()["ocid"]) == (200, "ocds-ec9k95-20145161")
    assert (await marche.gestionnaire.post(second, json=CONCLUSION)).status_code == 200
    pris = await marche.courtier.post(f"{second}/numero", json=juste)
    assert (pris.status_code, pris.json()["regle"]) == (409, "CI-18")


async def test_ci_18_un_organisme_ne_voit_que_les_siennes(marche: Marche) -> None:
    chemin = await conclu(marche)
    autre = marche.banc.client("gestionnaire", organisme="SQ", sujet="gestionnaire-sq")
    marche.banc.horloge.aller("2026-09-21T09:00-04:00")
    assert (await autre.get(chemin)).status_code == 404
    assert (await autre.post(chemin, json=CONCLUSION)).status_code == 404
    assert (await lire(autre, "/v1/publications-seao"))["elements"] == []
    assert (await autre.get("/v1/publications-seao?organisme=MTQ")).status_code == 404
    [sienne] = (await lire(marche.gestionnaire, "/v1/publications-seao"))["elements"]
    assert (sienne["organisme"], sienne["due_le"]) == ("MTQ", "2026-12-07")


async def test_ci_18_les_retards_se_listent(marche: Marche) -> None:
    chemin = await conclu(marche)
    retards = "/v1/publications-seao?en_retard=true"
    marche.banc.horloge.aller("2026-12-07T23:30-05:00")
    assert (await lire(marche.courtier, retards))["elements"] == []
    marche.banc.horloge.aller("2026-12-08T00:30-05:00")
    [tardive] = (await lire(marche.courtier, retards))["elements"]
    assert tardive["contrat_id"] in chemin
    assert (await lire(marche.gestionnaire, chemin))["echeances"][0]["en_retard"] is True
    assert (await marche.gestionnaire.post(chemin, json=CONCLUSION)).status_code == 200
    assert (await lire(marche.courtier, retards))["elements"] == []


async def test_ci_18_un_contrat_qui_n_est_pas_conclu_n_a_rien_a_publier(marche: Marche) -> None:
    contrat = await marche.contrat()
    absent = await marche.gestionnaire.get(f"/v1/contrats/{contrat['id']}/publication-seao")
    assert (absent.status_code, absent.json()["regle"]) == (404, "CI-18")


async def test_ci_18_le_neq_de_l_organisme_complete_la_fiche(marche: Marche) -> None:
    chemin = await conclu(marche)
    connu = organisme("MTQ").model_copy(update={"neq": "8831234567"})
    await marche.banc.recevoir(connu)
    lue = await lire(marche.gestionnaire, chemin)
    assert (lue["fiche"]["organisme"]["neq"], lue["manque"]) == ("8831234567", ["indicateur"])


async def test_ci_18_ce_qui_fut_conclu_avant_se_publie_aussi(marche: Marche) -> None:
    """La migration donne, d'un contrat déjà signé, ce que sa signature aurait ouvert."""
    await conclu(marche)
    await conclu(marche, quantite=80, numero="EC-2", neq="1170000002")
    banc = marche.banc
    dsn = banc.roles.dsn("migrer").get_secret_value()
    moteur = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
    reglages = configuration(banc.service.migrations)
    revisions = ScriptDirectory.from_config(reglages).walk_revisions()
    precedente = next(r.down_revision for r in revisions if r.path.endswith("_seao.py"))
    dues = "nature, objet_id, contrat_id, due_le, rappels FROM obligations"
    lues = (
        "SELECT * FROM publications_seao ORDER BY id",
        "SELECT * FROM etapes_seao ORDER BY id",
        f"SELECT {dues} WHERE nature LIKE 'seao%' ORDER BY due_le",
    )

    def refaire(connexion: Connection) -> None:
        reglages.attributes["connection"] = connexion
        avant = [list(map(tuple, connexion.execute(text(lu)))) for lu in lues]
        command.downgrade(reglages, str(precedente))
        command.upgrade(reglages, "head")
        assert [list(map(tuple, connexion.execute(text(lu)))) for lu in lues] == avant

    async with moteur.connect() as connexion:
        await connexion.run_sync(refaire)
    await moteur.dispose()
