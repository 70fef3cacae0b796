"""FAC-10, FAC-15 : des taux et des profils datés; une correction garde ceux de sa ligne."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from facturation.clients.domaine import ProfilTaxes
from facturation.creances.domaine.faits import Appris
from facturation.factures.adaptateurs.reference import lire_bareme
from facturation.factures.domaine.ajustements import Facturee
from facturation.factures.domaine.factures import NatureDocument, Projet, Situation
from facturation.factures.domaine.taxes import EXONERE, Bareme, Taxes, Totaux
from noyau import Conflit, Mois, Montant
from services.facturation.tests.builders import (
    EMETTEUR,
    SEPTEMBRE,
    Faits,
    client,
    fiche,
    situation,
    tarification,
)

VIGUEUR = Taxes(Decimal("0.05"), Decimal("0.09975"))
HIER, DEMAIN = Taxes(Decimal("0.06"), Decimal("0.085")), Taxes(Decimal("0.04"), Decimal("0.10"))
OCTOBRE = SEPTEMBRE.suivant


def emise(situation_: Situation, periode: Mois) -> tuple[Projet, Situation]:
    """Le projet d'une période, et la situation qu'il laisse."""
    projet = situation_.projeter(periode)
    deja = dict(situation_.deja_facture)
    for ligne in projet.lignes:
        f = ligne.facturee
        deja[ligne.identite] = Facturee(
            montant=f.montant + ligne.montant,
            taxes=f.taxes,
            ajustement=f.ajustement + ligne.ajustement,
        )
    return projet, replace(situation_, deja_facture=deja, emises={periode: "1"})


def profils(*dits: tuple[date, bool]) -> tuple[ProfilTaxes, ...]:
    return tuple(ProfilTaxes(debut, taxable) for debut, taxable in dits)


def test_fac_15_le_bareme_livre_dit_les_taux_d_aujourd_hui() -> None:
    assert lire_bareme().le(date(2026, 9, 1)) == VIGUEUR


def test_fac_15_un_taux_vaut_de_son_jour_au_suivant() -> None:
    bareme = Bareme.de({date(2027, 1, 1): DEMAIN, date(2013, 1, 1): VIGUEUR})
    assert [bareme.le(date(*j)) for j in ((2013, 1, 1), (2026, 12, 31), (2027, 1, 1))] == [
        VIGUEUR,
        VIGUEUR,
        DEMAIN,
    ]
    with pytest.raises(Conflit, match="2012-12-31") as refus:
        bareme.le(date(2012, 12, 31))
    assert refus.value.regle == "FAC-15"


def test_fac_10_chaque_taux_porte_une_fois_sur_sa_somme() -> None:
    sommes = [(VIGUEUR, "0.10"), (EXONERE, "5.00"), (VIGUEUR, "0.10"), (HIER, "10.00")]
    totaux = Totaux.de((taxes, Montant.de(m)) for taxes, m in sommes)
    # 0,20 × 5 % = 0,01; × 9,975 % = 0,01995 → 0,02; 10 × 6 % = 0,60; × 8,5 % = 0,85
    assert [str(p.tps) for p in totaux.parts] == ["0.00", "0.01", "0.60"]
    assert [str(x) for x in (totaux.avant_taxes, totaux.tps, totaux.tvq, totaux.total)] == [
        "15.20",
        "0.61",
        "0.87",
        "16.68",
    ]


def test_fac_15_le_profil_du_jour_du_du_frappe_la_ligne() -> None:
    """Taxable à partir du 1er septembre : août, facturé avec septembre, reste exonéré."""
    depart = situation([Faits().livraison("p", date(2026, 8, 1))])
    depuis_septembre = replace(client(), profils=profils((date(2026, 9, 1), True)))
    projet = replace(depart, client=depuis_septembre).projeter(SEPTEMBRE)
    assert [(str(x.identite.periode), x.taxes) for x in projet.lignes] == [
        ("2026-09", VIGUEUR),
        ("2026-08", EXONERE),
    ]
    assert str(projet.totaux.tps) == "7.35"


def test_fac_15_change_en_cours_de_mois_un_profil_vaut_des_lignes_qui_commencent_apres() -> None:
    """Hypothèse : la ligne porte le profil de son premier jour; le prix changé en fait deux."""
    f = Faits()
    faits = [f.livraison("p", date(2026, 9, 1)), f.livraison("q", date(2026, 9, 16))]
    t = tarification(fiche(), fiche(2, date(2026, 9, 21), POSTE_01="150"))
    depuis_le_16 = replace(client(), profils=profils((date(2026, 9, 16), True)))
    projet = replace(situation(faits, t), client=depuis_le_16).projeter(SEPTEMBRE)
    assert {(x.identite.source, x.identite.debut.day, x.taxes) for x in projet.lignes} == {
        ("p", 1, EXONERE),
        ("p", 21, VIGUEUR),
        ("q", 16, VIGUEUR),
        ("q", 21, VIGUEUR),
    }


@pytest.mark.parametrize(
    ("avant", "apres", "tps"),
    [(False, True, "0.00"), (True, False, "-4.66"), (True, True, "-4.66")],
)
def test_fac_15_une_correction_porte_le_profil_de_ce_qu_elle_corrige(
    avant: bool, apres: bool, tps: str
) -> None:
    """Vu : 14,68 $ de taxes jamais facturées étaient rendues d'une facture exonérée."""
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    taxe = replace(client(), profils=profils((date(2026, 4, 1), avant)))
    _, reste = emise(replace(situation([livraison]), client=taxe), SEPTEMBRE)
    fin = f.recuperation("p", date(2026, 9, 12))
    corrige = situation([livraison, fin])
    projet = replace(
        corrige,
        client=replace(taxe, profils=profils((date(2026, 4, 1), apres))),
        deja_facture=reste.deja_facture,
        emises=reste.emises,
    ).projeter(OCTOBRE)
    assert str(projet.totaux.avant_taxes) == "-93.10"
    assert str(projet.totaux.tps) == tps


def test_fac_15_un_taux_change_ne_touche_pas_ce_qui_est_facture() -> None:
    """Octobre suit le nouveau taux; la correction de septembre, l'ancien."""
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    _, reste = emise(situation([livraison], taxable=True), SEPTEMBRE)
    bareme = Bareme.de({date(2013, 1, 1): VIGUEUR, date(2026, 10, 1): DEMAIN})
    fin = f.recuperation("p", date(2026, 10, 16))
    perdu = f.rectification(livraison, datetime(2026, 9, 11, 16, tzinfo=UTC))
    corrige = situation([livraison, fin, perdu], taxable=True)
    projet = replace(
        corrige, bareme=bareme, deja_facture=reste.deja_facture, emises=reste.emises
    ).projeter(OCTOBRE)
    assert {(str(x.identite.debut), x.taxes) for x in projet.lignes} == {
        ("2026-10-01", DEMAIN),
        ("2026-09-01", VIGUEUR),
        ("2026-09-11", VIGUEUR),
    }


@pytest.mark.parametrize(
    ("fin", "nature", "numero"),
    [
        (date(2026, 9, 12), NatureDocument.NOTE_DE_CREDIT, "NC-2026-2027-000007"),
        (date(2026, 10, 20), NatureDocument.FACTURE, "2026-2027-000007"),
    ],
)
def test_fac_15_total_negatif_une_note_de_credit_dans_sa_suite(
    fin: date, nature: NatureDocument, numero: str
) -> None:
    f = Faits()
    livraison = f.livraison("p", date(2026, 9, 1))
    _, reste = emise(situation([livraison]), SEPTEMBRE)
    corrige = situation([livraison, f.recuperation("p", fin)])
    projet = replace(corrige, deja_facture=reste.deja_facture, emises=reste.emises).projeter(
        OCTOBRE
    )
    assert projet.nature is nature
    document, _ = projet.emettre(7, datetime(2026, 11, 1, 14, tzinfo=UTC), EMETTEUR)
    assert document.numero == numero


def test_fac_15_un_total_nul_est_une_facture() -> None:
    """Une vie déplacée d'un actif à un autre : +147 et −147."""
    f = Faits()
    une, autre = f.livraison("p", date(2026, 9, 1)), f.livraison("q", date(2026, 9, 1))
    _, reste = emise(situation([une]), SEPTEMBRE)
    echange: list[Appris] = [
        une,
        f.rectification(une, None),
        autre,
        f.recuperation("q", date(2026, 10, 1)),
    ]
    projet = replace(
        situation(echange), deja_facture=reste.deja_facture, emises=reste.emises
    ).projeter(OCTOBRE)
    assert len(projet.lignes) == 2
    assert (str(projet.totaux.total), projet.nature) == ("0.00", NatureDocument.FACTURE)
