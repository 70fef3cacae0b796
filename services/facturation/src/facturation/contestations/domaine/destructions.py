"""La destruction attestée d'une pièce : échue, de ce qui est fini et n'est pas gelé, une fois."""

from dataclasses import replace
from typing import Final

from facturation.contestations.domaine.contestations import Contestation
from facturation.contestations.domaine.pieces import Piece
from noyau import Acte, Conflit, Conservation, Interdit, exiger_une_personne, jour_de_quebec

NOM_EFFACE: Final = "Pièce détruite"
"""Ce que devient le nom du fichier : il nomme souvent quelqu'un."""


def detruire(
    piece: Piece, contestation: Contestation, motif: str, garde: Conservation, acte: Acte
) -> Piece:
    """La pièce détruite : par qui, quand, pourquoi.

    Elle se garde depuis la fin de sa contestation. Lève `Interdit` d'une machine, ou de qui y a
    parlé pour l'organisme; `Conflit` (FAC-8) : déjà détruite, d'une contestation en cours ou gelée,
    ou qui se garde encore.
    """
    exiger_une_personne(acte.acteur, "FAC-8")
    if acte.acteur.sujet in {piece.versee_par, *contestation.de_l_organisme}:
        raise Interdit(
            "Qui a versé la pièce, ou parlé pour l'organisme, n'en atteste pas la destruction.",
            regle="FAC-8",
        )
    if piece.detruite_le is not None:
        raise Conflit("Cette pièce est déjà détruite.", regle="FAC-8")
    if contestation.finie_le is None:
        raise Conflit("La contestation n'est pas finie : sa pièce se garde.", regle="FAC-8")
    if contestation.gelee:
        raise Conflit("Un gel juridique tient : la pièce se garde.", regle="FAC-8")
    jour = jour_de_quebec(acte.le)
    permise_le = garde.echoit_le(jour_de_quebec(contestation.finie_le), jour)
    if jour < permise_le:
        raise Conflit(
            f"La pièce se garde jusqu'au {permise_le}, exclu.",
            regle="FAC-8",
            details={"destructible_le": permise_le.isoformat()},
        )
    return replace(
        piece,
        nom=NOM_EFFACE,
        detruite_le=acte.le,
        detruite_par=acte.acteur.sujet,
        detruite_motif=motif,
    )
