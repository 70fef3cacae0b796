"""Les formes sous lesquelles un dossier se lit."""

from typing import Any, Final

from starlette.responses import Response

from pages import politique

JSON, HTML = "application/json", "text/html"
PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {HTML: {"schema": {"type": "string"}}}}
}


def page_html(page: str) -> Response:
    """Une page, et la politique qui n'y admet que sa feuille."""
    en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
    return Response(page, headers=en_tetes, media_type=HTML)
