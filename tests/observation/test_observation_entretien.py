"""Un entretien annoncé n'appelle personne : les règles et un vrai Alertmanager le tiennent."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outils.moteurs import port_libre
from tests.observation.cas import CAS, Cas
from tests.observation.regles import RACINE, eprouver, lire

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None or shutil.which("prometheus-alertmanager") is None,
    reason="paquets prometheus et prometheus-alertmanager absents : « make observer » les demande",
)
ENTRETIEN = {'sbg_base_lecture_seule{service="demandes"}': "1"}
DEHORS = {'sbg_base_lecture_seule{service="demandes"}': "0"}


@pytest.mark.parametrize("nom", ["BudgetErreursRapide", "BudgetErreursLent", "TacheEnEchec"])
def test_ce_que_l_entretien_refuse_n_est_pas_une_panne(tmp_path: Path, nom: str) -> None:
    """Les mêmes séries lèvent sans entretien, et se taisent pendant."""
    cas = CAS[nom]
    seul = {nom: Cas({**cas.leve, **DEHORS}, {**cas.leve, **ENTRETIEN}, cas.minute)}
    assert eprouver(tmp_path, lire(), seul) == set()


@pytest.mark.parametrize("nom", ["BudgetErreursRapide", "TacheEnEchec"])
def test_un_entretien_fini_n_appelle_pas_apres_coup(tmp_path: Path, nom: str) -> None:
    """Vingt minutes d'erreurs et d'entretien, puis dix de calme : les fenêtres s'en souviennent."""
    serie = {
        "BudgetErreursRapide": 'sbg_http_duree_secondes_count{service="demandes",statut="503"}',
        "TacheEnEchec": 'sbg_taches_echecs_total{service="demandes",tache="jalons"}',
    }[nom]
    series = {serie: "0+60x20 1200+0", **dict.fromkeys(ENTRETIEN, "1+0x20 0+0")}
    sans = {serie: "0+60", **DEHORS}
    assert eprouver(tmp_path, lire(), {nom: Cas(sans, series, 30)}) == set()


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Un Alertmanager servant nos routes, seul."""
    adresse = f"127.0.0.1:{port_libre()}"
    commande = [
        "prometheus-alertmanager", f"--config.file={RACINE / 'deploy/alertmanager/sbg.yml'}",
        f"--web.listen-address={adresse}", "--cluster.listen-address=",
        f"--storage.path={tmp_path_factory.mktemp('alertmanager')}",
    ]  # fmt: skip
    with subprocess.Popen(
        commande, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as serveur:
        try:
            yield f"http://{adresse}"
        finally:
            serveur.terminate()


def _amtool(url: str, *mots: str) -> str:
    commande = ["amtool", f"--alertmanager.url={url}", *mots]
    for _ in range(60):
        fini = subprocess.run(commande, capture_output=True, text=True, check=False)
        if fini.returncode == 0:
            return fini.stdout
        time.sleep(0.5)
    raise AssertionError("Alertmanager ne répond pas")


def test_un_entretien_tait_ce_qu_il_explique_et_rien_d_autre(alertmanager: str) -> None:
    """Du même service, ou les jalons du producteur en entretien chez un autre."""
    explique = [
        {"alertname": "BoiteEnvoiEnRetard", "service": "demandes"},
        {"alertname": "ConsommationEnRetard", "service": "demandes"},
        {"alertname": "JalonArrete", "service": "demandes", "producteur": "catalogue"},
        {"alertname": "JalonArrete", "service": "sla", "producteur": "demandes"},
        {"alertname": "TacheArretee", "service": "demandes"},
    ]
    reste = [
        {"alertname": "BoiteEnvoiEnRetard", "service": "sla"},
        {"alertname": "JalonArrete", "service": "sla", "producteur": "catalogue"},
        {"alertname": "EntretienDepasse", "service": "demandes"},
        {"alertname": "AuditRompu", "service": "demandes"},
    ]
    source = {"alertname": "EnEntretien", "service": "demandes", "producteur": "demandes"}
    for alerte in (source, *explique, *reste):
        _amtool(alertmanager, "alert", "add", *(f"{n}={v}" for n, v in alerte.items()))

    def taites() -> list[dict[str, str]]:
        dites = json.loads(_amtool(alertmanager, "alert", "query", "--inhibited", "-o", "json"))
        return [d["labels"] for d in dites if d["status"]["inhibitedBy"]]

    for _ in range(60):
        if len(taites()) >= len(explique):
            break
        time.sleep(0.5)
    assert {frozenset(t.items()) for t in taites()} == {frozenset(e.items()) for e in explique}
