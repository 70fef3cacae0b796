"""Les réglages : secrets jamais montrés, horloge conduite réservée, validation en français."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from pydantic_core import core_schema

from socle.horloge import HorlogeFichier, choisir_horloge, horloge_systeme
from socle.reglages import Reglages
from socle.web.validation import MESSAGES, fautes_en_francais


def test_secrets_de_l_environnement_jamais_montres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBG_BASE__API", "postgresql://u:tres-secret@hote/base")
    reglages = Reglages()
    assert reglages.base.api is not None
    assert "tres-secret" in reglages.base.api.get_secret_value()
    assert "tres-secret" not in repr(reglages) + str(reglages)


def test_horloge_conduite_refusee_en_production(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="réservée"):
        choisir_horloge(tmp_path / "horloge", "production")
    assert choisir_horloge(None, "production") is horloge_systeme


def test_horloge_conduite(tmp_path: Path) -> None:
    horloge = HorlogeFichier(tmp_path / "horloge")
    instant = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
    horloge.avancer(instant)
    assert choisir_horloge(horloge.fichier, "demo")() == instant


def test_messages_de_pydantic_connus() -> None:
    """Chaque message traduit répond à un type d'erreur que pydantic connaît."""
    assert set(MESSAGES) <= set(get_args(core_schema.ErrorType))


def test_aucun_message_en_anglais() -> None:
    """Un type d'erreur sans traduction donne une phrase française, jamais celle de pydantic."""
    for genre in get_args(core_schema.ErrorType):
        (faute,) = fautes_en_francais([{"type": genre, "loc": ("a",), "msg": "Input should be"}])
        assert "Input" not in faute["faute"]
        assert faute["faute"].endswith(".")
