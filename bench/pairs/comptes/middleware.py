"""Ce que porte toute réponse."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

POLITIQUE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class EnTetes:
    """Ni cache, ni contenu actif."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reponse = self.get_response(request)
        reponse["Content-Security-Policy"] = POLITIQUE
        reponse["Vary"] = "Accept-Encoding, Authorization"
        patch_cache_control(reponse, no_store=True)
        return reponse
