"""axe-core, dans un vrai navigateur, ne trouve rien à redire aux pages des services."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outils.contrats.ecoutants import SERVICES
from outils.contrats.openapi import document
from outils.essais.navigateur import ce_qui_deborde, exiger_chromium, violations_axe
from socle.web.documentation import rendu
from socle.web.types_problemes import types

PAGES: dict[str, Callable[[], str]] = {
    "problemes": rendu.liste_des_problemes,
    "conflit": lambda: rendu.page_du_probleme(types()["conflit"]),
    **{f"docs-{s}": lambda s=s: rendu.documentation(document(s)) for s in SERVICES},  # type: ignore[misc]
}
"""Chaque page, telle que servie."""


@pytest.mark.parametrize("nom", list(PAGES))
def test_axe_ne_trouve_aucune_violation(nom: str, tmp_path: Path) -> None:
    exiger_chromium()
    assert violations_axe(PAGES[nom](), tmp_path) == []


@pytest.mark.parametrize("nom", list(PAGES))
def test_rien_ne_defile_de_cote_sur_un_telephone(nom: str, tmp_path: Path) -> None:
    exiger_chromium()
    assert ce_qui_deborde(PAGES[nom](), tmp_path) == []
