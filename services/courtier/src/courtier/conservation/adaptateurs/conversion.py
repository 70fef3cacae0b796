"""Ligne ↔ gel, demande, destruction, dans les deux sens."""

from typing import Any

from courtier.conservation.domaine import Demande, Destruction, Gel
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import Ligne


def gel_de(ligne: Ligne) -> Gel:
    """Le gel d'une ligne de `gels`."""
    levee = Visa(ligne.levee_par, ligne.levee_le) if ligne.levee_le else None
    return objet(Gel, ligne, pose=Visa(ligne.pose_par, ligne.pose_le), levee=levee)


def ligne_de_gel(gel: Gel) -> dict[str, Any]:
    """La ligne de `gels` d'un gel."""
    valeurs = colonnes(gel)
    del valeurs["pose"], valeurs["levee"]
    return {
        **valeurs,
        "pose_par": gel.pose.par,
        "pose_le": gel.pose.le,
        "levee_par": gel.levee and gel.levee.par,
        "levee_le": gel.levee and gel.levee.le,
    }


def demande_de(ligne: Ligne) -> Demande:
    """La demande d'une ligne de `demandes_de_pieces`."""
    inscrite = ligne.transmission_inscrite_le
    return objet(
        Demande,
        ligne,
        demandee=Visa(ligne.demandee_par, ligne.demandee_le),
        transmise=Visa(ligne.transmise_par, inscrite) if inscrite else None,
    )


def ligne_de_demande(demande: Demande) -> dict[str, Any]:
    """La ligne de `demandes_de_pieces` d'une demande."""
    valeurs = colonnes(demande)
    del valeurs["demandee"], valeurs["transmise"]
    return {
        **valeurs,
        "attendue_le": demande.attendue_le,
        "demandee_par": demande.demandee.par,
        "demandee_le": demande.demandee.le,
        "transmise_par": demande.transmise and demande.transmise.par,
        "transmission_inscrite_le": demande.transmise and demande.transmise.le,
    }


def ligne_de_destruction(destruction: Destruction) -> dict[str, Any]:
    """La ligne de `destructions` d'une destruction."""
    valeurs = colonnes(destruction)
    del valeurs["attestee"]
    return {
        **valeurs,
        "attestee_par": destruction.attestee.par,
        "attestee_le": destruction.attestee.le,
    }
