"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.parc.domaine import ActifFini, Mouvement, MouvementRectifie
from socle.envoi.evenements import publications

FaitParc = ActifFini | MouvementRectifie


def traduire(fait: FaitParc) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case ActifFini():
            return _fini(fait)
        case MouvementRectifie(rectifie=rectifie, juste=juste):
            return contrats.ActeRectifie(
                organisme=rectifie.actif.organisme,
                agregat_id=rectifie.actif.id,
                acte_id=rectifie.pose.acte_id,
                acte=_fini(rectifie).TYPE,
                survenu_le=juste,
                cause="rectification",
            )
        case _:
            assert_never(fait)


def _fini(fait: ActifFini) -> contrats.ActifRecupere | contrats.ActifPerdu:
    actif, pose = fait.actif, fait.pose
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
