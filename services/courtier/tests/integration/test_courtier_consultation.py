"""La consultation du Catalogue d'un dossier, sur PostgreSQL (CI-10, CI-11)."""

import pytest
from sqlalchemy import Connection, text

from services.courtier.tests.acquisitions import BESOINS, Acquisition
from services.courtier.tests.marche import Corps, Marche, accorder
from services.courtier.tests.redescente import refaire

pytestmark = pytest.mark.integration

INCONNU = "00000000-0000-7000-8000-000000000000"


async def vendues(marche: Marche) -> tuple[str, str]:
    """Deux offres publiées de la même catégorie : la seconde est la moins chère."""
    entente = (await marche.entente())["id"]
    cher = await marche.offre(entente, "12.50")
    return cher, await marche.offre(entente, "10.00", titre="Courriel simple")


async def besoins_dits(marche: Marche) -> Acquisition:
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.poser("besoins", BESOINS)
    return dossier


async def test_ci_10_la_consultation_montre_les_offres_trouvees_et_non_retenues(
    marche: Marche,
) -> None:
    """Une offre moins chère ne se tait pas; ce qui était répondu ce jour-là ne change plus."""
    cher, bas = await vendues(marche)
    dossier = await besoins_dits(marche)
    criteres = {"q": "COURRIEL", "categorie": "courriel", "qualification": "qualifiee"}
    await dossier.poser("consultation", {"criteres": criteres, "offres": [cher]})
    attendue = {
        "criteres": {**criteres, "fournisseur_id": None, "zone": None, "prix_maximum": None},
        "le": "2026-09-01",
        "retenues": [{"offre_id": cher, "version": 2, "version_prix": 1}],
        "non_retenues": [{"offre_id": bas, "version": 2, "version_prix": 1}],
    }
    assert dossier.vu["consultation"] == attendue
    retrait = {"le": marche.jour, "motif": "Fini."}
    assert (await marche.courtier.post(f"/v1/offres/{bas}/retrait", json=retrait)).is_success
    assert (await dossier.lire())["consultation"] == attendue


async def test_ci_10_une_offre_que_la_recherche_ne_trouve_pas_ne_se_retient_pas(
    marche: Marche,
) -> None:
    """Trop chère, d'un autre fournisseur, pas publiée, inconnue : on élargit la recherche."""
    cher, bas = await vendues(marche)
    entente = (await marche.courtier.get("/v1/ententes-cadres")).json()["elements"][0]["id"]
    cachee = await marche.cree("offres", {
        "titre": "Cachée", "categorie": "courriel", "description": "", "entente_id": entente,
        "qualification": "qualifiee",
    })  # fmt: skip
    dossier = await besoins_dits(marche)
    hors: list[tuple[Corps, str]] = [
        ({"prix_maximum": "12.49"}, cher),
        ({"fournisseur_id": INCONNU}, cher),
        ({"zone": "rgpd"}, cher),
        ({}, cachee["id"]),
        ({}, INCONNU),
    ]
    for criteres, offre_id in hors:
        refus = await dossier.tenter("consultation", {"criteres": criteres, "offres": [offre_id]})
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-10"), criteres
        assert refus.json()["details"] == {"offres": [offre_id]}
        assert offre_id in refus.json()["detail"]
    assert (await dossier.lire())["consultation"] is None
    await dossier.poser("consultation", {"criteres": {"prix_maximum": "12.50"}, "offres": [cher]})
    [autre] = dossier.vu["consultation"]["non_retenues"]
    assert autre["offre_id"] == bas


async def test_ci_11_un_critere_inconnu_ou_mal_ecrit_est_refuse(marche: Marche) -> None:
    dossier = await besoins_dits(marche)
    for mal in ({"couleur": "bleu"}, {"zone": "lune"}, {"prix_maximum": "-1"}, {"q": ["a"]}):
        refus = await dossier.tenter("consultation", {"criteres": mal, "offres": [INCONNU]})
        assert refus.status_code == 422, mal


async def test_ci_11_sans_compte_un_dossier_ne_lit_pas_le_catalogue(marche: Marche) -> None:
    """Sa recherche dirait les offres et, à tâtons, leurs prix."""
    cher, _ = await vendues(marche)
    bob = marche.banc.client("gestionnaire", organisme="MTQ", sujet="bob")
    dossier = await besoins_dits(marche)
    corps = {"criteres": {}, "offres": [cher]}
    refus = await dossier.tenter("consultation", corps, bob)
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-11")
    await accorder(marche.banc, "MTQ", "bob")
    await dossier.poser("consultation", corps, bob)


async def test_ci_10_une_consultation_d_avant_se_relit(marche: Marche) -> None:
    """La migration fait des critères libres des mots cherchés, et garde les offres retenues."""
    cher, bas = await vendues(marche)
    dossier = await besoins_dits(marche)
    criteres = {"categorie": "courriel", "q": "boréal"}
    await dossier.poser("consultation", {"criteres": criteres, "offres": [cher]})

    def avant(connexion: Connection) -> None:
        lue = text("SELECT contenu FROM dossiers_actes WHERE geste = 'consultation'")
        [contenu] = connexion.execute(lue).scalars()
        assert (contenu["criteres"], len(contenu["offres"])) == (criteres, 1)

    await refaire(marche.banc, "consultations", avant)
    relue = (await dossier.lire())["consultation"]
    assert (relue["criteres"]["q"], relue["criteres"]["categorie"]) == ("courriel boréal", None)
    assert [o["offre_id"] for o in relue["retenues"]] == [cher]
    assert bas not in str(relue)
