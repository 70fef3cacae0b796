"""Les réglages : secrets jamais montrés, horloge conduite réservée, validation en français."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import core_schema

from socle.horloge import HorlogeFichier, choisir_horloge, horloge_systeme
from socle.reglages import Reglages
from socle.validation import MESSAGES, fautes_en_francais


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


@pytest.mark.parametrize("heure", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_une_heure_impossible_n_entre_pas(tmp_path: Path, heure: str) -> None:
    """Un fichier d'horloge écrit à la main ne met pas d'infini dans une colonne."""
    horloge = HorlogeFichier(tmp_path / "horloge")
    horloge.avancer(datetime(2026, 9, 7, tzinfo=UTC))
    with pytest.raises(ValueError, match="2000 à 2100"):
        horloge.avancer(datetime.fromisoformat(heure))
    assert horloge().year == 2026, "rien n'a été écrit"
    horloge.fichier.write_text(heure, "ascii")
    with pytest.raises(ValueError, match="2000 à 2100"):
        horloge()


def test_une_machine_qui_a_perdu_la_date_n_ecrit_rien() -> None:
    with pytest.raises(ValueError, match="2000 à 2100"):
        horloge_systeme(lambda: datetime(1970, 1, 1, tzinfo=UTC))


def test_messages_de_pydantic_connus() -> None:
    """Chaque message traduit répond à un type d'erreur que pydantic connaît."""
    assert set(MESSAGES) <= set(get_args(core_schema.ErrorType))


def test_aucun_message_en_anglais() -> None:
    """Un type d'erreur sans traduction donne une phrase française, jamais celle de pydantic."""
    for genre in get_args(core_schema.ErrorType):
        (faute,) = fautes_en_francais([{"type": genre, "loc": ("a",), "msg": "Input should be"}])
        assert "Input" not in faute["faute"]
        assert faute["faute"].endswith(".")


class Debut(BaseModel):
    type: Literal["debut"]


class Fin(BaseModel):
    type: Literal["fin"]


@pytest.mark.parametrize(
    ("recu", "champ", "faute"),
    [
        ({"type": "suite"}, "corps.type", "Valeurs permises : 'debut' ou 'fin'."),
        ({"type": None}, "corps.type", "Valeurs permises : 'debut' ou 'fin'."),
        ({}, "corps.type", "Ce champ est requis."),
        ([], "corps", "Un objet est attendu."),
    ],
)
def test_un_genre_inconnu_se_dit_a_son_champ(recu: object, champ: str, faute: str) -> None:
    acte = TypeAdapter[object](Annotated[Debut | Fin, Field(discriminator="type")])
    with pytest.raises(ValidationError) as refus:
        acte.validate_python(recu)
    (dite,) = fautes_en_francais([{**e} for e in refus.value.errors()])
    assert dite == {"champ": champ, "faute": faute}
