"""Aucun secret ne se lit dans un réglage, ni ne survit à un démarrage."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from demo.ports import SERVICES, service_de
from outils.emetteur import Emetteur
from outils.moteurs import keycloak_reel
from socle.reglages import Reglages
from tests.securite.constat import constater

CANARI = "whsec_dHJlcy1zZWNyZXQtdHJlcy1zZWNyZXQtdHJlcw=="
DSN = f"postgresql://u:{CANARI}@127.0.0.1/base"
ENVIRONNEMENT = {
    "SBG_BASE__MIGRER": DSN,
    "SBG_BASE__API": DSN,
    "SBG_BASE__INTERNE": DSN,
    "SBG_ITSM_SECRETS": f"{CANARI},{CANARI}",
    "SBG_WEBHOOKS_CLES": f"a:{CANARI}",
    "SBG_WEBHOOKS_PROXY": f"http://u:{CANARI}@proxy.example:3128",
}
_NOM_DE_SECRET = re.compile(r"secret|passe|password|cle_privee|token|jeton", re.IGNORECASE)


def _montre(reglages: BaseModel) -> list[str]:
    rendus: Mapping[str, str] = {
        "repr": repr(reglages),
        "str": str(reglages),
        "format": f"{reglages!r} {reglages}",
        "vars": repr(vars(reglages)),
        "json": reglages.model_dump_json(),
    }
    return [forme for forme, rendu in rendus.items() if CANARI in rendu]


@pytest.mark.parametrize("service", SERVICES)
def test_aucun_reglage_ne_montre_ses_secrets(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for nom, valeur in ENVIRONNEMENT.items():
        monkeypatch.setenv(nom, valeur)
    classe = service_de(service).reglages
    reglages = classe()
    assert reglages.base.api is not None
    assert CANARI in reglages.base.api.get_secret_value()
    montres = _montre(reglages)
    constater(f"secrets, {service} : réglages qui en montrent", len(montres))
    en_clair = [n for n, genre in _champs(classe) if _NOM_DE_SECRET.search(n) and not _cache(genre)]
    assert not en_clair, f"secrets gardés en texte : {en_clair}"


def _champs(classe: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for nom, champ in classe.model_fields.items():
        yield nom, champ.annotation
        if inspect.isclass(champ.annotation) and issubclass(champ.annotation, BaseModel):
            yield from _champs(champ.annotation)


def _cache(genre: object) -> bool:
    return "SecretStr" in str(genre)


def test_une_valeur_fautive_ne_se_redit_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBG_HTTP__PORT", CANARI)
    with pytest.raises(ValueError, match="port") as refus:
        Reglages()
    assert CANARI not in str(refus.value)


def test_mutant_un_secret_en_texte_est_attrape() -> None:
    class Mutant(Reglages):
        itsm_secret: str = CANARI

    assert _montre(Mutant())
    assert [n for n, genre in _champs(Mutant) if "secret" in n and not _cache(genre)]
    assert not _cache(str)
    assert _cache(SecretStr | None)


def test_les_cles_de_la_demonstration_sont_neuves(tmp_path: Path) -> None:
    """Deux émetteurs n'ont ni la même clé ni le même nom de clé, et `repr` ne la montre pas."""
    publies = []
    for rang in range(2):
        emetteur = Emetteur()
        emetteur.publier(tmp_path / str(rang))
        publies.append((tmp_path / str(rang)).read_text("utf-8"))
        assert "PRIVATE" not in repr(emetteur)
        assert "_cle" not in repr(emetteur)
    assert all('"d"' not in publie for publie in publies)
    premiere, seconde = (json.loads(publie)["keys"][0] for publie in publies)
    reprises = [nom for nom in ("kid", "x", "y") if premiere[nom] == seconde[nom]]
    constater("secrets, démonstration : clés reprises d'un départ à l'autre", len(reprises))


def test_le_royaume_d_essai_ne_porte_aucun_secret() -> None:
    """Chaque secret du royaume est une place vide, remplie au démarrage."""
    royaume = (keycloak_reel.RECETTE / "sbg-realm.json").read_text("utf-8")
    places = re.findall(r'"(?:secret|value)": "([^"]*)"', royaume)
    assert len(places) == 5
    assert all(re.fullmatch(r"\$\{\w+\}", place) for place in places)
