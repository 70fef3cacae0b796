"""Ce qu'un navigateur peut faire de nos réponses (Content-Security-Policy) : le moins possible."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import Final

_CADRE: Final = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE: Final = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_ATTRIBUT: Final = re.compile(r"""<[^>]*\sstyle=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)

CSP_DONNEES: Final = f"default-src 'none'; {_CADRE}"
"""Pour ce qui n'est pas une page."""


def csp_de_page(html: str) -> str:
    """Pour une page sans script : ses propres styles, par leur empreinte, et ses images jointes."""
    feuilles = sorted({_empreinte(feuille) for feuille in _STYLE.findall(html)})
    attributs = sorted({_empreinte(unescape(un or deux)) for un, deux in _ATTRIBUT.findall(html)})
    permis = feuilles + (["'unsafe-hashes'", *attributs] if attributs else [])
    style = " ".join(permis or ["'none'"])
    return f"default-src 'none'; style-src {style}; img-src data:; {_CADRE}"


def _empreinte(style: str) -> str:
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
