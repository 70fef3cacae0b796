"""La facture en CSV : UTF-8 avec BOM, séparateur « ; », décimales à la virgule, dates ISO 8601.

Une ligne par ligne de facture; les totaux sont dans le JSON et le PDF. Les colonnes portent les
noms du JSON. C'est le format qu'un tableur réglé pour le Québec ouvre sans assistant.
"""

import codecs
import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

from pages.ecriture import sans_invisibles

SEPARATEUR = ";"
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
# Les formes pleine chasse commencent aussi une formule, selon la langue du tableur.
_FORMULES = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


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


def entete(colonnes: Iterable[str]) -> bytes:
    """Ce qui commence tout CSV : la marque d'UTF-8 et le nom des colonnes."""
    return MARQUE + ecrire([colonnes])


def ecrire(rangees: Iterable[Iterable[str]]) -> bytes:
    """Ces rangées, telles que s'écrit tout CSV de la facturation."""
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=SEPARATEUR, lineterminator="\r\n").writerows(rangees)
    return tampon.getvalue().encode()


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


def neutraliser(texte: str) -> str:
    """Un texte sans invisibles; qu'un tableur prendrait pour une formule, après une apostrophe."""
    vu = sans_invisibles(texte)
    return f"'{vu}" if vu.startswith(_FORMULES) else vu


MARQUE: Final = codecs.BOM_UTF8
ENTETE: Final = entete(("numero", "organisme", "periode_facture", *COLONNES))
"""Celui d'une facture."""
