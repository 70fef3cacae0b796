"""Les demandes et leurs gestes ↔ leurs lignes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from demandes.demande.domaine.demande import (
    Article,
    Demande,
    FaitsDeMesure,
    GestePose,
    TempsTravaille,
)
from demandes.ropn.domaine import Livraison
from socle.bd.conversion import Ligne


def demande_de(ligne: Ligne) -> Demande:
    """Une demande, ses articles et ses faits de mesure."""
    valeurs = dict(ligne._mapping)
    valeurs["articles"] = tuple(_article(article) for article in valeurs["articles"])
    valeurs["faits"] = FaitsDeMesure(**valeurs["faits"])
    return Demande(**valeurs)


def ligne_de_geste(pose: GestePose) -> dict[str, Any]:
    """Une ligne de la chronologie."""
    signature, article = pose.signature, pose.article
    return {
        "demande_id": pose.demande.id,
        "rang": pose.demande.version,
        "organisme": pose.demande.organisme,
        "geste": pose.geste,
        "avant": pose.avant,
        "apres": pose.demande.etat,
        "survenu_le": pose.survenu_le,
        "enregistre_le": pose.enregistre_le,
        "acteur": pose.acteur,
        "motif": pose.motif,
        "signataire_id": signature and signature.signataire_id,
        "au_nom_de_id": signature and signature.au_nom_de_id,
        "article_id": article and article.id,
    }


def _article(valeurs: dict[str, Any]) -> Article:
    return Article(
        **{
            **valeurs,
            "id": UUID(valeurs["id"]),
            "livraison": Livraison(valeurs["livraison"]),
            "livre_le": valeurs["livre_le"] and datetime.fromisoformat(valeurs["livre_le"]),
            "actif_id": valeurs["actif_id"] and UUID(valeurs["actif_id"]),
            "travaux": tuple(TempsTravaille(**travail) for travail in valeurs["travaux"]),
        }
    )
