"""La vie du parc sur les fiches livrées : pertes, engagement, cessions, appareils, à la main."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import Appris, sources
from facturation.tarification.domaine.tarifs import Engagement
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import ORIGINE, SEPTEMBRE, situation
from services.facturation.tests.dores import Cas, entiers, jour, lire, pose, verifier
from services.facturation.tests.unit.test_facturation_taxes import emise

P3 = "POSTE-03"
LOUE = (l.changee(P3, ORIGINE, engagement=Engagement(mois=12, reconduit=False)),)
"""Le poste, si sa fiche l'engageait pour un an."""
LIVRE = l.livraison(jour(1), P3)
DIX_SEPT_JOURS = (f"{P3} abonnement {jour(1)}", "219 × 17 ÷ 30 = 124,10")
QUATRE_MOIS = (f"{P3} perte {jour(18)}", "219 × 4 mois = 876,00")


def _cas(quoi: str, faits: Sequence[Appris], *du: tuple[str, str]) -> Cas:
    return Cas(quoi=quoi, faits=faits, du=du, portes=((P3,),))


def _loue(quoi: str, fin: Appris, courus: int, *solde: tuple[str, str]) -> Cas:
    """Livré le 1er septembre 2026 sous un engagement d'un an."""
    return Cas(
        quoi=quoi,
        faits=[LIVRE, fin],
        du=(*entiers(P3, SEPTEMBRE, courus, "219"), *solde),
        jusqua=Mois(2028, 1),
        fiches=LOUE,
        portes=((P3,),),
    )


PERTES = [
    _cas("perdu, puis retrouvé et rendu : la perte seule vaut",
         [LIVRE, l.perte(jour(18), P3), l.recuperation(jour(25), P3)],
         DIX_SEPT_JOURS, QUATRE_MOIS),
    _cas("rendu, puis déclaré perdu : rien de plus",
         [LIVRE, l.recuperation(jour(18), P3), l.perte(jour(25), P3)], DIX_SEPT_JOURS),
    _cas("rendu et perdu le même jour, rendu d'abord",
         [LIVRE, l.recuperation(jour(18), P3, heure=9), l.perte(jour(18), P3, heure=15)],
         DIX_SEPT_JOURS),
    # Prématuré s'il précède la fin de vie du produit; sans durée de vie, si le CSC le déclare :
    # l'un et l'autre se lisent de ce que dit l'acte (FAC-2).
    _cas("remplacé avant sa fin de vie",
         [LIVRE, l.remplacement(jour(18), P3, premature=True)], DIX_SEPT_JOURS, QUATRE_MOIS),
    _cas("remplacé désuet, ou sans durée de vie ni déclaration",
         [LIVRE, l.remplacement(jour(18), P3, premature=False)], DIX_SEPT_JOURS),
]  # fmt: skip
ENGAGES = [
    _loue("rendu après 5 mois : 7 sont dus", l.recuperation(date(2027, 2, 1), P3), 5,
          (f"{P3} engagement 2027-02-01", "219 × 7 mois = 1533,00")),
    _loue("rendu le 16 du 12e mois", l.recuperation(date(2027, 8, 16), P3), 11,
          (f"{P3} abonnement 2027-08-01", "219 × 15 ÷ 31 = 105,97"),
          (f"{P3} engagement 2027-08-16", "219 × 16 ÷ 31 = 113,03")),
    _loue("rendu au terme : rien", l.recuperation(date(2027, 9, 1), P3), 12),
    # Perdu : le plus élevé de quatre mois et de ce qui reste, jamais leur somme.
    _loue("perdu après 5 mois : 7 mois passent 4", l.perte(date(2027, 2, 1), P3), 5,
          (f"{P3} engagement 2027-02-01", "219 × 7 mois = 1533,00")),
    _loue("perdu après 10 mois : 4 mois passent 2", l.perte(date(2027, 7, 1), P3), 10,
          (f"{P3} perte 2027-07-01", "219 × 4 mois = 876,00")),
    _loue("perdu après 8 mois : autant l'un que l'autre", l.perte(date(2027, 5, 1), P3), 8,
          (f"{P3} perte 2027-05-01", "219 × 4 mois = 876,00")),
]  # fmt: skip


@pytest.mark.parametrize("cas", [*PERTES, *ENGAGES], ids=lambda c: c.quoi)
def test_fac_2_fac_5_ce_que_doit_la_fin_d_un_poste(cas: Cas) -> None:
    verifier(cas)


def test_dem_7_reconditionne_un_poste_vit_chez_deux_organismes() -> None:
    """Rendu par l'un, livré à l'autre, puis volé : chacun ses jours, la perte à qui l'avait."""
    mtq = [LIVRE, l.recuperation(jour(11), P3)]
    ramq = [
        l.livraison(jour(16), P3, organisme="RAMQ"),
        l.perte(jour(26), P3, organisme="RAMQ"),
    ]
    verifier(_cas("MTQ", mtq, (f"{P3} abonnement {jour(1)}", "219 × 10 ÷ 30 = 73,00")))
    verifier(
        _cas(
            "RAMQ", ramq,
            (f"{P3} abonnement {jour(16)}", "219 × 10 ÷ 30 = 73,00"),
            (f"{P3} perte {jour(26)}", "219 × 4 mois = 876,00"),
        )
    )  # fmt: skip


# ── D'un organisme à l'autre, en cours de mois ────────────────────────────────────────────────────


def test_dem_7_une_cession_le_12_donne_a_chacun_ses_jours() -> None:
    cede = [LIVRE, l.cession(jour(12), P3)]
    recu = [l.reception(jour(12), P3)]
    verifier(_cas("MTQ", cede, (f"{P3} abonnement {jour(1)}", "219 × 11 ÷ 30 = 80,30")))
    verifier(_cas("RAMQ", recu, (f"{P3} abonnement {jour(12)}", "219 × 19 ÷ 30 = 138,70")))


@pytest.mark.parametrize("cede_le", range(1, 31))
@pytest.mark.parametrize("code", ["POSTE-01", "MONITEUR-01", "JETON"])
def test_dem_7_chaque_jour_du_mois_se_paie_une_fois_et_une_seule(code: str, cede_le: int) -> None:
    t = l.catalogue(portes=[(code,)])
    faits = [
        l.livraison(jour(1), code),
        l.cession(jour(cede_le), code),
        l.reception(jour(cede_le), code),
    ]
    creances = calculer(sources(faits), t, SEPTEMBRE).creances
    assert sum((c.quantite.exacte for c in creances), Fraction(0)) == 1
    jours = [
        (c.identite.debut.day + rang)
        for c in creances
        if c.fin
        for rang in range((c.fin - c.identite.debut).days)
    ]
    assert sorted(jours) == list(range(1, 31))


def test_dem_7_cede_puis_perdu_la_perte_est_a_qui_l_a_recu() -> None:
    verifier(_cas("MTQ", [LIVRE, l.cession(jour(18), P3)], DIX_SEPT_JOURS))
    recu = [l.reception(jour(18), P3), l.perte(jour(21), P3, organisme="RAMQ")]
    verifier(
        _cas(
            "RAMQ", recu,
            (f"{P3} abonnement {jour(18)}", "219 × 3 ÷ 30 = 21,90"),
            (f"{P3} perte {jour(21)}", "219 × 4 mois = 876,00"),
        )
    )  # fmt: skip


# ── Appareils mobiles : la gestion au mois, la mise en place une fois ─────────────────────────────

MOBILE = ("MOBILE", "MOBILE-MISE-EN-PLACE")
APPAREIL = l.livraison(jour(1), *MOBILE)
SANS_GRILLE = "MOBILE-MISE-EN-PLACE : Le tarif MOBILE-MISE-EN-PLACE n'a pas de montant."
COMBLEE = l.comblee("MOBILE-MISE-EN-PLACE", montant=Decimal(25))
MOBILES = [
    Cas(
        quoi="la mise en place attend sa grille",
        faits=[APPAREIL],
        du=(("MOBILE abonnement 2026-09-01", "3 = 3,00"),),
        attend=(SANS_GRILLE,),
        portes=(MOBILE,),
    ),
    Cas(
        quoi="rendu, puis remis en service : une seule mise en place",
        faits=[APPAREIL, l.recuperation(jour(11), *MOBILE), l.livraison(jour(21), *MOBILE)],
        du=(
            ("MOBILE abonnement 2026-09-01", "3 × 10 ÷ 30 = 1,00"),
            ("MOBILE abonnement 2026-09-21", "3 × 10 ÷ 30 = 1,00"),
            ("MOBILE-MISE-EN-PLACE acte 2026-09-01", "25 = 25,00"),
        ),
        fiches=(COMBLEE,),
        portes=(MOBILE,),
    ),
    Cas(
        quoi="perdu : rien de plus",
        faits=[APPAREIL, l.perte(jour(16), *MOBILE)],
        du=(
            ("MOBILE abonnement 2026-09-01", "3 × 15 ÷ 30 = 1,50"),
            ("MOBILE-MISE-EN-PLACE acte 2026-09-01", "25 = 25,00"),
        ),
        fiches=(COMBLEE,),
        portes=(MOBILE,),
    ),
]


@pytest.mark.parametrize("cas", MOBILES, ids=lambda c: c.quoi)
def test_un_appareil_mobile(cas: Cas) -> None:
    verifier(cas)


def test_cat_2_la_grille_publiee_plus_tard_facture_ce_qui_attendait() -> None:
    """Septembre émis sans la mise en place; la grille vient en octobre, pour le passé."""
    _, reste = emise(situation([APPAREIL], l.catalogue(portes=[MOBILE])), SEPTEMBRE)
    apres = situation([APPAREIL], l.catalogue(COMBLEE, portes=[MOBILE]), emises=reste.emises,
                      deja={i: f.montant for i, f in reste.deja_facture.items()})  # fmt: skip
    lignes, attentes = lire(apres, SEPTEMBRE.suivant)
    assert attentes == []
    assert lignes == [
        ("MOBILE abonnement 2026-10-01", pose("3 = 3,00")),
        ("MOBILE-MISE-EN-PLACE acte 2026-09-01", pose("25 = 25,00")),
    ]


CAS = [*PERTES, *ENGAGES, *MOBILES]
