"""CAT-1, CAT-2, CAT-4 : les invariants d'un produit du ROPN."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from catalogue.adaptateurs.publications import publication
from catalogue.adaptateurs.recherche import plier
from catalogue.domaine.chronologie import PublicationRefusee
from catalogue.domaine.produit import RETRAITS, Descriptif, Produit, Statut
from catalogue.domaine.tarif import Source
from socle.noyau import Acte, Acteur, Conflit, Fait, TransitionImpossible

LE = Acte(Acteur("pilote"), datetime(2026, 9, 15, 14, 0, tzinfo=UTC))
SOURCES: Mapping[str, Source] = {"POSTE-03": "fiche", "PRODUIT": "ropn", "INSTALLATION": "fiche"}
DECRIT = Descriptif(
    libelle="Poste", categorie="Postes", noyau=False, normalise=True, tarifs=("POSTE-03",)
)
POSTE = Produit(code="POSTE", sorte="materiel", descriptif=DECRIT)


def test_cat_4_le_noyau_ne_declenche_aucun_tarif() -> None:
    replace(DECRIT, noyau=True, tarifs=())
    with pytest.raises(Conflit) as refus:
        replace(DECRIT, noyau=True)
    assert refus.value.regle == "CAT-4"


def test_cat_1_un_tarif_n_est_nomme_qu_une_fois() -> None:
    with pytest.raises(Conflit, match="deux fois"):
        replace(DECRIT, tarifs=("POSTE-03", "POSTE-03"))


def test_cat_5_un_tarif_inconnu_des_fiches_est_refuse() -> None:
    assert POSTE.inscrire(SOURCES, LE).produit == POSTE
    with pytest.raises(Conflit, match="POSTE-99"):
        POSTE.modifier(replace(DECRIT, tarifs=("POSTE-99",)), SOURCES, LE)


def test_cat_2_un_tarif_lu_au_ropn_exige_un_prix() -> None:
    vendu = replace(DECRIT, tarifs=("PRODUIT", "INSTALLATION"))
    with pytest.raises(Conflit, match="PRODUIT") as refus:
        POSTE.modifier(vendu, SOURCES, LE)
    assert refus.value.regle == "CAT-2"
    avec_prix, _ = POSTE.publier_prix(date(2026, 4, 1), None, Decimal("94.50"), LE)
    modifie, fait = avec_prix.modifier(vendu, SOURCES, LE)
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
        retire.modifier(DECRIT, SOURCES, LE)
    with pytest.raises(TransitionImpossible):
        retire.publier_prix(date(2026, 10, 1), None, Decimal(1), LE)


def test_les_evenements_portent_l_etat_entier() -> None:
    publie = publication(POSTE.inscrire(SOURCES, LE))
    assert publie is not None
    assert (publie.evenement.TYPE, publie.evenement.cle) == ("produit.inscrit", "POSTE")
    _, prix = POSTE.publier_prix(date(2026, 4, 1), None, Decimal("94.50"), LE)
    publie = publication(prix)
    assert publie is not None
    assert (publie.evenement.TYPE, publie.evenement.cle) == ("tarif.publié", "POSTE")
    with pytest.raises(TypeError):
        publication(Fait())


def test_cat_8_plier_oublie_accents_casse_et_ligatures() -> None:
    assert plier("Périphérique, ŒIL Æ") == "peripherique, oeil ae"
