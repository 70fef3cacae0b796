"""Chaque ligne de tarif du domaine (§ 4), des fiches livrées à la somme due, calculée à la main."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from facturation.creances.domaine.calcul import DECOMPTES, calculer
from facturation.creances.domaine.faits import Appris, FaitRecu, sources
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Decompte, Forme, VersionFiche
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE, grille

VISIO = "visioconference"


def jour(j: int, mois: int = 9, annee: int = 2026) -> date:
    return date(annee, mois, j)


def calcul(
    faits: Sequence[Appris], t: Tarification, jusqua: Mois = SEPTEMBRE
) -> tuple[list[str], list[str]]:
    """« tarif nature montant » de chaque créance, « tarif motif » de chaque attente; triés."""
    rendu = calculer(sources(faits), t, jusqua)
    creances = [f"{c.identite.tarif} {c.identite.nature} {c.montant}" for c in rendu.creances]
    attentes = [f"{a.identite.tarif} : {a.motif}" for a in rendu.attentes]
    return sorted(creances), sorted(attentes)


def creances(
    faits: Sequence[Appris], *autres: VersionFiche, portes: Sequence[str] = ()
) -> list[str]:
    dues, attentes = calcul(faits, l.catalogue(*autres, portes=[tuple(portes)]))
    assert not attentes
    return dues


def sans_montant(faits: Sequence[Appris], portes: Sequence[str] = ()) -> list[str]:
    dues, attentes = calcul(faits, l.catalogue(portes=[tuple(portes)]))
    assert not dues
    return attentes


def test_cat_9_chaque_forme_a_son_decompte() -> None:
    assert set(DECOMPTES) == set(Forme)


# --- Ce qui se livre et se paie au mois ----------------------------------------------------------

AU_MOIS = {
    # tarif : du 16 au 30 septembre (15 ÷ 30), puis la perte (quatre mois, ou rien)
    "POSTE-01": ("73.50", "588.00"),
    "POSTE-02": ("104.00", "832.00"),
    "POSTE-03": ("109.50", "876.00"),
    "POSTE-04": ("116.50", "932.00"),
    "POSTE-05": ("148.00", "1184.00"),
    "POSTE-06": ("99.00", "792.00"),
    "POSTE-07": ("135.50", "1084.00"),
    "POSTE-08": ("239.50", "1916.00"),
    "POSTE-09": ("281.00", "2248.00"),
    "POSTE-10": ("338.50", "2708.00"),
    "MONITEUR-01": ("3.13", "25.00"),  # 6,25 ÷ 2 = 3,125
    "MONITEUR-02": ("5.00", "40.00"),
    "MONITEUR-03": ("8.00", "64.00"),
    "MONITEUR-04": ("6.00", "48.00"),
    "STATION-01": ("6.50", "52.00"),
    "JETON": ("4.00", "32.00"),
    "JETON-VIRTUEL": ("4.00", None),
    "MOBILE": ("1.50", None),
    "POSTE-VIRTUEL": ("45.00", None),  # 89,99 ÷ 2 = 44,995, au prix du ROPN, sans majoration
}


@pytest.mark.parametrize(("code", "du_mois", "perte"), [(c, *v) for c, v in AU_MOIS.items()])
def test_fac_1_fac_2_un_equipement_se_paie_au_mois(
    code: str, du_mois: str, perte: str | None
) -> None:
    livraison = l.livraison(jour(16), code)
    assert creances([livraison], portes=[code]) == [f"{code} abonnement {du_mois}"]
    perdu = [livraison, l.perte(jour(1, 10), code)]
    dues, _ = calcul(perdu, l.catalogue(portes=[(code,)]), Mois(2026, 10))
    frais = [f"{code} perte {perte}"] if perte else []
    assert dues == [f"{code} abonnement {du_mois}", *frais]


@pytest.mark.parametrize(("premature", "frais"), [(True, ["JETON perte 32.00"]), (False, [])])
def test_fac_2_un_remplacement_premature_vaut_une_perte(premature: bool, frais: list[str]) -> None:
    faits = [l.livraison(jour(1), "JETON"), l.remplacement(jour(16), "JETON", premature=premature)]
    assert creances(faits, portes=["JETON"]) == ["JETON abonnement 4.00", *frais]


def test_mobile_mise_en_place_due_une_fois_a_la_premiere_livraison() -> None:
    code = "MOBILE-MISE-EN-PLACE"
    vies = [l.livraison(jour(1), code), l.recuperation(jour(10), code), l.livraison(jour(20), code)]
    assert sans_montant(vies, [code]) == [f"{code} : Le tarif {code} n'a pas de montant."]
    # 25 pour l'appareil, dus le 1er; rien de plus à sa seconde vie, mais 25 pour un autre appareil
    comblee = l.comblee(code, montant=Decimal(25))
    assert creances(vies, comblee, portes=[code]) == [f"{code} acte 25.00"]
    autre = [*vies, l.livraison(jour(20), code, actif="autre")]
    assert creances(autre, comblee, portes=[code]) == [f"{code} acte 25.00"] * 2


def test_fac_3_produit_et_installation_se_majorent() -> None:
    portes = ["PRODUIT", "INSTALLATION"]
    # 50 × 2 × 1,10 = 110; 89,99 × 2 × 1,10 = 197,978 → 197,98
    assert creances([l.livraison(jour(9), *portes, quantite=2)], portes=portes) == [
        "INSTALLATION acte 110.00",
        "PRODUIT acte 197.98",
    ]


@pytest.mark.parametrize("portes", [("POSTE-01",), ("PRODUIT",)])
def test_fac_9_une_quantite_que_nul_n_a_attend_qu_on_la_verifie(portes: tuple[str]) -> None:
    """Faute de frappe ou faux : elle ne se facture pas sans qu'on la voie."""
    permise = [l.livraison(jour(9), *portes, quantite=1_000_000)]
    assert len(creances(permise, portes=portes)) == 1
    (attente,) = sans_montant([l.livraison(jour(9), *portes, quantite=1_000_001)], portes)
    assert attente.endswith(" unités : à vérifier.")


# --- À l'heure -----------------------------------------------------------------------------------


def test_fac_4_l_amenagement_s_additionne_par_article_tarif_et_jour() -> None:
    faits = [
        l.travail(jour(9), "AMENAGEMENT-BUR", 60),
        l.travail(jour(9), "AMENAGEMENT-BUR", 40),
        l.travail(jour(10), "AMENAGEMENT-BUR", 20),
        l.travail(jour(9), "AMENAGEMENT-INFRA", 16),
    ]
    # 100 min → 1,75 h × 63 = 110,25; 20 min → 0,5 h = 31,50; 16 min → 0,5 h × 100 = 50
    assert creances(faits) == [
        "AMENAGEMENT-BUR acte 110.25",
        "AMENAGEMENT-BUR acte 31.50",
        "AMENAGEMENT-INFRA acte 50.00",
    ]


@pytest.mark.parametrize(
    ("minutes", "heures"),
    [
        (0, None),  # l'appel seul
        (5, "86.00"),  # une heure au moins
        (60, "86.00"),
        (170, "258.00"),  # 2 h 50 → 3 h
        (180, "258.00"),
        (540, "258.00"),  # trois heures au plus
    ],
)
def test_fac_4_soutien_a_l_heure(minutes: int, heures: str | None) -> None:
    attendues = [f"SOUTIEN-HEURE acte {heures}"] if heures else []
    assert creances([l.intervention(jour(9), minutes)]) == ["SOUTIEN-APPEL acte 23.00", *attendues]


def test_fac_4_un_incident_se_facture_a_sa_cloture() -> None:
    ouvert = [l.intervention(jour(8), 31, cloture=False, deplacement=True)]
    assert creances(ouvert) == []
    # 31 + 31 = 62 min → 1,25 h × 86 = 107,50; deux déplacements à 258
    clos = [*ouvert, l.intervention(jour(9), 31, deplacement=True)]
    assert creances(clos) == [
        "SOUTIEN-APPEL acte 23.00",
        "SOUTIEN-DEPLACEMENT acte 516.00",
        "SOUTIEN-HEURE acte 107.50",
    ]


@pytest.mark.parametrize(
    ("code", "prestation", "minutes", "attendu"),
    [
        ("VISIO-ASSIST", "assistance_hors_heures", 20, "45.00"),  # 0,5 h × 90
        ("VISIO-PRO", "services_professionnels", 90, "135.00"),  # 1,5 h
        ("VISIO-FORM", "formation", 45, "67.50"),  # 0,75 h
        ("VISIO-ENR", "enregistrement", 10, "85.00"),  # la première heure
        ("VISIO-ENR", "enregistrement", 60, "85.00"),
        ("VISIO-ENR", "enregistrement", 61, "100.00"),  # 85 + 15
        ("VISIO-ENR", "enregistrement", 150, "130.00"),  # 85 + 3 × 15
    ],
)
def test_fac_4_prestations_de_visioconference(
    code: str, prestation: str, minutes: int, attendu: str
) -> None:
    faits = [l.prestation(jour(9), prestation, minutes)]
    assert creances(faits) == [f"{code} acte {attendu}"]


def test_fac_9_le_calcul_d_un_enregistrement_s_ecrit() -> None:
    faits = sources([l.prestation(jour(9), "enregistrement", 150)])
    (creance,) = calculer(faits, l.catalogue(), SEPTEMBRE).creances
    assert creance.calcul.replace("\xa0", " ") == "85,00 $ + 3 × 15,00 $"


def test_fac_6_deux_prestations_d_un_jour_sont_deux_lignes() -> None:
    faits = [l.prestation(jour(9), "formation", 20), l.prestation(jour(9), "formation", 20)]
    # chacune 0,5 h × 90 = 45; ensemble, 40 min n'en feraient que 67,50
    assert creances(faits) == ["VISIO-FORM acte 45.00"] * 2


# --- Abonnements sans actif ----------------------------------------------------------------------


def test_soutien_etendu_se_paie_au_mois() -> None:
    faits = [l.souscription(jour(1), "soutien_etendu")]
    assert creances(faits) == ["SOUTIEN-ETENDU abonnement 955.56"]


@pytest.mark.parametrize(
    ("code", "du_mois"),
    [
        ("VISIO-STD", "15.00"),
        ("VISIO-HD", "36.00"),
        ("VISIO-PC", "15.00"),
        ("VISIO-WEB-25", "26.00"),
        ("VISIO-WEB-200", "56.10"),
    ],
)
def test_fac_1_un_abonnement_de_visioconference_et_ses_frais_uniques(
    code: str, du_mois: str
) -> None:
    faits = [l.souscription(jour(1), VISIO, code)]
    assert creances(faits) == [f"{code} abonnement {du_mois}", f"{code} frais 100.00"]


def test_fac_1_suspendu_puis_repris_ne_redoit_pas_de_frais() -> None:
    premier = [l.souscription(jour(1), VISIO, "VISIO-HD", 2), l.resiliation(jour(11), jour(10))]
    repris = [*premier, l.souscription(jour(21), VISIO, "VISIO-HD", 2)]
    # 36 × 2 × 10 ÷ 30 = 24, deux fois; 100 pour chacun des deux terminaux, une seule fois
    assert creances(repris) == ["VISIO-HD abonnement 24.00"] * 2 + ["VISIO-HD frais 200.00"]
    nouveau = [*premier, l.souscription(jour(21), VISIO, "VISIO-HD", 2, abonnement="autre")]
    assert creances(nouveau).count("VISIO-HD frais 200.00") == 2


def test_tel_1_un_lien_attend_ses_montants() -> None:
    faits = [l.souscription(jour(1), "lien_physique", "LIEN")]
    assert sans_montant(faits) == [
        "LIEN : Le tarif LIEN n'a pas de montant.",
        "LIEN : Les frais uniques du tarif LIEN n'ont pas de montant.",
    ]
    frais = l.livree("LIEN").frais_uniques
    assert frais
    comble = l.comblee("LIEN", montant=Decimal(250), frais_uniques=type(frais)(
        libelle=frais.libelle, montant=Decimal(1200),
    ))  # fmt: skip
    assert creances(faits, comble) == ["LIEN abonnement 250.00", "LIEN frais 1200.00"]


# --- À l'acte ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "fait", "montant", "attendu"),
    [
        ("ENTRETIEN", l.prestation(jour(9), "entretien", quantite=3), "40", "120.00"),
        ("EVALUATION", l.prestation(jour(9), "evaluation"), "500", "500.00"),
        ("EXPERTISE", l.prestation(jour(9), "expertise", 80), "120", "180.00"),  # 1,5 h
        ("USAGE", l.usage(jour(9), "12.5"), "0.08", "1.00"),  # 12,5 × 0,08
    ],
)
def test_une_grille_absente_attend_puis_se_facture(
    code: str, fait: FaitRecu, montant: str, attendu: str
) -> None:
    assert sans_montant([fait]) == [f"{code} : Le tarif {code} n'a pas de montant."]
    assert creances([fait], l.comblee(code, montant=Decimal(montant))) == [f"{code} acte {attendu}"]


@pytest.mark.parametrize("code", ["DEDOMMAGEMENT", "TRAVAUX", "COMMUNICATIONS"])
def test_une_ligne_saisie_vaut_le_montant_saisi(code: str) -> None:
    faits = [l.saisie(jour(9), code, "1234.565"), l.saisie(jour(9), code, "12.05")]
    assert creances(faits) == [f"{code} acte 12.05", f"{code} acte 1234.57"]


def test_ci_20_les_frais_du_courtier_attendent_leur_grille() -> None:
    faits = [l.contrat(jour(9), "240000")]
    attente = "COURTIER-FRAIS : La grille du tarif COURTIER-FRAIS ne donne aucun montant."
    assert sans_montant(faits) == [attente]
    tranches = grille(("0", "500", "0"), ("100000", "1000", "0.005"))
    quantite = Decompte(forme="grille", fait="montant", grille=tranches)
    # 1 000 + 0,5 % × 240 000 = 2 200
    assert creances(faits, l.comblee("COURTIER-FRAIS", quantite=quantite)) == [
        "COURTIER-FRAIS acte 2200.00"
    ]


def test_cat_9_chaque_tarif_livre_a_un_cas_ici() -> None:
    ailleurs = {
        "MOBILE-MISE-EN-PLACE", "PRODUIT", "INSTALLATION", "AMENAGEMENT-BUR", "AMENAGEMENT-INFRA",
        "SOUTIEN-ETENDU", "SOUTIEN-APPEL", "SOUTIEN-HEURE", "SOUTIEN-DEPLACEMENT", "ENTRETIEN",
        "EVALUATION", "EXPERTISE", "LIEN", "USAGE", "VISIO-STD", "VISIO-HD", "VISIO-PC",
        "VISIO-WEB-25", "VISIO-WEB-200", "VISIO-ENR", "VISIO-ASSIST", "VISIO-PRO", "VISIO-FORM",
        "DEDOMMAGEMENT", "TRAVAUX", "COMMUNICATIONS", "COURTIER-FRAIS",
    }  # fmt: skip
    assert l.codes() == AU_MOIS.keys() | ailleurs
