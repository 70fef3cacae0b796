"""Le déploiement dit la même chose que le dépôt : services, ports, rôles, versions."""

import importlib
import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from outils.moteurs import kafka_reel
from socle.exploitation.mesures import Mesures
from socle.schema.provisionnement import ROLES as ROLES_BASE
from socle.schema.provisionnement import SUPERUTILISATEUR

RACINE = Path(__file__).parents[2]
PORTS = {"catalogue": 8001, "demandes": 8002, "facturation": 8003, "sla": 8004, "courtier": 8005}
ROLES = {"api": 300, "consommateur": 100, "relais": 200}
"""Le port de gestion de chaque rôle, à partir du port public."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    lu: dict[str, Any] = yaml.safe_load((RACINE / "docker-compose.yml").read_text())
    return lu


def test_chaque_service_a_sa_migration_et_ses_trois_roles(compose: dict[str, Any]) -> None:
    for service in PORTS:
        for role in ("migrer", *ROLES):
            bloc = compose["services"][f"{service}-{role}"]
            assert bloc["command"] == [service, role]
            assert bloc["build"]["args"]["SERVICE"] == service


def test_chaque_role_n_a_que_ses_acces(compose: dict[str, Any]) -> None:
    """Le propriétaire de la base n'est que dans « migrer », et qui crée des sujets aussi."""
    bases = {"migrer": "migrer", "api": "api", "consommateur": "interne", "relais": "interne"}
    for service in PORTS:
        for role, base in bases.items():
            environnement = compose["services"][f"{service}-{role}"]["environment"]
            acces = {nom: v for nom, v in environnement.items() if nom.startswith("SBG_BASE__")}
            secret = f"SBG_MDP_{service}_{base}".upper()
            dsn = f"postgresql://{service}_{base}:${{{secret}:?deploy/secrets.sh}}"
            assert acces == {f"SBG_BASE__{base.upper()}": f"{dsn}@postgres:5432/{service}"}
            usager = "migration" if role == "migrer" else service
            assert environnement["SBG_BUS__USAGER"] == usager
            assert f"SBG_MDP_BUS_{usager.upper()}" in environnement["SBG_BUS__MOT_DE_PASSE"]


def test_secrets_sh_ecrit_un_secret_par_role_et_une_seule_fois(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    """Tout secret que la composition demande est dans `.env`, lisible de son seul propriétaire."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(RACINE / "deploy/secrets.sh", tmp_path / "deploy")
    ecrire = [tmp_path / "deploy" / "secrets.sh"]
    subprocess.run(ecrire, check=True, capture_output=True)
    fichier = tmp_path / ".env"
    assert fichier.stat().st_mode & 0o777 == 0o600
    secrets = dict(ligne.split("=", 1) for ligne in fichier.read_text().splitlines())
    texte = (RACINE / "docker-compose.yml").read_text()
    assert set(secrets) == set(re.findall(r"\$\{(\w+):\?deploy/secrets.sh\}", texte))
    assert len(set(secrets.values())) == len(secrets) >= len(PORTS) * 4
    assert all(len(secret) >= 32 for secret in secrets.values())
    assert subprocess.run(ecrire, check=False, capture_output=True).returncode == 1
    assert dict(ligne.split("=", 1) for ligne in fichier.read_text().splitlines()) == secrets


def test_chaque_role_a_sa_sonde_au_port_de_gestion(compose: dict[str, Any]) -> None:
    for service, port in PORTS.items():
        for role, decalage in ROLES.items():
            sonde = compose["services"][f"{service}-{role}"]["healthcheck"]["test"]
            assert sonde == ["CMD", "python", "-m", "socle.exploitation.pret", str(port + decalage)]


def test_postgres_n_est_pret_que_par_tcp(compose: dict[str, Any]) -> None:
    """À sa première initialisation, il répond d'abord par sa prise locale, puis redémarre."""
    assert "-h" in compose["services"]["postgres"]["healthcheck"]["test"]


def test_le_provisionnement_pose_la_base_de_chaque_service(compose: dict[str, Any]) -> None:
    module, *services = compose["services"]["provisionnement"]["command"]
    assert find_spec(module) is not None
    assert services == list(PORTS)
    secrets = compose["services"]["provisionnement"]["environment"]
    mots_de_passe = {f"SBG_MDP_{s}_{role}".upper() for s in services for role in ROLES_BASE}
    assert set(secrets) == {SUPERUTILISATEUR, *mots_de_passe}


def test_aucune_commande_de_compose_ne_porte_un_secret(compose: dict[str, Any]) -> None:
    """La liste des processus et « docker inspect » montrent une commande à tous."""
    for nom, bloc in compose["services"].items():
        lignes = [bloc.get("command"), bloc.get("entrypoint"), bloc.get("healthcheck")]
        assert "deploy/secrets.sh" not in json.dumps(lignes), nom


def test_aucun_port_n_est_expose_hors_de_la_machine(compose: dict[str, Any]) -> None:
    ports = [p for bloc in compose["services"].values() for p in bloc.get("ports", [])]
    assert len(ports) >= len(PORTS)
    assert all(port.startswith("127.0.0.1:") for port in ports)
    gestion = {port + decalage for port in PORTS.values() for decalage in ROLES.values()}
    assert not gestion & {int(port.rpartition(":")[2]) for port in ports}


def test_les_dependances_de_compose_existent(compose: dict[str, Any]) -> None:
    for nom, bloc in compose["services"].items():
        for dependance in bloc.get("depends_on", {}):
            assert dependance in compose["services"], f"{nom} attend {dependance}"


def test_prometheus_lit_chaque_role_a_son_port() -> None:
    lu = yaml.safe_load((RACINE / "deploy/prometheus/prometheus.yml").read_text())
    cibles = {c["job_name"]: c for c in lu["scrape_configs"]}
    for role, decalage in ROLES.items():
        assert cibles[role]["static_configs"][0]["targets"] == [
            f"{s}-{role}:{port + decalage}" for s, port in PORTS.items()
        ]


def _exposes(nom: str, genre: str) -> list[str]:
    """Les noms sous lesquels Prometheus lit une famille."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return [nom + suffixe for suffixe in suffixes.get(genre, ("",))]


def test_une_alerte_ne_nomme_que_des_mesures_qui_existent() -> None:
    alertes = yaml.safe_load((RACINE / "deploy/prometheus/alertes.yml").read_text())
    regles = [regle for groupe in alertes["groups"] for regle in groupe["rules"]]
    # Ni les étiquettes que filtre une mesure, ni celles qu'on garde d'elle.
    nues = [re.sub(r"\{[^}]*\}|by \([^)]*\)", "", regle["expr"]) for regle in regles]
    nommees = {nom for expr in nues for nom in re.findall(r"sbg_[a-z_]+", expr)}
    familles = Mesures("essai").registre.collect()
    exposees = {nom for f in familles for nom in _exposes(f.name, f.type)}
    for service in PORTS:
        aires = importlib.import_module(f"{service}.main").AIRES
        exposees |= {nom for aire in aires for jauge in aire.jauges for nom in jauge.noms}
    assert nommees
    assert nommees <= exposees


def test_le_royaume_porte_le_nom_de_sbg() -> None:
    royaume = json.loads((RACINE / "deploy/keycloak/sbg-realm.json").read_text("utf-8"))
    assert royaume["displayName"] == "SBG – Service bureautique gouvernemental"


def test_compose_et_maven_prennent_le_meme_kafka(compose: dict[str, Any]) -> None:
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{kafka_reel.version_voulue()}"


def test_l_image_n_est_pas_root_et_n_installe_que_des_verrous() -> None:
    texte = (RACINE / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", texte, re.MULTILINE)
    installations = re.findall(r"pip install(?:.*\\\n)*.*", texte)
    assert len(installations) == 3
    assert all("--require-hashes" in i or "--no-build-isolation" in i for i in installations)
    assert all("--no-deps" in i for i in installations)


def test_l_image_installe_chaque_bibliotheque_du_depot() -> None:
    bibliotheques = [
        f"libs/{dossier.parent.name}" for dossier in RACINE.glob("libs/*/pyproject.toml")
    ]
    installees = re.findall(r"-e (libs/\w+)", (RACINE / "Dockerfile").read_text())
    assert sorted(installees) == sorted(bibliotheques)
