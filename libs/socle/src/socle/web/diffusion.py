"""Une longue réponse, morceau par morceau : elle n'est jamais tout entière en mémoire."""

from collections.abc import AsyncIterator, Mapping

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from socle.web.etags import est_connu, etag


def diffuser(
    requete: Request,
    morceaux: AsyncIterator[bytes],
    media: str,
    cachet: str,
    en_tetes: Mapping[str, str],
) -> Response:
    """La réponse de ces morceaux, ou 304 sans en lire un seul si l'appelant la tient déjà.

    `cachet` dit à lui seul tout ce que la réponse montre : l'ETag en est l'empreinte.
    """
    present = etag(cachet.encode())
    if est_connu(requete.headers.getlist("if-none-match"), present):
        return Response(status_code=304, headers={"ETag": present})
    return StreamingResponse(morceaux, headers={**en_tetes, "ETag": present}, media_type=media)
