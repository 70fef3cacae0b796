"""Les signatures, vues du dehors : par les bibliothèques Standard Webhooks de Python et de Node.

Les signatures entrantes (rejouée, périmée, altérée, mauvaise clé, deux clés en rotation) passent
aussi par l'API : services/demandes/tests/integration/test_demandes_itsm.py.
"""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demandes.adaptateurs.connecteur import signer
from demandes.entrees.acces import verifier
from socle.horloge import horloge_systeme
from socle.web import Probleme
from tests.securite.constat import constater
from tests.securite.reseau_enregistre import EVENEMENT

NEUVE, ANCIENNE, ETRANGERE = (
    "whsec_" + base64.b64encode(cle).decode() for cle in (b"n" * 32, b"a" * 32, b"e" * 32)
)
CORPS = '{"type":"demande.créée","data":{"organisme":"MTQ"}}'.encode()
CACHE = Path(__file__).parents[2] / ".cache" / "npm"
VERSION_NODE = "1.0.0"
_PROGRAMME = """
const { Webhook } = require("standardwebhooks");
const cas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const rendu = cas.map(({ cle, corps, entetes }) => {
  try { new Webhook(cle).verify(corps, entetes); return true; } catch { return false; }
});
console.log(JSON.stringify(rendu));
"""


def _envoi(*cles: str) -> dict[str, str]:
    """Les en-têtes que le produit pose sur un envoi."""
    poses = signer(EVENEMENT, CORPS, cles)
    return {str(nom): str(valeur) for nom, valeur in poses.items()}


def _vieux(en_tetes: Mapping[str, str], age: timedelta) -> dict[str, str]:
    """Les mêmes en-têtes, signés à un autre moment."""
    instant, cle = horloge_systeme() - age, en_tetes["webhook-id"]
    signature = Webhook(NEUVE).sign(cle, instant, CORPS.decode())
    instants = {"webhook-timestamp": str(int(instant.timestamp()))}
    return {**en_tetes, **instants, "webhook-signature": signature}


def cas() -> list[tuple[str, str, bytes, Mapping[str, str], bool]]:
    """(nom, clé de l'abonné, corps reçu, en-têtes reçus, vrai s'il faut l'accepter)."""
    bon, tournant = _envoi(NEUVE), _envoi(NEUVE, ANCIENNE)
    return [
        ("bon", NEUVE, CORPS, bon, True),
        ("rotation, clé neuve", NEUVE, CORPS, tournant, True),
        ("rotation, clé ancienne", ANCIENNE, CORPS, tournant, True),
        ("mauvaise clé", ETRANGERE, CORPS, tournant, False),
        ("clé ancienne après rotation", ANCIENNE, CORPS, bon, False),
        ("corps altéré", NEUVE, CORPS.replace(b"MTQ", b"SQQ"), bon, False),
        ("identifiant altéré", NEUVE, CORPS, {**bon, "webhook-id": "autre"}, False),
        ("signature vide", NEUVE, CORPS, {**bon, "webhook-signature": ""}, False),
        ("périmé", NEUVE, CORPS, _vieux(bon, timedelta(minutes=6)), False),
        ("du futur", NEUVE, CORPS, _vieux(bon, timedelta(minutes=-6)), False),
    ]


def _python(cle: str, corps: bytes, en_tetes: Mapping[str, str]) -> bool:
    try:
        Webhook(cle).verify(corps, dict(en_tetes))
    except WebhookVerificationError:
        return False
    return True


def _produit(cle: str, corps: bytes, en_tetes: Mapping[str, str]) -> bool:
    try:
        return verifier(corps, en_tetes, (SecretStr(cle),)) == en_tetes["webhook-id"]
    except Probleme as refus:
        return refus.statut != 401


@pytest.mark.parametrize("lecteur", [_python, _produit])
def test_nos_envois_et_leurs_alterations(lecteur: object) -> None:
    """DEM-10 : les mêmes cas, par la bibliothèque Python et par notre propre entrée."""
    assert callable(lecteur)
    rendus = {nom: lecteur(*recu) for nom, *recu, _ in cas()}
    assert rendus == {nom: attendu for nom, *_, attendu in cas()}


def test_deux_cles_en_rotation_a_l_entree() -> None:
    cles = (SecretStr(NEUVE), SecretStr(ANCIENNE))
    for cle in (NEUVE, ANCIENNE):
        en_tetes = _envoi(cle)
        assert verifier(CORPS, en_tetes, cles) == en_tetes["webhook-id"]
    with pytest.raises(Probleme):
        verifier(CORPS, _envoi(ETRANGERE), cles)


def test_mutant_un_lecteur_qui_ignore_le_corps_est_attrape() -> None:
    """Un lecteur qui ne compare que l'en-tête accepte un corps altéré : les cas le voient."""
    rendus = {nom: bool(en_tetes["webhook-signature"]) for nom, _, _, en_tetes, _ in cas()}
    assert rendus != {nom: attendu for nom, *_, attendu in cas()}


@pytest.mark.reel
def test_la_bibliotheque_de_node_verifie_nos_envois() -> None:
    """DEM-10 : `standardwebhooks` de JavaScript, installée sous .cache/npm."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm est absent : la bibliothèque JavaScript ne peut être installée.")
    if not (CACHE / "node_modules" / "standardwebhooks").is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        options = ("--prefix", str(CACHE), "--ignore-scripts", "--no-audit", "--no-fund")
        paquet = f"standardwebhooks@{VERSION_NODE}"
        subprocess.run([npm, "install", *options, paquet], check=True, capture_output=True)  # noqa: S603
    recus = [
        {"cle": cle, "corps": corps.decode(), "entetes": dict(en_tetes)}
        for _, cle, corps, en_tetes, _ in cas()
    ]
    fini = subprocess.run(  # noqa: S603
        [node, "-e", _PROGRAMME],
        input=json.dumps(recus),
        cwd=CACHE,
        check=True,
        capture_output=True,
        text=True,
    )
    rendus = json.loads(fini.stdout)
    attendus = [attendu for *_, attendu in cas()]
    nombre = sum(r == a for r, a in zip(rendus, attendus, strict=True))
    but = str(len(attendus))
    constater("signatures : cas jugés pareil par Node", nombre, but, tenu=rendus == attendus)
