"""CAT-1, CAT-2, CAT-4 : les invariants d'un produit du ROPN."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from catalogue.fiches.domaine.chronologie import PublicationRefusee
from catalogue.fiches.domaine.contenu import Declencheur, Quantite, Tarif
from catalogue.produits.adaptateurs.publications import PUBLICATIONS, traduire
from catalogue.produits.domaine import RETRAITS, Descriptif, Produit, Statut
from noyau import Acte, Acteur, Conflit, Fait, TransitionImpossible
from socle.bd.recherche import motifs, plier
from socle.envoi.evenements import evenement_de

LE = Acte(Acteur("pilote"), datetime(2026, 9, 15, 14, 0, tzinfo=UTC))


def tarif(code: str, forme: str, source: str = "fiche", **du: object) -> Tarif:
    declencheur = Declencheur(**du or {"livraison": True})  # type: ignore[arg-type]
    return Tarif(
        code=code, libelle=code, du=declencheur, quantite=Quantite(forme=forme), source=source
    )


TARIFS: Mapping[str, Tarif] = {
    t.code: t
    for t in (
        tarif("POSTE-03", "mois"),
        tarif("PRODUIT", "unites", "ropn"),
        tarif("POSTE-VIRTUEL", "mois", "ropn"),
        tarif("INSTALLATION", "unites"),
        tarif("COURTIER-FRAIS", "grille", evenement="contrat.signé"),
    )
}
DECRIT = Descriptif(
    libelle="Poste", categorie="Postes", noyau=False, normalise=True, tarifs=("POSTE-03",)
)
POSTE = Produit(code="POSTE", sorte="materiel", descriptif=DECRIT)


def test_cat_4_le_noyau_ne_declenche_aucun_tarif() -> None:
    replace(DECRIT, noyau=True, tarifs=())
    with pytest.raises(Conflit) as refus:
        replace(DECRIT, noyau=True)
    assert refus.value.regle == "CAT-4"


def test_cat_4_un_modele_non_normalise_est_hors_du_tarif_de_base() -> None:
    """À l'inscription comme à la modification; son propre prix et son installation restent."""
    hors = replace(DECRIT, normalise=False)
    for refuse in (
        lambda: replace(POSTE, descriptif=hors).inscrire(TARIFS, LE),
        lambda: POSTE.modifier(hors, TARIFS, LE),
    ):
        with pytest.raises(Conflit, match="POSTE-03") as refus:
            refuse()
        assert (refus.value.regle, refus.value.details) == ("CAT-4", {"tarifs": ["POSTE-03"]})
    avec_prix, _ = POSTE.publier_prix(date(2026, 4, 1), None, Decimal("231.00"), LE)
    for permis in (("POSTE-VIRTUEL", "INSTALLATION"), ("PRODUIT",), ()):
        modifie, _ = avec_prix.modifier(replace(hors, tarifs=permis), TARIFS, LE)
        assert modifie.descriptif.tarifs == permis


def test_cat_1_un_tarif_n_est_nomme_qu_une_fois() -> None:
    with pytest.raises(Conflit, match="deux fois"):
        replace(DECRIT, tarifs=("POSTE-03", "POSTE-03"))


def test_cat_5_un_tarif_inconnu_des_fiches_est_refuse() -> None:
    assert POSTE.inscrire(TARIFS, LE).produit == POSTE
    with pytest.raises(Conflit, match="POSTE-99"):
        POSTE.modifier(replace(DECRIT, tarifs=("POSTE-99",)), TARIFS, LE)


def test_cat_9_un_produit_ne_porte_que_des_tarifs_dus_a_la_livraison() -> None:
    with pytest.raises(Conflit, match="COURTIER-FRAIS") as refus:
        POSTE.modifier(replace(DECRIT, tarifs=("POSTE-03", "COURTIER-FRAIS")), TARIFS, LE)
    assert refus.value.regle == "CAT-9"


def test_cat_9_un_tarif_fini_n_empeche_pas_de_renommer_le_produit_qui_le_portait() -> None:
    restent = {code: t for code, t in TARIFS.items() if code != "POSTE-03"}
    renomme, _ = POSTE.modifier(replace(DECRIT, libelle="Poste 2"), restent, LE)
    assert renomme.descriptif.tarifs == ("POSTE-03",)
    with pytest.raises(Conflit, match="ne porte plus"):
        POSTE.inscrire(restent, LE)


def test_cat_5_qui_change_ses_tarifs_n_y_laisse_aucun_tarif_fini() -> None:
    restent = {code: t for code, t in TARIFS.items() if code != "POSTE-03"}
    avec = replace(DECRIT, tarifs=(*DECRIT.tarifs, "INSTALLATION"))
    with pytest.raises(Conflit, match="ne porte plus") as refus:
        POSTE.modifier(avec, restent, LE)
    assert (refus.value.regle, refus.value.details) == ("CAT-5", {"tarifs": ["POSTE-03"]})
    sans, _ = POSTE.modifier(replace(DECRIT, tarifs=()), restent, LE)
    assert sans.descriptif.tarifs == ()


def test_cat_2_un_tarif_lu_au_ropn_exige_un_prix() -> None:
    vendu = replace(DECRIT, tarifs=("PRODUIT", "INSTALLATION"))
    with pytest.raises(Conflit, match="PRODUIT") as refus:
        POSTE.modifier(vendu, TARIFS, LE)
    assert refus.value.regle == "CAT-2"
    avec_prix, _ = POSTE.publier_prix(date(2026, 4, 1), None, Decimal("94.50"), LE)
    modifie, fait = avec_prix.modifier(vendu, TARIFS, LE)
    assert (modifie.version, fait.produit.descriptif.tarifs) == (3, ("PRODUIT", "INSTALLATION"))


def test_cat_2_le_prix_suit_la_meme_loi_que_les_fiches() -> None:
    produit, premier = POSTE.publier_prix(date(2026, 4, 1), None, Decimal(90), LE)
    produit, second = produit.publier_prix(date(2026, 10, 1), None, Decimal(95), LE)
    assert [premier.version, second.version] == [1, 2]
    with pytest.raises(PublicationRefusee, match="passé"):
        produit.publier_prix(date(2026, 9, 15), date(2026, 10, 1), Decimal(99), LE)


@pytest.mark.parametrize("statut", list(RETRAITS))
@pytest.mark.parametrize("vers", list(RETRAITS))
def test_cat_1_un_retrait_est_sans_retour(statut: Statut, vers: Statut) -> None:
    produit = replace(POSTE, statut=statut)
    permis = {("actif", "plus_offert"), ("actif", "retire"), ("plus_offert", "retire")}
    if (statut, vers) in permis:
        assert produit.retirer(vers, LE)[0] == replace(produit, statut=vers, version=2)
    else:
        with pytest.raises(TransitionImpossible) as refus:
            produit.retirer(vers, LE)
        assert refus.value.details["etat"] == statut


def test_cat_1_un_produit_retire_ne_change_plus() -> None:
    retire, _ = POSTE.retirer("retire", LE)
    with pytest.raises(TransitionImpossible):
        retire.modifier(DECRIT, TARIFS, LE)
    with pytest.raises(TransitionImpossible):
        retire.publier_prix(date(2026, 10, 1), None, Decimal(1), LE)


def test_les_evenements_portent_l_etat_entier() -> None:
    inscrit = traduire(POSTE.inscrire(TARIFS, LE))
    assert (inscrit.TYPE, inscrit.cle) == ("produit.inscrit", "POSTE")
    autres = {"code": "POSTE", "sorte": "materiel", "statut": "actif"}
    assert inscrit.model_dump() == asdict(DECRIT) | autres
    _, retire = POSTE.retirer("retire", LE)
    retrait = traduire(retire)
    assert (retrait.TYPE, retrait.cle) == ("produit.retiré", "POSTE")
    assert retrait.model_dump() == asdict(DECRIT) | {**autres, "statut": "retire"}
    _, prix = POSTE.publier_prix(date(2026, 4, 1), None, Decimal("94.50"), LE)
    publie = traduire(prix)
    assert (publie.TYPE, publie.cle) == ("tarif.publié", "POSTE")
    with pytest.raises(TypeError):
        evenement_de(Fait(survenu_le=LE.le), PUBLICATIONS)


def test_cat_8_plier_oublie_accents_casse_et_ligatures() -> None:
    assert plier("Périphérique, ŒIL Æ") == "peripherique, oeil ae"


def test_cat_8_un_mot_cherche_n_est_jamais_un_motif() -> None:
    assert motifs(" 100%  Poste_Fixe a\\b ") == [r"%poste\_fixe%", r"%100\%%", r"%a\\b%"]
    assert motifs("  ") is None
