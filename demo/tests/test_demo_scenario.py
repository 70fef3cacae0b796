"""Le scénario est bien formé, et tient tout ce qu'il doit montrer."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from demo.scenario.agenda import Acte, tours
from demo.scenario.gestes import ScenarioMalForme, Verbe, lire_geste
from demo.scenario.lecture import Demande, a_quebec, lire_demande, lire_scenario
from noyau import Mois

MOIS = Mois(2026, 9)
SCENARIO = lire_scenario()
SORTES = {
    "poste_physique": "PT-1",
    "poste_virtuel": "PT-2",
    "logiciel": "PT-3",
    "amenagement_utilisateur": "PT-6",
    "appareil_mobile": "PT-9",
}


def avec(verbe: Verbe) -> list[Demande]:
    return [d for d in SCENARIO.demandes if any(g.verbe is verbe for g in d.gestes)]


def portant(*produits: str) -> list[Demande]:
    return [d for d in SCENARIO.demandes if {a.produit for a in d.articles} & set(produits)]


def quand(demande: Demande, verbe: Verbe) -> datetime:
    return next(g.le for g in demande.gestes if g.verbe is verbe)


def test_au_moins_quarante_demandes_sur_cinq_indicateurs_et_trois_organismes() -> None:
    mesurees = [d for d in SCENARIO.demandes if d.sorte in SORTES]
    assert len(mesurees) >= 40
    assert {SORTES[d.sorte] for d in mesurees} == {"PT-1", "PT-2", "PT-3", "PT-6", "PT-9"}
    assert len({d.organisme for d in mesurees}) == 3
    assert {o["code"] for o in SCENARIO.organismes} == {d.organisme for d in mesurees}
    assert [o["code"] for o in SCENARIO.organismes if o["taxable"]] == ["SAAQ"]


def test_le_cycle_de_vie_dem_4_est_parcouru() -> None:
    for verbe in (Verbe.REFUS, Verbe.ANNULATION, Verbe.REOUVERTURE, Verbe.SOUMISSION):
        assert avec(verbe), verbe
    attentes = [quand(d, Verbe.APPROBATION) - quand(d, Verbe.CREATION)
                for d in avec(Verbe.APPROBATION)]  # fmt: skip
    assert sum(attente >= timedelta(days=1) for attente in attentes) >= 3
    assert max(attentes) >= timedelta(days=5)


def test_des_suspensions_passent_par_dessus_une_fin_de_semaine() -> None:
    par_dessus = [
        d
        for d in avec(Verbe.SUSPENSION)
        if quand(d, Verbe.SUSPENSION).isocalendar().week
        < quand(d, Verbe.REPRISE).isocalendar().week
    ]
    assert len(par_dessus) >= 3


def test_les_conditions_d_exclusion_a_b_c_e_ont_chacune_leur_cas() -> None:
    assert any(sum(a.quantite for a in d.articles) > 1 and len(d.articles) == 1
               for d in SCENARIO.demandes)  # fmt: skip
    assert portant("PV-SUR-MESURE")
    assert portant("EDITEUR-PDF", "DIAGRAMMES")
    assert portant("POSTE-HAUTE-PERF")


def test_l_itsm_se_repete_et_parle_dans_le_desordre_dem_10() -> None:
    gestes = [g for d in SCENARIO.demandes for g in d.gestes]
    assert sum(g.fois > 1 for g in gestes) >= 3
    assert sum(g.redit is not None for g in gestes) >= 10
    assert sum(g.en_retard for g in gestes) >= 3


def test_perte_recuperation_tarif_soutien_et_contrat() -> None:
    """FAC-1, FAC-2, CAT-5, FAC-4, CI-17, CI-20."""
    assert avec(Verbe.PERTE)
    assert avec(Verbe.RECUPERATION)
    changement = SCENARIO.autour["changement_de_tarif"]
    assert changement["publie_le"].date() < changement["debut"]
    assert 1 < changement["debut"].day < 30
    durees = Counter[str]()
    for intervention in SCENARIO.interventions:
        durees[intervention["cle"]] += intervention["minutes"]
    assert sorted(durees.values()) == [20, 75, 240]
    contrat, grille = SCENARIO.autour["contrat"], SCENARIO.autour["grille"]
    assert contrat["duree_mois"] == 24
    assert contrat["signe_fournisseur_le"] < contrat["copie_le"] < grille["publiee_le"]


def test_une_ligne_du_scenario_se_lit() -> None:
    geste = lire_geste("11 15:00 suspension : en attente du site (annoncé 14 08:55)", MOIS)
    assert (geste.verbe, geste.motif) == (Verbe.SUSPENSION, "en attente du site")
    assert (geste.annonce - geste.le) == timedelta(days=2, hours=17, minutes=55)
    assert lire_geste("10 09:30 livraison 1 2 (répété 3 fois)", MOIS).articles == (1, 2)
    travaux = lire_geste("11 10:45 complétion BUR 30, INFRA 20", MOIS).travaux
    redit = lire_geste("10 09:30 livraison 1 (annoncé 11 09:00) (redit 14 09:00)", MOIS)
    assert redit.redit == redit.le + timedelta(days=3, hours=23, minutes=30)
    rectifie = lire_geste("21 09:00 rectification livraison 2 : erreur (juste 18 14:00)", MOIS)
    assert (rectifie.vise, rectifie.articles) == (Verbe.LIVRAISON, (2,))
    assert rectifie.juste == rectifie.le - timedelta(days=2, hours=19)
    assert lire_geste("21 09:00 rectification suspension : erreur (nul)", MOIS).nul
    assert [(t.tarif, t.minutes) for t in travaux] == [
        ("AMENAGEMENT-BUR", 30),
        ("AMENAGEMENT-INFRA", 20),
    ]


@pytest.mark.parametrize(
    ("ligne", "raison"),
    [
        ("n'importe quoi", "ne se lit pas"),
        ("10 09:00 danse", "geste inconnu"),
        ("10 09:00 suspension", "le motif manque"),
        ("10 09:00 livraison", "l'article visé manque"),
        ("10 09:00 approbation (répété 2 fois)", "seul l'ITSM"),
        ("10 09:00 prise_en_charge (annoncé 09 09:00)", "annoncé avant"),
        ("10 09:00 prise_en_charge (redit 09 09:00)", "redit avant"),
        ("10 09:00 approbation (redit 11 09:00)", "seul l'ITSM"),
        ("10 09:00 rectification livraison 1 : erreur", "l'heure juste ou"),
        ("10 09:00 livraison 1 (nul)", "l'heure juste ou"),
        ("10 09:00 rectification approbation : erreur (nul)", "l'acte rectifié manque"),
    ],
)
def test_une_ligne_mal_formee_est_refusee_clairement(ligne: str, raison: str) -> None:
    with pytest.raises(ScenarioMalForme, match=raison):
        lire_geste(ligne, MOIS)


@pytest.mark.parametrize(
    ("gestes", "raison"),
    [
        (["02 10:00 approbation"], "commence par sa création"),
        (["02 10:00 création", "01 10:00 approbation"], "leur ordre"),
        (["02 10:00 création", "03 10:00 livraison 2"], "article inconnu"),
        (
            ["02 10:00 création", "03 10:00 rectification reprise : erreur (nul)"],
            "un seul acte",
        ),
    ],
)
def test_une_demande_incoherente_est_refusee_en_la_nommant(gestes: list[str], raison: str) -> None:
    brut = {"cle": "X-1", "sorte": "logiciel", "pourquoi": "", "articles": ["ANTIVIRUS"]}
    with pytest.raises(ScenarioMalForme, match=f"X-1.*{raison}"):
        lire_demande({**brut, "gestes": gestes}, "MTQ", MOIS)


async def rien() -> None: ...


def acte(heure: int, libelle: str, *, ponctuel: bool) -> Acte:
    le = SCENARIO.mise_en_route.replace(hour=heure)
    return Acte(annonce=le, ponctuel=ponctuel, libelle=libelle, faire=rien)


def test_l_agenda_groupe_les_actes_au_premier_tour_qui_les_suit() -> None:
    prevus = tours(
        [
            acte(14, "c", ponctuel=True),
            acte(9, "a", ponctuel=True),
            acte(13, "b", ponctuel=False),
            acte(9, "aussi", ponctuel=True),
        ]
    )
    assert [[a.libelle for a in tour.actes] for tour in prevus] == [["a", "aussi"], ["b", "c"]]


def test_un_acte_que_rien_ne_suit_est_refuse() -> None:
    with pytest.raises(ValueError, match="Aucun tour ne suit « seul »"):
        tours([acte(9, "a", ponctuel=True), acte(10, "seul", ponctuel=False)])


def test_l_horloge_avance_peu_souvent_et_reste_dans_les_deux_mois() -> None:
    instants = {g.le for d in SCENARIO.demandes for g in d.gestes if not g.verbe.par_itsm}
    assert len(instants) <= 40
    assert max(instants) < SCENARIO.fin_de_la_suite


def test_ce_qui_suit_le_mois_tient_ce_qu_il_doit_montrer() -> None:
    """FAC-7, FAC-8, FAC-11, FAC-17 : appris après l'approbation, appris d'un mois clos, à temps."""
    suite = SCENARIO.suite
    emission, (tardive,) = suite["emission"], suite["interventions"]
    assert emission["approuvee_le"] < tardive["annoncee_le"] < emission["emise_le"]
    assert tardive["debut"].month == SCENARIO.mois.mois
    assert any(
        r["le"].month < r["annoncee_le"].month == SCENARIO.mois_suivant.mois
        for r in suite["recuperations"]
    )
    gestes = [geste["geste"] for geste in suite["contestation"]["gestes"]]
    assert gestes == ["contestation", "examen", "question", "reponse", "decision"]
    simulation = suite["simulation"]
    sans_prix = {Verbe.SUSPENSION, Verbe.REPRISE}
    gestes_du_parc = [g for d in SCENARIO.demandes for g in d.gestes if g.verbe not in sans_prix]
    dernier = max(g.annonce for g in gestes_du_parc)
    entre = a_quebec(suite["validation"]["le"])
    assert dernier < entre < a_quebec(simulation["le"]), "ce qui se paie est su"
    assert simulation["le"].date() < simulation["debut"]
    assert {r["organisme"] for r in suite["reglements"]} == {o["code"] for o in SCENARIO.organismes}
