"""Lignes ↔ dossier, dans les deux sens."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from courtier.dossiers.domaine.actes import GESTES, ActePose, Contenu, ScenarioChiffre
from courtier.dossiers.domaine.choix import Choix
from courtier.dossiers.domaine.conformite import Consultation
from courtier.dossiers.domaine.demarrage import Confirmation
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.reserves import reserves
from courtier.pieces.domaine import Visa
from socle.bd.instructions import Ligne

EN_COURS = "en_cours"
"""L'état d'un dossier qui n'a pas fini."""
_CONTENUS: Mapping[str, TypeAdapter[Contenu]] = {
    geste: TypeAdapter(genre) for genre, (geste, _) in GESTES.items()
}
"""En JSON, une somme est un texte."""


def dossier_de(ligne: Ligne, actes: Iterable[Ligne]) -> Dossier:
    """Le dossier d'une ligne de `dossiers`, et de celles de ses actes."""
    return Dossier(
        id=ligne.id,
        organisme=ligne.organisme,
        titre=ligne.titre,
        ouverture=Visa(ligne.ouvert_par, ligne.ouvert_le),
        actes=tuple(_acte_de(acte) for acte in actes),
    )


def ligne_de_dossier(dossier: Dossier) -> dict[str, Any]:
    """La ligne de `dossiers`; ce qui s'y filtre est tiré des actes.

    Qui relit les offres (consultation, choix, confirmation) n'a plus à en être avisé.
    """
    ligne = {
        "organisme": dossier.organisme,
        "id": dossier.id,
        "version": dossier.version,
        "titre": dossier.titre,
        "etat": dossier.issue or EN_COURS,
        "etape": int(dossier.etape),
        "tour": dossier.tour,
        "contrat_id": dossier.contrat_id,
        "ouvert_par": dossier.ouverture.par,
        "ouvert_le": dossier.ouverture.le,
        "reserves": bool(reserves(dossier)),
    }
    relit = not dossier.actes or isinstance(
        dossier.actes[-1].contenu, Consultation | Choix | Confirmation
    )
    return {**ligne, "avise": False} if relit else ligne


def ligne_d_acte(dossier: Dossier, acte: ActePose) -> dict[str, Any]:
    """La ligne de `dossiers_actes` d'un acte du dossier."""
    return {
        "organisme": dossier.organisme,
        "dossier_id": dossier.id,
        "rang": acte.rang,
        "tour": acte.tour,
        "geste": acte.geste,
        "par": acte.visa.par,
        "le": acte.visa.le,
        "contenu": _CONTENUS[acte.geste].dump_python(acte.contenu, mode="json"),
    }


def offres_citees_par(contenu: Contenu) -> frozenset[UUID]:
    """Les offres qu'un acte fait citer à son dossier."""
    match contenu:
        case Consultation():
            return frozenset(contenu.retenues)
        case ScenarioChiffre(scenario=scenario):
            return frozenset(scenario.offres_ids)
        case _:
            return frozenset()


def _acte_de(ligne: Ligne) -> ActePose:
    return ActePose(
        rang=ligne.rang,
        tour=ligne.tour,
        visa=Visa(ligne.par, ligne.le),
        contenu=_CONTENUS[ligne.geste].validate_python(ligne.contenu),
    )
