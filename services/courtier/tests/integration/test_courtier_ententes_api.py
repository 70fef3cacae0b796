"""Ententes-cadres, documents, prestataires et commentaires, par l'API (CI-11, CI-12, CI-21)."""

import asyncio
from datetime import date, timedelta

import pytest

from courtier.catalogue.adaptateurs.lecture import CatalogueSql
from services.courtier.tests.marche import FICHE, Corps, Marche

pytestmark = pytest.mark.integration

ACTES = (
    ("suspension", "2026-10-01"),
    ("reprise", "2026-10-15"),
    ("suspension", "2026-11-01"),
    ("reprise", "2026-11-01"),
    ("suspension", "2026-12-01"),
    ("fin", "2026-12-20"),
)


async def poser(marche: Marche, entente_id: str, acte: str, le: str) -> tuple[int, Corps]:
    rendu = await marche.courtier.post(
        f"/v1/ententes-cadres/{entente_id}/actes", json={"acte": acte, "le": le, "motif": "Dit"}
    )
    corps: Corps = rendu.json()
    return rendu.status_code, corps


async def test_ci_11_la_base_et_le_domaine_disent_le_meme_etat_chaque_jour(marche: Marche) -> None:
    """La liste filtrée par état, un jour donné, est celle du domaine; toutes se relisent."""
    intacte = await marche.entente("EC-2", "1170000002")
    entente = await marche.entente()
    for acte, le in ACTES:
        assert (await poser(marche, entente["id"], acte, le))[0] == 200
    jours = [date(2026, 3, 31) + timedelta(days=n) for n in range(0, 1_100, 5)]
    jours += [date.fromisoformat(le) - timedelta(days=n) for _, le in ACTES for n in (0, 1)]
    async with marche.banc.interne() as connexion:
        catalogue = CatalogueSql(connexion)
        connues = [await catalogue.entente(e["id"]) for e in (entente, intacte)]
    for jour in jours:
        for etat in ("a_venir", "en_vigueur", "suspendue", "terminee"):
            filtre = {"le": jour.isoformat(), "etat": etat}
            lues = (await marche.gestionnaire.get("/v1/ententes-cadres", params=filtre)).json()
            attendues = {str(e.id) for e in connues if e.etat(jour) == etat}
            assert {e["id"] for e in lues["elements"]} == attendues, filtre
            assert {e["etat"] for e in lues["elements"]} <= {etat}


async def test_ci_11_un_acte_se_pose_une_fois_et_garde_sa_version(marche: Marche) -> None:
    entente = await marche.entente()
    chemin = f"/v1/ententes-cadres/{entente['id']}"
    assert entente["version"] == 1
    statut, suspendue = await poser(marche, entente["id"], "suspension", "2026-09-01")
    assert (statut, suspendue["etat"], suspendue["version"]) == (200, "suspendue", 2)
    assert suspendue["actes"][0]["par"] == "courtier-1"
    perime = await marche.courtier.post(
        f"{chemin}/actes",
        json={"acte": "reprise", "le": "2026-09-02", "motif": "Dit"},
        headers={"If-Match": '"1"'},
    )
    assert perime.status_code == 412
    assert (await poser(marche, entente["id"], "suspension", "2026-09-02"))[0] == 409
    statut, refus = await poser(marche, entente["id"], "reprise", "2026-08-31")
    assert (statut, refus["regle"], "31 août 2026" in refus["detail"]) == (409, "CI-11", True)
    assert (await marche.gestionnaire.post(f"{chemin}/actes", json={})).status_code in {403, 422}
    lue = await marche.gestionnaire.get(chemin, params={"le": "2026-08-31"})
    assert (lue.json()["etat"], lue.headers["ETag"].startswith('"2.')) == ("en_vigueur", True)


async def test_ci_11_seize_suspensions_simultanees_n_en_font_qu_une(marche: Marche) -> None:
    entente = await marche.entente()
    rendus = await asyncio.gather(
        *(poser(marche, entente["id"], "suspension", "2026-10-01") for _ in range(16))
    )
    assert sorted(statut for statut, _ in rendus) == [200] + [409] * 15
    lue = (await marche.courtier.get(f"/v1/ententes-cadres/{entente['id']}")).json()
    assert (lue["version"], len(lue["actes"])) == (2, 1)


async def test_ci_12_les_documents_d_un_fournisseur_se_lisent_a_leur_date(marche: Marche) -> None:
    fournisseur = await marche.cree("fournisseurs", FICHE)
    chemin = f"/v1/fournisseurs/{fournisseur['id']}/documents"
    annexe = {"nature": "annexe_modificative", "reference": "AM-14"}
    for empreinte, le in (("a", "2026-09-01"), ("b", "2026-10-17"), ("c", "2026-10-17")):
        corps = {**annexe, "empreinte": empreinte * 64, "en_vigueur_le": le}
        assert (await marche.courtier.post(chemin, json=corps)).status_code == 201
    conditions = {"nature": "conditions", "reference": "CG", "empreinte": "f" * 64}
    await marche.courtier.post(chemin, json={**conditions, "en_vigueur_le": "2026-09-01"})
    repete = {**annexe, "empreinte": "c" * 64, "en_vigueur_le": "2026-12-01"}
    refus = await marche.courtier.post(chemin, json=repete)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-12")

    async def lus(**filtre: str) -> list[tuple[str, int]]:
        rendus = (await marche.gestionnaire.get(chemin, params=filtre)).json()["elements"]
        return [(d["nature"], d["version"]) for d in rendus]

    annexes = [("annexe_modificative", n) for n in (1, 2, 3)]
    assert await lus() == [*annexes, ("conditions", 1)]
    assert await lus(le="2026-10-16") == [annexes[0], ("conditions", 1)]
    assert await lus(le="2026-10-17", nature="annexe_modificative") == [annexes[2]]
    assert await lus(le="2026-08-31") == []
    for mal in ({"empreinte": "A" * 64}, {"nature": "contrat"}, {"en_vigueur_le": "demain"}):
        corps = {**annexe, "empreinte": "a" * 64, "en_vigueur_le": "2026-12-01", **mal}
        assert (await marche.courtier.post(chemin, json=corps)).status_code == 422, mal
    assert (await marche.gestionnaire.post(chemin, json=repete)).status_code == 403


async def test_ci_11_les_prestataires_se_filtrent_par_volet_et_par_jour(marche: Marche) -> None:
    corps = {"nom": "Nimbus", "neq": "1170000042", "volets": ["migration"], "debut": "2026-04-01"}
    nimbus = await marche.cree("prestataires", corps)
    autre = {**corps, "nom": "Autre", "neq": None, "volets": ["integration", "migration"]}
    await marche.cree("prestataires", {**autre, "debut": "2026-10-01"})
    double = await marche.courtier.post("/v1/prestataires", json={**corps, "nom": "Bis"})
    assert (double.status_code, double.json()["regle"]) == (409, "CI-11")

    async def lus(**filtre: str) -> list[str]:
        rendus = (await marche.gestionnaire.get("/v1/prestataires", params=filtre)).json()
        return [p["nom"] for p in rendus["elements"]]

    assert await lus() == ["Nimbus", "Autre"]
    assert await lus(volet="integration") == ["Autre"]
    assert await lus(volet="migration", le="2026-09-30") == ["Nimbus"]
    assert await lus(volet="gestion_changement") == []
    chemin = f"/v1/prestataires/{nimbus['id']}"
    retrait = {"le": "2026-11-01", "motif": "Cessation"}
    retire = (await marche.courtier.post(f"{chemin}/retrait", json=retrait)).json()
    assert (retire["fin"], retire["qualifie"], retire["version"]) == ("2026-11-01", True, 2)
    assert await lus(volet="migration", le="2026-11-01") == ["Autre"]
    passe = await marche.courtier.patch(
        chemin, json={"debut": "2026-05-01"}, headers={"If-Match": '"2"'}
    )
    assert (passe.status_code, passe.json()["regle"]) == (409, "CI-11")
    assert (await marche.gestionnaire.post("/v1/prestataires", json=corps)).status_code == 403
    fautes: list[Corps] = [{"volets": []}, {"volets": ["ménage"]}, {"neq": "12"}, {"debut": None}]
    for mal in fautes:
        rendu = await marche.courtier.post("/v1/prestataires", json={**corps, **mal})
        assert rendu.status_code == 422, mal


async def test_ci_21_un_organisme_se_plaint_et_lit_la_reponse(marche: Marche) -> None:
    offre_id = await marche.offre((await marche.entente())["id"])
    plainte: Corps = {"nature": "plainte_offre", "objet": "offre", "texte": "Trois pannes."}
    dite = await marche.gestionnaire.post("/v1/commentaires", json=plainte | {"objet_id": offre_id})
    chemin = dite.headers["Location"]
    assert (dite.status_code, dite.json()["etat"]) == (201, "recu")
    for acte, corps, etat in (
        ("traitement", None, "en_traitement"),
        ("reponse", {"texte": "Un crédit suivra."}, "repondu"),
        ("cloture", None, "clos"),
    ):
        assert (await marche.gestionnaire.post(f"{chemin}/{acte}", json=corps)).status_code == 403
        rendu = await marche.courtier.post(f"{chemin}/{acte}", json=corps)
        assert (rendu.status_code, rendu.json()["etat"]) == (200, etat)
    encore = await marche.courtier.post(f"{chemin}/reponse", json={"texte": "Encore."})
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-21")
    lue = (await marche.gestionnaire.get(chemin)).json()
    assert [r["texte"] for r in lue["reponses"]] == ["Un crédit suivra."]
    sq = marche.banc.client("gestionnaire", organisme="SQ", sujet="sq")
    assert (await sq.get(chemin)).status_code == 404
    assert (await sq.get("/v1/commentaires")).json()["elements"] == []
    filtre = {"objet_id": offre_id, "etat": "clos", "nature": "plainte_offre"}
    lus = (await marche.courtier.get("/v1/commentaires", params=filtre)).json()["elements"]
    assert [c["id"] for c in lus] == [lue["id"]]


async def test_ci_21_une_plainte_ne_se_lit_pas_par_un_collegue(marche: Marche) -> None:
    """Elle se lit par qui l'a dite, le gestionnaire, le dirigeant et le Courtier."""
    plainte: Corps = {"nature": "nouveau_volet", "objet": "autre", "texte": "Un mot."}
    alice = marche.banc.client("demandeur", organisme="MTQ", sujet="alice")
    dite = await alice.post("/v1/commentaires", json=plainte)
    for lecteur, statut in (
        (alice, 200),
        (marche.banc.client("demandeur", organisme="MTQ", sujet="bob"), 404),
        (marche.banc.client("signataire", organisme="MTQ", sujet="carole"), 404),
        (marche.banc.client("demandeur", "gestionnaire", organisme="MTQ", sujet="denis"), 200),
        (marche.banc.client("dirigeant", organisme="MTQ", sujet="eve"), 200),
        (marche.courtier, 200),
    ):
        assert (await lecteur.get(dite.headers["Location"])).status_code == statut
        vus = (await lecteur.get("/v1/commentaires")).json()["elements"]
        assert len(vus) == (statut == 200)


async def test_ci_21_un_commentaire_mal_dit_est_refuse(marche: Marche) -> None:
    """Sans compte d'accès on commente; de ce qui n'est pas publié, on ne sait rien."""
    sq = marche.banc.client("demandeur", organisme="SQ", sujet="sans-compte")
    entente = await marche.entente()
    cachee = await marche.cree(
        "offres",
        {
            "titre": "Cachée",
            "categorie": "courriel",
            "description": "",
            "entente_id": entente["id"],
            "qualification": "en_analyse",
        },
    )
    texte = {"texte": "Un mot."}
    cas: list[tuple[Corps, int]] = [
        ({"nature": "nouveau_volet", "objet": "autre"}, 201),
        (
            {
                "nature": "plainte_fournisseur",
                "objet": "fournisseur",
                "objet_id": entente["fournisseur_id"],
            },
            201,
        ),
        ({"nature": "plainte_offre", "objet": "offre", "objet_id": cachee["id"]}, 404),
        ({"nature": "inexactitude", "objet": "fournisseur", "objet_id": cachee["id"]}, 404),
        ({"nature": "plainte_offre", "objet": "autre"}, 409),
        ({"nature": "document", "objet": "offre"}, 409),
        ({"nature": "injure", "objet": "autre"}, 422),
    ]
    for corps, statut in cas:
        rendu = await sq.post("/v1/commentaires", json=corps | texte)
        assert rendu.status_code == statut, (corps, rendu.text)
        assert "Un mot" not in rendu.text or statut == 201
    du_mcn = await marche.courtier.post("/v1/commentaires", json=cas[0][0] | texte)
    assert du_mcn.status_code == 403
