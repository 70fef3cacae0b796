"""La copie du ROPN : tenue en ordre strict, lue à la date de l'acte (CAT-1, CAT-2)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contrats.catalogue import FicheRetiree, ProduitModifie, ProduitRetire, TarifPublie
from noyau import Comparaison
from services.demandes.tests.parcours import Parcours, fiche, produit_inscrit, tarif_horaire

pytestmark = pytest.mark.integration

LOGICIEL: dict[str, Any] = {"sorte": "logiciel", "tarifs": ("PRODUIT",)}


def modifie(**champs: Any) -> ProduitModifie:
    return ProduitModifie(**produit_inscrit("PLAN", **{**LOGICIEL, **champs}).model_dump())


def prix(montant: str, debut: str, fin: str | None, version: int) -> TarifPublie:
    return TarifPublie(
        produit="PLAN",
        version=version,
        debut=date.fromisoformat(debut),
        fin=None if fin is None else date.fromisoformat(fin),
        prix=Decimal(montant),
    )


async def payant(parcours: Parcours) -> bool:
    demande = await parcours.creer(sorte="logiciel", articles=[{"produit": "PLAN"}])
    paye: bool = demande["faits"]["logiciel_payant"]
    return paye


async def test_cat_2_le_prix_est_celui_du_jour_de_la_demande(parcours: Parcours) -> None:
    await parcours.banc.recevoir(
        produit_inscrit("PLAN", **LOGICIEL),
        prix("0", "2026-04-01", "2026-09-10", 1),
        prix("12.50", "2026-09-10", None, 2),
    )
    parcours.banc.horloge.aller("2026-09-09T23:59-04:00")
    assert await payant(parcours) is False
    parcours.banc.horloge.aller("2026-09-10T00:00-04:00")
    assert await payant(parcours) is True


async def test_cat_2_un_produit_attend_son_prix_pour_se_demander(parcours: Parcours) -> None:
    """Sinon, demandé la veille de son prix, il passerait pour gratuit (DEM-2)."""
    await parcours.banc.recevoir(
        produit_inscrit("PLAN", **LOGICIEL), prix("12.50", "2026-09-10", None, 1)
    )
    parcours.banc.horloge.aller("2026-09-09T23:59-04:00")
    corps = {"sorte": "logiciel", "articles": [{"produit": "PLAN"}]}
    refus = await parcours.demandeur.post("/v1/demandes", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-2"), refus.text
    parcours.banc.horloge.aller("2026-09-10T00:00-04:00")
    assert await payant(parcours) is True


async def test_cat_2_un_prix_futur_republie_remplace_le_precedent(parcours: Parcours) -> None:
    await parcours.banc.recevoir(
        produit_inscrit("PLAN", **LOGICIEL),
        prix("12.50", "2026-04-01", None, 1),
        prix("0", "2026-04-01", None, 2),
    )
    assert await payant(parcours) is False


async def test_cat_1_un_produit_retire_ne_se_demande_plus(parcours: Parcours) -> None:
    """`produit.retiré` porte l'état entier : la copie le prend comme le nouveau."""
    await parcours.banc.recevoir(produit_inscrit("PLAN", **LOGICIEL))
    assert await parcours.creer(sorte="logiciel", articles=[{"produit": "PLAN"}])
    dit = produit_inscrit("PLAN", **LOGICIEL).model_dump()
    await parcours.banc.recevoir(ProduitRetire(**{**dit, "statut": "retire"}))
    corps = {"sorte": "logiciel", "articles": [{"produit": "PLAN"}]}
    refus = await parcours.demandeur.post("/v1/demandes", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-1"), refus.text


async def test_cat_1_un_produit_plus_offert_ne_se_demande_plus_meme_en_brouillon(
    parcours: Parcours,
) -> None:
    await parcours.banc.recevoir(produit_inscrit("PLAN", **LOGICIEL))
    brouillon = await parcours.creer(
        sorte="logiciel", articles=[{"produit": "PLAN"}], soumettre=False
    )
    await parcours.banc.recevoir(modifie(statut="plus_offert"))
    refus = await parcours.agir(parcours.demandeur, brouillon, "soumission", 409)
    assert refus["regle"] == "CAT-1"


async def test_les_changements_d_un_produit_s_appliquent_dans_l_ordre(parcours: Parcours) -> None:
    inscrit = parcours.banc.message(produit_inscrit("PLAN", **LOGICIEL))
    retire = parcours.banc.message(modifie(statut="plus_offert"))
    remis = parcours.banc.message(modifie())
    await parcours.banc.recevoir_messages([remis, retire])
    corps = {"sorte": "logiciel", "articles": [{"produit": "PLAN"}]}
    assert (await parcours.demandeur.post("/v1/demandes", json=corps)).status_code == 409
    await parcours.banc.recevoir_messages([inscrit])
    assert (await parcours.demandeur.post("/v1/demandes", json=corps)).status_code == 201


async def test_cat_9_un_tarif_horaire_nouveau_se_dit_des_qu_il_vaut(parcours: Parcours) -> None:
    heures = [{"tarif": "CABLAGE", "minutes": 30}]
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    inconnu = await parcours.agir(parcours.csc, demande, "completion", 409, travaux=heures)
    assert (inconnu["regle"], inconnu["details"]["tarif"]) == ("CAT-9", "CABLAGE")
    await parcours.banc.recevoir(fiche("CABLAGE", version=2, debut="2026-09-10"))
    assert (await parcours.agir(parcours.csc, demande, "completion", 409, travaux=heures))[
        "regle"
    ] == "CAT-9"
    parcours.banc.horloge.aller("2026-09-10T12:00Z")
    fini = await parcours.agir(parcours.csc, demande, "completion", travaux=heures)
    assert fini["etat"] == "completee"


async def test_cat_2_une_fiche_retiree_n_ote_pas_la_precedente(parcours: Parcours) -> None:
    await parcours.banc.recevoir(
        FicheRetiree(code="POSTES", version=2, debut=date(2026, 9, 10)),
        fiche("CABLAGE", version=2, debut="2026-09-10"),
    )
    parcours.banc.horloge.aller("2026-09-11T12:00Z")
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    heures = [{"tarif": "CABLAGE", "minutes": 30}]
    assert (await parcours.agir(parcours.csc, demande, "completion", 409, travaux=heures))[
        "regle"
    ] == "CAT-9"
    garde = [{"tarif": "AMENAGEMENT-BUR", "minutes": 30}]
    await parcours.agir(parcours.csc, demande, "completion", travaux=garde)


async def test_cat_1_une_gamme_inconnue_se_garde_et_se_dit(parcours: Parcours) -> None:
    await parcours.banc.recevoir(
        produit_inscrit("QUANTIQUE", sorte="materiel", gamme="quantique", tarifs=("POSTE-01",))
    )
    demande = await parcours.creer(articles=[{"produit": "QUANTIQUE"}, {"produit": "PORTABLE-14"}])
    assert demande["faits"]["gamme"] == "quantique"


async def test_cat_9_un_tarif_horaire_eprouve_tout_ce_que_dit_le_travail(
    parcours: Parcours,
) -> None:
    """La saisie admet ce que la facturation tarifera : l'organisme, la durée, l'article."""
    d_ici = tarif_horaire("ICI", Comparaison(fait="organisme", egale="MTQ"))
    d_ailleurs = tarif_horaire("AILLEURS", Comparaison(fait="organisme", egale="SQ"))
    await parcours.banc.recevoir(fiche(d_ici, d_ailleurs, version=2, debut="2026-09-01"))
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    for tarif, statut in (("AILLEURS", 409), ("ICI", 200)):
        travaux = [{"tarif": tarif, "minutes": 20}]
        await parcours.agir(parcours.csc, demande, "completion", statut, travaux=travaux)


async def test_cat_9_des_heures_ne_se_redatent_pas_ou_leur_tarif_n_existe_pas(
    parcours: Parcours,
) -> None:
    await parcours.banc.recevoir(
        fiche("AMENAGEMENT-BUR", "CABLAGE", version=2, debut="2026-09-10"),
        fiche("AMENAGEMENT-BUR", version=3, debut="2026-09-14"),
    )
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    parcours.banc.horloge.aller("2026-09-15T12:00Z")
    heures = [{"tarif": "CABLAGE", "minutes": 30, "reference": "TE-9"}]
    le = {"survenu_le": "2026-09-11T14:00:00Z", "travaux": heures}
    await parcours.agir(parcours.csc, demande, "completion", **le)
    chemin = f"/v1/demandes/{demande['id']}"
    lues = (await parcours.csc.get(f"{chemin}/chronologie")).json()["elements"]
    (acte,) = [li["acte_id"] for li in lues if li["travail"]]
    for juste, statut in (("2026-09-14T12:00:00Z", 409), ("2026-09-10T12:00:00Z", 200)):
        corps = {"actes": [{"acte_id": acte, "survenu_le": juste}], "motif": "mauvais jour"}
        rendu = await parcours.csc.post(f"{chemin}/rectification", json=corps)
        assert rendu.status_code == statut, rendu.text
