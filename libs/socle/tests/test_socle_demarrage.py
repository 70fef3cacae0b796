"""Un mauvais réglage se dit en une phrase, et la commande sort 2 : jamais une trace."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from outils.emetteur import EMETTEUR, Emetteur
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from outils.moteurs import port_libre
from socle.lanceur import commande
from socle.reglages import Reglages, ReglagesIdentite, variables, variables_inconnues

pytestmark = pytest.mark.integration
RACINE = Path(__file__).parents[3]


@pytest.fixture
def bons(tmp_path: Path) -> dict[str, str]:
    """Des réglages qui conviennent, sur une base qui ne répond pas."""
    Emetteur().publier(tmp_path / "jwks.json")
    dsn = f"postgresql://u:tres-secret@127.0.0.1:{port_libre()}/x"
    return {
        "SBG_MODE": "essai",
        "SBG_BASE__API": dsn,
        "SBG_BASE__INTERNE": dsn,
        "SBG_BUS__ADRESSES": f"127.0.0.1:{port_libre()}",
        "SBG_IDENTITE__EMETTEUR": EMETTEUR,
        "SBG_IDENTITE__JWKS": str(tmp_path / "jwks.json"),
        "SBG_HTTP__PORT": str(port_libre()),
        "SBG_HTTP__PORT_GESTION": str(port_libre()),
        "SBG_HTTP__PORT_CONSOMMATEUR": str(port_libre()),
        "SBG_HTTP__PORT_RELAIS": str(port_libre()),
    }


def demarrer(reglages: Mapping[str, str], role: str = "tout") -> tuple[int, str]:
    """Ce que le témoin rend et dit sous ces réglages, en processus à lui."""
    nu = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("SBG_")}
    rendu = subprocess.run(  # noqa: S603 -- le témoin, sous des réglages de l'essai
        [sys.executable, "-m", "outils.essais.temoin", role],
        cwd=RACINE,
        # Sans cache de code compilé, chaque départ recompilerait tout.
        env=nu | {"PYTHONDONTWRITEBYTECODE": ""} | dict(reglages),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return rendu.returncode, rendu.stderr


PRODUCTION = {
    "SBG_MODE": "production",
    "SBG_BUS__PROTOCOLE": "PLAINTEXT",
    "SBG_IDENTITE__EMETTEUR": "https://emetteur.exemple/royaume",
}
MAUVAIS = [
    ({"SBG_BASE__API": "tres-secret"}, "Réglage SBG_BASE__API : Un DSN PostgreSQL est attendu"),
    ({"SBG_BASE__API": ""}, "Réglage SBG_BASE__API : Un DSN PostgreSQL est attendu"),
    ({"SBG_BASE__API": "mysql://u:tres-secret@h/b"}, "Un DSN PostgreSQL est attendu"),
    ({"SBG_BASE__API": "postgresql://u@h:tres-secret/b"}, "Un DSN PostgreSQL est attendu"),
    ({"SBG_BASE__API": "postgresql://u@h/b?sslmode=tres-secret"}, "sslmode : disable, allow"),
    ({"SBG_BASE__API": "postgresql://u@h/b?service=x"}, "Options du DSN inconnues : service"),
    ({"SBG_BASE": "{tres-secret"}, "SBG_BASE : le JSON est mal formé"),
    (
        {"SBG_BASE__DELAIS__RESERVE": "0"},
        "RESERVE : La valeur doit être au moins 1.",
    ),
    ({"SBG_BUS__ADRESSES": "kafka"}, "SBG_BUS__ADRESSES : Des adresses « hôte:port »"),
    ({"SBG_HTTP__PORT": "huit"}, "SBG_HTTP__PORT : Un entier est attendu."),
    ({"SBG_HTTP__PORT": "70000"}, "SBG_HTTP__PORT : La valeur doit être au plus 65535."),
    (
        {"SBG_IDENTITE__JWKS": "/nulle/part"},
        "SBG_IDENTITE__JWKS : Une adresse https, ou",
    ),
    ({"SBG_IDENTITE__EMETTEUR": ""}, "SBG_IDENTITE__EMETTEUR : Nombre de caractères"),
    ({"SBG_IDENTITE__PROXY": "tres-secret"}, "SBG_IDENTITE__PROXY : Une adresse"),
    (
        PRODUCTION | {"SBG_IDENTITE__JWKS": "http://cles.exemple/jwks"},
        "en production, les clés se lisent par https",
    ),
    *(
        (
            PRODUCTION | {"SBG_IDENTITE__EMETTEUR": emetteur},
            "SBG_IDENTITE__EMETTEUR : en production, une adresse « https://… »",
        )
        for emetteur in (
            EMETTEUR,
            "http://emetteur.exemple",
            "https://",
            "https:///royaume",
            " https://emetteur.exemple",
            "https://emetteur.exemple?x=1",
        )
    ),
    ({"SBG_IDENTITE__JWKS": "https://"}, "SBG_IDENTITE__JWKS : Une adresse https, ou"),
    ({"SBG_IDENTITE__JWKS": "https://[::1"}, "SBG_IDENTITE__JWKS : Une adresse https, ou"),
    ({"SBG_IDENTITE__JWKS": "."}, "SBG_IDENTITE__JWKS : Une adresse https, ou"),
    ({"SBG_JOURNAL": "bavard"}, "SBG_JOURNAL : Valeurs permises : 'DEBUG'"),
    ({"SBG_MODE": "prod"}, "SBG_MODE : Valeurs permises : 'production', 'demo' ou 'essai'."),
    ({"SBG_TRACES__PART": "2"}, "SBG_TRACES__PART : La valeur doit être au plus 1"),
    ({"SBG_DOSSIER_SECRETS": "/nulle/part"}, "SBG_DOSSIER_SECRETS : /nulle/part n'est pas un"),
]


@pytest.mark.parametrize(("change", "dit"), MAUVAIS, ids=[dit[:40] for _, dit in MAUVAIS])
def test_un_mauvais_reglage_se_dit_et_sort_2(
    bons: dict[str, str],
    change: dict[str, str],
    dit: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for nom in [nom for nom in os.environ if nom.startswith("SBG_")]:
        monkeypatch.delenv(nom)
    for nom, valeur in (bons | change).items():
        monkeypatch.setenv(nom, valeur)
    assert commande(service())(["tout"], standalone_mode=False) == 2
    ligne = capsys.readouterr().err
    assert len(ligne.splitlines()) == 1, ligne
    assert dit in ligne
    assert "tres-secret" not in ligne


@pytest.mark.parametrize(
    "contenu",
    [
        b"-----BEGIN PUBLIC KEY-----\ntres-secret\n-----END PUBLIC KEY-----\n",
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"keys": 3}',
        b'{"keys": ["x"]}',
        b'{"keys": [{"kty": "RSA", "kid": "a"}]}',
        b'{"keys": [{"kty": "EC", "kid": "a", "crv": "P-256", "x": 1, "y": 2}]}',
        b'{"keys": [{"kty": "oct", "kid": "a", "k": "dHJlcy1zZWNyZXQ"}]}',
        b"[" * 100_000,
    ],
    ids=lambda contenu: repr(contenu)[:40],
)
def test_un_fichier_qui_n_est_pas_un_jeu_de_cles_se_dit(tmp_path: Path, contenu: bytes) -> None:
    """Sans quoi le service se dirait prêt et refuserait tout le monde."""
    fichier = tmp_path / "cles"
    fichier.write_bytes(contenu)
    with pytest.raises(ValidationError) as refus:
        ReglagesIdentite(emetteur=EMETTEUR, jwks=str(fichier))
    (faute,) = refus.value.errors()
    assert "Un jeu de clés (JWKS) est attendu" in faute["msg"]


def test_un_pem_pour_jwks_sort_2(bons: dict[str, str], tmp_path: Path) -> None:
    pem = tmp_path / "cle.pem"
    pem.write_text("-----BEGIN PUBLIC KEY-----\ntres-secret\n-----END PUBLIC KEY-----\n")
    code, ligne = demarrer(bons | {"SBG_IDENTITE__JWKS": str(pem)}, "api")
    assert (code, len(ligne.splitlines())) == (2, 1), ligne
    assert ligne.startswith("Réglage SBG_IDENTITE__JWKS : Un jeu de clés (JWKS) est attendu")


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        ({"SBG_HORLOGE_FICHIER": "/nulle/part"}, "L'horloge /nulle/part est illisible"),
        ({"SBG_HTTP__HOTE": "203.0.113.7"}, "ne s'écoute pas"),
        # Même quand l'un vient d'un réglage et l'autre du défaut (port public + 100).
        (
            {
                "SBG_HTTP__PORT": "8109",
                "SBG_HTTP__PORT_CONSOMMATEUR": "0",
                "SBG_HTTP__PORT_GESTION": "8209",
            },
            "écouteraient le port 8209",
        ),
        ({"SBG_BUS__ADRESSES": "…"}, "SBG_BUS__ADRESSES"),
    ],
)
def test_un_demarrage_impossible_est_une_phrase_jamais_une_trace(
    bons: dict[str, str], change: dict[str, str], dit: str
) -> None:
    code, ligne = demarrer(bons | change)
    assert (code, len(ligne.splitlines())) == (2, 1), ligne
    assert dit in ligne


def test_deux_roles_n_ecoutent_pas_le_meme_port(bons: dict[str, str]) -> None:
    port = bons["SBG_HTTP__PORT"]
    code, ligne = demarrer(bons | {"SBG_HTTP__PORT_CONSOMMATEUR": port})
    assert (code, len(ligne.splitlines())) == (2, 1), ligne
    assert f"Deux rôles de ce processus écouteraient le port {port}" in ligne


def test_un_reglage_absent_se_nomme(bons: dict[str, str]) -> None:
    del bons["SBG_IDENTITE__JWKS"], bons["SBG_IDENTITE__EMETTEUR"]
    code, ligne = demarrer(bons)
    assert (code, len(ligne.splitlines())) == (2, 1), ligne
    assert "SBG_IDENTITE__JWKS" in ligne


def test_une_variable_inconnue_se_dit_avec_celle_qui_lui_ressemble() -> None:
    dites = ["SBG_BASE__APII", "SBG_BASE__API", "sbg_mode", "SBG_DOSSIER_SECRETS", "SBG_ZZ", "PATH"]
    assert variables_inconnues(Reglages, dites) == [
        ("SBG_BASE__APII", "SBG_BASE__API"),
        ("SBG_ZZ", None),
    ]
    assert {"SBG_BASE__DELAIS__RESERVE", "SBG_IDENTITE__JWKS"} <= set(variables(Reglages))


async def test_une_mauvaise_base_se_dit_et_sort_2(bons: dict[str, str], banc: MonterBanc) -> None:
    b: Banc = await banc(service())
    acces = {
        f"SBG_BASE__{role.upper()}": b.roles.dsn("migrer").get_secret_value()
        for role in ("api", "interne")
    }
    for role in ("tout", "verifier-audit"):
        code, ligne = demarrer(bons | acces, role)
        assert (code, len(ligne.splitlines())) == (2, 1), ligne
        assert "possède les tables" in ligne
    code, ligne = demarrer(
        bons | {"SBG_BASE__MIGRER": b.roles.dsn("api").get_secret_value()}, "migrer"
    )
    assert (code, len(ligne.splitlines())) == (2, 1), ligne
    assert "n'est pas celui des migrations" in ligne
