"""Les signatures : les nôtres, vues des bibliothèques de Python et de Node; celles qui entrent."""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demandes.webhooks.adaptateurs.connecteur import signer
from outils.essais.greffon import MonterBanc
from services.demandes.tests.parcours import Parcours
from socle.horloge import horloge_systeme
from socle.web import Probleme
from socle.web.signature import verifier
from tests.securite.constat import constater
from tests.securite.reseau_enregistre import EVENEMENT

NEUVE, ANCIENNE, ETRANGERE = (
    "whsec_" + base64.b64encode(cle).decode() for cle in (b"n" * 32, b"a" * 32, b"e" * 32)
)
CORPS = '{"type":"demande.créée","data":{"organisme":"MTQ"}}'.encode()
Entrant = tuple[bytes, Mapping[str, str]]
CACHE = Path(__file__).parents[2] / ".cache" / "npm"
VERROU_NODE = Path(__file__).parent / "node"
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
    mal = [nom for nom, *recu, attendu in cas() if lecteur(*recu) != attendu]
    assert not mal
    constater("signatures : envois et altérations mal jugés, Python", len(mal))


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


# --- À l'entrée, par l'API ------------------------------------------------------------------------


def annonce(demande_id: str, cle: str, *, age: timedelta = timedelta()) -> Entrant:
    """Une prise en charge bien signée, à cet âge."""
    instant, identifiant = horloge_systeme() - age, f"itsm-{uuid4()}"
    donnees = {"demande_id": demande_id}
    corps = json.dumps({"type": "prise_en_charge", "time": "2026-09-01T13:00:00Z", "data": donnees})
    en_tetes = {
        "webhook-id": identifiant,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": Webhook(cle).sign(identifiant, instant, corps),
    }
    return corps.encode(), en_tetes


def entrants(demande_id: str) -> Mapping[str, tuple[Entrant, bool]]:
    """Chaque annonce, par son nom, et s'il faut l'accepter; NEUVE et ANCIENNE sont nos clés."""
    corps, bon = annonce(demande_id, NEUVE)
    _, autre = annonce(demande_id, NEUVE)
    sans = {nom: {n: v for n, v in bon.items() if n != nom} for nom in bon}
    suite = str(int(bon["webhook-timestamp"]) + 1)
    minutes = {n: annonce(demande_id, NEUVE, age=timedelta(minutes=n)) for n in (4, 6, -6, 525_600)}
    return {
        "bonne": ((corps, bon), True),
        "rejouée": ((corps, bon), True),
        "clé ancienne, durant la rotation": (annonce(demande_id, ANCIENNE), True),
        "de quatre minutes": (minutes[4], True),
        "clé étrangère": (annonce(demande_id, ETRANGERE), False),
        "périmée": (minutes[6], False),
        "du futur": (minutes[-6], False),
        "d'il y a un an": (minutes[525_600], False),
        "corps altéré": ((corps.replace(b"prise_en_charge", b"completion"), bon), False),
        "corps allongé": ((corps + b" ", bon), False),
        "identifiant altéré": ((corps, {**bon, "webhook-id": "itsm-autre"}), False),
        "instant altéré": ((corps, {**bon, "webhook-timestamp": suite}), False),
        "signature d'une autre": (
            (corps, {**bon, "webhook-signature": autre["webhook-signature"]}),
            False,
        ),
        "signature vide": ((corps, {**bon, "webhook-signature": ""}), False),
        "version inconnue": (
            (corps, {**bon, "webhook-signature": "v2" + bon["webhook-signature"][2:]}),
            False,
        ),
        **{f"sans {nom}": ((corps, reste), False) for nom, reste in sans.items()},
    }


@pytest.mark.integration
async def test_les_annonces_entrantes_par_l_api(banc: MonterBanc) -> None:
    """DEM-10 : une annonce refusée est un 401 sans effet; une rejouée n'en a qu'un."""
    monte = await banc("demandes", itsm_secrets=f"{NEUVE},{ANCIENNE}")
    parcours = await Parcours.monter(monte)
    client, mal = monte.client(), []
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    jugees = entrants(demande["id"])
    for nom, ((corps, en_tetes), attendu) in jugees.items():
        rendu = await client.post("/v1/itsm/evenements", content=corps, headers=dict(en_tetes))
        if rendu.status_code != (200 if attendu else 401):
            mal.append(f"{nom} : {rendu.status_code}")
    async with monte.interne() as connexion:
        effets = await connexion.valeur(text("SELECT count(*) FROM actes_itsm"))
    bonnes = {en_tetes["webhook-id"] for (_, en_tetes), attendu in jugees.values() if attendu}
    assert not mal
    assert effets == len(bonnes)
    constater("signatures entrantes : cas", len(jugees))
    constater("signatures entrantes : mal jugées par l'API", len(mal))


@pytest.mark.integration
async def test_une_cle_retiree_ne_signe_plus(banc: MonterBanc) -> None:
    """La rotation finie, l'ancienne clé est étrangère."""
    monte = await banc("demandes", itsm_secrets=NEUVE)
    corps, en_tetes = annonce(str(uuid4()), ANCIENNE)
    rendu = await monte.client().post("/v1/itsm/evenements", content=corps, headers=dict(en_tetes))
    assert rendu.status_code == 401


# --- Vues de Node ---------------------------------------------------------------------------------


@pytest.mark.reel
def test_la_bibliotheque_de_node_verifie_nos_envois() -> None:
    """DEM-10 : `standardwebhooks` de JavaScript, installée sous .cache/npm."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm est absent : la bibliothèque JavaScript ne peut être installée.")
    if not (CACHE / "node_modules" / "standardwebhooks").is_dir():
        # Son verrou porte des empreintes : « npm ci » refuse ce qui en diffère.
        shutil.copytree(VERROU_NODE, CACHE, dirs_exist_ok=True)
        options = ("--ignore-scripts", "--no-audit", "--no-fund")
        subprocess.run([npm, "ci", *options], cwd=CACHE, check=True, capture_output=True)
    recus = [
        {"cle": cle, "corps": corps.decode(), "entetes": dict(en_tetes)}
        for _, cle, corps, en_tetes, _ in cas()
    ]
    fini = subprocess.run(
        [node, "-e", _PROGRAMME],
        input=json.dumps(recus),
        cwd=CACHE,
        check=True,
        capture_output=True,
        text=True,
    )
    rendus = json.loads(fini.stdout)
    attendus = [attendu for *_, attendu in cas()]
    mal = sum(r != a for r, a in zip(rendus, attendus, strict=True))
    constater("signatures : envois et altérations mal jugés, Node", mal)
