"""Le Catalogue par son API, sur PostgreSQL : CI-11, CI-12."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from contrats.demandes import OrganismeModifie
from services.courtier.tests.marche import FICHE, Marche, organisme

pytestmark = pytest.mark.integration


async def test_ci_11_une_fiche_se_lit_se_modifie_et_garde_sa_version(marche: Marche) -> None:
    cree = await marche.courtier.post("/v1/fournisseurs", json=FICHE)
    chemin = cree.headers["Location"]
    modifie = await marche.courtier.patch(
        chemin, json={"partenaire": "Nimbus", "neq": None}, headers={"If-Match": '"1"'}
    )
    assert modifie.json() == {
        **cree.json(), "version": 2, "partenaire": "Nimbus", "neq": None
    }  # fmt: skip
    perime = await marche.courtier.patch(chemin, json={"nom": "Autre"}, headers={"If-Match": '"1"'})
    assert perime.status_code == 412
    sans = await marche.courtier.patch(chemin, json={"nom": "Autre"})
    assert sans.status_code == 428
    for rien in ({}, {"partenaire": "Nimbus"}):
        inchange = await marche.courtier.patch(chemin, json=rien, headers={"If-Match": '"2"'})
        assert (inchange.status_code, inchange.json()) == (200, modifie.json())
    nul = await marche.courtier.patch(chemin, json={"nom": None}, headers={"If-Match": '"2"'})
    assert nul.status_code == 422
    lu = await marche.gestionnaire.get(chemin)
    assert lu.json() == modifie.json()
    assert lu.headers["ETag"] == modifie.headers["ETag"]
    assert lu.headers["ETag"].startswith('"2.')


async def test_ci_11_un_neq_et_un_numero_d_entente_ne_servent_qu_une_fois(marche: Marche) -> None:
    entente = await marche.entente()
    autre = await marche.courtier.post("/v1/fournisseurs", json=FICHE)
    assert (autre.status_code, autre.json()["regle"]) == (409, "CI-11")
    double = await marche.courtier.post(
        "/v1/ententes-cadres",
        json={c: entente[c] for c in ("numero", "fournisseur_id", "debut", "fin")},
    )
    assert (double.status_code, double.json()["regle"]) == (409, "CI-11")
    inverse = await marche.courtier.post(
        "/v1/ententes-cadres",
        json={
            "numero": "EC-9",
            "fournisseur_id": entente["fournisseur_id"],
            "debut": "2026-04-01",
            "fin": "2026-04-01",
        },
    )
    assert inverse.status_code == 409


@pytest.mark.parametrize(
    ("le", "trouvees"), [("2026-03-31", 0), ("2026-04-01", 1), ("2029-04-01", 0)]
)
async def test_ci_11_les_ententes_en_vigueur_a_une_date(
    marche: Marche, le: str, trouvees: int
) -> None:
    entente = await marche.entente()
    assert entente["en_vigueur"] is True
    liste = await marche.gestionnaire.get("/v1/ententes-cadres", params={"le": le})
    assert len(liste.json()["elements"]) == trouvees


async def test_ci_11_un_organisme_ne_voit_que_les_offres_publiees(marche: Marche) -> None:
    entente = await marche.entente()
    corps = {
        "titre": "Sondages",
        "categorie": "sondage",
        "description": "",
        "entente_id": entente["id"],
        "qualification": "en_analyse",
    }
    offre = await marche.cree("offres", corps)
    chemin = f"/v1/offres/{offre['id']}"
    assert (await marche.courtier.get(chemin)).json() == {
        **offre,
        "etat": "en_analyse",
        "prix": None,
    }
    absente = "/v1/offres/00000000-0000-7000-8000-000000000000"
    for client, lue in ((marche.gestionnaire, chemin), (marche.courtier, absente)):
        for liste in ("", "/versions", "/prix"):
            assert (await client.get(f"{lue}{liste}")).status_code == 404
    assert (await marche.courtier.get(f"{chemin}/prix")).json()["elements"] == []
    assert (await marche.gestionnaire.get("/v1/offres")).json()["elements"] == []

    assert (await marche.courtier.post(f"{chemin}/publication")).json()["version"] == 2
    encore = await marche.courtier.post(f"{chemin}/publication")
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-11")
    vue = await marche.gestionnaire.get("/v1/offres", params={"categorie": "sondage"})
    assert [o["id"] for o in vue.json()["elements"]] == [offre["id"]]
    versions = await marche.gestionnaire.get(f"{chemin}/versions")
    assert [v["version"] for v in versions.json()["elements"]] == [2]
    assert [(s.type, s.donnees["version"]) for s in await marche.banc.sortants()] == [
        ("offre.publiée", 2)
    ]


async def test_ci_12_toute_version_d_une_offre_reste_consultable(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"])
    marche.banc.horloge.aller("2026-09-10T09:00-04:00")
    nouvelle = await marche.cree(
        f"offres/{offre_id}/versions",
        {
            "titre": "Courriel boréal plus",
            "categorie": "courriel",
            "description": "Boîte de 100 Go.",
            "entente_id": entente["id"],
            "qualification": "qualifiee",
        },
    )
    assert (nouvelle["version"], nouvelle["publiee"]) == (3, True)
    lus = [
        (await marche.gestionnaire.get(f"/v1/offres/{offre_id}", params={"le": le})).json()
        for le in ("2026-09-09", "2026-09-10")
    ]
    assert [o["titre"] for o in lus] == ["Courriel boréal", "Courriel boréal plus"]
    avant = await marche.gestionnaire.get(f"/v1/offres/{offre_id}", params={"le": "2026-08-31"})
    assert avant.status_code == 404
    versions = await marche.courtier.get(f"/v1/offres/{offre_id}/versions")
    assert [v["version"] for v in versions.json()["elements"]] == [1, 2, 3]
    publiees = await marche.banc.sortants("offre.publiée")
    assert [(s.sequence, s.donnees["version"]) for s in publiees] == [(1, 2), (3, 3)]


async def test_ci_12_les_prix_par_mois(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], prix="12.5")
    chemin = f"/v1/offres/{offre_id}/prix"
    refus = await marche.courtier.post(chemin, json={"prix": "13", "en_vigueur_le": "2026-10-02"})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-12")
    assert refus.json()["details"] == {"premier_jour_ouvrable": "2026-10-01"}
    for prix in ("13", "13.125"):  # la seconde remplace la première, qui reste consultable
        await marche.cree(f"offres/{offre_id}/prix", {"prix": prix, "en_vigueur_le": "2026-10-01"})

    toutes = (await marche.gestionnaire.get(chemin)).json()["elements"]
    assert [(p["version"], p["prix"]) for p in toutes] == [
        (1, "12.50"),
        (2, "13.00"),
        (3, "13.125"),
    ]
    attendus: dict[str, list[str]] = {
        "2026-08-31": [], "2026-09-01": ["12.50"], "2026-09-30": ["12.50"],
        "2026-10-01": ["13.125"], "2027-01-01": ["13.125"],
    }  # fmt: skip
    for le, attendu in attendus.items():
        du_jour = (await marche.gestionnaire.get(chemin, params={"le": le})).json()["elements"]
        assert [p["prix"] for p in du_jour] == attendu
    for instant, prix in (
        ("2026-09-01T09:00-04:00", "12.50"),
        ("2026-09-30T22:00-04:00", "12.50"),  # déjà le 1er octobre en UTC
        ("2026-10-01T00:00-04:00", "13.125"),
    ):
        marche.banc.horloge.aller(instant)
        offre: dict[str, Any] = (await marche.gestionnaire.get("/v1/offres")).json()["elements"][0]
        lue = (await marche.gestionnaire.get(f"/v1/offres/{offre_id}")).json()
        assert offre["prix"]["prix"] == lue["prix"]["prix"] == prix
    publies = await marche.banc.sortants("prix.publié")
    assert [
        (s.donnees["version"], s.donnees["composantes"][0]["prix"], s.cle) for s in publies
    ] == [
        (1, "12.50", offre_id), (2, "13.00", offre_id), (3, "13.125", offre_id)
    ]  # fmt: skip


async def test_ci_12_le_prix_du_jour_est_dans_l_etag(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], prix="12.5")
    hausse = {"prix": "13", "en_vigueur_le": "2026-10-01"}
    await marche.cree(f"offres/{offre_id}/prix", hausse)
    for adresse in (f"/v1/offres/{offre_id}", "/v1/offres"):
        marche.banc.horloge.aller("2026-09-30T22:00-04:00")
        tenu = {"If-None-Match": (await marche.gestionnaire.get(adresse)).headers["etag"]}
        assert (await marche.gestionnaire.get(adresse, headers=tenu)).status_code == 304
        marche.banc.horloge.aller("2026-10-01T00:00-04:00")
        assert (await marche.gestionnaire.get(adresse, headers=tenu)).status_code == 200


async def test_ci_12_des_ecritures_simultanees_d_une_offre_se_suivent(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], prix=None)
    version = {
        "titre": "Courriel boréal",
        "categorie": "courriel",
        "description": "",
        "entente_id": entente["id"],
        "qualification": "qualifiee",
    }
    prix = {"prix": "12.50", "en_vigueur_le": "2026-10-01"}
    rendus = await asyncio.gather(
        *(marche.cree(f"offres/{offre_id}/versions", version) for _ in range(6)),
        *(marche.cree(f"offres/{offre_id}/prix", prix) for _ in range(6)),
    )
    assert sorted(r["version"] for r in rendus[:6]) == [3, 4, 5, 6, 7, 8]
    assert sorted(r["version"] for r in rendus[6:]) == [1, 2, 3, 4, 5, 6]
    sortants = await marche.banc.sortants()
    assert [s.sequence for s in sortants] == list(range(1, 14))


async def test_ci_11_le_catalogue_ne_s_ecrit_que_par_le_courtier(marche: Marche) -> None:
    refus = await marche.gestionnaire.post("/v1/fournisseurs", json=FICHE)
    assert refus.status_code == 403
    assert (await marche.banc.client().get("/v1/offres")).status_code == 401
    inconnu = await marche.courtier.post(
        "/v1/offres/00000000-0000-7000-8000-000000000000/publication"
    )
    assert inconnu.status_code == 404


async def test_un_caractere_nul_est_un_refus_jamais_une_erreur_interne(marche: Marche) -> None:
    for champ in ("nom", "conditions", "developpement_durable"):
        valeur: object = ["\x00"] if champ == "developpement_durable" else "a\x00b"
        refus = await marche.courtier.post("/v1/fournisseurs", json={**FICHE, champ: valeur})
        assert refus.status_code == 422
    filtre = await marche.courtier.get("/v1/offres", params={"categorie": "\x00"})
    assert filtre.status_code == 422


async def test_les_listes_se_suivent_par_curseur(marche: Marche) -> None:
    entente = await marche.entente()
    attendus = [await marche.offre(entente["id"], prix=None) for _ in range(5)]
    vus: list[str] = []
    params: dict[str, Any] = {"limite": 2}
    while True:
        page = (await marche.gestionnaire.get("/v1/offres", params=params)).json()
        vus += [o["id"] for o in page["elements"]]
        if page["suivant"] is None:
            break
        params["curseur"] = page["suivant"]
    assert vus == sorted(attendus)


async def test_la_copie_des_organismes_suit_le_dernier_etat_meme_rejouee(marche: Marche) -> None:
    modifie = OrganismeModifie(organisme="MTQ", nom="Transports", assujetti_rcti=False)
    await marche.banc.recevoir(modifie)
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_inbox"))
        await connexion.ecrire(text("DELETE FROM socle_suivi"))
    await marche.banc.recevoir(organisme("MTQ"), sequence=1)
    async with marche.banc.interne() as connexion:
        lignes = await connexion.lignes(text("SELECT * FROM organismes ORDER BY organisme"))
        assert [tuple(ligne) for ligne in lignes] == [
            ("MTQ", "Transports", False, 2, [], None),
            ("SQ", "Ministère SQ", True, 1, [], None),
        ]
