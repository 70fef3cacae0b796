"""CI-14, CI-15 : des prix en composantes, de leur publication au contrat signé."""

import orjson
import pytest
from sqlalchemy import text

from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.marche import EMPREINTES, Corps, Marche

pytestmark = pytest.mark.integration

BASE: Corps = {
    "code": "base",
    "libelle": "Poste d'utilisateur",
    "unite": "utilisateur",
    "periodicite": "mois",
    "prix": "12.50",
}
ENTREE: Corps = {
    "code": "entree",
    "libelle": "Activités d'entrée",
    "unite": "forfait",
    "periodicite": "unique",
    "prix": "1800.00",
}
MODALITES: Corps = {
    "paiement": "par_periode",
    "baisse_permise": True,
    "indexation": {"taux": "0.02", "tous_les_mois": 12},
}
PRIX: Corps = {"composantes": [BASE, ENTREE], "modalites": MODALITES}
SIMPLE: Corps = {
    "composantes": [{**BASE, "libelle": "Base", "unite": "unite"}],
    "modalites": {"paiement": "par_periode", "baisse_permise": False, "indexation": None},
}
PERIODES = [
    {"du_mois": 1, "au_mois": 12, "quantite": 100},
    {"du_mois": 13, "au_mois": 24, "quantite": 120},
]
VOULUES = [{"code": "base", "sert": 1}, {"code": "entree", "quantite": 1}]
RETENUES = [
    {**BASE, "quantites": PERIODES},
    {**ENTREE, "quantites": [{"du_mois": 1, "au_mois": 1, "quantite": 1}]},
]


async def preparer(marche: Marche, **autres: object) -> Corps:
    """Le contrat d'une offre à `PRIX`."""
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], prix=None)
    await marche.prix(offre_id, PRIX)
    voulue = offre_voulue(offre_id, VOULUES)
    dossier = await marche.acquisition(entente["id"], voulue, consommation=PERIODES)
    return await marche.cree("contrats", marche.preparation(dossier.id, **autres))


async def mener(marche: Marche, contrat_id: str, *, jusqu_au_fournisseur: bool = True) -> Corps:
    """Validé, signé par le client puis, au besoin, par le fournisseur."""
    chemin = f"/v1/contrats/{contrat_id}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    signe = await marche.signataire.post(
        f"{chemin}/signature", json={"partie": "client", **EMPREINTES}
    )
    if jusqu_au_fournisseur:
        marche.banc.horloge.aller("2026-09-09T09:00-04:00")
        communs = {nom: v for nom, v in EMPREINTES.items() if nom != "engagement"}
        corps = {"partie": "fournisseur", "signataire": "NB-007", **communs}
        signe = await marche.courtier.post(
            f"{chemin}/signature", json={**corps, "signe_le": "2026-09-08T15:00:00-04:00"}
        )
    assert signe.status_code == 200, signe.text
    rendu: Corps = signe.json()
    return rendu


async def test_ci_14_un_prix_paru_se_lit_et_se_publie_tel_quel(marche: Marche) -> None:
    offre_id = await marche.offre((await marche.entente())["id"], prix=None)
    rendu = await marche.prix(offre_id, PRIX)
    assert rendu == {
        "version": 1,
        "en_vigueur_le": "2026-09-01",
        "publie_le": "2026-09-01T13:00:00Z",
        "prix": "12.50",
        **PRIX,
    }
    [liste] = (await marche.gestionnaire.get(f"/v1/offres/{offre_id}/prix")).json()["elements"]
    lue = (await marche.gestionnaire.get(f"/v1/offres/{offre_id}")).json()
    assert liste == {**rendu, "premier_ouvrable_deplace": None}
    assert lue["prix"] == rendu
    [publie] = await marche.banc.sortants("prix.publié")
    assert publie.donnees == {
        "offre_id": offre_id, "version": 1, "en_vigueur_le": "2026-09-01", **PRIX
    }  # fmt: skip


async def test_ci_14_cent_postes_puis_cent_vingt_et_une_entree_35_160(marche: Marche) -> None:
    prepare = await preparer(marche, imputation="2100-447")
    [element] = prepare["elements"]
    assert (prepare["montant"], prepare["imputation"]) == ("35160.00", "2100-447")
    dossier_id = prepare["dossier_id"]
    assert element == {
        "offre_id": element["offre_id"],
        "version_offre": 2,
        "version_prix": 1,
        "composantes": RETENUES,
        "modalites": MODALITES,
        "du_mois": 1,
    }
    await mener(marche, prepare["id"])
    [signe] = await marche.banc.sortants("contrat.signé")
    assert [{**e, "du_mois": 1} for e in signe.donnees["elements"]] == [element]
    assert signe.donnees["montant"] == "35160.00"
    assert (signe.donnees["dossier_id"], signe.donnees["imputation"]) == (dossier_id, "2100-447")
    copie = await marche.gestionnaire.post(f"/v1/contrats/{prepare['id']}/copie", json={})
    assert copie.status_code == 200
    [transmise] = await marche.banc.sortants("copie.transmise")
    assert transmise.donnees == {
        "contrat_id": prepare["id"],
        "dossier_id": dossier_id,
        "organisme": "MTQ",
        "document_id": prepare["id"],
    }


async def test_ci_15_une_composante_changee_se_nomme_et_se_prepare_de_nouveau(
    marche: Marche,
) -> None:
    contrat = await preparer(marche, imputation="2100-447")
    [element] = contrat["elements"]
    cher = {**PRIX, "composantes": [BASE, {**ENTREE, "prix": "2000.00"}]}
    await marche.prix(element["offre_id"], cher, "2026-10-01")
    chemin = f"/v1/contrats/{contrat['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")
    client = {"partie": "client", **EMPREINTES}
    bloque = await marche.signataire.post(f"{chemin}/signature", json=client)
    assert (bloque.status_code, bloque.json()["regle"]) == (409, "CI-15")
    assert bloque.json()["details"]["prix"] == [
        {
            "offre_id": element["offre_id"],
            "composante": "entree",
            "changements": ["prix"],
            "prix_prepare": "1800.00",
            "prix_publie": "2000.00",
            "version_prix": 2,
        }
    ]
    refait = await marche.courtier.post(
        f"{chemin}/preparation", json={c: contrat[c] for c in ("debut", "documents")}
    )
    assert (refait.json()["montant"], refait.json()["imputation"]) == ("35360.00", "2100-447")
    signe = await mener(marche, contrat["id"], jusqu_au_fournisseur=False)
    assert signe["etat"] == "signe_client"


async def test_ci_14_l_entente_finie_le_fournisseur_ne_conclut_plus(marche: Marche) -> None:
    contrat = await preparer(marche)
    await mener(marche, contrat["id"], jusqu_au_fournisseur=False)
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(text("UPDATE ententes SET fin = DATE '2026-09-08'"))
    with pytest.raises(AssertionError, match="n'est pas en vigueur le 8 septembre 2026") as refus:
        await mener(marche, contrat["id"])
    assert orjson.loads(str(refus.value).partition("\n")[0])["regle"] == "CI-14"
    assert await marche.banc.sortants("contrat.signé") == []


async def test_ci_14_un_prix_et_un_contrat_d_avant_les_composantes_se_lisent(
    marche: Marche,
) -> None:
    """Ce que la version précédente écrit sur le nouveau schéma : la forme courte."""
    contrat = await marche.contrat()
    [element] = contrat["elements"]
    court = {
        "offre_id": element["offre_id"],
        "quantite": 40,
        "prix": "12.50",
        "version_prix": 1,
        "version_offre": 2,
    }
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(
            text("UPDATE contrats SET elements = CAST(:elements AS jsonb)"),
            {"elements": orjson.dumps([court]).decode()},
        )
        await connexion.ecrire(text("UPDATE offres_prix SET composantes = NULL, modalites = NULL"))
    assert (await marche.courtier.get(f"/v1/contrats/{contrat['id']}")).json() == contrat
    lue = (await marche.courtier.get(f"/v1/offres/{element['offre_id']}")).json()
    assert {nom: lue["prix"][nom] for nom in SIMPLE} == SIMPLE
    assert (await mener(marche, contrat["id"]))["etat"] == "signe"


@pytest.mark.parametrize(
    ("prix", "statut"),
    [
        ({}, 422),
        ({"prix": "12.50", **PRIX}, 422),
        ({"composantes": [BASE]}, 422),
        ({"prix": "12.50", "modalites": MODALITES}, 422),
        ({**PRIX, "composantes": []}, 422),
        ({**PRIX, "composantes": [{**BASE, "prix": "-0.01"}]}, 422),
        ({**PRIX, "composantes": [{**BASE, "prix": "0.0000001"}]}, 422),
        ({**PRIX, "composantes": [{**BASE, "periodicite": "trimestre"}]}, 422),
        ({**PRIX, "composantes": [{**BASE, "unite": "Utilisateur actif"}]}, 422),
        ({**PRIX, "modalites": {**MODALITES, "paiement": "au_bon_vouloir"}}, 422),
        ({**PRIX, "modalites": {**MODALITES, "indexation": {"taux": "0"}}}, 422),
        ({**PRIX, "composantes": [ENTREE]}, 409),
        ({**PRIX, "composantes": [BASE, BASE]}, 409),
        ({**PRIX, "composantes": [{**BASE, "prix": "0"}]}, 201),
    ],
)
async def test_ci_14_un_prix_mal_forme_se_refuse_clairement(
    marche: Marche, prix: Corps, statut: int
) -> None:
    offre_id = await marche.offre((await marche.entente())["id"], prix=None)
    rendu = await marche.courtier.post(
        f"/v1/offres/{offre_id}/prix", json={"en_vigueur_le": "2026-09-01", **prix}
    )
    assert rendu.status_code == statut, rendu.text
    if statut == 409:
        assert rendu.json()["regle"] == "CI-14"


@pytest.mark.parametrize(
    ("composantes", "statut"),
    [
        ([], 422),
        ([{"code": "base", "sert": 2}], 409),
        ([{"code": "base", "sert": 1}, {"code": "entree"}], 422),
        ([{"code": "base", "quantite": 1, "quantites": PERIODES}], 422),
        ([{"code": "base", "sert": 1, "quantite": 1}], 422),
        ([{"code": "base", "sert": 0}], 422),
        ([{"code": "base", "sert": 1, "minimum": 1_000}], 422),
        ([{"code": "base", "quantites": []}], 422),
        ([{"code": "base", "quantites": [{**PERIODES[0], "du_mois": 0}]}], 422),
        ([{"code": "base", "sert": 1}] * 2, 409),
        ([{"code": "base", "quantites": PERIODES}], 409),
        ([{"code": "entree", "quantite": 1}], 409),
        ([{"code": "base", "sert": 1}, {"code": "x", "quantite": 1}], 409),
        ([{"code": "base", "sert": 1}, {"code": "entree", "quantites": PERIODES}], 409),
    ],
)
async def test_ci_14_des_quantites_mal_dites_se_refusent_clairement(
    marche: Marche, composantes: list[Corps], statut: int
) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"], prix=None)
    await marche.prix(offre_id, PRIX)
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([offre_id])
    offres = [offre_voulue(offre_id, composantes)]
    corps = {"titre": "S", "entente_id": entente["id"], "offres": offres}
    rendu = await dossier.tenter("scenarios", corps)
    assert rendu.status_code == statut, rendu.text
    if statut == 409:
        assert rendu.json()["regle"] == "CI-14"
    else:
        assert rendu.json()["fautes"]
