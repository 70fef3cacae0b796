"""Les tarifs à l'acte du domaine (§ 4), sur les fiches livrées, calculés à la main."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import Appris, FaitRecu, sources
from facturation.tarification.domaine.tarifs import Decompte, VersionFiche
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE, grille
from services.facturation.tests.dores import Cas, jour, pose, verifier

PRODUIT, INSTALLATION = ("PRODUIT",), ("INSTALLATION",)
ACHAT = ("PRODUIT", "INSTALLATION")


def _acte(code: str, operation: str, le: int = 9) -> tuple[str, str]:
    return f"{code} acte {jour(le)}", operation


def _un(code: str, quoi: str, fait: FaitRecu, operation: str | None, *fiches: VersionFiche) -> Cas:
    """Un seul fait, et ce qu'il rend dû; rien sans opération."""
    du = (_acte(code, operation),) if operation else ()
    return Cas(quoi=quoi, faits=[fait], du=du, fiches=fiches)


def _sans_montant(code: str, fait: FaitRecu, *attend: str) -> Cas:
    motifs = attend or (f"{code} : Le tarif {code} n'a pas de montant.",)
    return Cas(quoi=f"{code} sans montant", faits=[fait], attend=motifs)


def _incident(quoi: str, faits: Iterable[Appris], *du: tuple[str, str]) -> Cas:
    return Cas(quoi=quoi, faits=list(faits), du=du)


# ── Achats, majorés de 10 % (FAC-3) ───────────────────────────────────────────────────────────────

ACHATS = [
    Cas(
        quoi="un produit et son installation",
        faits=[l.livraison(jour(9), *ACHAT)],
        du=(_acte("PRODUIT", "89,99 × 1,10 = 98,99"), _acte("INSTALLATION", "50 × 1,10 = 55,00")),
        portes=(ACHAT,),
    ),
    *(
        Cas(
            quoi=f"{quantite} × {prix} $",
            faits=[l.livraison(jour(9), *PRODUIT, quantite=quantite)],
            du=(_acte("PRODUIT", operation),),
            portes=(PRODUIT,),
            ropn={"PRODUIT": prix},
        )
        for prix, quantite, operation in (
            ("0.05", 1, "0,05 × 1,10 = 0,06"),  # 0,055 : la demie s'éloigne de zéro
            ("0.15", 3, "0,15 × 3 × 1,10 = 0,50"),  # 0,495; à l'unité, 3 × 0,17 = 0,51
            ("1234.57", 1, "1234,57 × 1,10 = 1358,03"),
            ("33.33", 7, "33,33 × 7 × 1,10 = 256,64"),
        )
    ),
    Cas(
        quoi="une installation aux cents impairs",
        faits=[l.livraison(jour(9), *INSTALLATION, quantite=3)],
        du=(_acte("INSTALLATION", "50,05 × 3 × 1,10 = 165,17"),),
        fiches=(l.changee("INSTALLATION", jour(9), montant=Decimal("50.05")),),
        portes=(INSTALLATION,),
    ),
    Cas(
        quoi="l'installation d'un produit gratuit",
        faits=[l.livraison(jour(9), *ACHAT)],
        du=(_acte("INSTALLATION", "50 × 1,10 = 55,00"),),
        portes=(ACHAT,),
        ropn={l.produit_de(*ACHAT): "0"},
    ),
    Cas(
        quoi="rouverte et livrée de nouveau sans avoir été rendue",
        faits=[l.livraison(jour(9), *ACHAT), l.livraison(jour(20), *ACHAT)],
        du=(_acte("PRODUIT", "89,99 × 1,10 = 98,99"), _acte("INSTALLATION", "50 × 1,10 = 55,00")),
        portes=(ACHAT,),
    ),
    # Rendu, puis livré de nouveau après réouverture : une nouvelle vie, un nouvel achat (DEM-7).
    # Une première livraison qui n'a pas eu lieu se rectifie : elle est nulle, et ne se paie pas.
    Cas(
        quoi="rendue, rouverte et livrée de nouveau",
        faits=[
            l.livraison(jour(9), *ACHAT),
            l.recuperation(jour(12), *ACHAT),
            l.livraison(jour(20), *ACHAT),
        ],
        du=(
            _acte("PRODUIT", "89,99 × 1,10 = 98,99"),
            _acte("INSTALLATION", "50 × 1,10 = 55,00"),
            _acte("PRODUIT", "89,99 × 1,10 = 98,99", 20),
            _acte("INSTALLATION", "50 × 1,10 = 55,00", 20),
        ),
        portes=(ACHAT,),
    ),
]

# ── À l'heure (FAC-4) ─────────────────────────────────────────────────────────────────────────────

AMENAGEMENT = [
    *(
        _un(code, f"{code} {minutes} min", l.travail(jour(9), code, minutes), operation)
        for code, minutes, operation in (
            ("AMENAGEMENT-BUR", 1, "63 × 0,25 h = 15,75"),
            ("AMENAGEMENT-BUR", 15, "63 × 0,25 h = 15,75"),
            ("AMENAGEMENT-BUR", 16, "63 × 0,50 h = 31,50"),
            ("AMENAGEMENT-INFRA", 1, "100 × 0,25 h = 25,00"),
            ("AMENAGEMENT-INFRA", 15, "100 × 0,25 h = 25,00"),
            ("AMENAGEMENT-INFRA", 16, "100 × 0,50 h = 50,00"),
        )
    ),
    *(
        Cas(
            quoi=f"{code} sur deux jours",
            faits=[
                l.travail(jour(9), code, 10),
                l.travail(jour(9), code, 6),  # 16 min ce jour-là
                l.travail(jour(10), code, 16),
            ],
            du=(_acte(code, operation), _acte(code, operation, 10)),
        )
        for code, operation in (
            ("AMENAGEMENT-BUR", "63 × 0,50 h = 31,50"),
            ("AMENAGEMENT-INFRA", "100 × 0,50 h = 50,00"),
        )
    ),
]

APPEL = _acte("SOUTIEN-APPEL", "23 = 23,00")
JAMAIS_CLOS = "SOUTIEN-APPEL : Ouvert le 2026-09-08, et toujours pas clos après 30 jours."
SOUTIEN = [
    *(
        _incident(
            f"{minutes} min",
            [l.intervention(jour(9), minutes)],
            APPEL,
            *([_acte("SOUTIEN-HEURE", operation)] if operation else []),
        )
        for minutes, operation in (
            (0, None),  # l'appel seul
            (5, "86 × 1 h = 86,00"),  # une heure au moins
            (60, "86 × 1 h = 86,00"),
            (61, "86 × 1,25 h = 107,50"),
            (170, "86 × 3 h = 258,00"),  # 2 h 50 : douze quarts d'heure
            (180, "86 × 3 h = 258,00"),
            (540, "86 × 3 h = 258,00"),  # trois heures au plus
        )
    ),
    _incident(
        "trois interventions d'un incident, deux déplacements",
        [
            l.intervention(jour(7), 31, cloture=False, deplacement=True),
            l.intervention(jour(8), 0, cloture=False),
            l.intervention(jour(9), 31, deplacement=True),
        ],
        APPEL,
        _acte("SOUTIEN-HEURE", "86 × 1,25 h = 107,50"),  # 62 min ensemble
        _acte("SOUTIEN-DEPLACEMENT", "258 × 2 = 516,00"),
    ),
    _incident(
        "deux incidents le même jour se comptent chacun",
        [l.intervention(jour(9), 5), l.intervention(jour(9), 5, incident="j")],
        *(APPEL, _acte("SOUTIEN-HEURE", "86 × 1 h = 86,00")) * 2,
    ),
    _incident(
        "un déplacement sans une minute",
        [l.intervention(jour(9), 0, deplacement=True)],
        APPEL,
        _acte("SOUTIEN-DEPLACEMENT", "258 = 258,00"),
    ),
    _incident("pas encore clos", [l.intervention(jour(8), 300, cloture=False)]),
    Cas(
        quoi="jamais clos : signalé après trente jours",
        faits=[
            l.intervention(jour(8), 300, cloture=False, deplacement=True),
            l.intervention(jour(30), 10, cloture=False),
        ],
        attend=(JAMAIS_CLOS,),
        jusqua=SEPTEMBRE.suivant,
    ),
    Cas(
        quoi="clos après avoir été signalé : tout se facture",
        faits=[
            l.intervention(jour(8), 90, cloture=False),
            l.intervention(jour(20, 10), 90),
        ],
        du=(
            (f"SOUTIEN-APPEL acte {jour(20, 10)}", "23 = 23,00"),
            (f"SOUTIEN-HEURE acte {jour(20, 10)}", "86 × 3 h = 258,00"),
        ),
        jusqua=SEPTEMBRE.suivant,
    ),
    Cas(
        quoi="repris après sa clôture, et jamais clos de nouveau",
        faits=[
            l.intervention(jour(1), 60),
            l.intervention(jour(8), 60, cloture=False),
        ],
        du=(_acte("SOUTIEN-APPEL", "23 = 23,00", 1), _acte("SOUTIEN-HEURE", "86 = 86,00", 1)),
        attend=(JAMAIS_CLOS,),
        jusqua=SEPTEMBRE.suivant,
    ),
]

PRESTATIONS = [
    _un(code, f"{code} {minutes} min", l.prestation(jour(9), prestation, minutes), operation)
    for code, prestation, minutes, operation in (
        ("VISIO-ENR", "enregistrement", 10, "85 = 85,00"),  # la première heure
        ("VISIO-ENR", "enregistrement", 60, "85 = 85,00"),
        ("VISIO-ENR", "enregistrement", 61, "85 + 1 × 15 = 100,00"),  # une tranche entamée
        ("VISIO-ENR", "enregistrement", 90, "85 + 1 × 15 = 100,00"),
        ("VISIO-ENR", "enregistrement", 150, "85 + 3 × 15 = 130,00"),  # 2 h 30
        ("VISIO-ASSIST", "assistance_hors_heures", 20, "90 × 0,50 h = 45,00"),
        ("VISIO-PRO", "services_professionnels", 90, "90 × 1,50 h = 135,00"),
        ("VISIO-FORM", "formation", 46, "90 × 1 h = 90,00"),
    )
]

# ── Sans montant dans la source : en attente, puis comblés (CAT-2) ────────────────────────────────

COMBLES = [
    cas
    for code, fait, montant, operation in (
        (
            "ENTRETIEN",
            l.prestation(jour(9), "entretien", quantite=3),
            "40.15",
            "40,15 × 3 = 120,45",
        ),
        ("EVALUATION", l.prestation(jour(9), "evaluation"), "500", "500 = 500,00"),
        ("EXPERTISE", l.prestation(jour(9), "expertise", 80), "120", "120 × 1,50 h = 180,00"),
        ("USAGE", l.usage(jour(9), "12.5"), "0.085", "0,085 × 12,5 = 1,06"),
    )
    for cas in (
        _sans_montant(code, fait),
        _un(code, f"{code} comblé", fait, operation, l.comblee(code, montant=Decimal(montant))),
    )
]

SAISIES = [
    Cas(
        quoi=f"{code}, deux lignes saisies",
        faits=[l.saisie(jour(9), code, "1234.56"), l.saisie(jour(10), code, "0.05")],
        du=(_acte(code, "1234,56 = 1234,56"), _acte(code, "0,05 = 0,05", 10)),
    )
    for code in ("DEDOMMAGEMENT", "TRAVAUX", "COMMUNICATIONS")
]

# ── Frais du Courtier, une fois par contrat, selon le seuil atteint (CI-20, FAC-12) ───────────────

GRILLE = Decompte(
    forme="grille",
    fait="montant",
    grille=grille(("0", "500", "0"), ("100000", "1000", "0.005"), ("1000000", "2500", "0.0025")),
)
COURTIER = [
    _sans_montant(
        "COURTIER-FRAIS",
        l.contrat(jour(9), "240000"),
        "COURTIER-FRAIS : La grille du tarif COURTIER-FRAIS ne donne aucun montant.",
    ),
    *(
        _un(
            "COURTIER-FRAIS",
            f"contrat de {montant} $",
            l.contrat(jour(9), montant),
            operation,
            l.comblee("COURTIER-FRAIS", quantite=GRILLE),
        )
        for montant, operation in (
            ("99999.99", "500 = 500,00"),  # un cent sous le seuil
            ("100000", "1000 + 0,005 × 100000 = 1500,00"),
            ("240000.01", "1000 + 0,005 × 240000,01 = 2200,00"),
            ("999999.99", "1000 + 0,005 × 999999,99 = 6000,00"),
            ("1000000", "2500 + 0,0025 × 1000000 = 5000,00"),
        )
    ),
]

CAS = [
    *ACHATS, *AMENAGEMENT, *SOUTIEN, *PRESTATIONS, *COMBLES, *SAISIES, *COURTIER,
]  # fmt: skip


@pytest.mark.parametrize("cas", CAS, ids=lambda c: c.quoi)
def test_fac_3_fac_4_ci_20_ce_que_doit_chaque_acte(cas: Cas) -> None:
    verifier(cas)


def test_fac_4_un_incident_se_signale_le_trentieme_jour_et_pas_la_veille() -> None:
    ouvert = sources([l.intervention(jour(8), 300, cloture=False)])
    calcul = calculer(ouvert, l.catalogue(), SEPTEMBRE)
    assert calcul.signalees(jour(8, 10)) == ()
    assert len(calcul.signalees(jour(9, 10))) == 1


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=8))
def test_fac_4_chaque_intervention_se_facture_une_fois_ou_se_signale(
    recit: list[tuple[int, bool]],
) -> None:
    """Close une ou plusieurs fois, le même jour ou non : rien ne se perd ni ne se double."""
    faits = [l.intervention(jour(j), 10, cloture=clos) for j, clos in recit]
    calcul = calculer(sources(faits), l.catalogue(), SEPTEMBRE)
    appels = [c for c in calcul.creances if c.identite.tarif == "SOUTIEN-APPEL"]
    dites = [e for c in appels for e in c.evenements]
    dites += [e for a in calcul.attentes for e in a.evenements]
    assert sorted(dites) == sorted(f.acte_id for f in faits)
    assert bool(calcul.attentes) == (max(recit)[0] > max([j for j, clos in recit if clos] or [0]))


def test_fac_2_sans_tarif_mensuel_une_perte_ne_doit_rien_de_plus() -> None:
    perdu = [l.livraison(jour(9), *PRODUIT), l.perte(jour(20), *PRODUIT)]
    dues = (_acte("PRODUIT", "89,99 × 1,10 = 98,99"),)
    verifier(Cas(quoi="perdu", faits=perdu, du=dues, portes=(PRODUIT,)))


def test_fac_3_l_arrondi_est_un_seul_par_ligne() -> None:
    """Un seul arrondi : 0,15 × 3 majoré; et non trois lignes de 0,17."""
    assert pose("0,15 × 3 × 1,10 = 0,50") != pose("0,17 × 3 = 0,51")
