"""Un programme Go n'est gardé que s'il lie exactement ce qui est figé."""

from dataclasses import replace
from pathlib import Path

import pytest

from outils.go import LiensInattendus, Programme


def test_un_programme_qui_lie_autre_chose_est_efface(tmp_path: Path) -> None:
    compose = Programme.lire("compose")
    assert compose.batir(tmp_path).exists()
    with pytest.raises(LiensInattendus, match=r"compose lie [0-9a-f]{64}"):
        replace(compose, lies="0" * 64).batir(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_une_autre_version_se_voit(tmp_path: Path) -> None:
    compose = Programme.lire("compose")
    autre = replace(compose, modules=dict.fromkeys(compose.modules, "v2.16.1"))
    with pytest.raises(LiensInattendus):
        autre.batir(tmp_path)
