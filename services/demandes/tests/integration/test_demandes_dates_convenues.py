"""L'aménagement d'un secteur, et la date dont l'organisme et le MCN conviennent (PT-7, PT-8)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration
SECTEUR: dict[str, Any] = {
    "sorte": "amenagement_secteur_demenagement", "articles": [], "site": "QC-700RL",
}  # fmt: skip


class Secteur:
    """Une demande de secteur prise en charge, et ceux qui en conviennent."""

    def __init__(self, parcours: Parcours, demande: dict[str, Any]) -> None:
        self.parcours, self.demande, self.csc = parcours, demande, parcours.csc
        self.gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ", sujet="g")
        self.chemin = f"/v1/demandes/{demande['id']}/dates-convenues"

    async def proposer(
        self, qui: httpx.AsyncClient, jour: str, motif: str | None = None, statut: int = 201
    ) -> dict[str, Any]:
        rendu = await qui.post(self.chemin, json={"date_convenue": jour, "motif": motif})
        assert rendu.status_code == statut, rendu.text
        dit: dict[str, Any] = rendu.json()
        return dit

    async def accepter(
        self, qui: httpx.AsyncClient, proposee: dict[str, Any], statut: int = 200
    ) -> dict[str, Any]:
        rendu = await qui.post(f"{self.chemin}/{proposee['id']}/acceptation", json={})
        assert rendu.status_code == statut, rendu.text
        dit: dict[str, Any] = rendu.json()
        return dit

    async def convenir(self, jour: str, motif: str | None = None) -> None:
        await self.accepter(self.gestionnaire, await self.proposer(self.csc, jour, motif))

    async def publiees(self) -> list[str]:
        sortants = await self.parcours.banc.sortants("date.convenue")
        assert {s.cle for s in sortants} <= {self.demande["id"]}
        return [s.donnees["date_convenue"] for s in sortants]


@pytest.fixture
async def secteur(parcours: Parcours) -> Secteur:
    return Secteur(parcours, await parcours.prise_en_charge(**SECTEUR))


@pytest.mark.parametrize(
    "sorte", ["amenagement_secteur_reamenagement", "amenagement_secteur_demenagement"]
)
async def test_dem_1_un_secteur_se_demande_se_signe_et_se_livre(
    parcours: Parcours, sorte: str
) -> None:
    demande = await parcours.creer(**{**SECTEUR, "sorte": sorte})
    assert demande["faits"]["approbation_requise"] is True
    await parcours.agir(parcours.signataire, demande, "approbation")
    await parcours.agir(parcours.csc, demande, "prise-en-charge")
    temps = [{"tarif": "AMENAGEMENT-INFRA", "minutes": 90}]
    fini = await parcours.agir(parcours.csc, demande, "completion", travaux=temps)
    assert fini["etat"] == "completee"
    assert await parcours.types(demande) == [
        "demande.créée",
        "demande.approuvée",
        "demande.prise_en_charge",
        "travail.effectué",
        "aménagement.complété",
        "demande.complétée",
    ]


async def test_dem_1_une_date_vaut_quand_l_autre_partie_l_accepte(secteur: Secteur) -> None:
    proposee = await secteur.proposer(secteur.csc, "2026-09-10")
    assert await secteur.publiees() == []
    assert (await secteur.accepter(secteur.csc, proposee, 409))["regle"] == "DEM-1"
    convenue = await secteur.accepter(secteur.gestionnaire, proposee)
    assert (convenue["proposee_par"], convenue["auteur"]) == ("mcn", "agent")
    assert (convenue["acceptee_par"], convenue["acceptee_le"] is None) == ("g", False)
    assert await secteur.publiees() == ["2026-09-10"]
    await secteur.accepter(secteur.gestionnaire, proposee)
    assert await secteur.publiees() == ["2026-09-10"], "acceptée deux fois, convenue une fois"


async def test_dem_1_chacun_change_la_date_avec_un_motif_et_la_trace_le_dit(
    secteur: Secteur,
) -> None:
    await secteur.convenir("2026-09-10")
    refus = await secteur.proposer(secteur.gestionnaire, "2026-09-12", statut=409)
    assert refus["detail"] == "Changer une date convenue exige un motif."
    refus = await secteur.proposer(secteur.gestionnaire, "2026-09-10", "Rien.", 409)
    assert refus["regle"] == "DEM-1"
    premiere = await secteur.proposer(secteur.gestionnaire, "2026-09-12", "Le mobilier tarde.")
    seconde = await secteur.proposer(secteur.csc, "2026-09-14", "Le 12 est un samedi.")
    refus = await secteur.accepter(secteur.csc, premiere, 409)
    assert refus["detail"] == "Une autre date a été proposée depuis."
    await secteur.accepter(secteur.parcours.signataire, seconde)
    assert await secteur.publiees() == ["2026-09-10", "2026-09-14"]
    lues = (await secteur.gestionnaire.get(secteur.chemin)).json()["elements"]
    assert [
        (x["date_convenue"], x["proposee_par"], x["motif"], x["acceptee_par"]) for x in lues
    ] == [
        ("2026-09-10", "mcn", None, "g"),
        ("2026-09-12", "organisme", "Le mobilier tarde.", None),
        ("2026-09-14", "mcn", "Le 12 est un samedi.", "signataire-MTQ"),
    ]


async def test_dem_1_une_date_se_convient_d_avance(secteur: Secteur) -> None:
    refus = await secteur.proposer(secteur.csc, "2026-08-31", statut=409)
    assert (refus["regle"], refus["detail"]) == (
        "DEM-1",
        "Le 2026-08-31 est passé : une date se convient d'avance.",
    )
    proposee = await secteur.proposer(secteur.csc, "2026-09-01")
    secteur.parcours.banc.horloge.aller("2026-09-02T00:00-04:00")
    assert (await secteur.accepter(secteur.gestionnaire, proposee, 409))["regle"] == "DEM-1"
    assert await secteur.publiees() == []
    antidatee = {"date_convenue": "2026-09-10", "survenu_le": "2026-09-01T13:00:00Z"}
    assert (await secteur.csc.post(secteur.chemin, json=antidatee)).status_code == 422


async def test_dem_4_livree_annulee_ou_en_brouillon_une_demande_n_a_plus_de_date(
    secteur: Secteur,
) -> None:
    parcours = secteur.parcours
    attend = await secteur.proposer(secteur.csc, "2026-09-10")
    await parcours.agir(parcours.csc, secteur.demande, "completion")
    assert (await secteur.accepter(secteur.gestionnaire, attend, 409))["regle"] == "DEM-4"
    assert (await secteur.proposer(secteur.csc, "2026-09-20", statut=409))["regle"] == "DEM-4"
    brouillon = Secteur(parcours, await parcours.creer(**SECTEUR, soumettre=False))
    assert (await brouillon.proposer(secteur.csc, "2026-09-20", statut=409))["regle"] == "DEM-4"
    annulee = Secteur(parcours, await parcours.creer(**SECTEUR))
    await parcours.agir(parcours.demandeur, annulee.demande, "annulation")
    assert (await annulee.proposer(secteur.csc, "2026-09-20", statut=409))["regle"] == "DEM-4"
    await parcours.agir(parcours.demandeur, secteur.demande, "reouverture", motif="Câblage.")
    await secteur.accepter(secteur.gestionnaire, attend)
    assert await secteur.publiees() == ["2026-09-10"]


async def test_dem_1_une_date_ne_se_convient_que_pour_un_secteur(parcours: Parcours) -> None:
    seul = Secteur(parcours, await parcours.prise_en_charge())
    assert (await seul.proposer(parcours.csc, "2026-09-10", statut=409))["regle"] == "DEM-1"


async def test_dem_13_une_date_convenue_ne_se_rectifie_pas(secteur: Secteur) -> None:
    """Une rectification est du seul CSC : il cacherait un retard en annulant l'entente."""
    await secteur.convenir("2026-09-10")
    (dite,) = await secteur.parcours.banc.sortants("date.convenue")
    nul = [{"acte_id": str(dite.id), "survenu_le": None}]
    csc = secteur.csc
    await secteur.parcours.agir(
        csc, secteur.demande, "rectification", 404, actes=nul, motif="Retard."
    )
    assert await secteur.parcours.banc.sortants("acte.rectifié") == []


async def test_dem_1_qui_convient_est_de_l_organisme_ou_du_csc(secteur: Secteur) -> None:
    parcours, corps = secteur.parcours, {"date_convenue": "2026-09-10"}
    voisin = parcours.banc.client("gestionnaire", organisme="SQ")
    assert (await voisin.post(secteur.chemin, json=corps)).status_code == 404
    assert (await voisin.get(secteur.chemin)).status_code == 404
    for qui in (parcours.demandeur, parcours.banc.client("itsm")):
        assert (await qui.post(secteur.chemin, json=corps)).status_code == 403
    machine = parcours.banc.client("agent-csc", "integration")
    assert (await machine.post(secteur.chemin, json=corps)).status_code == 403
    inconnue = await secteur.gestionnaire.post(f"{secteur.chemin}/{uuid4()}/acceptation", json={})
    assert inconnue.status_code == 404


async def test_dem_14_un_organisme_inactif_ne_convient_de_rien(secteur: Secteur) -> None:
    proposee = await secteur.proposer(secteur.csc, "2026-09-10")
    lu = await secteur.csc.get("/v1/organismes/MTQ")
    condition = {"If-Match": f'"{lu.json()["version"]}"'}
    await secteur.csc.patch("/v1/organismes/MTQ", json={"actif": False}, headers=condition)
    assert (await secteur.accepter(secteur.gestionnaire, proposee, 409))["regle"] == "DEM-14"
