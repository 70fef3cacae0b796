"""Ce qu'un vrai navigateur fait d'une page : Chromium sans écran, s'il y en a un sur la machine."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import NoReturn

import pytest
from pypdf import PageObject

CANDIDATS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TELEPHONE = 320
"""La largeur, en pixels, sous laquelle rien ne doit défiler de côté (WCAG 1.4.10)."""

# Une fenêtre ne descend pas sous 500 pixels : la page est donc dans un cadre de la largeur voulue.
_MESURE = """<!doctype html><meta charset="utf-8"><body>
<iframe id="cadre" width="{largeur}" height="900" style="border:0" srcdoc="{page}"></iframe>
<script>
onload = () => {{
  const page = document.getElementById("cadre").contentDocument;
  const racine = page.documentElement;
  const debordent = [...page.querySelectorAll("main *")]
    .filter(e => e.getBoundingClientRect().right > racine.clientWidth + 1)
    .filter(e => !e.closest("[tabindex='0']"))  // un tableau large défile seul, au clavier aussi
    .map(e => e.tagName + " " + e.textContent.slice(0, 40));
  const mesure = JSON.stringify([racine.scrollWidth, racine.clientWidth, debordent.slice(0, 5)]);
  document.body.innerHTML = "<pre id=mesure></pre>";
  document.getElementById("mesure").textContent = mesure;
}};
</script>"""

_AXE = """<script>{axe}</script><script>
document.querySelectorAll("details").forEach(d => d.open = true);
axe.run().then(vu => {{
  const ou = v => v.nodes.map(n => n.html.slice(0, 120)).join(" | ");
  const dits = vu.violations.map(v => v.id + " : " + ou(v));
  document.body.innerHTML = "<pre id=mesure></pre>";
  document.getElementById("mesure").textContent = JSON.stringify(dits);
}});
</script>"""
_NODE = Path(__file__).parent / "node"
_CACHE = Path(__file__).parents[2] / ".cache" / "npm-pages"


def exiger_chromium() -> str:
    """Le programme; sans lui, l'essai est sauté, et le dit."""
    chemin = next(filter(None, map(shutil.which, CANDIDATS)), None)
    if chemin is None:
        sauter("Chromium absent : rien ne peut être mis en page ni imprimé")
    return chemin


def ce_qui_deborde(page: str, dossier: Path, largeur: int = TELEPHONE) -> list[str]:
    """Ce qui dépasse du bord droit à cette largeur, en pixels; vide si rien ne défile de côté."""
    fichier = dossier / "mesure.html"
    fichier.write_text(_MESURE.format(largeur=largeur, page=escape(page)), "utf-8")
    dom = _lancer(dossier, "--dump-dom", fichier.as_uri())
    defile, visible, debordent = json.loads(_mesure(dom))
    return [f"{defile} > {visible}", *debordent] if defile > visible else list(debordent)


def exiger_axe() -> str:
    """La source d'axe-core, de son verrou à empreintes; sans npm ou sans réseau, essai sauté."""
    source = _CACHE / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        _installer_axe()
    if not source.exists():
        sauter("axe-core ne peut être installé : l'accessibilité n'est pas éprouvée")
    return source.read_text("utf-8")


@cache
def _installer_axe() -> None:
    """Une seule tentative par processus, à part : deux travailleurs ne se gênent pas."""
    npm = shutil.which("npm")
    if npm is None:
        return
    _CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE.parent) as dossier:
        neuf = Path(dossier) / "npm"
        shutil.copytree(_NODE, neuf)
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0")
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [npm, "ci", *options], cwd=neuf, check=True, capture_output=True, timeout=90
            )
            neuf.rename(_CACHE)


def violations_axe(page: str, dossier: Path, *, sombre: bool = False) -> list[str]:
    """Ce qu'axe-core reproche à la page, tout déplié; vide si rien."""
    fichier = dossier / "axe.html"
    fichier.write_text(page.replace("</body>", _AXE.format(axe=exiger_axe()) + "</body>"), "utf-8")
    theme = f"--blink-settings=preferredColorScheme={0 if sombre else 1}"
    dom = _lancer(dossier, theme, "--virtual-time-budget=30000", "--dump-dom", fichier.as_uri())
    dits: list[str] = json.loads(_mesure(dom))
    return dits


def imprimer(page: str, dossier: Path) -> Path:
    """Le PDF que le navigateur imprime de cette page, au format que la page demande."""
    source, pdf = dossier / "page.html", dossier / "page.pdf"
    source.write_text(page, "utf-8")
    _lancer(dossier, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", source.as_uri())
    return pdf


def texte_imprime(feuilles: Iterable[PageObject]) -> str:
    """Le texte de ces feuilles, d'un trait, les espaces réduites et les ligatures défaites."""
    lu = " ".join(feuille.extract_text() for feuille in feuilles)
    return " ".join(unicodedata.normalize("NFKC", lu).split())


def sauter(raison: str) -> NoReturn:
    """L'intégration continue les a : là, leur absence est une faute."""
    if "CI" in os.environ:
        pytest.fail(raison)
    pytest.skip(raison)


def _mesure(dom: str) -> str:
    lu = re.search(r'<pre id="mesure">(.*?)</pre>', dom, re.DOTALL)
    assert lu is not None, dom[-500:]
    return unescape(lu[1])


def _lancer(dossier: Path, *options: str) -> str:
    return subprocess.run(
        [
            exiger_chromium(),
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
            f"--user-data-dir={dossier / 'profil'}",
            *options,
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    ).stdout
