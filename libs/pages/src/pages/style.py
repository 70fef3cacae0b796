"""La feuille de style, son empreinte, et la politique de sécurité qui n'admet qu'elle."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from markupsafe import Markup


@cache
def feuille() -> Markup:
    """Ce que le gabarit de base écrit, tel quel, dans son seul `<style>`."""
    css = files("pages").joinpath("feuille.css").read_text("utf-8")
    return Markup(css)  # noqa: S704 — notre fichier, sans chevron


@cache
def empreinte() -> str:
    """L'empreinte de la feuille, comme `style-src` la veut, sans ses apostrophes."""
    return "sha256-" + base64.b64encode(hashlib.sha256(feuille().encode()).digest()).decode()


def politique() -> str:
    """L'en-tête `Content-Security-Policy` d'une page : la feuille, et rien d'autre."""
    return (
        f"default-src 'none'; style-src '{empreinte()}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
