"""Ce qu'un appelant préfère, selon ses en-têtes Accept… (RFC 9110, § 12.4.2)."""


def poids_de(en_tete: str) -> dict[str, float]:
    """Chaque choix d'un en-tête Accept…, et son poids."""
    return dict(map(_lire, en_tete.split(",")))


def _lire(choix: str) -> tuple[str, float]:
    media, *parametres = (morceau.strip().lower() for morceau in choix.split(";"))
    qualite = next((p.removeprefix("q=") for p in parametres if p.startswith("q=")), "1")
    try:
        return media, float(qualite)
    except ValueError:
        return media, 0.0
