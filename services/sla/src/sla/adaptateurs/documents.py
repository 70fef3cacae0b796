"""Ce que les tables gardent du domaine, et le retour : colonnes simples et documents JSON."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping

from sla.domaine.fiche import Fiche, Indicateur
from sla.domaine.histoire import Creation, Episode, LivraisonAttendue, Nature
from sla.domaine.verdict import Mesure


def ligne_d_episode(episode: Episode) -> dict[str, object]:
    """Les colonnes d'un épisode, hors de la demande à qui il arrive."""
    return {
        "evenement_id": episode.evenement_id,
        "nature": episode.nature.value,
        "survenu_le": episode.survenu_le,
        "enregistre_le": episode.enregistre_le,
        "sequence": episode.sequence,
        "donnees": {
            # orjson écrit les dataclasses : `asdict` en ferait une copie profonde, pour rien.
            "creation": episode.creation,
            "article_id": episode.article_id,
            "attendues": episode.attendues,
        },
    }


def episode(ligne: Row[Any]) -> Episode:
    """L'épisode d'une ligne de `histoires`."""
    donnees = ligne.donnees
    creation, article = donnees["creation"], donnees["article_id"]
    return Episode(
        evenement_id=ligne.evenement_id,
        nature=Nature(ligne.nature),
        survenu_le=ligne.survenu_le,
        enregistre_le=ligne.enregistre_le,
        sequence=ligne.sequence,
        creation=Creation(**creation) if creation else None,
        article_id=UUID(article) if article else None,
        attendues=tuple(
            LivraisonAttendue(UUID(a["article_id"]), a["evenement"]) for a in donnees["attendues"]
        ),
    )


def ligne_de_fiche(fiche: Fiche) -> dict[str, object]:
    """Les colonnes d'une version de fiche."""
    return {
        "code": fiche.code,
        "version": fiche.version,
        "titre": fiche.titre,
        "debut": fiche.debut,
        "fin": fiche.fin,
        "indicateurs": [
            {**asdict(i), "cible": None if i.cible is None else str(i.cible)}
            for i in fiche.indicateurs
        ],
    }


def fiche(ligne: RowMapping) -> Fiche:
    """La version de fiche d'une ligne de `fiches`."""
    return Fiche(
        code=ligne["code"],
        titre=ligne["titre"],
        version=ligne["version"],
        debut=ligne["debut"],
        fin=ligne["fin"],
        indicateurs=tuple(map(_indicateur, ligne["indicateurs"])),
    )


def _indicateur(document: dict[str, Any]) -> Indicateur:
    cible = document["cible"]
    suites = {nom: tuple(document[nom]) for nom in ("sortes", "fin", "conditions")}
    return Indicateur(**{**document, **suites, "cible": Decimal(cible) if cible else None})


def ligne_de_mesure(mesure: Mesure) -> dict[str, object]:
    """Les colonnes d'une mesure; elle n'est plus à rejouer."""
    creation, regime, mois = mesure.creation, mesure.regime, mesure.mois
    indicateur = regime.indicateur if regime else None
    return {
        "demande_id": mesure.demande_id,
        "organisme": mesure.organisme,
        "numero": creation.numero if creation else None,
        "sorte": creation.sorte if creation else None,
        "verdict": mesure.verdict.value,
        "raison": mesure.raison,
        "indicateur": indicateur.code if indicateur else None,
        "fiche": regime.fiche if regime else None,
        "fiche_version": regime.version if regime else None,
        "delai": indicateur.delai if indicateur else None,
        "cible": indicateur.cible if indicateur else None,
        "calendrier": mesure.calendrier,
        "j0": mesure.j0,
        "fin": mesure.fin,
        "jours": mesure.jours,
        "periode": str(mois) if mois else None,
        "exercice": mois.exercice if mois else None,
        "exclue": mesure.exclue,
        "signalee": mesure.signalee,
        "examens": mesure.examens,
        "a_rejouer": False,
    }
