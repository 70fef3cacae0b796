"""CAT-9 : ce que les contrats disent d'eux-mêmes se tient, et leurs faits nommés se lisent."""

from decimal import Decimal
from typing import Final

import pytest

from contrats import A_VENIR, EVENEMENTS, Evenement
from contrats.demandes import PERTES, DemandeCreee, PosteLivre, UsageConstate
from contrats.faits import PAR_TYPE, NatureFait, faits_nommes, lire_faits
from outils.contrats.schemas import exemple

CLASSES: Final = tuple(EVENEMENTS.values())
CHACUNE = pytest.mark.parametrize("classe", CLASSES, ids=[c.__name__ for c in CLASSES])


@CHACUNE
def test_cat_9_source_effet_et_sujets_sont_des_champs(classe: type[Evenement]) -> None:
    faits = faits_nommes(classe)
    if classe.SOURCE is not None:
        assert "organisme" in faits, "un fait facturable a un organisme"
        assert faits[classe.SOURCE] is NatureFait.IDENTIFIANT
    assert classe.SOURCE is not None or not classe.TARIFE
    if classe.EFFET is not None:
        assert faits[classe.EFFET] is NatureFait.DATE
    assert set(classe.SUJETS.values()) <= set(faits)


@CHACUNE
def test_cat_9_ce_qui_finit_est_facturable_et_ne_commence_rien(classe: type[Evenement]) -> None:
    for type_ in classe.FINI_PAR:
        fin = PAR_TYPE[type_]
        assert fin.SOURCE == classe.SOURCE, "même source, même nom"
        assert fin.FINI_PAR == ()


def test_cat_9_des_evenements_se_facturent_et_se_mesurent() -> None:
    assert len([c for c in CLASSES if c.SOURCE]) >= 14
    assert {sorte for c in CLASSES for sorte in c.SUJETS} == {
        "demande", "dossier", "contrat", "service"
    }  # fmt: skip
    assert set(CLASSES) >= A_VENIR
    finissent = {type_ for c in CLASSES for type_ in c.FINI_PAR}
    assert set(PERTES) < finissent


@CHACUNE
def test_cat_9_les_faits_se_lisent_en_valeurs_simples(classe: type[Evenement]) -> None:
    evenement = classe.model_validate(exemple(classe))
    faits = lire_faits(evenement)
    assert set(faits) == set(faits_nommes(classe))
    assert {type(valeur) for valeur in faits.values()} <= {str, bool, int, type(None)}


def test_cat_9_ni_liste_ni_objet_n_est_un_fait() -> None:
    assert "livraisons_attendues" not in faits_nommes(DemandeCreee)
    assert faits_nommes(DemandeCreee)["gamme"] is NatureFait.TEXTE
    assert faits_nommes(DemandeCreee)["logiciel_payant"] is NatureFait.BOOLEEN
    assert faits_nommes(PosteLivre)["quantite"] is NatureFait.NOMBRE
    usage = UsageConstate.model_validate({**exemple(UsageConstate), "quantite": Decimal("0.5")})
    assert lire_faits(usage)["quantite"] == "0.5"
