"""La courbe d'un contrat en CSV : une rangée par mois, les colonnes de leur JSON."""

from typing import Final

from courtier.consommation.domaine.courbe import MoisDeContrat
from pages.tableur import cellule, ecrire, entete

COLONNES: Final = (
    "mois", "debut", "fin", "prevu", "commande", "facture", "prevu_cumule", "commande_cumule",
    "facture_cumule",
)  # fmt: skip
EN_TETES: Final = {
    "Vary": "Accept",
    "Content-Disposition": 'attachment; filename="consommation.csv"',
}


def rendre(mois: tuple[MoisDeContrat, ...]) -> bytes:
    """Le CSV de la courbe."""
    rangees = ((cellule(getattr(m, nom)) for nom in COLONNES) for m in mois)
    return entete(COLONNES) + ecrire(rangees)
