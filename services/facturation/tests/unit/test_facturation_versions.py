"""Une fiche vaut à sa date : rien de ce qui la précède ne bouge d'un octet (CAT-2, CAT-5)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrats.catalogue import FichePubliee
from facturation.creances.domaine.abonnements import abonnements
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Nature
from facturation.creances.domaine.faits import Appris, sources
from facturation.factures.domaine.documents import de_projet
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import (
    Declencheur,
    Decompte,
    Engagement,
    FraisUniques,
    Tarif,
    VersionFiche,
)
from facturation.tarification.entrees import ECOUTES
from noyau import Mois
from services.facturation.tests.builders import (
    LIVRAISON,
    ORIGINE,
    SEPTEMBRE,
    TARIFS,
    Faits,
    au_meme,
    du,
    fiche,
    retrait,
    situation,
    tarif,
    tarification,
)
from services.facturation.tests.histoires import JOURS, MONTANTS, des_actifs

F = Faits()
AN_PROCHAIN = date(2027, 4, 1)


def jour(j: int, mois: int = 9) -> date:
    return date(2026, mois, j)


def dites(t: Tarification, *appris: Appris, jusqua: Mois = SEPTEMBRE) -> list[str]:
    """« nature jour montant » de chaque créance, puis le motif de chaque attente."""
    rendu = calculer(sources(appris), t, jusqua)
    creances = sorted(rendu.creances, key=lambda c: c.identite)
    lignes = [f"{c.identite.nature} {c.identite.debut} {c.montant}" for c in creances]
    return [*lignes, *(a.motif for a in rendu.attentes)]


# --- Les fautes vues -----------------------------------------------------------------------------


def test_cat_5_une_fiche_de_l_an_prochain_qui_change_la_forme_ne_change_rien_avant() -> None:
    autre = Decompte(forme="unites", fois="quantite")
    futur = fiche(2, AN_PROCHAIN, tarifs=au_meme(TARIFS, "POSTE-01", quantite=autre))
    livraison = F.livraison("p", jour(1))
    for t in (tarification(), tarification(fiche(), futur)):
        assert dites(t, livraison) == ["abonnement 2026-09-01 147.00"]
    # À sa date, l'abonnement finit; une livraison se paie à l'unité.
    t = tarification(fiche(), futur)
    (abonnement,) = (a for s in sources([livraison]) for a in abonnements(s, t))
    assert abonnement.fin == AN_PROCHAIN
    tardive = F.livraison("q", AN_PROCHAIN, quantite=2)
    assert dites(t, tardive, jusqua=Mois(2027, 4)) == ["acte 2027-04-01 294.00"]


def test_cat_9_un_decompte_change_les_abonnements_ouverts_continuent_a_l_ancien_prix() -> None:
    autre = Decompte(forme="unites", fois="quantite")
    change = {"quantite": autre, "montant": Decimal(9), "abonnements_ouverts": "continuent"}
    v2 = fiche(2, jour(16), tarifs=au_meme(TARIFS, "POSTE-01", **change))
    v3 = fiche(3, jour(1, 10), tarifs=au_meme(TARIFS, "POSTE-01", quantite=autre))
    v4 = fiche(4, jour(1, 11), POSTE_01="200")
    t = tarification(fiche(), v2, v3, v4)
    ancien, nouveau = F.livraison("p", jour(1)), F.livraison("q", jour(20))
    # Compté de nouveau au mois en novembre, il ne change rien à l'ancien.
    assert dites(t, ancien, nouveau, jusqua=Mois(2026, 11)) == [
        "abonnement 2026-09-01 147.00",
        "abonnement 2026-10-01 147.00",
        "abonnement 2026-11-01 147.00",
        "acte 2026-09-20 9.00",
    ]
    assert dites(t, F.livraison("r", jour(1, 11)), jusqua=Mois(2026, 11)) == [
        "abonnement 2026-11-01 200.00"
    ]


def test_cat_9_les_codes_du_soutien_se_renomment_sans_code() -> None:
    renommes = [replace(t, code=t.code.replace("SOUTIEN", "AIDE")) for t in TARIFS]
    t = tarification(fiche(), fiche(2, jour(1), tarifs=renommes))
    faits = (
        F.intervention("i", jour(9), 20, cloture=True, deplacement=True),
        F.souscription("a", jour(1)),
    )
    rendu = calculer(sources(faits), t, SEPTEMBRE)
    assert {c.identite.tarif: str(c.montant) for c in rendu.creances} == {
        "AIDE-ETENDU": "955.56",
        "AIDE-APPEL": "23.00",
        "AIDE-HEURE": "86.00",
        "AIDE-DEPLACEMENT": "258.00",
    }
    assert not rendu.attentes


def test_cat_9_un_tarif_horaire_neuf_se_facture_sans_code() -> None:
    neuf = tarif(
        "CABLAGE", "80", "duree", du("travail.effectué", tarif="CABLAGE"),
        fait="minutes", pas=30, minimum=60, maximum=120, par=("jour",),
    )  # fmt: skip
    t = tarification(fiche(), fiche(code="NEUVE", tarifs=[neuf]))
    # 20 min → 1 h × 80; 70 → 1,5 h = 120; 300 → 2 h = 160
    for minutes, montant in ((20, "80.00"), (70, "120.00"), (300, "160.00")):
        assert dites(t, F.travail("x", jour(9), minutes, "CABLAGE")) == [
            f"acte 2026-09-09 {montant}"
        ]


def test_cat_2_un_retrait_vaut_quel_que_soit_l_ordre_et_tue_les_versions_de_meme_debut() -> None:
    versions = [fiche(), fiche(2, jour(16), POSTE_01="150"), fiche(3, jour(16), POSTE_01="153")]
    livraison = F.livraison("p", jour(1))
    for ordre in permutations(versions):
        t = tarification(*ordre, retraits=[retrait(3, jour(16))])
        assert dites(t, livraison) == ["abonnement 2026-09-01 147.00"]
    # Le retrait de la deuxième laisse la troisième, comme celui d'un autre début ou d'une autre.
    for autre in (retrait(2, jour(16)), retrait(9, jour(17)), retrait(9, jour(16), "AUTRE")):
        assert dites(tarification(*versions, retraits=[autre]), livraison) == [
            "abonnement 2026-09-01 73.50",
            "abonnement 2026-09-16 76.50",
        ]
    # Une version publiée ensuite, au même début, a un numéro plus grand.
    apres = [*versions, fiche(4, jour(16), POSTE_01="160")]
    t = tarification(*apres, retraits=[retrait(3, jour(16))])
    assert dites(t, livraison)[1] == "abonnement 2026-09-16 80.00"


def test_cat_5_une_fiche_tardive_comble_ce_qui_attendait() -> None:
    faits = (F.livraison("p", jour(1)), F.travail("x", jour(9), 60))
    vide = replace(tarification(), fiches=())
    motifs = [
        f"Aucune fiche ne publie le tarif {c} au jour du fait."
        for c in ("POSTE-01", "AMENAGEMENT-BUR")
    ]
    assert dites(vide, *faits) == motifs
    assert dites(tarification(), *faits) == [
        "abonnement 2026-09-01 147.00",
        "acte 2026-09-09 63.00",
    ]


def test_cat_9_un_tarif_qui_prend_fin_finit_ses_abonnements_et_refuse_les_nouveaux() -> None:
    restent = [t for t in TARIFS if t.code != "POSTE-01"]
    t = tarification(fiche(), fiche(2, jour(16), tarifs=restent))
    perdu = (F.livraison("p", jour(1)), F.perte("p", jour(20)))
    # 147 × 15 ÷ 30; l'abonnement a fini le 16 : la perte du 20 ne doit rien
    assert dites(t, *perdu) == ["abonnement 2026-09-01 73.50"]
    assert dites(t, F.livraison("q", jour(16))) == ["Le tarif POSTE-01 a pris fin."]
    # Republié, il reprend pour qui se livre alors, pas pour ceux qu'il avait finis.
    t = tarification(*t.fiches, fiche(3, jour(25)))
    assert dites(t, F.livraison("p", jour(1)), F.livraison("q", jour(25))) == [
        "abonnement 2026-09-01 73.50",
        "abonnement 2026-09-25 29.40",
    ]


def test_cat_5_le_libelle_et_la_version_se_lisent_au_jour_de_la_creance() -> None:
    renomme = au_meme(TARIFS, "POSTE-01", libelle="Autre nom", montant=Decimal(150))
    t = tarification(fiche(), fiche(2, jour(16), tarifs=renomme))
    lignes = situation([F.livraison("p", jour(1))], t).projeter(SEPTEMBRE).lignes
    assert [ligne.libelle for ligne in lignes] == ["Libellé de POSTE-01", "Autre nom"]


def test_fac_1_le_libelle_des_frais_est_le_leur() -> None:
    frais = FraisUniques(libelle="Mise en service", montant=Decimal(100))
    cher = tarif("POSTE-01", "147", frais_uniques=frais)
    projet = situation([F.livraison("p", jour(1))], tarification(fiche(tarifs=[cher])))
    lignes = {x.identite.nature: x.libelle for x in projet.projeter(SEPTEMBRE).lignes}
    assert lignes == {Nature.ABONNEMENT: "Libellé de POSTE-01", Nature.FRAIS: "Mise en service"}


# --- Ce que l'on ne connaît pas ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "motif"),
    [
        ({"quantite": {"forme": "volume"}}, "La forme « volume » du tarif POSTE-01"),
        ({"source": "bourse"}, "La source « bourse » du tarif POSTE-01"),
    ],
)
def test_une_forme_ou_une_source_d_un_producteur_plus_recent_attend(
    change: dict[str, Any], motif: str
) -> None:
    publie = {"code": "POSTE-01", "libelle": "x", "du": {"livraison": True}, "montant": "147"}
    publiee = {"code": "POSTES", "titre": "x", "version": 2, "debut": "2026-09-16"}
    evenement = FichePubliee.model_validate(
        {
            **publiee,
            "tarifs": [{**publie, "quantite": {"forme": "mois", "fois": "quantite"}, **change}],
            "indicateurs": [],
        }
    )

    class Recu:
        def __init__(self) -> None:
            self.evenement = evenement

    recue: Any = Recu()
    version = ECOUTES[FichePubliee].traduire(recue)
    assert isinstance(version, VersionFiche)
    t = tarification(fiche(), version)
    attendu = f"{motif} n'est pas connue d'ici."
    assert dites(t, F.livraison("p", jour(20))) == [attendu]
    # L'abonnement ouvert attend aussi, depuis ce jour-là.
    assert dites(t, F.livraison("p", jour(1))) == ["abonnement 2026-09-01 73.50", attendu]


def test_cat_9_un_tarif_nomme_que_rien_ne_rend_du_attend_a_son_nom() -> None:
    inconnu, mal_nomme = F.travail("x", jour(9), 60, "ZZZ"), F.travail("x", jour(9), 60, "POSTE-01")
    assert dites(tarification(), inconnu) == [
        "Aucune fiche ne publie le tarif ZZZ au jour du fait."
    ]
    assert dites(tarification(), mal_nomme) == [
        "Le tarif POSTE-01 n'est pas dû pour « travail.effectué »."
    ]


def test_cat_9_ce_qui_est_toujours_tarife_attend_si_nulle_fiche_ne_le_tarife() -> None:
    """Le service rendu après la fin de son tarif se signale; il ne devient pas gratuit."""
    restent = [t for t in TARIFS if not t.code.startswith("SOUTIEN-")]
    t = tarification(fiche(), fiche(2, jour(10), tarifs=restent))
    souscrit = replace(F.souscription("a", jour(12)), tarife=True)
    assert dites(t, souscrit) == ["Aucun tarif en vigueur n'est dû pour « abonnement.souscrit »."]
    assert dites(t, replace(F.souscription("b", jour(9)), tarife=True)) == [
        "abonnement 2026-09-09 31.85",
        "Le tarif SOUTIEN-ETENDU a pris fin le 2026-09-10, et l'abonnement court encore.",
    ]
    resilie = F.resiliation("b", jour(20))
    assert dites(t, replace(F.souscription("b", jour(9)), tarife=True), resilie) == [
        "abonnement 2026-09-09 31.85"
    ]


def test_cat_9_le_tarif_qui_eprouve_le_nom_dit_y_repond_sous_un_autre_code() -> None:
    renommes = [replace(t, code=t.code.replace("AMENAGEMENT", "SALLE")) for t in TARIFS]
    t = tarification(fiche(), fiche(2, jour(1), tarifs=renommes))
    assert dites(t, F.travail("x", jour(9), 60, "AMENAGEMENT-BUR")) == ["acte 2026-09-09 63.00"]
    # Dû de toute heure, un tarif ne répond pas de celle dont nulle fiche ne publie le nom.
    toute = replace(renommes[0], code="TOUTE", du=Declencheur(evenement="travail.effectué"))
    toute = replace(toute, quantite=Decompte(forme="forfait"), montant=Decimal(5), mois_si_perte=0)
    t = tarification(fiche(), fiche(2, jour(1), tarifs=[*renommes, toute]))
    assert dites(t, F.travail("x", jour(9), 60, "ZZZ")) == [
        "acte 2026-09-09 5.00",
        "Aucune fiche ne publie le tarif ZZZ au jour du fait.",
    ]


def test_cat_1_un_produit_qui_porte_un_tarif_d_evenement_attend() -> None:
    t = tarification(autres={"MAL": ("COURTIER-FRAIS",)})
    assert dites(t, F.livraison("p", jour(9), "MAL")) == [
        "Le tarif COURTIER-FRAIS n'est pas dû à la livraison d'un produit."
    ]


def test_un_fait_qui_ne_dit_pas_ce_que_le_tarif_compte_attend() -> None:
    t = tarification(fiche(tarifs=[tarif("T", "1", "unites", du("x.fait"), fois="nombre")]))
    assert dites(t, F.fait("x.fait", "s", jour(9), nombre="2.5")) == ["acte 2026-09-09 2.50"]
    assert dites(t, F.fait("x.fait", "s", jour(9))) == [
        "Le tarif T compte « nombre », qu'un fait ne dit pas."
    ]


# --- La propriété : publier n'importe quelle version future --------------------------------------

FORMES = st.sampled_from(["mois", "unites", "duree", "forfait", "saisi", "grille", "nouvelle"])
DECLENCHEURS = st.sampled_from(
    [LIVRAISON, du("travail.effectué"), du("actif.livré"), du("actif.perdu"), du("autre.type")]
)


FUTURS = st.dates(ORIGINE + timedelta(days=1), date(2026, 12, 31))


@st.composite
def des_tarifs(draw: st.DrawFn) -> list[Tarif]:
    """Les tarifs d'une version quelconque : changés, disparus, redéfinis de fond en comble."""
    tarifs = list[Tarif]()
    for connu in (*TARIFS, tarif("NEUF", "10"), tarif("AUTRE", "7", "forfait", du("actif.livré"))):
        sort_de = draw(st.sampled_from(["garde", "montant", "disparait", "redefini"]))
        if sort_de == "montant":
            tarifs.append(replace(connu, montant=Decimal(draw(MONTANTS)), libelle="Nouveau"))
        elif sort_de == "redefini":
            decompte = Decompte(forme=draw(FORMES), fait="minutes", par=("jour",))
            tarifs.append(
                replace(
                    connu,
                    quantite=decompte,
                    du=draw(DECLENCHEURS),
                    mois_si_perte=draw(st.integers(0, 5)),
                    engagement=draw(st.sampled_from([None, Engagement(mois=12, reconduit=True)])),
                    frais_uniques=draw(st.sampled_from([None, FraisUniques(libelle="f")])),
                    abonnements_ouverts=draw(st.sampled_from([None, "continuent", "finissent"])),
                )
            )
        elif sort_de == "garde":
            tarifs.append(connu)
    return tarifs


@st.composite
def des_faits(draw: st.DrawFn) -> list[Appris]:
    f, le, fin = Faits(), draw(JOURS), draw(JOURS)
    return [
        *draw(des_actifs(2)),
        f.souscription("ab", le),
        f.resiliation("ab", fin),
        f.intervention("i", le, draw(st.integers(0, 300))),
        f.intervention("i", fin, 20, cloture=True, deplacement=True),
        f.contrat("c", le, "1000"),
        f.livraison("neuf", le, "NEUVE"),
        f.perte("neuf", fin, "NEUVE"),
        f.travail("x", le, 50, "NEUF"),
    ]


@given(
    faits=des_faits(),
    tarifs=des_tarifs(),
    debut=FUTURS,
    code=st.sampled_from(["POSTES", "AAA", "ZZZ"]),
)
@settings(max_examples=200)
def test_cat_5_une_version_quelconque_ne_change_rien_d_avant_sa_date(
    faits: list[Appris], tarifs: list[Tarif], debut: date, code: str
) -> None:
    portes = {"NEUVE": ("NEUF", "AUTRE", "POSTE-01")}
    futur = fiche(2, debut, code, tarifs)
    avant, apres = tarification(autres=portes), tarification(fiche(), futur, autres=portes)
    periode = Mois.de(debut).precedent
    assert calculer(sources(faits), apres, periode) == calculer(sources(faits), avant, periode)
    # Ni un montant, ni un libellé, ni une explication, jusqu'au dernier octet du document.
    assert de_projet(situation(faits, apres).projeter(periode)) == de_projet(
        situation(faits, avant).projeter(periode)
    )
    veille = debut - timedelta(days=1)
    for t in TARIFS:
        assert apres.tarif_au(t.code, veille) == avant.tarif_au(t.code, veille)
    # Retirée, elle n'a jamais existé, même après sa date.
    retraits = [retrait(2, debut, code)]
    retiree = tarification(fiche(), futur, retraits=retraits, autres=portes)
    tout = Mois(2027, 1)
    assert calculer(sources(faits), retiree, tout) == calculer(sources(faits), avant, tout)


@given(faits=des_faits(), tarifs=des_tarifs(), debut=JOURS)
@settings(max_examples=100)
def test_fac_6_sous_une_version_quelconque_une_identite_n_a_qu_une_creance(
    faits: list[Appris], tarifs: list[Tarif], debut: date
) -> None:
    t = tarification(fiche(), fiche(2, debut, tarifs=tarifs))
    creances = calculer(sources(faits), t, Mois(2027, 1)).creances
    assert len({c.identite for c in creances}) == len(creances)
    listes = [a for s in sources(faits) for a in abonnements(s, t)]
    assert len({(a.source, a.tarif, a.debut) for a in listes}) == len(listes)
