"""De la saisie d'un montant à la ligne de facture, sur PostgreSQL réel (FAC-2)."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from contrats.facturation import LigneSaisie
from facturation.creances.adaptateurs.tables import faits
from facturation.creances.entrees.ecoutes import lire_fait
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import scene
from services.facturation.tests.saisies import corps, facturiere, planter, refus, saisir

pytestmark = pytest.mark.integration


async def _ligne(b: Banc, numero: str = "2026-2027-000001") -> dict[str, Any]:
    (ligne,) = (await scene.facture(b, numero))["lignes"]
    return dict(ligne)


async def test_fac_2_une_saisie_devient_une_ligne_qui_dit_son_site_et_son_imputation(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes = facturiere(b)
    dits = {"site": "Québec", "imputation": "2100-447"}
    saisie = await saisir(agnes, **dits, reference="RAP-114")
    assert (saisie["etat"], saisie["periode"]) == ("appliquee", "2026-09")
    (sortant,) = await b.sortants("ligne.saisie")
    assert sortant.id.hex == saisie["id"].replace("-", "")
    assert (sortant.donnees["montant"], sortant.donnees["fait_le"]) == ("312.40", "2026-09-11")
    assert "motif" not in sortant.donnees
    # Le fait gardé est celui qu'un consommateur tirerait de l'événement.
    async with b.interne() as connexion:
        garde = await connexion.valeur(select(faits.c.donnees))
    evenement = LigneSaisie.model_validate(sortant.donnees)
    assert garde == lire_fait(evenement, sortant.id, sortant.survenu_le)

    await scene.fermer_septembre(b)
    await scene.executer(b)
    ligne = await _ligne(b)
    assert (ligne["montant"], ligne["tarif"], ligne["debut"]) == (
        "312.40", "DEDOMMAGEMENT", "2026-09-11",
    )  # fmt: skip
    assert (ligne["source"], ligne["evenements"]) == (saisie["id"], [saisie["id"]])
    assert (ligne["site"], ligne["imputation"], ligne["calcul"]) == (
        "Québec", "2100-447", "312,40\u00a0$",
    )  # fmt: skip
    # L'organisme lit pourquoi; un autre n'en sait rien.
    adresse = f"/v1/lignes-saisies/{saisie['id']}"
    siennes = b.client("gestionnaire", organisme="MTQ")
    assert (await siennes.get(adresse)).json()["motif"] == "Écran fendu."
    assert (await b.client("gestionnaire", organisme="RAMQ").get(adresse)).status_code == 404


async def test_fac_7_saisie_apres_l_emission_elle_va_a_la_periode_ouverte(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    await b.recevoir(scene.livraison(uuid4()), survenu_le=b.horloge())
    await saisir(facturiere(b))
    await scene.fermer_septembre(b)
    await scene.executer(b)
    await saisir(facturiere(b), montant="80.00", fait_le="2026-09-30")
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *scene.SUJETS)
    await scene.executer(b, "2026-10")
    ligne = await _ligne(b, "2026-2027-000002")
    assert (ligne["montant"], ligne["periode"], ligne["regularisation"]) == (
        "80.00", "2026-09", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("champs", "statut", "regle", "dit"),
    [
        ({"tarif": "INCONNU"}, 409, "CAT-9", "Aucune fiche ne publie le tarif INCONNU"),
        ({"tarif": "POSTE-01"}, 409, "CAT-9", "ne se saisit pas : sa forme est « mois »"),
        ({"fait_le": "2026-03-31"}, 409, "CAT-9", "Aucune fiche ne publie"),
        ({"fait_le": "2026-09-16"}, 409, "FAC-2", "à venir"),
        ({"fait_le": "2023-09-01"}, 409, "FAC-2", "remonte à plus de 1096 jours"),
        ({"organisme": "ZZ-INCONNU"}, 409, "DEM-8", "fichier client"),
        ({"montant": "250000.01"}, 409, "CAT-9", "à vérifier"),
        ({"montant": "12.345"}, 422, None, ""),
        ({"montant": "0.00"}, 422, None, ""),
        ({"montant": "-5.00"}, 422, None, ""),
        ({"montant": 12.5}, 422, None, ""),
        ({"montant": "1e3"}, 422, None, ""),
        ({"motif": "  "}, 422, None, ""),
        ({"fait_le": "2026-02-30"}, 422, None, ""),
    ],
)
async def test_fac_2_ce_qui_ne_se_saisit_pas_se_dit_et_n_ecrit_rien(
    banc: MonterBanc, champs: dict[str, Any], statut: int, regle: str | None, dit: str
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes = facturiere(b)
    rendu = await refus(agnes, **corps(**champs))
    assert rendu[:2] == (statut, regle)
    assert dit in rendu[2]
    assert (await agnes.get("/v1/lignes-saisies")).json()["elements"] == []
    assert (await agnes.get("/v1/decisions")).json()["elements"] == []
    assert await b.sortants() == []


async def test_fac_6_la_meme_ligne_ne_se_saisit_pas_deux_fois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes = facturiere(b)
    premiere = await saisir(agnes, reference="RAP-114")
    for qui in (agnes, facturiere(b, "bernard")):
        statut, regle, dit = await refus(qui, **corps(reference="RAP-114"))
        assert (statut, regle) == (409, "FAC-6")
        assert "déjà saisie" in dit
    await saisir(agnes, reference="RAP-115")
    # Annulée, elle peut se ressaisir.
    adresse = f"/v1/lignes-saisies/{premiere['id']}/annulation"
    assert (await agnes.post(adresse, json={"motif": "Erreur."})).status_code == 200
    await saisir(agnes, reference="RAP-114")


async def test_fac_6_la_meme_reference_dit_autre_chose_est_refusee(banc: MonterBanc) -> None:
    """Un fichier corrigé puis renvoyé ne facture pas deux fois la même pièce."""
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    agnes = facturiere(b)
    premiere = await saisir(agnes, reference="RAP-114")
    autrement: tuple[dict[str, Any], ...] = (
        {"montant": "312.41"}, {"motif": "Autre."}, {"fait_le": "2026-09-12"},
    )  # fmt: skip
    for champs in autrement:
        redite = corps(reference=" rap-114 ", **champs)
        statut, regle, dit = await refus(agnes, **redite)
        assert (statut, regle) == (409, "FAC-6")
        assert premiere["id"] in dit
        lot = await refus(agnes, "/v1/lignes-saisies/lots", lignes=[redite, corps()])
        assert lot[:2] == (409, "FAC-6")
    for champs in ({"organisme": "RAMQ"}, {"tarif": "TRAVAUX"}):
        await saisir(agnes, reference="RAP-114", **champs)
    adresse = f"/v1/lignes-saisies/{premiere['id']}/annulation"
    assert (await agnes.post(adresse, json={"motif": "Erreur."})).status_code == 200
    await saisir(agnes, reference="rap-114", montant="10.00")


async def test_fac_2_la_demande_qu_on_nomme_est_de_l_organisme_et_donne_son_imputation(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    agnes = facturiere(b)
    sienne, autre = scene.livraison(uuid4()), scene.livraison(uuid4(), code="RAMQ")
    await b.recevoir(scene.creee(autre, "DS-2"))
    for demande in (sienne.demande_id, autre.demande_id):
        statut, regle, dit = await refus(agnes, **corps(demande_id=str(demande)))
        assert (statut, regle) == (409, "FAC-2")
        assert "peut-être pas encore arrivé" in dit
    await b.recevoir(scene.creee(sienne, "DS-1"))
    imputation = {"source": "DS-1", "imputation": "2100", "debut": "2026-09-01"}
    gestionnaire = b.client("gestionnaire", organisme="MTQ")
    dite = await gestionnaire.post("/v1/imputations", json={"imputations": [imputation]})
    assert dite.is_success, dite.text
    await saisir(agnes, demande_id=str(sienne.demande_id))
    await scene.fermer_septembre(b)
    await scene.executer(b)
    ligne = await _ligne(b)
    assert (ligne["demande"], ligne["imputation"]) == ("DS-1", "2100")


async def test_fac_13_pas_encore_facturee_une_saisie_s_annule_facturee_elle_s_ajuste(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes = facturiere(b)
    annulee, gardee = await saisir(agnes), await saisir(agnes, montant="20.00")
    chemin = "/v1/lignes-saisies/{}/annulation"
    rendue = await agnes.post(chemin.format(annulee["id"]), json={"motif": "Doublon."})
    assert (rendue.json()["etat"], rendue.json()["motif_annulation"]) == ("annulee", "Doublon.")
    (sortant,) = await b.sortants("saisie.annulée")
    assert sortant.donnees == {"organisme": "MTQ", "saisie_id": annulee["id"]}
    encore = await refus(agnes, chemin.format(annulee["id"]), motif="Encore.")
    assert encore[:2] == (409, "FAC-13")
    await scene.fermer_septembre(b)
    await scene.executer(b)
    assert (await _ligne(b))["montant"] == "20.00"
    statut, regle, dit = await refus(agnes, chemin.format(gardee["id"]), motif="Trop tard.")
    assert (statut, regle) == (409, "FAC-13")
    assert "ajustez sa ligne" in dit
    ajuste = await agnes.post(
        "/v1/factures/2026-2027-000001/lignes/1/ajustements",
        json={"montant": "-20.00", "motif": "Pas dû."},
    )
    assert (ajuste.status_code, ajuste.json()["etat"]) == (201, "appliquee")


async def test_fac_2_un_organisme_ne_saisit_ni_ne_decide(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b)
    for roles in (("gestionnaire",), ("signataire",), ("integration",)):
        client = b.client(*roles, organisme="MTQ")
        assert (await client.post("/v1/lignes-saisies", json=corps())).status_code == 403
        assert (await client.get("/v1/decisions")).status_code == 403
    # Une machine qui porterait aussi le rôle ne décide pas davantage.
    machine = b.client("facturation", "integration", sujet="robot")
    assert (await refus(machine, **corps()))[:2] == (403, "FAC-13")
