"""DEM-14 : un organisme qui n'est plus client ne contracte plus; ce qu'il a signé se conclut."""

from datetime import UTC, datetime

import pytest

from contrats.demandes import Inactivite, OrganismeModifie
from services.courtier.tests.marche import EMPREINTES, Corps, Marche, retrait
from services.courtier.tests.marche import mandat as inscrit

pytestmark = pytest.mark.integration
CLIENT = {"partie": "client", **EMPREINTES}
DEBUT = datetime(2026, 9, 1, 13, tzinfo=UTC)
"""L'heure du banc."""


async def dire(marche: Marche, *temps: Inactivite) -> None:
    modifie = OrganismeModifie(
        organisme="MTQ", nom="Ministère MTQ", assujetti_rcti=True, inactivites=temps
    )
    await marche.banc.recevoir(modifie)


def demande(contrat: Corps) -> Corps:
    """Le même besoin, préparé de nouveau."""
    elements = [{"offre_id": e["offre_id"], "quantite": 40} for e in contrat["elements"]]
    return {
        "debut": "2026-10-01",
        "duree_mois": 24,
        "elements": elements,
        "documents": EMPREINTES,
    }


async def test_dem_14_inactif_ne_prepare_ne_valide_ni_ne_signe(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    neuf = marche.preparation(contrat["entente_id"], contrat["elements"][0]["offre_id"])
    await dire(marche, Inactivite(debut=DEBUT))
    refus = [
        await marche.courtier.post("/v1/contrats", json=neuf),
        await marche.courtier.post(f"{chemin}/preparation", json=demande(contrat)),
        await marche.gestionnaire.post(f"{chemin}/validation"),
    ]
    await dire(marche, Inactivite(debut=DEBUT, fin=DEBUT))
    assert (await marche.gestionnaire.post(f"{chemin}/validation")).status_code == 200
    await dire(marche, Inactivite(debut=DEBUT, fin=DEBUT), Inactivite(debut=DEBUT))
    refus.append(await marche.signataire.post(f"{chemin}/signature", json=CLIENT))
    for rendu in refus:
        assert (rendu.status_code, rendu.json().get("regle")) == (409, "DEM-14"), rendu.text
        assert rendu.json()["detail"] == "L'organisme MTQ n'est plus actif."
    assert await marche.banc.sortants("contrat.signé") == []
    sq = {**neuf, "organisme": "SQ"}
    assert (await marche.courtier.post("/v1/contrats", json=sq)).status_code == 201


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
