"""La facture en CSV : une ligne par ligne de facture, les colonnes aux noms du JSON.

Les totaux sont dans le JSON et le PDF.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

from pages.tableur import ecrire, entete, neutraliser

COLONNES = (
    "rang", "nature", "source", "produit", "produit_libelle", "tarif", "libelle", "fiche",
    "version_fiche", "version_prix", "periode", "debut", "fin", "quantite", "prix_unitaire",
    "majoration", "calcul", "regularisation", "taux_tps", "taux_tvq", "ajustement",
    "deja_facture", "montant", "evenements", "demande", "site", "imputation",
    "raison", "numero_corrige", "rang_corrige",
)  # fmt: skip
NOMBRES = frozenset(
    {"quantite", "prix_unitaire", "majoration", "taux_tps", "taux_tvq", "ajustement"}
    | {"deja_facture", "montant"}
)


def rendre(document: Mapping[str, Any]) -> bytes:
    """Le CSV d'une facture."""
    return ENTETE + rangees(document, document["lignes"])


async def diffuser(
    document: Mapping[str, Any], lots: AsyncIterator[Iterable[Mapping[str, Any]]]
) -> AsyncIterator[bytes]:
    """Le même CSV, lot de lignes par lot de lignes."""
    yield ENTETE
    async for lignes in lots:
        yield rangees(document, lignes)


def rangees(document: Mapping[str, Any], lignes: Iterable[Mapping[str, Any]]) -> bytes:
    """Les rangées de ces lignes d'une facture."""
    facture = [neutraliser(document[nom]) for nom in ("numero", "organisme", "periode")]
    # Une ligne émise avant qu'une colonne n'existe ne la porte pas.
    return ecrire(
        (*facture, *(_cellule(colonne, ligne.get(colonne)) for colonne in COLONNES))
        for ligne in lignes
    )


def _cellule(colonne: str, valeur: Any) -> str:  # noqa: ANN401 -- une valeur JSON
    if valeur is None:
        return ""
    if colonne in NOMBRES:
        return str(valeur).replace(".", ",")
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return " ".join(valeur)
    return neutraliser(str(valeur))


ENTETE: Final = entete(("numero", "organisme", "periode_facture", *COLONNES))
"""Celui d'une facture."""
