"""Les chiffres d'une simulation en CSV, comme ceux d'une facture : un tableur du Québec l'ouvre."""

from collections.abc import AsyncIterator, Iterable
from typing import Final

from facturation.simulations.adaptateurs.vues import sommes_de
from facturation.simulations.entrees.schemas import dire
from pages import tableur
from socle.bd.instructions import Ligne

COLONNES: Final = ("organisme", "periode", "tarif", "facture", "avant", "apres", "ecart")


async def rendre(lots: AsyncIterator[Iterable[Ligne]]) -> AsyncIterator[bytes]:
    """Une rangée par organisme, mois et tarif; dollars avant taxes, virgule décimale."""
    yield tableur.entete(COLONNES)
    async for lignes in lots:
        yield tableur.ecrire(_rangee(ligne) for ligne in lignes)


def _rangee(ligne: Ligne) -> Iterable[str]:
    codes = (ligne.vise, ligne.periode, ligne.tarif)
    return (
        *map(tableur.neutraliser, codes),
        *(str(montant).replace(".", ",") for montant in dire(sommes_de(ligne)).values()),
    )
