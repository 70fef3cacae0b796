"""Ce que l'aire publie de ses faits."""

from typing import Any, assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.parc.domaine.actif import Mouvement, MouvementInscrit, MouvementRectifie
from socle.envoi.evenements import publications

FaitParc = MouvementInscrit | MouvementRectifie


def traduire(fait: FaitParc) -> Evenement | None:
    """L'événement d'un fait; aucun, d'une succession qui ne reporte rien."""
    match fait:
        case MouvementInscrit():
            return _inscrit(fait)
        case MouvementRectifie(rectifie=rectifie, juste=juste):
            dit = _inscrit(rectifie)
            return dit and contrats.ActeRectifie(
                organisme=rectifie.actif.organisme,
                agregat_id=rectifie.actif.id,
                acte_id=rectifie.pose.acte_id,
                acte=dit.TYPE,
                survenu_le=juste,
                cause="rectification",
            )
        case _:
            assert_never(fait)


def _inscrit(fait: MouvementInscrit) -> Evenement | None:
    actif, pose = fait.actif, fait.pose
    de_l_actif: dict[str, Any] = {
        "organisme": actif.organisme,
        "actif_id": actif.id,
        "produit": actif.produit,
        "fait_le": pose.jour,
    }
    match pose.mouvement:
        case Mouvement.DEPLACEMENT:
            return contrats.ActifDeplace(
                **de_l_actif, utilisateur_id=pose.utilisateur_id, site=pose.site
            )
        case Mouvement.RECUPERATION:
            return contrats.ActifRecupere(**de_l_actif)
        case Mouvement.PERTE:
            nature = pose.nature and pose.nature.value
            return contrats.ActifPerdu.model_validate({**de_l_actif, "nature": nature})
        case Mouvement.REMPLACEMENT:
            remplacement = {
                "par_actif_id": pose.autre_id,
                "premature": pose.premature,
                "raison": pose.raison and pose.raison.value,
            }
            return contrats.ActifRemplace.model_validate({**de_l_actif, **remplacement})
        case Mouvement.SUCCESSION if pose.depuis is not None:
            report = {"de_actif_id": pose.autre_id, "en_service_depuis": pose.depuis}
            return contrats.EngagementReporte.model_validate({**de_l_actif, **report})
        case Mouvement.SUCCESSION | Mouvement.LIVRAISON:
            return None
        case _:
            assert_never(pose.mouvement)


PUBLICATIONS = publications(FaitParc, traduire)
