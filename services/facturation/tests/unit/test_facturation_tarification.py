"""La version en vigueur : des fiches, des prix et des produits (CAT-2, CAT-5)."""

from datetime import date, datetime, timedelta

from facturation.tarification.domaine.tarification import Definition, Prix, Tarification
from facturation.tarification.domaine.tarifs import EtatProduit
from services.facturation.tests.builders import a, fiche, prix, tarif

INSCRIPTION = a(date(2026, 9, 10))


def jour(j: int) -> date:
    return date(2026, 9, j)


def etat(sequence: int, depuis: datetime, *tarifs: str) -> EtatProduit:
    return EtatProduit(code="P", sequence=sequence, libelle="P", depuis=depuis, tarifs=tarifs)


def test_cat_1_avant_sa_premiere_inscription_un_produit_est_ce_qu_elle_dit() -> None:
    lendemain = INSCRIPTION + timedelta(days=1)
    etats = (etat(2, lendemain, "POSTE-03"), etat(1, INSCRIPTION, "POSTE-01"))
    t = Tarification(produits=etats)
    assert t.produit("P", INSCRIPTION - timedelta(days=1)) == etats[1]
    assert t.produit("P", INSCRIPTION) == etats[1]
    assert t.produit("P", lendemain) == etats[0]
    assert t.produit("Q", lendemain) is None


def test_cat_1_au_meme_instant_le_dernier_etat_vaut() -> None:
    etats = (etat(3, INSCRIPTION, "POSTE-03"), etat(2, INSCRIPTION, "POSTE-01"))
    assert Tarification(produits=etats).produit("P", INSCRIPTION) == etats[0]


def test_cat_2_un_prix_republie_au_meme_debut_remplace_l_autre() -> None:
    t = Tarification(
        fiches=(fiche(),),
        prix_ropn=(prix("VIRTUEL-M", "65", 3), prix("VIRTUEL-M", "60", 2)),
    )
    definition = t.tarif_au("POSTE-VIRTUEL", date(2026, 9, 1))
    assert isinstance(definition, Definition)
    vaut = t.prix(definition, date(2026, 9, 1), produit="VIRTUEL-M")
    assert isinstance(vaut, Prix)
    assert (str(vaut.valeur), vaut.version_prix) == ("65", 3)


def test_cat_5_une_fiche_qui_ne_porte_plus_un_tarif_cede_a_celle_qui_le_porte() -> None:
    t = Tarification(
        fiches=(
            fiche(code="A", tarifs=[tarif("POSTE-01", "147")]),
            fiche(2, date(2026, 9, 16), code="A", tarifs=[tarif("POSTE-03", "219")]),
            fiche(code="B", tarifs=[tarif("POSTE-01", "150")]),
        )
    )
    segments = t.segments(t.cours("POSTE-01", jour(1)), None, jour(1), jour(30))
    assert [(de.day, p.fiche) for de, _, p in segments if isinstance(p, Prix)] == [
        (1, "A"),
        (16, "B"),
    ]
