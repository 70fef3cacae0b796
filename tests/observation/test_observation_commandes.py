"""Toute commande de `docs/exploitation` se joue dans un essai, ou dit pourquoi elle ne le peut."""

import re
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from socle import sbg
from socle.lanceur import commande as commandes_de
from tests.observation.regles import RACINE

PAGES: Final = sorted(
    [*(RACINE / "docs/exploitation").rglob("*.md"), RACINE / "docs/EXPLOITATION.md"]
)
JOUEUR: Final = "tests/observation/test_observation_demarrer.py"
SBG: Final = "tests/exercices/test_exercices_sbg.py"
EXERCICE: Final = "tests/exercices/restauration.py"
OPERATEUR: Final = "libs/socle/tests/test_socle_operateur.py"
TERMINAL: Final = "services/facturation/tests/integration/test_facturation_terminal.py"
NUMEROS: Final = "services/facturation/tests/integration/test_facturation_numeros_retenus.py"
JOUEES: Final = {
    "sbg sauvegarder": (SBG, '"sauvegarder"'),
    "sbg restaurer": (SBG, '"restaurer"'),
    "sbg exporter": (SBG, '"exporter"'),
    "sbg entretien": (SBG, '"entretien"'),
    "sbg docteur": (EXERCICE, '"docteur"'),
    "sbg conservation": (OPERATEUR, '"conservation"'),
    "sbg rebuts": ("libs/socle/tests/test_socle_sbg.py", '"rebuts"'),
    "sbg sujet": ("tests/exercices/sujets.py", '"sujet", "exporter"'),
    "python -m SERVICE sujet": ("tests/exercices/sujets.py", '"sujet", "rendre"'),
    "python -m SERVICE tout": ("tests/exercices/flotte.py", '"tout"'),
    "python -m SERVICE realigner": (EXERCICE, '"realigner"'),
    "python -m SERVICE consommateur": (EXERCICE, '"consommateur"'),
    "python -m SERVICE relais": (EXERCICE, '"relais"'),
    "python -m SERVICE verifier-audit": (EXERCICE, '"verifier-audit"'),
    "python -m SERVICE verifier-factures": (EXERCICE, '"verifier-factures"'),
    "python -m SERVICE reconstruire": (EXERCICE, '"reconstruire"'),
    "python -m SERVICE migrer": ("tests/fautes/reel.py", '"migrer"'),
    "python -m SERVICE numeros": (NUMEROS, "annuler"),
    "python -m SERVICE rebuts": (OPERATEUR, '"rebuts"'),
    "python -m SERVICE stationnes": (OPERATEUR, '"stationnes"'),
    "python -m SERVICE envois": (OPERATEUR, '"envois"'),
    "python -m SERVICE tache": ("outils/essais/banc.py", "def tache"),
    "python -m SERVICE emettre": (TERMINAL, '"emettre"'),
    "python -m SERVICE executions": (TERMINAL, '"executions"'),
    "python -m socle.exploitation.pret": (
        "libs/socle/tests/test_socle_sonde.py",
        "socle.exploitation.pret",
    ),
    "python -m outils.tableaux": ("outils/tests/test_outils_tableaux.py", "outils.tableaux"),
    "make observer": (".ci/run", "make observer"),
    "make exercices": (".ci/run", "make exercices BUS=kafka"),
    "make deploiement": (".ci/run", "make deploiement"),
    "make bench": (".ci/run", "make bench"),
    "make verifier": (".ci/run", "make verifier"),
    "make up": ("docs/exploitation/demarrer.md", "\nmake up "),
    "make down": ("docs/exploitation/demarrer.md", "\nmake down\n"),
    "curl": ("docs/exploitation/demarrer.md", "/sante/disponibilite"),
    "amtool check-config": ("tests/observation/test_observation_alertes.py", "check-config"),
}
"""Ce qui joue chaque commande : un fichier, et ce qu'on y lit d'elle."""
INJOUABLES: Final = {
    "docker": "aucun moteur de conteneurs; composition lue et lignes jouées par `make deploiement`",
    "deploy/demarrer.sh": "de même; ce qu'il engendre l'est par `make deploiement`",
    "helm": "aucune grappe; charte rendue et jugée par `make deploiement`",
    "kubectl": "aucune grappe",
    "pgbackrest": "l'outil d'un tiers, que la page dit hors de nos essais",
}
"""Ce que la machine d'essai ne permet pas, et pourquoi."""
PROGRAMMES: Final = (
    "sbg", "python -m", "make", "docker", "deploy/demarrer.sh", "helm", "kubectl", "amtool",
    "promtool", "pgbackrest", "pg_restore", "curl", "psql", "pg_ctl",
)  # fmt: skip
SERVICES: Final = ("catalogue", "demandes", "facturation", "sla", "courtier")


def _dites(page: Path) -> set[str]:
    """Les commandes d'une page : ses blocs, et ce qu'elle écrit entre accents graves.

    Un bloc « sh » nu de `demarrer.md` n'en est pas : un essai le joue tel quel.
    """
    texte = page.read_text("utf-8")
    if page.name == "demarrer.md":
        texte = re.sub(r"^```sh\n.*?^```$", "", texte, flags=re.MULTILINE | re.DOTALL)
    lignes = re.findall(r"^ {4}(.+)$", texte, re.MULTILINE)
    for bloc in re.findall(r"^```[^\n]*\n(.*?)^```$", texte, re.MULTILINE | re.DOTALL):
        lignes += bloc.splitlines()
    lignes += re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", texte)
    commandes = {" ".join(ligne.partition("#")[0].split()) for ligne in lignes}
    dites = {c for c in commandes if any(c.startswith(f"{p} ") for p in PROGRAMMES)}
    return {c for c in dites if not c.endswith(("<service>", "<commande>"))}


def _forme(commande: str) -> str:
    """La commande, à un service quelconque : « python -m SERVICE rebuts lister »."""
    return re.sub(rf"^python -m ({'|'.join(SERVICES)}|<service>) ", "python -m SERVICE ", commande)


TOUTES: Final = sorted({c for page in PAGES for c in _dites(page)})


@pytest.mark.parametrize("commande", TOUTES)
def test_chaque_commande_est_jouee_ou_dit_pourquoi_non(commande: str) -> None:
    forme = _forme(commande)
    if any(forme.split()[0] == programme for programme in INJOUABLES):
        return
    jouees = [ou for prefixe, ou in JOUEES.items() if f"{forme} ".startswith(f"{prefixe} ")]
    assert jouees, f"« {commande} » : ni jouée, ni dite injouable"
    ((fichier, marque),) = jouees
    assert marque in (RACINE / fichier).read_text("utf-8"), f"{fichier} ne joue plus « {commande} »"


def test_une_commande_que_rien_ne_joue_se_voit(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Tapez :\n\n    sbg inventer --tout   # pour voir\n\nou `make reve`.\n", "utf-8"
    )
    assert _dites(page) == {"sbg inventer --tout", "make reve"}
    for commande in _dites(page):
        with pytest.raises(AssertionError, match="ni jouée"):
            test_chaque_commande_est_jouee_ou_dit_pourquoi_non(commande)


def test_rien_n_est_declare_pour_rien() -> None:
    formes = [f"{_forme(c)} " for c in TOUTES]
    vaines = [p for p in JOUEES if not any(f.startswith(f"{p} ") for f in formes)]
    vaines += [p for p in INJOUABLES if not any(f.startswith(f"{p} ") for f in formes)]
    assert vaines == []


def test_les_blocs_de_la_page_de_demarrage_se_jouent_ou_nomment_ce_qui_manque() -> None:
    page = RACINE / "docs/exploitation/demarrer.md"
    ouvertures = re.findall(r"^```(.+)$", page.read_text("utf-8"), re.MULTILINE)
    assert set(ouvertures) == {"sh", "sh conteneurs", "sh grappe"}
    assert "blocs()" in (RACINE / JOUEUR).read_text("utf-8")


def _arbre(programme: str) -> TyperGroup:
    """Les commandes d'un service, ou de `sbg`."""
    if programme == "sbg":
        racine = get_command(sbg.application())
    else:
        racine = get_command(commandes_de(import_module(f"{programme}.main").service()))
    assert isinstance(racine, TyperGroup)
    return racine


@pytest.mark.parametrize("programme", ["sbg", *SERVICES])
def test_chaque_verbe_d_une_page_existe(programme: str) -> None:
    """Jusqu'au dernier mot qui peut en être un : « python -m demandes envois rejouer »."""
    debut = "sbg " if programme == "sbg" else f"python -m {programme} "
    for dite in (c for c in TOUTES if c.startswith(debut)):
        noeud: object = _arbre(programme)
        for mot in dite.removeprefix(debut).split():
            if not isinstance(noeud, TyperGroup):
                break
            assert mot in noeud.commands, dite
            noeud = noeud.commands[mot]
