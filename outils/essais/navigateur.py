"""Ce qu'un vrai navigateur fait d'une page : Chromium sans écran, s'il y en a un sur la machine."""

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest

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


def exiger_chromium() -> str:
    """Le programme; sans lui, l'essai est sauté, et le dit."""
    for candidat in CANDIDATS:
        if chemin := shutil.which(candidat):
            return chemin
    pytest.skip("Chromium absent : rien ne peut être mis en page ni imprimé")


def ce_qui_deborde(page: str, dossier: Path, largeur: int = TELEPHONE) -> list[str]:
    """Ce qui dépasse du bord droit à cette largeur, en pixels; vide si rien ne défile de côté."""
    fichier = dossier / "mesure.html"
    fichier.write_text(_MESURE.format(largeur=largeur, page=escape(page)), "utf-8")
    dom = _lancer(dossier, "--dump-dom", fichier.as_uri())
    lu = re.search(r'<pre id="mesure">(.*?)</pre>', dom, re.DOTALL)
    assert lu is not None, dom[:500]
    defile, visible, debordent = json.loads(unescape(lu[1]))
    return [f"{defile} > {visible}", *debordent] if defile > visible else list(debordent)


def imprimer(page: str, dossier: Path) -> Path:
    """Le PDF que le navigateur imprime de cette page, au format que la page demande."""
    source, pdf = dossier / "page.html", dossier / "page.pdf"
    source.write_text(page, "utf-8")
    _lancer(dossier, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", source.as_uri())
    return pdf


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
