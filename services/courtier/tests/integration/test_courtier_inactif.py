"""DEM-14 : un organisme qui n'est plus client ne contracte plus; ce qu'il a signé se conclut."""

from datetime import UTC, datetime

import pytest

from contrats.demandes import Inactivite, OrganismeModifie
from services.courtier.tests.acquisitions import offre_voulue
from services.courtier.tests.marche import EMPREINTES, Marche, retrait
from services.courtier.tests.marche import mandat as inscrit

pytestmark = pytest.mark.integration
CLIENT = {"partie": "client", **EMPREINTES}
REFAIT = {"debut": "2026-10-01", "documents": EMPREINTES}
DEBUT = datetime(2026, 9, 1, 13, tzinfo=UTC)
"""L'heure du banc."""


async def dire(marche: Marche, *temps: Inactivite) -> None:
    modifie = OrganismeModifie(
        organisme="MTQ", nom="Ministère MTQ", assujetti_rcti=True, inactivites=temps
    )
    await marche.banc.recevoir(modifie)


async def test_dem_14_inactif_ne_prepare_ne_valide_ni_ne_signe(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    offre = offre_voulue(contrat["elements"][0]["offre_id"])
    neuf = await marche.acquisition(contrat["entente_id"], offre)
    sq = marche.banc.client("gestionnaire", organisme="SQ", sujet="gestionnaire-sq")
    autre = await marche.acquisition(contrat["entente_id"], offre, par=sq)
    await dire(marche, Inactivite(debut=DEBUT))
    refus = [
        await marche.courtier.post("/v1/contrats", json=marche.preparation(neuf.id)),
        await marche.courtier.post(f"{chemin}/preparation", json=REFAIT),
        await marche.gestionnaire.post(f"{chemin}/validation"),
        await marche.gestionnaire.post("/v1/dossiers", json={"titre": "Autre"}),
        await neuf.tenter("retour", {"etape": 4, "motif": "À revoir."}),
    ]
    await dire(marche, Inactivite(debut=DEBUT, fin=DEBUT))
    assert (await marche.gestionnaire.post(f"{chemin}/validation")).status_code == 200
    await dire(marche, Inactivite(debut=DEBUT, fin=DEBUT), Inactivite(debut=DEBUT))
    refus.append(await marche.signataire.post(f"{chemin}/signature", json=CLIENT))
    for rendu in refus:
        assert (rendu.status_code, rendu.json().get("regle")) == (409, "DEM-14"), rendu.text
        assert rendu.json()["detail"] == "L'organisme MTQ n'est plus actif."
    assert await marche.banc.sortants("contrat.signé") == []
    de_sq = await marche.courtier.post("/v1/contrats", json=marche.preparation(autre.id))
    assert (de_sq.status_code, de_sq.json()["organisme"]) == (201, "SQ")


async def test_dem_14_ce_que_le_client_a_signe_se_conclut_encore(marche: Marche) -> None:
    contrat = await marche.signe_client()
    await dire(marche, Inactivite(debut=DEBUT))
    documents = {nom: EMPREINTES[nom] for nom in ("contrat", "annexe_modificative")}
    corps = {"partie": "fournisseur", "signataire": "NB-007", "signe_le": "2026-09-01T13:00:00Z"}
    conclu = await marche.courtier.post(
        f"/v1/contrats/{contrat['id']}/signature", json={**corps, **documents}
    )
    assert (conclu.status_code, conclu.json()["etat"]) == (200, "signe"), conclu.text


async def test_dem_3_un_mandat_retire_avant_de_valoir_ne_signe_pas(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    mandat = inscrit("MTQ", "alice", debut=DEBUT.date())
    await marche.banc.recevoir(mandat, retrait(mandat.mandat_id, DEBUT.date()))
    alice = marche.banc.client("signataire", organisme="MTQ", sujet="alice")
    refus = await alice.post(f"{chemin}/signature", json=CLIENT)
    assert (refus.status_code, refus.json()["regle"]) == (403, "DEM-3")
