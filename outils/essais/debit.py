"""Le débit que les essais et les mesures se donnent : ils frappent plus vite que personne."""

from collections.abc import Mapping
from typing import Final

from socle.reglages import ReglagesDebit

_LARGE: Final = 1_000_000
DEBIT_D_ESSAI: Final = ReglagesDebit(
    par_seconde=_LARGE, rafale=_LARGE, refus_par_seconde=_LARGE, refus_rafale=_LARGE
)
ENVIRONNEMENT: Final[Mapping[str, str]] = {
    f"SBG_DEBIT__{nom.upper()}": str(valeur) for nom, valeur in DEBIT_D_ESSAI
}
"""Le même, pour un processus."""


def presentation() -> str:
    """Ce que l'essai change du débit permis, pour qui lit ses résultats."""
    permis = ReglagesDebit()
    return (
        f"Débit permis : {_LARGE} appels par seconde et par sujet, au lieu de "
        f"{permis.par_seconde:g} et de rafales de {permis.rafale}"
    )
