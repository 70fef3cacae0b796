"""FAC-11 : avant et après, calculés à la main; le raccourci dit ce que dit tout recalculer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrats import catalogue
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.etendue import Etendue
from facturation.creances.domaine.faits import Appris, sources
from facturation.simulations.domaine.bilans import (
    Bilan,
    Comparaison,
    Fenetre,
    a_venir,
    reunir,
    statu_quos_tenus,
)
from facturation.simulations.domaine.hypotheses import (
    Hypothese,
    exiger_a_venir,
    exiger_publiable,
    proposer_montants,
)
from facturation.simulations.domaine.simulations import (
    fenetre_d_exercice,
    fenetre_d_hypothese,
    sceller,
)
from facturation.simulations.entrees.propositions import TarifIn
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import (
    Engagement,
    StatuQuo,
    Tarif,
    VersionFiche,
    VersionPrix,
)
from noyau import Conflit, Mois
from services.facturation.tests.builders import (
    TARIFS,
    Faits,
    au_meme,
    du,
    fiche,
    prix,
    retrait,
    situation,
    tarif,
    tarification,
)
from services.facturation.tests.histoires import (
    JOURS,
    MONTANTS,
    des_actifs,
    des_fiches_d_abonnements,
    des_souscriptions,
    des_versions,
    tarifs_de,
)

EFFET = date(2026, 12, 11)
FENETRE = Fenetre(premier=Mois(2026, 12), dernier=Mois(2027, 1))
LIVRE = date(2026, 9, 1)


def bilan(
    appris: Iterable[Appris],
    *fiches: VersionFiche,
    effet: date = EFFET,
    prix_supposes: Iterable[VersionPrix] = (),
    publiees: Tarification | None = None,
    fenetre: Fenetre = FENETRE,
) -> Bilan:
    """Ce que changent ces versions à ce que doit l'organisme de l'essai."""
    hypothese = Hypothese(fiches=fiches, prix=tuple(prix_supposes))
    publiees = publiees or tarification()
    comparaison = Comparaison.de("MTQ", publiees, hypothese, effet, fenetre)
    return comparaison.comparer(sources(appris))


def dits(bilan: Bilan) -> dict[str, tuple[str, str]]:
    """Avant et après, de chaque mois et tarif."""
    return {
        f"{mois} {tarif}": (str(sommes.avant), str(sommes.apres))
        for (mois, tarif), sommes in bilan.postes.items()
    }


def test_fac_11_un_montant_change_en_cours_de_mois() -> None:
    lu = bilan([Faits().livraison("a", LIVRE)], fiche(0, EFFET, POSTE_01="160"))
    # Décembre : 147 × 10 ÷ 31 = 47,42; 160 × 21 ÷ 31 = 108,39.
    assert dits(lu) == {
        "2026-12 POSTE-01": ("147.00", "155.81"),
        "2027-01 POSTE-01": ("147.00", "160.00"),
    }
    assert lu.touches == {"POSTE-01": 1}


def test_fac_11_un_tarif_prend_fin() -> None:
    sans = fiche(0, EFFET, tarifs=[t for t in TARIFS if t.code != "POSTE-01"])
    lu = bilan([Faits().livraison("a", LIVRE)], sans)
    # Dû jusqu'au 10 décembre; fini, un tarif ne solde rien.
    assert dits(lu) == {
        "2026-12 POSTE-01": ("147.00", "47.42"),
        "2027-01 POSTE-01": ("147.00", "0.00"),
    }
    assert (lu.attentes, lu.touches) == ((0, 0), {"POSTE-01": 1})


@pytest.mark.parametrize(("ouverts", "apres"), [("finissent", "47.42"), ("continuent", "147.00")])
def test_fac_11_la_forme_passe_du_mois_a_l_unite(ouverts: str, apres: str) -> None:
    """La fiche dit ce que deviennent les abonnements ouverts; ce qui suit se paie à l'acte."""
    faits = Faits()
    a_l_unite = tarif("POSTE-01", "300", "unites", abonnements_ouverts=ouverts)
    autre = [a_l_unite if t.code == "POSTE-01" else t for t in TARIFS]
    lu = bilan([faits.livraison("a", LIVRE)], fiche(0, EFFET, tarifs=autre))
    assert dits(lu)["2026-12 POSTE-01"] == ("147.00", apres)
    annonce = faits.livraison("b", date(2027, 1, 15))
    futur = bilan([annonce], fiche(0, EFFET, tarifs=autre))
    # Avant, dix-sept jours de janvier : 147 × 17 ÷ 31; après, une unité.
    assert dits(futur) == {"2027-01 POSTE-01": ("80.61", "300.00")}


def test_fac_11_une_fin_connue_est_suivie() -> None:
    faits = Faits()
    fin = replace(faits.recuperation("a", date(2026, 9, 20)), effet=date(2026, 12, 21))
    lu = bilan([faits.livraison("a", LIVRE), fin], fiche(0, EFFET, POSTE_01="160"))
    # Vingt jours : 147 × 20 ÷ 31 = 94,84; après, 47,42 + 160 × 10 ÷ 31 = 51,61.
    assert dits(lu) == {"2026-12 POSTE-01": ("94.84", "99.03")}


def test_fac_11_l_engagement_se_solde_au_tarif_du_jour_de_la_fin() -> None:
    engage = tarif(
        "LIEN", "100", du=du("abonnement.souscrit", tarif="LIEN"),
        engagement=Engagement(mois=12, reconduit=False),
    )  # fmt: skip
    faits = Faits()
    debut, fin = date(2026, 7, 1), date(2027, 1, 1)
    vie = [
        faits.souscription("l", debut, service="s", tarif="LIEN"),
        faits.resiliation("l", fin, avis=date(2026, 9, 1)),
    ]
    publiees = tarification(fiche(tarifs=[engage]))
    plus_cher = fiche(0, EFFET, tarifs=[replace(engage, montant=Decimal(120))])
    lu = bilan(vie, plus_cher, publiees=publiees)
    # De janvier à juin, six mois restent : 600 $ avant, 720 $ après.
    assert dits(lu)["2027-01 LIEN"] == ("600.00", "720.00")


def test_fac_11_le_prix_d_un_produit() -> None:
    faits = Faits()
    appris = [
        faits.livraison("v", LIVRE, "VIRTUEL-M"),
        faits.livraison("p", LIVRE),
        faits.livraison("x", date(2027, 1, 5), "LOGICIEL-X"),
    ]
    supposes = (prix("VIRTUEL-M", "70", 0, EFFET), prix("LOGICIEL-X", "100", 0, EFFET))
    lu = bilan(appris, prix_supposes=supposes)
    # 62,50 × 10 ÷ 31 = 20,16; 70 × 21 ÷ 31 = 47,42. LOGICIEL-X : 89,99 puis 100, plus 10 %.
    assert dits(lu) == {
        "2026-12 POSTE-01": ("147.00", "147.00"),
        "2026-12 POSTE-VIRTUEL": ("62.50", "67.58"),
        "2027-01 INSTALLATION": ("55.00", "55.00"),
        "2027-01 POSTE-01": ("147.00", "147.00"),
        "2027-01 POSTE-VIRTUEL": ("62.50", "70.00"),
        "2027-01 PRODUIT": ("98.99", "110.00"),
    }
    assert lu.touches == {"POSTE-VIRTUEL": 1}


def test_fac_11_un_statu_quo_garde_son_effet() -> None:
    garde = StatuQuo(
        statu_quo_id=UUID(int=1),
        organisme="MTQ",
        fiche="POSTES",
        version=1,
        debut=date(2026, 10, 1),
    )
    publiees = replace(tarification(), statu_quos=((garde, date(2027, 1, 1)),))
    proposee = fiche(0, EFFET, POSTE_01="160")
    lu = bilan([Faits().livraison("a", LIVRE)], proposee, publiees=publiees)
    assert dits(lu) == {
        "2026-12 POSTE-01": ("147.00", "147.00"),
        "2027-01 POSTE-01": ("147.00", "160.00"),
    }
    hypothese = Hypothese(fiches=(proposee,))
    (tenu,) = statu_quos_tenus("MTQ", publiees, hypothese, FENETRE)
    assert (tenu.version, tenu.fin) == (1, date(2027, 1, 1))
    assert not statu_quos_tenus("RAMQ", publiees, hypothese, FENETRE)


def test_fac_11_un_tarif_que_rien_ne_publiait_trouve_son_montant() -> None:
    """Livré avant, il attendait depuis longtemps : l'hypothèse le rend dû à son effet."""
    faits = Faits()
    publiees = tarification(fiche(), autres={"NOUVEAU": ("ENTRETIEN-M",)})
    proposee = fiche(0, EFFET, code="ENTRETIEN", tarifs=[tarif("ENTRETIEN-M", "31")])
    lu = bilan([faits.livraison("n", LIVRE, "NOUVEAU")], proposee, publiees=publiees)
    assert dits(lu) == {
        "2026-12 ENTRETIEN-M": ("0.00", "21.00"),
        "2027-01 ENTRETIEN-M": ("0.00", "31.00"),
    }


def test_fac_11_une_version_retiree_du_meme_jour_n_emporte_pas_la_proposee() -> None:
    publiees = tarification(fiche(), fiche(2, EFFET, POSTE_01="150"), retraits=[retrait(2, EFFET)])
    lu = bilan([Faits().livraison("a", LIVRE)], fiche(0, EFFET, POSTE_01="160"), publiees=publiees)
    assert dits(lu)["2027-01 POSTE-01"] == ("147.00", "160.00")


def _entier(
    appris: Sequence[Appris], avant: Tarification, hypothese: Hypothese, fenetre: Fenetre
) -> Bilan:
    """Tout recalculer, avant et après, sans rien deviner de ce qui change."""
    sommes = []
    for t in (avant, hypothese.supposer(avant)):
        calcul = calculer(sources(appris), t, fenetre.dernier)
        sommes.append([c for c in calcul.creances if c.identite.debut >= fenetre.premier.debut])
    lu = Bilan()
    for compte, creances in zip((lu.avant, lu.apres), sommes, strict=True):
        for c in creances:
            compte[c.identite.periode, c.identite.tarif] += c.montant.cents
    return lu


@given(st.data())
def test_fac_11_le_raccourci_dit_ce_que_dit_tout_recalculer(data: st.DataObject) -> None:
    effet = data.draw(JOURS)
    fenetre = Fenetre(premier=Mois.de(effet), dernier=Mois(2027, 2))
    supposes: tuple[VersionPrix, ...] = ()
    if data.draw(st.booleans()):
        appris = data.draw(des_actifs())
        publiees = tarifs_de(data.draw(des_versions()))
        montants = {"POSTE_01": data.draw(MONTANTS), "POSTE_03": data.draw(MONTANTS)}
        retires = data.draw(st.sets(st.sampled_from(["POSTE-01", "PRODUIT", "AMENAGEMENT-BUR"])))
        gardes = [t for t in TARIFS if t.code not in retires]
        proposee = fiche(0, effet, tarifs=gardes, **montants)
        supposes = (prix("VIRTUEL-M", data.draw(MONTANTS), 0, effet),)
    else:
        appris = data.draw(des_souscriptions())
        versions = data.draw(des_fiches_d_abonnements())
        publiees = tarification(*versions)
        (*_, derniere) = data.draw(des_fiches_d_abonnements())
        proposee = replace(derniere, version=0, debut=effet)
    hypothese = Hypothese(fiches=(proposee,), prix=supposes)
    comparaison = Comparaison.de("MTQ", publiees, hypothese, effet, fenetre)
    lots = [comparaison.comparer([source]) for source in sources(appris)]
    lu, attendu = reunir(lots), _entier(appris, publiees, hypothese, fenetre)
    assert dits(lu) == dits(attendu)
    d_un_coup = comparaison.comparer(sources(appris))
    assert sceller("MTQ", lu) == sceller("MTQ", d_un_coup)


def test_fac_11_l_a_venir_va_au_document_qui_le_portera() -> None:
    """Un fait d'août, la période d'août émise : septembre le porte."""
    emises = {Mois(2026, 8): "2026-2027-000001"}
    tardif = situation([Faits().livraison("a", date(2026, 8, 31))], emises=emises)
    # Un jour d'août (4,74) et septembre, puis octobre.
    attendu = {
        "2026-09 POSTE-01": ("151.74", "151.74"),
        "2026-10 POSTE-01": ("147.00", "147.00"),
    }
    assert dits(a_venir(tardif, Mois(2026, 9), Mois(2026, 10))) == attendu
    # Elle courait déjà, et rien n'en a changé : seuls ses mois neufs viennent.
    court = Etendue((), tardif.etendue.touchees, date(2026, 9, 1))
    assert dits(a_venir(replace(tardif, etendue=court), Mois(2026, 9), Mois(2026, 10))) == {
        "2026-09 POSTE-01": ("147.00", "147.00"),
        "2026-10 POSTE-01": ("147.00", "147.00"),
    }


def test_fac_11_les_mois_que_l_on_regarde() -> None:
    assert fenetre_d_hypothese(date(2026, 12, 11), 1).mois == (Mois(2026, 12),)
    assert fenetre_d_hypothese(date(2026, 12, 11), 14).dernier == Mois(2028, 1)
    assert fenetre_d_hypothese(date(2026, 12, 11), None).dernier == Mois(2027, 3)
    assert fenetre_d_exercice(Mois(2027, 3)).premier == Mois(2026, 4)
    assert fenetre_d_exercice(Mois(2027, 4)).dernier == Mois(2028, 3)


@pytest.mark.parametrize("effet", [date(2026, 11, 1), date(2026, 11, 26)])
def test_cat_2_le_passe_ne_se_suppose_pas(effet: date) -> None:
    with pytest.raises(Conflit, match="Le passé ne change pas") as refus:
        exiger_a_venir(effet, date(2026, 11, 26))
    assert refus.value.regle == "CAT-2"


_INCONNUE = replace(TARIFS[0], quantite=replace(TARIFS[0].quantite, forme="au_poids"))


@pytest.mark.parametrize(
    ("tarifs", "finis", "dit"),
    [
        (TARIFS[1:], (), "ne dit plus POSTE-01"),
        (TARIFS, ("POSTE-01",), "à la fois valoir et finir"),
        (TARIFS[1:], ("POSTE-01", "AUTRE"), "ne porte pas AUTRE"),
        ((*TARIFS, TARIFS[0]), (), "dit deux fois"),
        ((_INCONNUE, *TARIFS[1:]), (), "« au_poids » du tarif POSTE-01"),
        (au_meme(TARIFS, "POSTE-01", source="bourse"), (), "source « bourse »"),
        (au_meme(TARIFS, "POSTE-01", du=du("x", a="b")), (), None),
        (au_meme(TARIFS, "POSTE-01", du=replace(du("x"), livraison=True)), (), "l'un, et lui seul"),
    ],
)
def test_fac_11_ce_qui_ne_se_publierait_pas_ne_se_simule_pas(
    tarifs: Sequence[Tarif], finis: tuple[str, ...], dit: str | None
) -> None:
    proposee = fiche(0, EFFET, tarifs=tarifs)
    if dit is None:
        exiger_publiable(proposee, finis, tarification())
        return
    with pytest.raises(Conflit, match=dit) as refus:
        exiger_publiable(proposee, finis, tarification())
    assert refus.value.regle == "FAC-11"


def test_fac_11_un_tarif_d_une_autre_fiche_se_refuse() -> None:
    with pytest.raises(Conflit, match="déjà de la fiche POSTES"):
        exiger_publiable(fiche(0, EFFET, code="AUTRE", tarifs=TARIFS[:1]), (), tarification())


@pytest.mark.parametrize(
    ("code", "dit"),
    [
        ("INCONNU-1", "Aucune fiche ne publie le tarif INCONNU-1"),
        ("PRODUIT", "ne se chiffre pas d'un montant"),
        ("COURTIER-FRAIS", "ne se chiffre pas d'un montant"),
    ],
)
def test_fac_11_un_montant_ne_se_suppose_que_la_ou_il_y_en_a_un(code: str, dit: str) -> None:
    with pytest.raises(Conflit, match=dit):
        proposer_montants({code: Decimal(1)}, EFFET, tarification())


def test_fac_11_des_montants_supposes_ne_changent_que_leurs_tarifs() -> None:
    (proposee,) = proposer_montants({"POSTE-01": Decimal(160)}, EFFET, tarification())
    assert proposee.debut == EFFET
    assert proposee.tarifs == tuple(au_meme(TARIFS, "POSTE-01", montant=Decimal(160)))


def test_fac_11_le_tarif_propose_a_tous_les_champs_de_celui_qui_se_publie() -> None:
    assert TarifIn.model_fields.keys() == catalogue.Tarif.model_fields.keys()
