"""CAT-5 : publier une version; combler un vide n'est pas changer le passé."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalogue.fiches.adaptateurs.publications import traduire
from catalogue.fiches.domaine import (
    ContenuFiche,
    Description,
    Fiche,
    Indicateur,
    PublicationRefusee,
    Tarif,
    Tranche,
)
from noyau import Acte, Acteur, Conflit

AVRIL, MAI, OCTOBRE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 10, 1)
LE = Acte(Acteur("pilote"), datetime(2026, 9, 15, 14, 0, tzinfo=UTC))
GRILLE = (Tranche(a_partir_de=Decimal(0), montant=Decimal(250), taux=Decimal("0.01")),)

POSTE = Tarif(code="POSTE-03", libelle="Poste", unite="mois", source="fiche", montant=Decimal(219))
FRAIS = Tarif(code="COURTIER-FRAIS", libelle="Frais", unite="contrat", source="grille")
EVALUATION = Tarif(code="EVALUATION", libelle="Évaluation", unite="demande", source="fiche")
DELAI = Indicateur(code="PT-1", libelle="Livraison", mesure="delai", delai=10)


def contenu(*tarifs: Tarif, indicateurs: tuple[Indicateur, ...] = (DELAI,)) -> ContenuFiche:
    return ContenuFiche(
        titre="Essai",
        description=Description(resume="Pour l'essai."),
        tarifs=tarifs,
        indicateurs=indicateurs,
    )


COMBLES = replace(FRAIS, grille=GRILLE)
INITIAL = contenu(POSTE, FRAIS, EVALUATION)
COMBLEE = contenu(POSTE, COMBLES, EVALUATION)


@pytest.fixture
def fiche() -> Fiche:
    return Fiche(code="ESSAI").publier(AVRIL, None, INITIAL, LE)[0]


def test_cat_5_une_version_a_venir_change_a_sa_date(fiche: Fiche) -> None:
    plus_chere = contenu(replace(POSTE, montant=Decimal(225)), FRAIS, EVALUATION)
    publiee, fait = fiche.publier(OCTOBRE, None, plus_chere, LE)
    avant = publiee.versions.en_vigueur(date(2026, 9, 30))
    apres = publiee.versions.en_vigueur(OCTOBRE)
    assert avant is not None
    assert avant.valeur == INITIAL
    assert apres is not None
    assert apres.valeur == plus_chere
    assert (fait.code, fait.version, fait.debut, fait.fin) == ("ESSAI", 2, OCTOBRE, None)
    assert fait.survenu_le == LE.le


def test_cat_2_le_jour_est_celui_de_quebec(fiche: Fiche) -> None:
    """À 2 h UTC le 16, il est 22 h le 15 à Québec : le 16 est encore à venir."""
    soir = replace(LE, le=datetime(2026, 9, 16, 2, 0, tzinfo=UTC))
    autre = contenu(replace(POSTE, montant=Decimal(225)), FRAIS, EVALUATION)
    fiche.publier(date(2026, 9, 16), None, autre, soir)
    with pytest.raises(PublicationRefusee, match="passé"):
        fiche.publier(date(2026, 9, 15), None, autre, soir)


@pytest.mark.parametrize("debut", [AVRIL, MAI, date(2026, 9, 15)])
def test_domaine_4_la_grille_absente_se_comble_depuis_une_date_passee(
    fiche: Fiche, debut: date
) -> None:
    publiee, fait = fiche.publier(debut, None, COMBLEE, LE)
    en_vigueur = publiee.versions.en_vigueur(debut)
    assert en_vigueur is not None
    assert en_vigueur.valeur == COMBLEE
    assert fait.version == 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(INITIAL, id="rien n'est comblé"),
        pytest.param(
            contenu(
                replace(POSTE, montant=Decimal(225)), replace(FRAIS, grille=GRILLE), EVALUATION
            ),
            id="un autre montant change",
        ),
        pytest.param(
            contenu(POSTE, replace(FRAIS, grille=GRILLE, majoration=Decimal("0.1")), EVALUATION),
            id="la majoration du tarif comblé change",
        ),
        pytest.param(contenu(POSTE, COMBLES), id="un tarif disparaît"),
        pytest.param(
            contenu(
                POSTE,
                replace(FRAIS, grille=GRILLE),
                EVALUATION,
                indicateurs=(replace(DELAI, delai=12),),
            ),
            id="un indicateur change",
        ),
        pytest.param(replace(COMBLEE, titre="Autre"), id="le titre change"),
    ],
)
def test_cat_2_toute_autre_difference_touche_le_passe(fiche: Fiche, change: ContenuFiche) -> None:
    with pytest.raises(PublicationRefusee) as refus:
        fiche.publier(AVRIL, None, change, LE)
    assert refus.value.motif == "passe"


def test_cat_2_une_grille_publiee_ne_se_change_plus_dans_le_passe(fiche: Fiche) -> None:
    comblee, _ = fiche.publier(AVRIL, None, COMBLEE, LE)
    autre = replace(GRILLE[0], montant=Decimal(300))
    with pytest.raises(PublicationRefusee, match="passé"):
        comblee.publier(
            AVRIL, None, contenu(POSTE, replace(FRAIS, grille=(autre,)), EVALUATION), LE
        )


@pytest.mark.parametrize(
    "suivante",
    [
        pytest.param(contenu(POSTE, COMBLES), id="le tarif disparaît"),
        pytest.param(INITIAL, id="la grille disparaît"),
    ],
)
def test_cat_2_un_tarif_ne_laisse_pas_de_trou(suivante: ContenuFiche) -> None:
    fiche, _ = Fiche(code="ESSAI").publier(AVRIL, None, COMBLEE, LE)
    with pytest.raises(PublicationRefusee) as refus:
        fiche.publier(OCTOBRE, None, suivante, LE)
    assert refus.value.motif == "trou"
    assert "2026-10-01" in refus.value.message


def test_domaine_4_combler_deux_versions_se_fait_de_la_derniere_a_la_premiere(
    fiche: Fiche,
) -> None:
    a_venir, _ = fiche.publier(OCTOBRE, None, replace(INITIAL, titre="Octobre"), LE)
    with pytest.raises(PublicationRefusee, match="plus aucun montant"):
        a_venir.publier(AVRIL, OCTOBRE, COMBLEE, LE)
    derniere, _ = a_venir.publier(OCTOBRE, None, replace(COMBLEE, titre="Octobre"), LE)
    comblee, _ = derniere.publier(AVRIL, OCTOBRE, COMBLEE, LE)
    assert [v.numero for v in comblee.versions.versions] == [4, 3]


def test_cat_5_un_code_ne_parait_qu_une_fois() -> None:
    with pytest.raises(Conflit, match="POSTE-03"):
        contenu(POSTE, replace(POSTE, libelle="Le même code"))


@pytest.mark.parametrize(
    ("tarif", "champs", "raison"),
    [
        (POSTE, {"source": "ropn"}, "montant"),
        (POSTE, {"grille": GRILLE}, "grille"),
        (FRAIS, {"grille": (replace(GRILLE[0], a_partir_de=Decimal(5)),)}, "seuils"),
        (FRAIS, {"grille": (*GRILLE, *GRILLE)}, "seuils"),
        (POSTE, {"minimum_minutes": 60, "maximum_minutes": 30}, "maximum"),
    ],
)
def test_cat_5_un_tarif_ne_se_contredit_pas(
    tarif: Tarif, champs: dict[str, Any], raison: str
) -> None:
    with pytest.raises(Conflit, match=raison) as refus:
        replace(tarif, **champs)
    assert refus.value.regle == "CAT-5"


def test_le_libelle_publie_porte_la_precision_du_mcn(fiche: Fiche) -> None:
    precis = contenu(replace(POSTE, precision="portatif"), FRAIS, EVALUATION)
    charge = traduire(fiche.publier(OCTOBRE, None, precis, LE)[1]).model_dump_json()
    assert '"libelle":"Poste – portatif"' in charge
    assert '"montant":"219"' in charge


def test_cat_5_l_evenement_dit_tout_ce_que_dit_la_fiche(fiche: Fiche) -> None:
    """Un champ que le contrat ne connaîtrait pas se perdrait sans bruit."""
    publiee = traduire(fiche.publier(OCTOBRE, None, COMBLEE, LE)[1]).model_dump()
    attendu = asdict(COMBLEE)
    for tarif in attendu["tarifs"]:
        assert tarif.pop("precision") == ""
    assert publiee["tarifs"] == attendu["tarifs"]
    assert publiee["indicateurs"] == attendu["indicateurs"]
