"""La liste des contrats conclus par l'API, sur PostgreSQL : CI-22."""

import zlib

import pytest
from sqlalchemy import text

from outils.essais.tables import TABLES
from services.courtier.tests.marche import Marche, accorder

pytestmark = pytest.mark.integration

ZOE = {"nom": "Zoé Tremblay", "courriel": "zoe@mtq.example"}


async def test_ci_22_tout_abonne_lit_la_bande_jamais_le_montant(marche: Marche) -> None:
    contrat = await marche.conclu()
    autre = marche.banc.client("demandeur", organisme="SQ", sujet="lectrice")
    sans_compte = await autre.get("/v1/contrats-conclus")
    assert (sans_compte.status_code, sans_compte.json()["regle"]) == (403, "CI-11")
    await accorder(marche.banc, "SQ", "lectrice")
    rendue = await autre.get("/v1/contrats-conclus")
    [conclu] = rendue.json()["elements"]
    assert (conclu["client"], conclu["client_nom"]) == ("MTQ", "Ministère MTQ")
    assert conclu["fournisseur_nom"] == "Nuage boréal inc."
    assert [s["titre"] for s in conclu["solutions"]] == ["Courriel boréal"]
    assert conclu["envergure"] == {"de": "0.00", "a": "25000.00"}
    assert (conclu["debut"], conclu["duree_mois"], conclu["personne"]) == ("2026-10-01", 24, None)
    assert contrat["montant"] not in rendue.text
    for filtre, trouves in (
        ({"client": "MTQ"}, 1),
        ({"client": "SQ"}, 0),
        ({"categorie": "courriel"}, 1),
        ({"categorie": "calcul"}, 0),
        ({"fournisseur_id": contrat["fournisseur_id"]}, 1),
        ({"le": "2026-09-30"}, 0),
        ({"le": "2028-09-30"}, 1),
        ({"le": "2028-10-01"}, 0),
    ):
        lus = await autre.get("/v1/contrats-conclus", params=filtre)
        assert len(lus.json()["elements"]) == trouves, filtre


async def test_ci_22_non_conclu_il_n_y_parait_pas(marche: Marche) -> None:
    await marche.signe_client()
    assert (await marche.courtier.get("/v1/contrats-conclus")).json()["elements"] == []


async def test_ci_22_la_personne_consent_puis_il_n_en_reste_rien(marche: Marche) -> None:
    chemin = f"/v1/contrats-conclus/{(await marche.conclu())['id']}"
    lectrice = marche.banc.client("gestionnaire", organisme="SQ", sujet="lectrice")
    await accorder(marche.banc, "SQ", "lectrice")
    for intrus, statut in ((lectrice, 404), (marche.courtier, 403)):
        refus = await intrus.post(f"{chemin}/consentement", json=ZOE)
        assert refus.status_code == statut
    rien = await marche.gestionnaire.post(f"{chemin}/retrait")
    assert (rien.status_code, rien.json()["regle"]) == (409, "CI-22")

    cle = {"Idempotency-Key": "consentement-1"}
    consentie = await marche.gestionnaire.post(f"{chemin}/consentement", json=ZOE, headers=cle)
    assert consentie.json()["personne"] == ZOE
    [lu] = (await lectrice.get("/v1/contrats-conclus")).json()["elements"]
    assert lu["personne"] == ZOE
    repetee = await marche.gestionnaire.post(f"{chemin}/consentement", json=ZOE, headers=cle)
    assert (repetee.status_code, repetee.json()["personne"]) == (200, None)

    retiree = await marche.gestionnaire.post(f"{chemin}/retrait")
    assert (retiree.json()["personne"], retiree.json()["consentie_le"]) == (None, None)
    assert "Zoé" not in (await lectrice.get("/v1/contrats-conclus")).text
    assert await _tables_ou_lire(marche, "Zoé", "zoe@mtq.example") == []


async def _tables_ou_lire(marche: Marche, *textes: str) -> list[str]:
    """Les tables de la base, socle compris, où se lit un de ces textes, réponses dépliées."""
    trouvees = []
    async with marche.banc.interne() as connexion:
        tables = await connexion.colonne(text(TABLES))
        for table in tables:
            lignes = await connexion.lignes(text(f"SELECT t.* FROM {table} AS t"))
            lus = " ".join(_deplier(valeur) for ligne in lignes for valeur in ligne)
            trouvees += [table] if any(cherche in lus for cherche in textes) else []
    return trouvees


def _deplier(valeur: object) -> str:
    if not isinstance(valeur, bytes):
        return str(valeur)
    try:
        return zlib.decompress(valeur).decode(errors="replace")
    except zlib.error:
        return valeur.decode(errors="replace")
