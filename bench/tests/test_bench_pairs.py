"""Le pair ne se mesure que s'il fait le même travail, et ne s'installe que si on le demande."""

from bench.__main__ import A_LA_DEMANDE, PARTIES
from bench.pairs.parite import ecarts
from outils.audit import reglages


def test_ce_que_le_pair_rend_autrement_se_dit() -> None:
    appel: object = ("GET /v1/comptes", 200, {"etag": '"0.a"'}, b"{}")
    sans_etag: object = ("GET /v1/comptes", 200, {}, b"{}")
    assert ecarts([appel, appel], [appel, appel]) == []
    assert ecarts([appel, appel], [appel, sans_etag]) == [f"{appel}\n  et non\n{sans_etag}"]


def test_le_pair_se_demande_et_reste_hors_de_notre_environnement() -> None:
    assert "pairs" in A_LA_DEMANDE
    assert "pairs" not in PARTIES
    groupes: dict[str, list[str]] = reglages()["dependency-groups"]
    ailleurs = {d for nom, groupe in groupes.items() if nom != "pairs" for d in groupe}
    assert not [d for d in ailleurs if d.startswith(("django", "gunicorn", "psycopg"))]
