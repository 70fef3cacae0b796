"""De l'événement au fait : tout vient de son contrat (CAT-9, DEM-13)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from contrats import courtier, demandes
from contrats.registre import EVENEMENTS
from facturation.creances.adaptateurs.tables import faits
from facturation.creances.domaine.abonnements import abonnements
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import FaitRecu, Role, sources
from facturation.creances.entrees.ecoutes import ECOUTES
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import (
    SEPTEMBRE,
    TARIFS,
    Faits,
    a,
    du,
    fiche,
    tarif,
    tarification,
)

F = Faits()


def jour(j: int, mois: int = 9) -> date:
    return date(2026, mois, j)


def test_cat_9_on_ecoute_tout_ce_qui_a_une_source_sauf_ses_propres_faits() -> None:
    attendus = {
        classe
        for classe in EVENEMENTS.values()
        if classe.SOURCE and classe.PRODUCTEUR != "facturation"
    }
    assert ECOUTES.keys() == attendus | {demandes.ActeRectifie, demandes.DemandeCreee}
    assert len({ECOUTES[classe].traduire for classe in attendus}) == 1
    assert all("organisme" in classe.model_fields for classe in attendus)


@pytest.mark.parametrize(
    ("fait", "role", "perd"),
    [
        (l.livraison(jour(9), "POSTE-01"), Role.COMMENCE, False),
        (l.souscription(jour(9), "soutien_etendu"), Role.COMMENCE, False),
        (l.recuperation(jour(9), "X"), Role.FINIT, False),
        (l.perte(jour(9), "X"), Role.FINIT, True),
        (l.remplacement(jour(9), "X", premature=True), Role.FINIT, True),
        (l.remplacement(jour(9), "X", premature=False), Role.FINIT, False),
        (l.resiliation(jour(9), jour(1)), Role.FINIT, False),
        (l.travail(jour(9), "AMENAGEMENT-BUR", 5), Role.ACTE, False),
        (l.saisie(jour(9), "TRAVAUX", "5"), Role.ACTE, False),
    ],
)
def test_cat_9_le_role_et_la_perte_viennent_du_contrat(
    fait: FaitRecu, role: Role, perd: bool
) -> None:
    assert (fait.role, fait.perd, fait.jour) == (role, perd, jour(9))


@pytest.mark.parametrize("premature", [True, False])
def test_fac_5_un_remplacement_transmet_l_engagement_sauf_premature(premature: bool) -> None:
    assert l.remplacement(jour(9), "X", premature=premature).transmet is not premature


def test_un_fait_se_garde_et_se_relit_tel_quel() -> None:
    colonne: Any = faits.c.donnees.type
    for fait in (l.usage(jour(9), "12.5"), l.souscription(jour(9), "x", "LIEN", 3)):
        garde = colonne.process_bind_param(fait, None)
        assert colonne.process_result_value(garde, None) == fait


def test_dem_13_seul_ce_qui_commence_change_d_effet_en_changeant_d_heure() -> None:
    le_20 = a(jour(20), 22)
    assert l.souscription(jour(1), "x").redate(le_20).jour == jour(20)
    assert l.resiliation(jour(9), jour(1)).redate(le_20).jour == jour(9)
    assert l.resiliation(jour(9), jour(1)).redate(le_20).dit_le == jour(20)
    assert l.contrat(jour(9), "5").redate(le_20).jour == jour(9)
    # Sans effet dit, tout fait est du jour où il survient.
    assert l.recuperation(jour(9), "X").redate(le_20).jour == jour(20)
    assert l.travail(jour(9), "AMENAGEMENT-BUR", 5).redate(le_20).jour == jour(20)


def test_ci_20_un_contrat_est_du_jour_de_quebec_de_la_signature_du_fournisseur() -> None:
    minuit = datetime(2026, 9, 10, 2, tzinfo=UTC)  # 22 h le 9, à Québec
    signe = courtier.ContratSigne(
        contrat_id=uuid4(), organisme="MTQ", fournisseur_id=uuid4(), debut=jour(1, 10),
        duree_mois=12, montant=Decimal(5), signe_client_le=minuit - timedelta(days=3),
        signe_fournisseur_le=minuit, elements=(),
    )  # fmt: skip
    assert l.recu(signe, jour(30)).jour == jour(9)


# --- Les vies, quelle que soit la source ---------------------------------------------------------


def fins(*appris: FaitRecu) -> list[tuple[date, date | None]]:
    return [(x.debut, x.fin) for s in sources(appris) for x in abonnements(s, tarification())]


def test_fac_1_finie_une_fin_d_effet_plus_tot_remplace_la_sienne() -> None:
    souscrit = F.souscription("s", jour(1))
    tard, tot = (
        F.resiliation("s", jour(30), avis=jour(5)),
        F.resiliation("s", jour(15), avis=jour(10)),
    )
    assert fins(souscrit, tard) == [(jour(1), jour(30))]
    assert fins(souscrit, tard, tot) == [(jour(1), jour(15))]
    assert fins(souscrit, tot, F.resiliation("s", jour(30), avis=jour(12))) == [(jour(1), jour(15))]


def test_fac_1_repris_avant_sa_fin_un_abonnement_ne_se_paie_pas_deux_fois() -> None:
    souscrit = F.souscription("s", jour(1))
    fin, repris = F.resiliation("s", jour(30), avis=jour(5)), F.souscription("s", jour(21))
    assert fins(souscrit, fin, repris) == [(jour(1), jour(21)), (jour(21), None)]


def test_cat_9_ce_qui_ne_change_pas_la_vie_ne_rend_rien_du() -> None:
    tarifs = (
        tarif("ARRIVEE", "5", "forfait", du("actif.livré")),
        tarif("DEPART", "7", "forfait", du("actif.récupéré")),
    )
    t = tarification(fiche(tarifs=(*TARIFS, *tarifs)))
    faits_recus = [
        F.recuperation("p", jour(1), "NOYAU"),
        F.livraison("p", jour(2), "NOYAU"),
        F.livraison("p", jour(3), "NOYAU"),
        F.recuperation("p", jour(4), "NOYAU"),
        F.recuperation("p", jour(5), "NOYAU"),
    ]
    rendus = calculer(sources(faits_recus), t, SEPTEMBRE).creances
    assert [(c.identite.tarif, c.identite.debut) for c in rendus] == [
        ("ARRIVEE", jour(2)),
        ("DEPART", jour(4)),
    ]
