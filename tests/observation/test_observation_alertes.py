"""Chaque alerte lève, se tait, a sa gravité et sa fiche; promtool et amtool lisent nos fichiers."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.observation.cas import CAS, Cas
from tests.observation.regles import ALERTES, RACINE, alertes, eprouver, faussees, lire, promtool

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None or shutil.which("amtool") is None,
    reason="paquets prometheus et prometheus-alertmanager absents : « make observer » les demande",
)
PARTIES = ("**On voit**", "**On fait**")
ALERTMANAGER = RACINE / "deploy/alertmanager/sbg.yml"


def test_promtool_lit_les_regles() -> None:
    verdict = promtool("check", "rules", ALERTES)
    assert verdict.returncode == 0, verdict.stderr


def test_promtool_lit_la_configuration() -> None:
    verdict = promtool("check", "config", RACINE / "deploy/prometheus/prometheus.yml")
    assert verdict.returncode == 0, verdict.stderr


def test_chaque_alerte_est_a_l_epreuve() -> None:
    assert {regle["alert"] for regle in alertes(lire())} == CAS.keys()


def test_chaque_alerte_leve_et_sait_se_taire(tmp_path: Path) -> None:
    assert eprouver(tmp_path, lire()) == set()


def _sla(*disparus: str, **jobs: str) -> dict[str, str]:
    """Les conteneurs des rôles de sla; un disparu n'a plus de série `up` après cinq minutes."""
    serie = 'up{{service="sla",job="{}",instance="{}"}}'
    return {
        serie.format(job, nom): "1+0x5 stale _" if nom in disparus else "1"
        for job, noms in jobs.items()
        for nom in noms
    }


ROLES = {"api": "ab", "consommateur": "c", "relais": "r"}
DISPARITIONS = {
    "un rôle à zéro réplica": Cas(_sla("a", "b", **ROLES), _sla("a", **ROLES), 9, 6),
    "le dernier rôle d'un service": Cas(_sla("r", relais="r"), _sla(**ROLES), 300),
    "un rôle jamais créé": Cas(_sla(api="a", consommateur="c"), _sla(**ROLES), 2, 0),
    # Une livraison remplace les conteneurs; les cibles d'un autre système ne sont pas des rôles.
    "un conteneur remplacé": Cas(
        _sla("a", "b", **ROLES), {**_sla("a", "b", **ROLES), **_sla(api="d")}, 9
    ),
    "un autre système": Cas(
        _sla("a", "b", **ROLES),
        {'up{job="api",instance="x"}': "1+0x5 stale _", 'up{job="node"}': "1+0x5 stale _"},
        9,
    ),
}


@pytest.mark.parametrize("nom", DISPARITIONS)
def test_un_role_sans_conteneur_est_absent(nom: str, tmp_path: Path) -> None:
    """Une cible découverte ne vaut pas « 0 » quand elle s'en va : sa série `up` disparaît."""
    assert eprouver(tmp_path, lire(), {"RoleAbsent": DISPARITIONS[nom]}) == set()


def test_une_regle_qui_ne_lit_que_zero_ne_voit_pas_la_disparition(tmp_path: Path) -> None:
    cas = {"RoleAbsent": DISPARITIONS["un rôle à zéro réplica"]}
    assert eprouver(tmp_path, faussees(lire(), "up == 0"), cas) == {"RoleAbsent lève"}


def test_une_alerte_qui_ne_leve_jamais_se_voit(tmp_path: Path) -> None:
    assert eprouver(tmp_path, faussees(lire(), "vector(0) > 1")) == {f"{n} lève" for n in CAS}


def test_une_alerte_qui_leve_toujours_se_voit(tmp_path: Path) -> None:
    assert eprouver(tmp_path, faussees(lire(), "vector(1)")) == {f"{nom} se tait" for nom in CAS}


def test_chaque_alerte_a_sa_gravite_et_sa_fiche() -> None:
    for regle in alertes(lire()):
        nom, dites = regle["alert"], regle["annotations"]
        assert regle["labels"]["severite"] in {"page", "billet", "securite", "info"}, nom
        assert dites["summary"].endswith("."), nom
        fichier, _, ancre = dites["fiche"].partition("#")
        assert ancre == nom.lower()
        fiche = re.split(r"^## ", (RACINE / fichier).read_text("utf-8"), flags=re.MULTILINE)
        (sienne,) = [partie for partie in fiche if partie.startswith(f"{nom}\n")]
        assert all(partie in sienne for partie in PARTIES), f"{nom} : sa fiche est incomplète"


def test_nulle_fiche_sans_alerte() -> None:
    noms = {regle["alert"] for regle in alertes(lire())}
    for fichier in (RACINE / "docs/exploitation/alertes").glob("*.md"):
        titres = re.findall(r"^## (\S+)$", fichier.read_text("utf-8"), re.MULTILINE)
        assert set(titres) <= noms, fichier.name


def amtool(*arguments: str) -> str:
    fini = subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stderr
    return fini.stdout.strip()


def test_amtool_lit_la_configuration() -> None:
    assert "SUCCESS" in amtool("check-config", str(ALERTMANAGER))


@pytest.mark.parametrize(
    ("etiquettes", "receveur"),
    [
        (("severite=page",), "astreinte"),
        (("severite=billet",), "billets"),
        (("severite=securite",), "securite"),
        (("severite=info",), "personne"),
        # PT-4 : une panne d'un service rendu va à la mesure, et à qui l'éteint.
        (("sbg_service=messagerie", "severite=page"), "sbg-disponibilite,astreinte"),
        (("sbg_service=messagerie",), "sbg-disponibilite,billets"),
    ],
)
def test_pt_4_chaque_gravite_a_sa_route(etiquettes: tuple[str, ...], receveur: str) -> None:
    dit = amtool("config", "routes", "test", f"--config.file={ALERTMANAGER}", *etiquettes)
    assert dit == receveur


def test_pt_4_la_regle_pose_l_etiquette_que_la_route_lit() -> None:
    """Telle que Prometheus l'enverrait, l'alerte d'un service rendu va à la mesure."""
    (regle,) = [r for r in alertes(lire()) if r["alert"] == "ServiceRenduMuet"]
    dites = {
        n: v.replace("{{ $labels.sbg_service }}", "messagerie") for n, v in regle["labels"].items()
    }
    assert dites["sbg_service"] == "messagerie"
    routee = amtool(
        "config",
        "routes",
        "test",
        f"--config.file={ALERTMANAGER}",
        *(f"{n}={v}" for n, v in dites.items()),
    )
    assert routee == "sbg-disponibilite,astreinte"


def test_prometheus_parle_a_l_alertmanager_de_la_composition() -> None:
    config = yaml.safe_load((RACINE / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    composition = yaml.safe_load((RACINE / "docker-compose.yml").read_text("utf-8"))
    ((cible,),) = [s["targets"] for s in config["alerting"]["alertmanagers"][0]["static_configs"]]
    assert cible.partition(":")[0] in composition["services"]
    receveur = (RACINE / "deploy/alertmanager/sbg.yml").read_text("utf-8")
    for hote in re.findall(r"https?://([a-z-]+):", receveur):
        assert hote in composition["services"], hote


def test_le_collecteur_de_la_composition_recoit_ce_que_les_services_envoient() -> None:
    pipelines = yaml.safe_load((RACINE / "deploy/otel/collecteur.yaml").read_text("utf-8"))[
        "service"
    ]["pipelines"]
    composition = (RACINE / "docker-compose.yml").read_text("utf-8")
    envoyes = set(re.findall(r"_OTLP: http://collecteur:4318/v1/(\w+)", composition))
    assert envoyes == pipelines.keys() == {"traces", "logs"}
    assert all(p["receivers"] == ["otlp"] and p["exporters"] for p in pipelines.values())
