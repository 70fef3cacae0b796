"""axe-core, dans un vrai navigateur, ne trouve rien à redire aux pages des services."""

import html
import json
import re
from pathlib import Path

import pytest

from outils.contrats.ecoutants import SERVICES
from outils.contrats.openapi import document
from socle.web.documentation import rendu
from socle.web.types_problemes import types
from tests.clients import outils

_MESURER = """
<script>{axe}</script>
<script>
axe.run(document, {{resultTypes: ["violations", "incomplete"]}}).then((lu) => {{
  const dites = lu.violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html]);
  document.body.textContent = "<<" + JSON.stringify([lu.passes.length, dites]) + ">>";
}});
</script>
"""


def pages() -> dict[str, str]:
    """Chaque page, telle que servie."""
    lues = {f"docs-{service}": rendu.documentation(document(service)) for service in SERVICES}
    lues["problemes"] = rendu.liste_des_problemes()
    lues["conflit"] = rendu.page_du_probleme(types()["conflit"])
    return lues


@pytest.mark.parametrize("nom", ["problemes", "conflit", *(f"docs-{s}" for s in SERVICES)])
def test_axe_ne_trouve_aucune_violation(nom: str, tmp_path: Path) -> None:
    navigateur = outils.navigateur()
    axe = (outils.NODE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    page = pages()[nom].replace(rendu.ADRESSE_STYLE, "style.css")
    page = page.replace("</body>", _MESURER.format(axe=axe) + "</body>")
    (tmp_path / "page.html").write_text(page, "utf-8")
    (tmp_path / "style.css").write_bytes(rendu.style())
    vue = outils.executer(
        *(navigateur, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        "--virtual-time-budget=60000",
        *(f"--user-data-dir={tmp_path / 'profil'}", (tmp_path / "page.html").as_uri()),
    )
    mesure = re.search(r"&lt;&lt;(.*)&gt;&gt;", vue)
    assert mesure is not None, vue[-2_000:]
    passees, violations = json.loads(html.unescape(mesure[1]))
    assert violations == []
    assert passees >= 10
