"""La facture en CSV : UTF-8 avec BOM, séparateur « ; », décimales à la virgule, dates ISO 8601.

Une ligne par ligne de facture; les totaux sont dans le JSON et le PDF. Les colonnes portent les
noms du JSON. C'est le format qu'un tableur réglé pour le Québec ouvre sans assistant.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

SEPARATEUR = ";"
ENTETE = ("numero", "organisme", "periode_facture")
COLONNES = (
    "rang", "nature", "source", "produit", "produit_libelle", "tarif", "libelle", "fiche",
    "version_fiche", "version_prix", "periode", "debut", "fin", "quantite", "prix_unitaire",
    "majoration", "calcul", "regularisation", "taux_tps", "taux_tvq", "ajustement",
    "deja_facture", "montant", "evenements", "demande", "site", "imputation",
)  # fmt: skip
NOMBRES = frozenset(
    {"quantite", "prix_unitaire", "majoration", "taux_tps", "taux_tvq", "ajustement"}
    | {"deja_facture", "montant"}
)
# Les formes pleine chasse commencent aussi une formule, selon la langue du tableur.
_FORMULES = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def rendre(document: Mapping[str, Any]) -> bytes:
    """Le CSV d'une facture."""
    tampon = io.StringIO()
    redacteur = csv.writer(tampon, delimiter=SEPARATEUR, lineterminator="\r\n")
    redacteur.writerow((*ENTETE, *COLONNES))
    facture = (document["numero"], document["organisme"], document["periode"])
    for ligne in document["lignes"]:
        # Une ligne émise avant qu'une colonne n'existe ne la porte pas.
        cellules = (_cellule(colonne, ligne.get(colonne)) for colonne in COLONNES)
        redacteur.writerow((*map(neutraliser, facture), *cellules))
    return tampon.getvalue().encode("utf-8-sig")


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
    """Un texte qu'un tableur prendrait pour une formule est précédé d'une apostrophe."""
    return f"'{texte}" if texte.startswith(_FORMULES) else texte
