"""Le choix entre JSON et HTML, selon l'en-tête Accept."""

JSON = "application/json"
HTML = "text/html"


def prefere_html(accept: str) -> bool:
    """Vrai si l'appelant préfère nettement la page; à égalité, c'est du JSON."""
    poids = dict(map(_lire, accept.split(",")))
    return _poids(HTML, poids) > _poids(JSON, poids)


def _lire(choix: str) -> tuple[str, float]:
    media, *parametres = (morceau.strip().lower() for morceau in choix.split(";"))
    qualite = next((p.removeprefix("q=") for p in parametres if p.startswith("q=")), "1")
    try:
        return media, float(qualite)
    except ValueError:
        return media, 0.0


def _poids(media: str, poids: dict[str, float]) -> float:
    """Le plus précis l'emporte : `text/html`, puis `text/*`, puis `*/*`."""
    famille = f"{media.partition('/')[0]}/*"
    return next((poids[m] for m in (media, famille, "*/*") if m in poids), 0.0)
