"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.parc.domaine import Mouvement, MouvementInscrit, MouvementRectifie
from socle.envoi.evenements import publications

FaitParc = MouvementInscrit | MouvementRectifie


def traduire(fait: FaitParc) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case MouvementInscrit():
            return _inscrit(fait)
        case MouvementRectifie(rectifie=rectifie, juste=juste):
            return contrats.ActeRectifie(
                organisme=rectifie.actif.organisme,
                agregat_id=rectifie.actif.id,
                acte_id=rectifie.pose.acte_id,
                acte=_inscrit(rectifie).TYPE,
                survenu_le=juste,
                cause="rectification",
            )
        case _:
            assert_never(fait)


def _inscrit(
    fait: MouvementInscrit,
) -> contrats.ActifDeplace | contrats.ActifRecupere | contrats.ActifPerdu:
    actif, pose = fait.actif, fait.pose
    if pose.mouvement is Mouvement.DEPLACEMENT:
        return contrats.ActifDeplace(
            organisme=actif.organisme,
            actif_id=actif.id,
            produit=actif.produit,
            fait_le=pose.jour,
            utilisateur_id=pose.utilisateur_id,
            site=pose.site,
        )
    if pose.mouvement is Mouvement.RECUPERATION or pose.nature is None:
        return contrats.ActifRecupere(
            organisme=actif.organisme, actif_id=actif.id, produit=actif.produit, fait_le=pose.jour
        )
    return contrats.ActifPerdu(
        organisme=actif.organisme,
        actif_id=actif.id,
        produit=actif.produit,
        fait_le=pose.jour,
        nature=pose.nature.value,
    )


PUBLICATIONS = publications(FaitParc, traduire)
