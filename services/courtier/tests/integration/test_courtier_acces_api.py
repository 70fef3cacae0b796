"""Qui lit le Catalogue, par l'API : comptes, admissibilité, diffusion (CI-11, CI-12)."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from contrats.demandes import Inactivite, OrganismeModifie
from outils.essais.banc import Banc
from services.courtier.tests.marche import Corps, Marche, accorder

pytestmark = pytest.mark.integration

MOTIF = {"motif": "Analyse d'offres."}
LECTURES = (
    "fournisseurs",
    "ententes-cadres",
    "offres",
    "prestataires",
    "offres/00000000-0000-7000-8000-000000000000",
    "fournisseurs/00000000-0000-7000-8000-000000000000/documents",
)


def personne(banc: Banc, sujet: str, *roles: str, organisme: str = "SQ") -> httpx.AsyncClient:
    return banc.client(*(roles or ("demandeur",)), organisme=organisme, sujet=sujet)


async def exclure(marche: Marche, debut: str, *, admissible: bool = False) -> httpx.Response:
    corps = {"organisme": "SQ", "admissible": admissible, "debut": debut, "motif": "Liste"}
    return await marche.courtier.post("/v1/acces/admissibilites", json=corps)


async def statuts(client: httpx.AsyncClient) -> set[int]:
    return {(await client.get(f"/v1/{chemin}")).status_code for chemin in LECTURES}


async def test_ci_11_sans_compte_accorde_une_personne_ne_lit_pas_le_catalogue(
    marche: Marche,
) -> None:
    """Chaque lecture; le refus dit comment demander. Le MCN et le vérificateur lisent."""
    alice = personne(marche.banc, "alice", "gestionnaire", "signataire", "dirigeant")
    assert await statuts(alice) == {403}
    refus = (await alice.get("/v1/offres")).json()
    assert refus["regle"] == "CI-11"
    assert "POST /v1/acces" in refus["detail"]
    for role in ("courtier", "admin", "verificateur"):
        assert await statuts(marche.banc.client(role, sujet="mcn")) == {200, 404}
    await accorder(marche.banc, "SQ", "alice")
    assert await statuts(alice) == {200, 404}
    # Le compte est d'une personne, dans son organisme.
    assert await statuts(personne(marche.banc, "bob")) == {403}
    assert await statuts(personne(marche.banc, "alice", organisme="ABC")) == {403}


async def test_ci_11_un_compte_demande_ou_refuse_ne_lit_pas(marche: Marche) -> None:
    alice = personne(marche.banc, "alice")
    demande = await alice.post("/v1/acces", json=MOTIF)
    assert (demande.status_code, demande.json()["etat"]) == (201, "demande")
    assert await statuts(alice) == {403}
    double = await alice.post("/v1/acces", json=MOTIF)
    assert (double.status_code, double.json()["regle"]) == (409, "CI-11")
    chemin = demande.headers["Location"]
    non = {"decision": "refusee", "motif": "Hors de son mandat."}
    refuse = (await marche.courtier.post(f"{chemin}/decision", json=non)).json()
    assert (refuse["etat"], refuse["decidee"]["motif"]) == ("refuse", "Hors de son mandat.")
    encore = await marche.courtier.post(f"{chemin}/decision", json={**non, "motif": "Encore"})
    assert encore.status_code == 409
    assert await statuts(alice) == {403}
    assert (await alice.post("/v1/acces", json=MOTIF)).status_code == 201
    lus = (await alice.get("/v1/acces")).json()["elements"]
    assert [c["etat"] for c in lus] == ["refuse", "demande"]


async def test_ci_11_le_compte_retire_ne_lit_plus_et_sort_de_la_diffusion(marche: Marche) -> None:
    alice = personne(marche.banc, "alice")
    (compte,) = await accorder(marche.banc, "SQ", "alice")
    assert (await alice.post("/v1/diffusion", json={"courriel": "a@sq.example"})).is_success
    garde = (await alice.get("/v1/offres")).headers["ETag"]
    retrait = f"/v1/acces/{compte['id']}/retrait"
    retire = (await marche.courtier.post(retrait, json={"motif": "Départ"})).json()
    assert (retire["etat"], retire["retrait"]["par"]) == ("retire", "courtier-1")
    # Une réponse déjà lue ne se revalide pas non plus.
    relu = await alice.get("/v1/offres", headers={"If-None-Match": garde})
    assert relu.status_code == 403
    assert (await marche.courtier.get("/v1/diffusion")).json()["elements"] == []
    assert (await alice.post("/v1/diffusion", json={"courriel": "a@sq.example"})).status_code == 403


async def test_ci_11_l_exclusion_d_un_organisme_ferme_tous_ses_comptes(marche: Marche) -> None:
    alice = personne(marche.banc, "alice")
    await accorder(marche.banc, "SQ", "alice")
    hier = await exclure(marche, "2026-08-31")
    assert (hier.status_code, hier.json()["regle"]) == (409, "CI-11")
    assert (await exclure(marche, "2026-09-03")).status_code == 201
    assert (await exclure(marche, "2026-09-04")).status_code == 409
    assert await statuts(alice) == {200, 404}
    marche.banc.horloge.aller("2026-09-03T00:00-04:00")
    assert await statuts(alice) == {403}
    assert "exclu" in (await alice.get("/v1/offres")).json()["detail"]
    bob = await personne(marche.banc, "bob").post("/v1/acces", json=MOTIF)
    assert (bob.status_code, bob.json()["regle"]) == (403, "CI-11")
    assert (await exclure(marche, "2026-09-10", admissible=True)).status_code == 201
    marche.banc.horloge.aller("2026-09-10T00:00-04:00")
    assert await statuts(alice) == {200, 404}
    lues = (await alice.get("/v1/acces/admissibilites")).json()["elements"]
    assert [(d["rang"], d["admissible"]) for d in lues] == [(1, False), (2, True)]
    inconnu = {"organisme": "ZZZ", "admissible": False, "debut": "2026-10-01", "motif": "Liste"}
    absent = await marche.courtier.post("/v1/acces/admissibilites", json=inconnu)
    assert (absent.status_code, absent.json()["regle"]) == (404, "DEM-8")


async def test_ci_11_exclu_entre_la_demande_et_la_decision_le_compte_ne_s_accorde_pas(
    marche: Marche,
) -> None:
    demande = await personne(marche.banc, "alice").post("/v1/acces", json=MOTIF)
    assert (await exclure(marche, "2026-09-01")).status_code == 201
    oui = {"decision": "accordee", "motif": "Oui"}
    refus = await marche.courtier.post(f"{demande.headers['Location']}/decision", json=oui)
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-11")


async def test_dem_14_un_organisme_inactif_ne_demande_plus_de_compte(marche: Marche) -> None:
    debut = datetime(2026, 8, 1, tzinfo=UTC)
    inactif = OrganismeModifie(
        organisme="SQ", nom="SQ", assujetti_rcti=True, inactivites=(Inactivite(debut=debut),)
    )
    await marche.banc.recevoir(inactif)
    refus = await personne(marche.banc, "alice").post("/v1/acces", json=MOTIF)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-14")


@pytest.mark.parametrize("machine", ["portail", "integration", "itsm"])
async def test_ci_11_une_machine_n_a_pas_de_compte(marche: Marche, machine: str) -> None:
    """Seule, nulle route du Catalogue ne la nomme; avec un rôle de personne, elle n'en demande."""
    seule = personne(marche.banc, machine, machine)
    assert await statuts(seule) == {403}
    assert (await seule.post("/v1/acces", json=MOTIF)).status_code == 403
    deguisee = personne(marche.banc, machine, machine, "demandeur")
    refus = await deguisee.post("/v1/acces", json=MOTIF)
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-11")


async def test_ci_11_seul_le_courtier_decide_et_chacun_ne_voit_que_les_siens(
    marche: Marche,
) -> None:
    (compte,) = await accorder(marche.banc, "SQ", "alice")
    chemin, oui = f"/v1/acces/{compte['id']}", {"decision": "accordee", "motif": "Oui"}
    alice = personne(marche.banc, "alice", "gestionnaire")
    assert (await alice.post(f"{chemin}/decision", json=oui)).status_code == 403
    assert (await alice.post(f"{chemin}/retrait", json={"motif": "x"})).status_code == 403
    assert (await marche.gestionnaire.get(chemin)).status_code == 404
    vus = {c["organisme"] for c in (await marche.gestionnaire.get("/v1/acces")).json()["elements"]}
    assert vus == {"MTQ"}
    collegue = personne(marche.banc, "bob")
    assert (await collegue.get("/v1/acces")).json()["elements"] == []
    comptes = (await alice.get("/v1/acces")).json()["elements"]
    assert {(c["organisme"], c["sujet"]) for c in comptes} == {
        ("SQ", "alice"), ("SQ", "gestionnaire-sq")
    }  # fmt: skip


async def test_ci_12_la_liste_de_diffusion_est_a_chacun_et_au_courtier(marche: Marche) -> None:
    await accorder(marche.banc, "SQ", "alice", "bob")
    alice, bob = (personne(marche.banc, sujet) for sujet in ("alice", "bob"))
    inscrites: list[Corps] = []
    for qui, nom in ((alice, "a"), (bob, "b")):
        inscrite = await qui.post("/v1/diffusion", json={"courriel": f"{nom}@sq.example"})
        inscrites.append(inscrite.json())
    double = await alice.post("/v1/diffusion", json={"courriel": "autre@sq.example"})
    assert (double.status_code, double.json()["regle"]) == (409, "CI-12")
    siennes = (await alice.get("/v1/diffusion")).json()["elements"]
    assert [i["courriel"] for i in siennes] == ["a@sq.example"]
    assert len((await marche.courtier.get("/v1/diffusion")).json()["elements"]) == 2
    celle_de_bob = f"/v1/diffusion/{inscrites[1]['id']}/retrait"
    assert (await alice.post(celle_de_bob)).status_code == 404
    assert (await marche.gestionnaire.post(celle_de_bob)).status_code == 404
    retiree = (await bob.post(celle_de_bob)).json()
    assert (retiree["courriel"], retiree["retiree_le"] is not None) == (None, True)
    assert (await bob.post("/v1/diffusion", json={"courriel": "b@sq.example"})).status_code == 201


async def test_ci_11_seize_demandes_simultanees_n_ouvrent_qu_un_compte(marche: Marche) -> None:
    alice = personne(marche.banc, "alice")
    rendus = await asyncio.gather(*(alice.post("/v1/acces", json=MOTIF) for _ in range(16)))
    assert sorted(r.status_code for r in rendus) == [201] + [409] * 15
