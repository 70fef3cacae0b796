"""Le format d'une facture, selon l'en-tête Accept."""

from socle.web import Probleme

JSON = "application/json"
CSV = "text/csv"
PDF = "application/pdf"


def format_demande(accept: str) -> str:
    """Le format préféré de l'appelant; à égalité, l'ordre JSON, CSV, PDF. Lève `Probleme` 406."""
    poids = dict(_lire(accept or "*/*"))
    meilleurs = max((JSON, CSV, PDF), key=lambda f: _poids(f, poids))
    if _poids(meilleurs, poids) <= 0:
        raise Probleme(406, f"Formats offerts : {JSON}, {CSV}, {PDF}.")
    return meilleurs


def _lire(accept: str) -> list[tuple[str, float]]:
    choix = []
    for part in accept.split(","):
        media, *parametres = (morceau.strip().lower() for morceau in part.split(";"))
        qualite = next((p[2:] for p in parametres if p.startswith("q=")), "1")
        try:
            choix.append((media, float(qualite)))
        except ValueError:
            choix.append((media, 0.0))
    return choix


def _poids(format_offert: str, poids: dict[str, float]) -> float:
    """Le plus précis l'emporte : `text/csv`, puis `text/*`, puis `*/*`."""
    famille = f"{format_offert.partition('/')[0]}/*"
    return next((poids[m] for m in (format_offert, famille, "*/*") if m in poids), 0.0)
