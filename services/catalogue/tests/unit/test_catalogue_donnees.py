"""Les données de mise en route, contre des tables écrites à la main (CAT-5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from catalogue.fiches.cas_usage import PublierFiche
from catalogue.fiches.domaine import Indicateur, Source, Tarif, Unite
from catalogue.fiches.entrees import lire_fiches
from catalogue.produits.domaine import Gamme, Sorte, Statut
from catalogue.produits.entrees import lire_produits
from contrats import catalogue as contrats

Ligne = tuple[str, str, str | None, str, int]

# code → unité, source, montant, majoration, mois facturés en cas de perte
TARIFS: dict[str, Ligne] = {
    "POSTE-01": ("mois", "fiche", "147", "0", 4),
    "POSTE-02": ("mois", "fiche", "208", "0", 4),
    "POSTE-03": ("mois", "fiche", "219", "0", 4),
    "POSTE-04": ("mois", "fiche", "233", "0", 4),
    "POSTE-05": ("mois", "fiche", "296", "0", 4),
    "POSTE-06": ("mois", "fiche", "198", "0", 4),
    "POSTE-07": ("mois", "fiche", "271", "0", 4),
    "POSTE-08": ("mois", "fiche", "479", "0", 4),
    "POSTE-09": ("mois", "fiche", "562", "0", 4),
    "POSTE-10": ("mois", "fiche", "677", "0", 4),
    "MONITEUR-01": ("mois", "fiche", "6.25", "0", 4),
    "MONITEUR-02": ("mois", "fiche", "10", "0", 4),
    "MONITEUR-03": ("mois", "fiche", "16", "0", 4),
    "MONITEUR-04": ("mois", "fiche", "12", "0", 4),
    "STATION-01": ("mois", "fiche", "13", "0", 4),
    "PRODUIT": ("produit", "ropn", None, "0.10", 0),
    "INSTALLATION": ("produit", "fiche", "50", "0.10", 0),
    "AMENAGEMENT-BUR": ("heure", "fiche", "63", "0", 0),
    "AMENAGEMENT-INFRA": ("heure", "fiche", "100", "0", 0),
    "SOUTIEN-ETENDU": ("mois", "fiche", "955.56", "0", 0),
    "SOUTIEN-APPEL": ("incident", "fiche", "23", "0", 0),
    "SOUTIEN-HEURE": ("incident", "fiche", "86", "0", 0),
    "SOUTIEN-DEPLACEMENT": ("demande", "fiche", "258", "0", 0),
    "POSTE-VIRTUEL": ("mois", "ropn", None, "0", 0),
    "ENTRETIEN": ("produit", "fiche", None, "0", 0),
    "EVALUATION": ("demande", "fiche", None, "0", 0),
    "MOBILE": ("mois", "fiche", "3", "0", 0),
    "MOBILE-MISE-EN-PLACE": ("produit", "fiche", None, "0", 0),
    "JETON": ("mois", "fiche", "8", "0", 4),
    "DEDOMMAGEMENT": ("acte", "saisi", None, "0", 0),
    "TRAVAUX": ("acte", "saisi", None, "0", 0),
    "COMMUNICATIONS": ("acte", "saisi", None, "0", 0),
    "VISIO-STD": ("mois", "fiche", "15", "0", 0),
    "VISIO-HD": ("mois", "fiche", "36", "0", 0),
    "VISIO-PC": ("mois", "fiche", "15", "0", 0),
    "VISIO-WEB-25": ("mois", "fiche", "26", "0", 0),
    "VISIO-WEB-200": ("mois", "fiche", "56.10", "0", 0),
    "VISIO-FRAIS": ("acte", "fiche", "100", "0", 0),
    "VISIO-ENR": ("heure", "grille", None, "0", 0),
    "VISIO-ASSIST": ("heure", "fiche", "90", "0", 0),
    "VISIO-PRO": ("heure", "fiche", "90", "0", 0),
    "VISIO-FORM": ("heure", "fiche", "90", "0", 0),
    "COURTIER-FRAIS": ("contrat", "grille", None, "0", 0),
}

PAR_ANNEE = {
    "POSTE-01": "1764",
    "POSTE-02": "2496",
    "POSTE-03": "2628",
    "POSTE-04": "2796",
    "POSTE-05": "3552",
    "POSTE-06": "2376",
    "POSTE-07": "3252",
    "POSTE-08": "5748",
    "POSTE-09": "6744",
    "POSTE-10": "8124",
    "MONITEUR-01": "75",
    "MONITEUR-02": "120",
    "MONITEUR-03": "192",
    "MONITEUR-04": "144",
    "STATION-01": "156",
    "MOBILE": "36",
    "JETON": "96",
}

LIVRAISONS_PT1 = ("poste.livré", "logiciel.installé")
LIVRAISONS_PT2 = ("poste_virtuel.installé", "logiciel.installé")

# code → mesure, cible, délai, jours, sortes, fin, conditions
INDICATEURS: dict[str, tuple[object, ...]] = {
    "PT-1": ("delai", "0.95", 10, "jours_ouvrables", ("poste_physique",), LIVRAISONS_PT1, "ace"),
    "PT-2": ("delai", "0.95", 10, "jours_ouvrables", ("poste_virtuel",), LIVRAISONS_PT2, "bc"),
    "PT-3": ("delai", "0.95", 4, "jours_ouvrables", ("logiciel",), ("logiciel.installé",), "c"),
    "PT-4": ("disponibilite", "0.99", None, "jours_ouvrables", (), (), "d"),
    "PT-5": ("disponibilite", "0.99", None, "jours_ouvrables", (), (), ""),
    "PT-6": (
        "delai", "0.95", 8, "jours_ouvrables",
        ("amenagement_utilisateur",), ("aménagement.complété",), "",
    ),
    "PT-7": ("date_convenue", None, None, "jours_ouvrables", (), ("aménagement.complété",), ""),
    "PT-8": ("date_convenue", None, None, "jours_ouvrables", (), ("aménagement.complété",), ""),
    "PT-9": (
        "delai", "0.95", 2, "jours_ouvrables",
        ("appareil_mobile",), ("appareil.synchronisé",), "",
    ),
    "PT-10": ("delai", None, None, "jours_ouvrables", (), (), ""),
    "VI-1": ("delai", None, 22, "jours_ouvrables", (), (), ""),
    "VI-2": ("delai", None, 4, "jours_ouvrables", (), (), ""),
    "VI-3": ("delai", None, 4, "jours_ouvrables", (), (), ""),
    "VI-4": ("delai", None, 32, "jours_ouvrables", (), (), ""),
    "VI-5": ("delai", None, 3, "jours_ouvrables", (), (), ""),
    "VI-6": ("delai", None, 3, "jours_ouvrables", (), (), ""),
    "IC-1": ("delai", None, 30, "jours_civils", (), ("contrat.signé",), ""),
    "IC-2": ("delai", None, 5, "jours_ouvrables", (), (), ""),
}  # fmt: skip

FICHES: list[PublierFiche] = list(lire_fiches())


def tous_les_tarifs() -> list[Tarif]:
    return [tarif for fiche in FICHES for tarif in fiche.contenu.tarifs]


def ligne_de(tarif: Tarif) -> tuple[object, ...]:
    return (tarif.unite, tarif.source, tarif.montant, tarif.majoration, tarif.mois_si_perte)


def lue(ligne: Ligne) -> tuple[object, ...]:
    unite, source, montant, majoration, mois = ligne
    return (unite, source, montant and Decimal(montant), Decimal(majoration), mois)


def ecarts_de_tarifs(tarifs: list[Tarif]) -> set[str]:
    """Les codes dont le tarif n'est pas exactement celui de la table."""
    obtenus = {tarif.code: ligne_de(tarif) for tarif in tarifs}
    attendus = {code: lue(ligne) for code, ligne in TARIFS.items()}
    codes = obtenus.keys() | attendus.keys()
    return {code for code in codes if obtenus.get(code) != attendus.get(code)}


def test_cat_5_quatre_fiches_en_vigueur_au_debut_de_l_exercice() -> None:
    assert [fiche.code for fiche in FICHES] == ["COURTIER", "POSTES", "TELECOM", "VISIO"]
    assert {fiche.debut for fiche in FICHES} == {date(2026, 4, 1)}
    assert {fiche.fin for fiche in FICHES} == {None}
    for fiche in FICHES:
        decrite = fiche.contenu.description
        assert all((decrite.resume, decrite.inclus, decrite.exclus, decrite.obligations))


def test_domaine_4_chaque_tarif_est_celui_de_la_table() -> None:
    tarifs = tous_les_tarifs()
    assert ecarts_de_tarifs(tarifs) == set()
    assert len(tarifs) == len(TARIFS)


@pytest.mark.parametrize("code", sorted(c for c, ligne in TARIFS.items() if ligne[2]))
def test_domaine_4_un_cent_de_trop_se_verrait(code: str) -> None:
    """L'essai de la table sait échouer, pour chacun de ses montants."""
    faux = [
        replace(t, montant=(t.montant or 0) + Decimal("0.01")) if t.code == code else t
        for t in tous_les_tarifs()
    ]
    assert ecarts_de_tarifs(faux) == {code}


def test_domaine_4_l_annee_vaut_douze_mois() -> None:
    montants = {t.code: t.montant for t in tous_les_tarifs()}
    for code, annee in PAR_ANNEE.items():
        montant = montants[code]
        assert montant is not None
        assert montant * 12 == Decimal(annee), code


def test_fac_4_durees_du_soutien_et_de_l_enregistrement() -> None:
    par_code = {t.code: t for t in tous_les_tarifs()}
    soutien, enregistrement = par_code["SOUTIEN-HEURE"], par_code["VISIO-ENR"]
    bornes = (soutien.pas_minutes, soutien.minimum_minutes, soutien.maximum_minutes)
    assert bornes == (15, 60, 180)
    assert (enregistrement.pas_minutes, enregistrement.minimum_minutes) == (30, 60)
    assert {t.pas_minutes for t in par_code.values() if t.code != "VISIO-ENR"} == {15}


@pytest.mark.parametrize(
    ("heures", "frais"), [("1", "85"), ("1.5", "100"), ("2", "115"), ("2.5", "130"), ("4", "175")]
)
def test_fac_4_la_grille_d_enregistrement(heures: str, frais: str) -> None:
    """85 $ la première heure, puis 15 $ par tranche de trente minutes."""
    grille = next(t.grille for t in tous_les_tarifs() if t.code == "VISIO-ENR")
    tranche = [t for t in grille if t.a_partir_de <= Decimal(heures)][-1]
    assert tranche.montant + tranche.taux * Decimal(heures) == Decimal(frais)


def test_domaine_4_rien_n_est_invente() -> None:
    """Sans montant dans les sources : aucun montant; libellés POSTE et MONITEUR à compléter."""
    vides = {t.code for t in tous_les_tarifs() if t.est_vide}
    assert vides == {"COURTIER-FRAIS", "ENTRETIEN", "EVALUATION", "MOBILE-MISE-EN-PLACE"}
    assert {t.precision for t in tous_les_tarifs()} == {""}


def test_domaine_5_chaque_indicateur_est_celui_de_la_table() -> None:
    def ligne(i: Indicateur) -> tuple[object, ...]:
        conditions = "".join(i.conditions)
        return (i.mesure, i.cible, i.delai, i.unite_delai, i.sortes, i.fin, conditions)

    obtenus = {i.code: ligne(i) for fiche in FICHES for i in fiche.contenu.indicateurs}
    attendus = {
        code: (mesure, cible and Decimal(str(cible)), *reste)
        for code, (mesure, cible, *reste) in INDICATEURS.items()
    }
    assert obtenus == attendus


def test_cat_1_les_produits_couvrent_toutes_les_sortes_gammes_et_statuts() -> None:
    produits = list(lire_produits())
    assert len({p.code for p in produits}) == len(produits)
    assert {p.sorte for p in produits} == set(get_args(Sorte))
    assert {p.descriptif.gamme for p in produits} == set(get_args(Gamme)) - {"inconnue"}
    assert {p.statut for p in produits} == {"actif", "plus_offert"}
    assert any(p.descriptif.reserve_hauts_dirigeants for p in produits)
    assert any(not p.descriptif.normalise for p in produits)


def test_cat_4_les_tarifs_des_produits_existent_et_le_noyau_n_en_a_pas() -> None:
    sources = {t.code: t.source for t in tous_les_tarifs()}
    for produit in lire_produits():
        decrit = produit.descriptif
        assert set(decrit.tarifs) <= set(sources), produit.code
        assert bool(decrit.tarifs) is not decrit.noyau, produit.code
        au_ropn = any(sources[code] == "ropn" for code in decrit.tarifs)
        assert au_ropn is (produit.prix is not None), produit.code


def test_le_vocabulaire_est_celui_du_contrat() -> None:
    for ici, la in (
        (Sorte, contrats.Sorte),
        (Statut, contrats.Statut),
        (Gamme, contrats.Gamme),
        (Unite, contrats.Unite),
        (Source, contrats.Source),
    ):
        assert get_args(ici) == get_args(la)
