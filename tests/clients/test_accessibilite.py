"""Un vrai navigateur ne trouve rien à redire aux pages des services : axe-core, et 320 pixels."""

from pathlib import Path

import pytest

from outils.contrats.ecoutants import SERVICES
from outils.contrats.openapi import document
from outils.essais.navigateur import ce_qui_deborde, violations_axe
from socle.web.documentation import rendu
from socle.web.types_problemes import types


def page(nom: str) -> str:
    """La page, telle que servie."""
    if nom == "problemes":
        return rendu.liste_des_problemes()
    return (
        rendu.documentation(document(nom))
        if nom in SERVICES
        else rendu.page_du_probleme(types()[nom])
    )


@pytest.mark.parametrize("nom", ["problemes", "conflit", *SERVICES])
def test_une_page_est_accessible(nom: str, tmp_path: Path) -> None:
    assert violations_axe(page(nom), tmp_path) == []


@pytest.mark.parametrize("nom", ["problemes", "conflit", *SERVICES])
def test_rien_n_y_deborde_sur_un_telephone(nom: str, tmp_path: Path) -> None:
    assert ce_qui_deborde(page(nom), tmp_path) == []
