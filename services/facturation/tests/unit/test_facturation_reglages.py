"""Les numéros d'inscription aux taxes : bien écrits, ou le service ne démarre pas."""

import pytest
from pydantic import TypeAdapter, ValidationError

from facturation.reglages import NumeroTps, NumeroTvq

TPS: TypeAdapter[str | None] = TypeAdapter(NumeroTps)
TVQ: TypeAdapter[str | None] = TypeAdapter(NumeroTvq)


@pytest.mark.parametrize("ecrit", ["123456789 RT0001", "123456789RT0001", "123456789 RT 0001"])
def test_fac_10_un_numero_de_tps_bien_ecrit(ecrit: str) -> None:
    assert TPS.validate_python(ecrit) == ecrit


def test_fac_10_un_numero_vide_est_absent() -> None:
    assert TPS.validate_python("") is None
    assert TVQ.validate_python("") is None


@pytest.mark.parametrize(
    "ecrit", ["1234567890 TQ0001", "12345678 RT0001", "à venir", "１２３４５６７８９ RT0001"]
)
def test_fac_10_un_numero_de_tps_mal_ecrit_se_refuse(ecrit: str) -> None:
    with pytest.raises(ValidationError):
        TPS.validate_python(ecrit)


def test_fac_10_un_numero_de_tvq_n_est_pas_un_numero_de_tps() -> None:
    assert TVQ.validate_python("1234567890 TQ0001") == "1234567890 TQ0001"
    with pytest.raises(ValidationError):
        TVQ.validate_python("123456789 RT0001")
