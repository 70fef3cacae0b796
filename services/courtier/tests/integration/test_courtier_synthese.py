"""Le tableau synthèse, les retraits, les comparaisons et les consultations (CI-11, CI-12)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from courtier.catalogue.adaptateurs.lecture import CatalogueSql
from courtier.catalogue.adaptateurs.vues import dernier_instant
from courtier.catalogue.domaine import Criteres, EtatOffre, Zone
from noyau import Introuvable
from services.courtier.tests.marche import FICHE, Corps, Marche

pytestmark = pytest.mark.integration

QUEBEC = {"lieux_hebergement": [{"lieu": "Lévis", "zone": "quebec"}]}
EUROPE = {
    "lieux_hebergement": [{"lieu": "Lévis", "zone": "quebec"}, {"lieu": "Lyon", "zone": "rgpd"}]
}
MODALITES = {"paiement": "par_periode", "baisse_permise": True}


def base(prix: str, periodicite: str = "mois") -> Corps:
    composante = {"code": "base", "libelle": "Base", "unite": "usager", "prix": prix}
    return {
        "composantes": [{**composante, "periodicite": periodicite}],
        "modalites": MODALITES,
    }


async def trouvees(marche: Marche, **criteres: str) -> set[str]:
    lues = await marche.gestionnaire.get("/v1/offres", params=criteres)
    assert lues.status_code == 200, lues.text
    return {offre["titre"] for offre in lues.json()["elements"]}


async def semer(marche: Marche) -> dict[str, str]:
    """Trois offres : au mois, à l'année, payée une fois; l'identifiant de chacune."""
    entente = (await marche.entente())["id"]
    offres = {
        "Courriel boréal": await marche.offre(entente, prix=None, **QUEBEC),
        "Élan": await marche.offre(
            entente,
            prix=None,
            titre="Élan",
            categorie="services-informatiques",
            description="Gère les œuvres et les billets.",
            **EUROPE,
        ),
        "Forfait": await marche.offre(
            entente, prix=None, titre="Forfait", qualification="en_analyse"
        ),
    }
    prix = (base("12.50"), base("144", "annee"), base("10", "unique"))
    for offre_id, dit in zip(offres.values(), prix, strict=True):
        await marche.prix(offre_id, dit)
    return offres


async def test_ci_11_le_tableau_synthese_se_filtre(marche: Marche) -> None:
    """Par lieu, par prix de base ramené au mois, par qualification, par mots pliés."""
    toutes = {"Courriel boréal", "Élan", "Forfait"}
    await semer(marche)
    attendus: list[tuple[dict[str, str], set[str]]] = [
        ({}, toutes),
        ({"zone": "rgpd"}, {"Élan"}),
        ({"zone": "quebec"}, {"Courriel boréal", "Élan"}),
        ({"zone": "adequation"}, set()),
        ({"prix_maximum": "12"}, {"Élan"}),
        ({"prix_maximum": "12.50"}, {"Courriel boréal", "Élan"}),
        ({"prix_maximum": "11.99"}, set()),
        ({"qualification": "en_analyse"}, {"Forfait"}),
        ({"qualification": "retiree"}, set()),
        ({"q": "oeuvres BILLETS"}, {"Élan"}),
        ({"q": "elan"}, {"Élan"}),
        ({"q": "boreal"}, toutes),  # le nom du fournisseur
        ({"q": "elan absent"}, set()),
        ({"q": "%"}, set()),
        ({"q": "services informatiques"}, {"Élan"}),  # le libellé de la catégorie
        ({"zone": "quebec", "prix_maximum": "12.50", "categorie": "courriel"}, {"Courriel boréal"}),
    ]
    for criteres, attendu in attendus:
        assert await trouvees(marche, **criteres) == attendu, criteres
    for criteres in ({"prix_maximum": "-1"}, {"zone": "lune"}, {"prix_maximum": "1e3"}):
        refus = await marche.gestionnaire.get("/v1/offres", params=criteres)
        assert refus.status_code == 422, criteres


async def test_ci_11_renomme_le_fournisseur_se_cherche_par_son_nouveau_nom(marche: Marche) -> None:
    await semer(marche)
    (fournisseur,) = (await marche.courtier.get("/v1/fournisseurs")).json()["elements"]
    chemin = f"/v1/fournisseurs/{fournisseur['id']}"
    renomme = await marche.courtier.patch(
        chemin, json={"nom": "Aurore"}, headers={"If-Match": '"1"'}
    )
    assert renomme.status_code == 200
    assert len(await trouvees(marche, q="aurore")) == 3
    assert await trouvees(marche, q="nuage") == set()


async def test_ci_11_une_offre_retiree_se_lit_mais_ne_se_contracte_plus(marche: Marche) -> None:
    offre_id = (await semer(marche))["Élan"]
    chemin = f"/v1/offres/{offre_id}"
    sans = await marche.courtier.post(f"{chemin}/retrait", json={"le": "2026-10-01"})
    assert sans.status_code == 422
    hier = {"le": "2026-08-31", "motif": "Hier"}
    passe = await marche.courtier.post(f"{chemin}/retrait", json=hier)
    assert (passe.status_code, passe.json()["regle"]) == (409, "CI-11")
    retrait = {"le": "2026-10-01", "motif": "Fin de vie"}
    assert (await marche.gestionnaire.post(f"{chemin}/retrait", json=retrait)).status_code == 403
    fait = await marche.courtier.post(f"{chemin}/retrait", json=retrait)
    assert fait.json()["retrait"] == retrait
    etats = [
        (await marche.gestionnaire.get(chemin, params={"le": le})).json()["etat"]
        for le in ("2026-09-30", "2026-10-01")
    ]
    assert etats == ["qualifiee", "retiree"]
    assert "Élan" not in await trouvees(marche, qualification="retiree")
    dit = (await marche.banc.sortants("offre.publiée"))[-1].donnees
    assert (dit["qualifiee"], dit["retrait_le"]) == (True, "2026-10-01")
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")
    assert await trouvees(marche, qualification="retiree") == {"Élan"}
    assert await trouvees(marche, qualification="qualifiee") == {"Courriel boréal"}
    encore = await marche.courtier.post(
        f"{chemin}/retrait", json={"le": "2026-11-01", "motif": "Plus tard"}
    )
    assert (encore.status_code, encore.json()["details"]["etat"]) == (409, "retiree")
    prix = await marche.courtier.post(
        f"{chemin}/prix", json={**base("1"), "en_vigueur_le": "2026-11-02"}
    )
    assert (prix.status_code, prix.json()["regle"]) == (409, "CI-11")


MEMES = ("categorie", "conversion", "description", "entente_id", "qualification")


async def test_ci_12_deux_versions_se_comparent_prix_compris(marche: Marche) -> None:
    offre_id = (await semer(marche))["Courriel boréal"]
    lue = (await marche.courtier.get(f"/v1/offres/{offre_id}")).json()
    await marche.prix(offre_id, base("13"), le="2026-10-01")
    marche.banc.horloge.aller("2026-10-05T09:00-04:00")
    decrite: dict[str, Any] = {nom: lue[nom] for nom in MEMES}
    decrite |= {"titre": "Courriel plus", "formation": "Capsules"} | QUEBEC
    decrite["engagement"] = {"quantite_minimale": 10}
    neuve = await marche.cree(f"offres/{offre_id}/versions", decrite)
    marche.banc.horloge.aller("2026-11-03T09:00-05:00")
    chemin = f"/v1/offres/{offre_id}/versions"

    async def champs(entre: str) -> dict[str, tuple[Any, Any]]:
        rendu = await marche.gestionnaire.get(chemin, params={"entre": entre})
        assert rendu.status_code == 200, rendu.text
        dites = rendu.json()["differences"]
        return {d["champ"]: (d["avant"], d["apres"]) for d in dites}

    assert neuve["version"] == 3
    dits = await champs("2,3")
    assert set(dits) == {"titre", "formation", "engagement"}
    assert dits["titre"] == ("Courriel boréal", "Courriel plus")
    assert dits["engagement"][0] is None
    # Le prix de chacune est celui de son dernier jour : le 5 octobre, puis aujourd'hui.
    await marche.prix(offre_id, base("14"), le="2026-12-01")
    marche.banc.horloge.aller("2026-12-01T09:00-05:00")
    prix_a, prix_b = (await champs("2,3"))["prix.composantes.base"]
    assert (prix_a["prix"], prix_b["prix"]) == ("13.00", "14.00")
    a_rebours = (await champs("3,2"))["titre"]
    assert a_rebours == ("Courriel plus", "Courriel boréal")
    assert await champs("3,3") == {}
    # La première n'était pas publiée : un organisme ne la compare pas.
    assert (await marche.gestionnaire.get(chemin, params={"entre": "1,2"})).status_code == 404
    assert (await marche.courtier.get(chemin, params={"entre": "1,2"})).status_code == 200
    assert (await marche.courtier.get(chemin, params={"entre": "2,9"})).status_code == 404
    for mal in ("2", "0,1", "a,b", "2,3,4", "9999999999,1"):
        assert (await marche.courtier.get(chemin, params={"entre": mal})).status_code == 422, mal


async def test_ci_11_une_consultation_garde_ce_que_le_catalogue_repondait(marche: Marche) -> None:
    """À un jour passé, les versions, les prix et le nom d'alors; jamais ce qui n'est pas publié."""
    offres = await semer(marche)
    await marche.cree(
        "offres",
        {
            "titre": "Cachée",
            "categorie": "courriel",
            "description": "",
            "entente_id": (await marche.courtier.get("/v1/ententes-cadres")).json()["elements"][0][
                "id"
            ],
            "qualification": "qualifiee",
        },
    )
    await marche.prix(offres["Élan"], base("13"), le="2026-10-01")

    async def consulter(le: date, **criteres: Any) -> dict[str, tuple[int, int | None]]:
        async with marche.banc.interne() as connexion:
            trouvees = await CatalogueSql(connexion).consulter(
                Criteres(**criteres), dernier_instant(le)
            )
        return {str(o.offre_id): (o.version, o.version_prix) for o in trouvees}

    toutes = await consulter(date(2026, 9, 1))
    assert toutes == dict.fromkeys(offres.values(), (2, 1))
    octobre = await consulter(date(2026, 10, 1), q="elan", zone=Zone.RGPD)
    assert octobre == {offres["Élan"]: (2, 2)}
    assert await consulter(date(2026, 10, 1), q="elan", prix_maximum=Decimal(12)) == {}
    assert len(await consulter(date(2026, 9, 30), prix_maximum=Decimal(12))) == 1
    assert await consulter(date(2026, 8, 31)) == {}
    analyse = await consulter(date(2026, 9, 1), qualification=EtatOffre.EN_ANALYSE)
    assert set(analyse) == {offres["Forfait"]}


async def test_ci_11_une_version_absente_est_introuvable(marche: Marche) -> None:
    offre_id = UUID((await semer(marche))["Forfait"])
    async with marche.banc.interne() as connexion:
        catalogue = CatalogueSql(connexion)
        with pytest.raises(Introuvable):
            await catalogue.version(offre_id, 1, le=date(2026, 9, 1), publiee=True)
        with pytest.raises(Introuvable):
            await catalogue.exiger_fournisseur(offre_id)


async def test_ci_12_les_caracteristiques_d_une_offre_se_rendent_telles_quelles(
    marche: Marche,
) -> None:
    entente = (await marche.entente())["id"]
    dites: dict[str, Any] = {
        "activites_entree": "Reprise", "activites_sortie": "Export", "assistance": "7 à 19 h",
        "formation": "Capsules", "accessibilite": "SGQRI", "developpement_durable": ["Éolien"],
        "engagement": {"quantite_minimale": 5, "duree_minimale_mois": None},
        "conversion": {"mesure": "gigaoctet", "par_unite": "2.5"},
        "responsable_technique": {"fonction": "architecte", "identifiant": "NB-1"},
    }  # fmt: skip
    offre_id = await marche.offre(entente, **dites)
    for chemin in (f"/v1/offres/{offre_id}", "/v1/offres"):
        rendu = (await marche.gestionnaire.get(chemin)).json()
        lue = rendu["elements"][0] if "elements" in rendu else rendu
        assert {nom: lue[nom] for nom in dites} == dites
    for faute in (
        {"engagement": {"quantite_minimale": 0}},
        {"engagement": {"duree_minimale_mois": 37}},
        {"conversion": {"mesure": "usager", "par_unite": "0"}},
        {"conversion": {"mesure": "Usager actif", "par_unite": "1"}},
    ):
        corps = {"titre": "x", "categorie": "courriel", "description": "", "entente_id": entente}
        corps |= {"qualification": "qualifiee"} | faute
        assert (await marche.courtier.post("/v1/offres", json=corps)).status_code == 422, faute


async def test_ci_11_les_preuves_de_securite_restent_au_courtier(marche: Marche) -> None:
    """Ni par l'API, ni par la base sous la portée d'un organisme."""
    fournisseur = await marche.cree("fournisseurs", FICHE)
    chemin = f"/v1/fournisseurs/{fournisseur['id']}/preuves"
    preuve = {"nature": "rapport_audit", "titre": "SOC 2", "empreinte": "d" * 64}
    datee = preuve | {"datee_du": "2026-06-30", "expire_le": "2027-07-01"}
    assert (await marche.courtier.post(chemin, json=datee)).status_code == 201
    for dates in (
        {"datee_du": "2026-09-02"},
        {"datee_du": "2026-06-30", "expire_le": "2026-06-30"},
    ):
        refus = await marche.courtier.post(chemin, json=preuve | dates)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-11")
    for role in ("courtier", "admin", "verificateur"):
        lues = (await marche.banc.client(role, sujet="mcn").get(chemin)).json()["elements"]
        assert [p["titre"] for p in lues] == ["SOC 2"]
    assert (await marche.gestionnaire.get(chemin)).status_code == 403
    fiche = await marche.gestionnaire.get(f"/v1/fournisseurs/{fournisseur['id']}")
    assert "SOC 2" not in fiche.text
