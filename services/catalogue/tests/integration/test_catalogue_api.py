"""Le catalogue sur une vraie base : chargement, lecture par date, publications et leurs refus."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from outils.essais.banc import Banc

pytestmark = pytest.mark.integration

CHARGEES = 4 + 29
LE_1ER = "2026-09-01T09:00-04:00"


@pytest.fixture
async def catalogue(banc: Callable[[str], Awaitable[Banc]]) -> Banc:
    monte = await banc("catalogue")
    monte.horloge.aller(LE_1ER)
    await monte.tache("chargement")
    return monte


@pytest.fixture
def pilote(catalogue: Banc) -> httpx.AsyncClient:
    return catalogue.client("catalogue")


async def version(
    client: httpx.AsyncClient, code: str, le: str, **champs: object
) -> dict[str, Any]:
    """Le corps qui republie une fiche telle qu'elle vaut un jour, avec ces changements."""
    fiche = (await client.get(f"/v1/fiches/{code}", params={"le": le})).json()
    return {**fiche, "fin": None, **champs}


def avec_montant(corps: dict[str, Any], code: str, montant: str) -> dict[str, Any]:
    tarifs = [{**t, "montant": montant} if t["code"] == code else t for t in corps["tarifs"]]
    return {**corps, "tarifs": tarifs}


async def lire_tout(client: httpx.AsyncClient, adresse: str, **filtres: str) -> list[Any]:
    """Suit les curseurs jusqu'au bout, par petites pages."""
    elements: list[Any] = []
    curseur: str | None = None
    while True:
        reprise = {"curseur": curseur} if curseur else {}
        page = await client.get(adresse, params={"limite": "7", **filtres, **reprise})
        assert page.status_code == 200, page.text
        elements += page.json()["elements"]
        curseur = page.json()["suivant"]
        if curseur is None:
            return elements


async def test_cat_5_le_chargement_publie_une_seule_fois(catalogue: Banc) -> None:
    sortants = await catalogue.sortants()
    assert [s.type for s in sortants].count("fiche.publiée") == 4
    assert [s.type for s in sortants].count("produit.inscrit") == CHARGEES - 4
    async with catalogue.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_idempotence"))
    assert await catalogue.tache("chargement") == 0
    assert len(await catalogue.sortants()) == len(sortants)
    postes = next(s for s in sortants if s.cle == "POSTES")
    assert (postes.donnees["version"], postes.donnees["debut"]) == (1, "2026-04-01")
    assert postes.donnees["tarifs"][2]["montant"] == "219.00"


async def test_lecture_par_date_et_par_pages(catalogue: Banc) -> None:
    lecteur = catalogue.client("demandeur", organisme="MTQ")
    fiches = await lire_tout(lecteur, "/v1/fiches")
    assert [f["code"] for f in fiches] == ["COURTIER", "POSTES", "TELECOM", "VISIO"]
    tarifs = await lire_tout(lecteur, "/v1/tarifs", le="2026-09-01")
    assert [t["code"] for t in tarifs] == sorted(t["code"] for t in tarifs)
    assert len(tarifs) == 46
    assert next(t for t in tarifs if t["code"] == "JETON")["fiche"] == "POSTES"
    assert await lire_tout(lecteur, "/v1/tarifs", le="2026-03-31") == []
    avant = await lecteur.get("/v1/fiches/POSTES", params={"le": "2026-03-31"})
    assert (avant.status_code, avant.headers["content-type"]) == (404, "application/problem+json")
    assert "2026-03-31" in avant.json()["detail"]
    lue = await lecteur.get("/v1/fiches/POSTES")
    assert lue.headers["etag"].startswith('"1.')
    assert (await lecteur.get("/v1/fiches/RIEN")).status_code == 404
    assert (await lecteur.get("/v1/fiches/RIEN/versions")).status_code == 404


async def test_cat_5_un_tarif_change_en_cours_de_mois(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    corps = avec_montant(await version(pilote, "POSTES", "2026-09-01"), "POSTE-03", "225.00")
    reponse = await pilote.post("/v1/fiches/POSTES/versions", json={**corps, "debut": "2026-09-15"})
    assert reponse.status_code == 201, reponse.text
    assert reponse.headers["location"] == "/v1/fiches/POSTES?le=2026-09-15"
    assert reponse.json()["version"] == 2
    for le, montant, fin in (
        ("2026-09-14", "219.00", "2026-09-15"),
        ("2026-09-15", "225.00", None),
    ):
        tarifs = await lire_tout(pilote, "/v1/tarifs", le=le)
        poste = next(t for t in tarifs if t["code"] == "POSTE-03")
        assert (poste["montant"], poste["fin"]) == (montant, fin)
    publie = (await catalogue.sortants("fiche.publiée"))[-1]
    assert (publie.cle, publie.sequence, publie.donnees["debut"]) == ("POSTES", 2, "2026-09-15")


async def test_cat_2_une_version_a_venir_se_remplace_et_l_histoire_reste(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    adresse = "/v1/fiches/POSTES/versions"
    corps = await version(pilote, "POSTES", "2026-09-01")
    octobre, quinze = {"debut": "2026-10-01"}, {"debut": "2026-09-15", "fin": "2026-10-01"}
    for rang, bornes in enumerate((octobre, octobre, quinze, quinze)):
        change = avec_montant(corps, "POSTE-03", f"22{rang}.00")
        reponse = await pilote.post(adresse, json={**change, **bornes})
        assert reponse.status_code == 201, reponse.text
    versions = await lire_tout(pilote, adresse)
    assert [(v["version"], v["debut"], v["fin"], v["remplace_par"]) for v in versions] == [
        (1, "2026-04-01", "2026-09-15", None),
        (2, "2026-10-01", None, 3),
        (3, "2026-10-01", None, None),
        (4, "2026-09-15", None, 5),
        (5, "2026-09-15", "2026-10-01", None),
    ]


async def test_cat_2_un_refus_dit_pourquoi_et_n_ecrit_rien(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    adresse = "/v1/fiches/POSTES/versions"
    corps = avec_montant(await version(pilote, "POSTES", "2026-09-01"), "POSTE-03", "225.00")
    await pilote.post(adresse, json={**corps, "debut": "2026-09-15"})
    avant = await lire_tout(pilote, adresse), await catalogue.sortants()
    for bornes, motif in (
        ({"debut": "2026-10-01", "fin": "2026-10-01"}, "inatteignable"),
        ({"debut": "2026-10-01", "fin": "2026-11-01"}, "trou"),
        ({"debut": "2026-09-10"}, "chevauchement"),
        ({"debut": "2026-09-01", "fin": "2026-09-15"}, "passe"),
    ):
        reponse = await pilote.post(adresse, json={**corps, **bornes})
        assert (reponse.status_code, reponse.json()["regle"]) == (409, "CAT-2")
        assert reponse.json()["details"]["motif"] == motif
    assert avant == (await lire_tout(pilote, adresse), await catalogue.sortants())


async def test_domaine_4_la_grille_du_courtier_se_comble_depuis_le_passe(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    corps = await version(pilote, "COURTIER", "2026-09-01")
    tranche = {"a_partir_de": "0", "montant": "250.00", "taux": "0.01"}
    corps["tarifs"][0]["quantite"]["grille"] = [tranche]
    adresse = "/v1/fiches/COURTIER/versions"
    reponse = await pilote.post(adresse, json={**corps, "debut": "2026-04-01"})
    assert reponse.status_code == 201, reponse.text
    lue = (await pilote.get("/v1/fiches/COURTIER", params={"le": "2026-05-01"})).json()
    assert (lue["version"], lue["tarifs"][0]["quantite"]["grille"][0]["montant"]) == (2, "250.00")
    tranche["montant"] = "300.00"
    refus = await pilote.post(adresse, json={**corps, "debut": "2026-04-01"})
    assert (refus.status_code, refus.json()["details"]["motif"]) == (409, "passe")
    assert await catalogue.tache("chargement") == 0


async def test_cat_2_un_code_appartient_a_une_seule_fiche(pilote: httpx.AsyncClient) -> None:
    corps = await version(pilote, "COURTIER", "2026-09-01", debut="2026-10-01")
    faux = await pilote.post("/v1/fiches/AUTRE/versions", json=corps)
    assert (faux.status_code, "COURTIER" in faux.json()["detail"]) == (422, True)
    del corps["code"]
    refus = await pilote.post("/v1/fiches/AUTRE/versions", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-2")
    assert refus.json()["details"]["codes"]["COURTIER-FRAIS"] == "COURTIER"
    assert (await pilote.get("/v1/fiches/AUTRE/versions")).status_code == 404


async def test_cat_8_la_recherche_ignore_accents_et_casse(catalogue: Banc) -> None:
    lecteur = catalogue.client("demandeur", organisme="MTQ")

    async def codes(**filtres: str) -> list[str]:
        return [p["code"] for p in await lire_tout(lecteur, "/v1/produits", **filtres)]

    assert await codes(q="DÉTACHABLE tablette") == ["TABLETTE-DETACHABLE"]
    assert await codes(q="detachable") == ["TABLETTE-DETACHABLE"]
    assert await codes(q="100%") == await codes(q="poste_fixe") == []
    assert await codes(sorte="jeton") == ["JETON-PHYSIQUE", "JETON-VIRTUEL"]
    assert await codes(categorie="Moniteurs", q="34") == ["MONITEUR-34P"]
    assert await codes(statut="plus_offert") == ["POSTE-FIXE-2022"]
    assert len(await codes()) == CHARGEES - 4


TRACEUR = {
    "code": "TRACEUR",
    "libelle": "Traceur de cartes",
    "categorie": "Logiciels",
    "sorte": "logiciel",
    "tarifs": ["PRODUIT", "INSTALLATION"],
    "prix": {"debut": "2026-04-01", "montant": "240"},
}


async def test_cat_1_inscrire_un_produit(catalogue: Banc, pilote: httpx.AsyncClient) -> None:
    refus = await pilote.post("/v1/produits", json={**TRACEUR, "prix": None})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-2")
    inscrit = await pilote.post("/v1/produits", json=TRACEUR)
    assert inscrit.status_code == 201, inscrit.text
    assert inscrit.json()["prix"]["montant"] == "240.00"
    lu = await pilote.get(inscrit.headers["location"])
    assert (lu.json(), lu.headers["etag"]) == (inscrit.json(), inscrit.headers["etag"])
    types = [s.type for s in await catalogue.sortants()]
    assert types[-2:] == ["produit.inscrit", "tarif.publié"]
    deja = await pilote.post("/v1/produits", json=TRACEUR)
    assert (deja.status_code, deja.json()["regle"]) == (409, "CAT-1")
    assert len(await catalogue.sortants()) == len(types)


async def test_cat_1_modifier_un_produit(catalogue: Banc, pilote: httpx.AsyncClient) -> None:
    adresse = "/v1/produits/EDITEUR-PDF"
    condition = {"If-Match": (await pilote.get(adresse)).headers["etag"]}
    change = {"libelle": "Éditeur, édition 2", "gamme": None}
    modifie = await pilote.patch(adresse, json=change, headers=condition)
    assert (modifie.status_code, modifie.json()["libelle"]) == (200, "Éditeur, édition 2")
    assert (await pilote.get(adresse)).json() == modifie.json()
    for en_tetes, statut in ((condition, 412), ({}, 428), ({"If-Match": "autre"}, 412)):
        refus = await pilote.patch(adresse, json={"libelle": "Un autre"}, headers=en_tetes)
        assert refus.status_code == statut
    nouvelle = {"If-Match": modifie.headers["etag"]}
    for rien in ({}, {"libelle": "Éditeur, édition 2"}, {"tarifs": modifie.json()["tarifs"]}):
        inchange = await pilote.patch(adresse, json=rien, headers=nouvelle)
        assert (inchange.status_code, inchange.json()) == (200, modifie.json())
    for faute, regle in (
        ({"noyau": True}, "CAT-4"),
        ({"normalise": False, "tarifs": ["POSTE-03"]}, "CAT-4"),
        ({"tarifs": ["INCONNU"]}, "CAT-5"),
        ({"tarifs": ["PRODUIT", "COURTIER-FRAIS"]}, "CAT-9"),
        ({"tarifs": ["PRODUIT", "PRODUIT"]}, "CAT-1"),
    ):
        refus = await pilote.patch(adresse, json=faute, headers=nouvelle)
        assert (refus.status_code, refus.json()["regle"]) == (409, regle)
    assert [s.cle for s in await catalogue.sortants("produit.modifié")] == ["EDITEUR-PDF"]


async def test_cat_1_retirer_un_produit(catalogue: Banc, pilote: httpx.AsyncClient) -> None:
    retrait = "/v1/produits/EDITEUR-PDF/retrait"
    for statut in ("plus_offert", "retire"):
        reponse = await pilote.post(retrait, json={"statut": statut})
        assert (reponse.status_code, reponse.json()["statut"]) == (200, statut)
    encore = await pilote.post(retrait, json={"statut": "plus_offert"})
    assert (encore.status_code, encore.json()["details"]["etat"]) == (409, "retire")
    retires = await catalogue.sortants("produit.retiré")
    assert [s.donnees["statut"] for s in retires] == ["plus_offert", "retire"]
    assert await catalogue.sortants("produit.modifié") == []


async def test_cat_2_prix_dates_d_un_produit(catalogue: Banc, pilote: httpx.AsyncClient) -> None:
    adresse = "/v1/produits/PV-STANDARD/prix"
    publie = await pilote.post(adresse, json={"debut": "2026-10-01", "montant": "61.50"})
    assert publie.status_code == 201, publie.text
    assert publie.json()["version"] == 2
    for le, montant in (("2026-09-30", "58.00"), ("2026-10-01", "61.50")):
        lu = await pilote.get("/v1/produits/PV-STANDARD", params={"le": le})
        assert lu.json()["prix"]["montant"] == montant
    etags: list[str] = []
    for instant, montant in (
        ("2026-09-30T22:00-04:00", "58.00"),
        ("2026-10-01T00:00-04:00", "61.50"),
    ):
        catalogue.horloge.aller(instant)  # à 22 h, c'est déjà le 1er en UTC
        lu = await pilote.get("/v1/produits/PV-STANDARD")
        assert lu.json()["prix"]["montant"] == montant
        etags.append(lu.headers["etag"])
    tenu = {"If-None-Match": etags[0]}
    assert (await pilote.get("/v1/produits/PV-STANDARD", headers=tenu)).status_code == 200
    produit = {"libelle": "Poste virtuel"}
    # Le prix a changé, pas le produit : ce qu'on en a lu hier permet encore de le modifier.
    assert len({etag.partition(".")[0] for etag in etags}) == 1
    modifie = await pilote.patch(
        "/v1/produits/PV-STANDARD", json=produit, headers={"If-Match": etags[0]}
    )
    assert modifie.status_code == 200
    avant = await pilote.get("/v1/produits/PV-STANDARD", params={"le": "2026-03-31"})
    assert avant.json()["prix"] is None
    refus = await pilote.post(adresse, json={"debut": "2026-09-01", "montant": "1"})
    assert refus.status_code == 409
    prix = await lire_tout(pilote, adresse)
    assert [(p["version"], p["fin"]) for p in prix] == [(1, "2026-10-01"), (2, None)]
    evenement = (await catalogue.sortants("tarif.publié"))[-1]
    assert (evenement.cle, evenement.donnees["prix"]) == ("PV-STANDARD", "61.50")
    assert (await pilote.get("/v1/produits/RIEN/prix")).status_code == 404


async def test_cat_2_des_publications_concurrentes_se_suivent(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    adresse = "/v1/produits/PV-STANDARD/prix"
    corps = [{"debut": "2026-10-01", "montant": f"{60 + n}.00"} for n in range(4)]
    reponses = await asyncio.gather(*(pilote.post(adresse, json=c) for c in corps))
    assert {r.status_code for r in reponses} == {201}
    prix = await lire_tout(pilote, adresse)
    assert [p["version"] for p in prix] == [1, 2, 3, 4, 5]
    assert [p["version"] for p in prix if p["remplace_par"] is None] == [1, 5]
    publies = [s.donnees["version"] for s in await catalogue.sortants("tarif.publié")]
    assert publies[-4:] == [2, 3, 4, 5]


ECRITURES = (
    ("POST", "/v1/fiches/POSTES/versions"),
    ("POST", "/v1/fiches/POSTES/versions/x/retrait"),
    ("POST", "/v1/produits"),
    ("PATCH", "/v1/produits/PV-STANDARD"),
    ("POST", "/v1/produits/PV-STANDARD/prix"),
    ("POST", "/v1/produits/PV-STANDARD/retrait"),
)


async def test_seul_le_pilote_ecrit(catalogue: Banc) -> None:
    for client, statut in (
        (catalogue.client(), 401),
        (catalogue.client("demandeur", organisme="MTQ"), 403),
        (catalogue.client("agent-csc"), 403),
        (catalogue.client("catalogue"), 422),
        (catalogue.client("admin"), 422),
    ):
        for methode, adresse in ECRITURES:
            en_tetes = {"If-Match": '"1"', "Idempotency-Key": adresse}
            reponse = await client.request(methode, adresse, json=[], headers=en_tetes)
            assert reponse.status_code == statut, adresse
    assert (await catalogue.client().get("/v1/fiches")).status_code == 401


async def test_cat_9_un_refus_dit_chaque_ligne_et_sa_raison(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    corps = await version(pilote, "POSTES", "2026-09-01", debut="2026-10-01")
    corps["indicateurs"][0]["ferme"] = ["poste.oublié"]
    heures = next(n for n, t in enumerate(corps["tarifs"]) if t["code"] == "AMENAGEMENT-BUR")
    corps["tarifs"][heures]["du"] = {"evenement": "demande.créée"}
    refus = await pilote.post("/v1/fiches/POSTES/versions", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-9")
    assert refus.json()["details"]["erreurs"] == [
        {
            "champ": f"tarifs[{heures}].du.evenement",
            "raison": "« demande.créée » ne nomme rien qui se facture à un organisme.",
        },
        {
            "champ": "indicateurs[0].ferme[0]",
            "raison": "Aucun événement ne se nomme « poste.oublié ».",
        },
    ]
    assert len(await catalogue.sortants("fiche.publiée")) == 4
