"""Ce que vit un intégrateur, par les commandes et les fichiers mêmes qu'on lui donne."""

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from demo.defauts import SystemeEnDefaut
from demo.ports import SERVICES, Ports
from tests.e2e.parcours_http import Illisible, Joueur, lire

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("systeme")]

RACINE = Path(__file__).parents[2]
DOSSIER = RACINE / "docs" / "integration"
AUTRUI = ("SBG_", "MAKE", "MFLAGS", "BUS", "PORT", "HORLOGE")
SECRET = "whsec_" + "c2VjcmV0LWRlLWwtZXNzYWktYmllbi1sb25n"
_NODE = """
const { createHmac } = require("crypto");
const { source, corps, secret } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const poses = {};
const request = {
  body: { tryGetSubstituted: () => corps },
  environment: { get: (nom) => ({ secret_itsm: secret })[nom] },
  variables: { set: (nom, valeur) => { poses[nom] = valeur; } },
};
const crypto = { hmac: { sha256: () => ({
  withBase64Secret(cle) { this.h = createHmac("sha256", Buffer.from(cle, "base64")); return this; },
  updateWithText(texte) { this.h.update(texte, "utf8"); return this; },
  digest() { return { toBase64: () => this.h.digest("base64") }; },
}) } };
new Function("request", "crypto", source)(request, crypto);
console.log(JSON.stringify(poses));
"""


class Bac:
    """Un bac à sable à soi : son dossier, sa plage de ports, ses moteurs."""

    def __init__(self, dossier: Path) -> None:
        # Ni les réglages de l'essai, ni ceux du make qui l'a lancé : seulement ce que l'on dit.
        herite = {nom: v for nom, v in os.environ.items() if not nom.startswith(AUTRUI)}
        self.acces = dossier / "acces.json"
        self.environnement = {
            **herite,
            "SBG_BAC": str(dossier),
            "SBG_MOTEUR_BUS": "embarque",
        }

    def lancer(self, commande: Sequence[str]) -> str:
        """La sortie d'une commande lancée de la racine; l'essai échoue si elle échoue."""
        rendu = self.essayer(commande)
        assert rendu.returncode == 0, rendu.stdout + rendu.stderr
        return rendu.stdout

    def essayer(self, commande: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 -- les commandes des documents du dépôt
            commande,
            cwd=RACINE,
            env=self.environnement,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )


def plage_libre() -> int:
    """Une plage dont tous les ports sont libres, sous ceux que le système donne au hasard."""
    for plage in range(20_000, 30_000, 500):
        try:
            for rang, nom in enumerate(SERVICES, start=1):
                Ports.autour(plage + rang).verifier(nom)
        except SystemeEnDefaut:
            continue
        return plage
    raise AssertionError("aucune plage de ports libre")


@pytest.fixture
def bac(tmp_path: Path) -> Iterator[Bac]:
    """Le bac, en marche au matin du 1er septembre 2026."""
    bac = Bac(tmp_path / "bac")
    try:
        bac.lancer(["make", "up", f"PORT={plage_libre()}", "HORLOGE=2026-09-01T08:00"])
        yield bac
    finally:
        bac.lancer(["make", "down"])
        assert not bac.acces.exists()


def test_un_integrateur_signe_un_acte_et_recoit_sa_facture(bac: Bac, tmp_path: Path) -> None:
    """DEM-3, DEM-10, SLA-2, SLA-3, FAC-1, FAC-6, FAC-7 : tout `parcours.http`, tel quel.

    Le délai : J0 est le 1er, approuvée à 9 h. Suspendue le 3 à 10 h, reprise le 8 à 9 h : au client
    à 17 h les 3 et 4; le 7 est férié. Comptés : 2, 8, 9, et le 10, jour de la fin. 4 <= 10.
    La facture : POSTE-04 à 233 $, du 10 au 30 : 233 × 21 ÷ 30 = 163,10; TPS 8,155, donc 8,16;
    TVQ 16,269…, donc 16,27. 163,10 + 8,16 + 16,27 = 187,53.
    """
    assert stat.S_IMODE(bac.acces.stat().st_mode) == 0o600
    environnement = tmp_path / "environnement.json"
    bac.lancer([str(DOSSIER / "environnement.sh"), str(environnement)])
    variables = json.loads(environnement.read_text("utf-8"))["bac"]
    with httpx.Client(timeout=20.0, trust_env=False) as client:
        joueur = Joueur(client, variables, bac.lancer)
        rendus = joueur.jouer(lire(DOSSIER / "parcours.http"))

    chronologie = rendus["Ce qu'on sait maintenant de la demande"]["elements"]
    actes = ["prise_en_charge", "suspension", "reprise", "livraison"]
    assert [vu["geste"] for vu in chronologie if vu["geste"] in actes] == actes
    encore = rendus["La livraison est annoncée de nouveau : même réponse, aucun autre effet"]
    assert encore == rendus["Le poste est livré"]
    (mesure,) = rendus["Le mois fini, le verdict"]["elements"]
    assert (mesure["indicateur"], mesure["jours"], mesure["verdict"]) == ("PT-1", 4, "conforme")
    facture = rendus["La facture, telle que l'organisme la reçoit"]
    assert facture["total_avant_taxes"] == "163.10"
    assert (facture["tps"], facture["tvq"], facture["total"]) == ("8.16", "16.27", "187.53")
    (apercu,) = rendus["La facture de septembre, en aperçu : rien ne s'écrit"]["organismes"]
    assert apercu["facture"]["total"] == facture["total"]

    assert json.loads(bac.acces.read_text("utf-8"))["horloge"] == "2026-10-01T09:00:00-04:00"
    recul = bac.essayer(["make", "horloge", "A=2026-09-30T09:00"])
    assert recul.returncode != 0
    assert "ne recule pas" in recul.stderr


def test_le_parcours_se_lit_en_entier(tmp_path: Path) -> None:
    """Chaque requête dit ce qu'elle attend; une ligne inconnue ne passe pas en silence."""
    requetes = lire(DOSSIER / "parcours.http")
    assert len(requetes) >= 17
    assert sum(requete.signee for requete in requetes) == 5
    assert all(("status",) in [ou for _, ou, _ in r.attentes] for r in requetes)
    texte = (DOSSIER / "parcours.http").read_text("utf-8")
    for intrus in ("client.log(1);\n%}", "%}\nGET http://ailleurs"):
        (tmp_path / "autre.http").write_text(texte.replace("%}", intrus, 1), "utf-8")
        with pytest.raises(Illisible):
            lire(tmp_path / "autre.http")


def test_signer_js_signe_comme_la_bibliotheque() -> None:
    """DEM-10 : le script du parcours, exécuté par Node, se vérifie par Standard Webhooks."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node est absent : le script ne peut être exécuté.")
    corps = '{"id": "acte-1", "data": {"motif": "Le bureau n\'est pas prêt."}}'
    source = (DOSSIER / "signer.js").read_text("utf-8")
    rendu = subprocess.run(  # noqa: S603 -- Node, sur notre propre script
        [node, "-e", _NODE],
        input=json.dumps({"source": source, "corps": corps, "secret": SECRET}),
        capture_output=True,
        text=True,
        check=True,
    )
    poses = {n.replace("_", "-"): v for n, v in json.loads(rendu.stdout).items()}
    assert poses["webhook-id"] == "acte-1"
    Webhook(SECRET).verify(corps, poses)
