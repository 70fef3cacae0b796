"""Les pièces qui ne se gardent plus, et leur destruction attestée (FAC-8)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import MCN
from facturation.contestations.adaptateurs import vues
from facturation.contestations.cas_usage import DetruirePiece, detruire_piece
from facturation.contestations.entrees import schemas as s
from facturation.contestations.ports import Ports
from noyau import Conservation
from socle.conservation import nees_avant
from socle.web import Appel, Liste, PageDemandee, Routeur, acces

Facturation = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Parties = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", *MCN))]


def routes(garde: Conservation) -> Routeur:
    """Les routes, sous ces durées de conservation."""
    routeur = Routeur(prefix="/v1", tags=["contestations"])

    @routeur.get(
        "/pieces-echues",
        response_model=Liste[s.PieceEchueOut],
        operation_id="lister_pieces_echues",
        summary="Lister les pièces qui ne se gardent plus (FAC-8)",
    )
    async def lister(
        appel: Parties, page: PageDemandee, organisme: CodeOrganisme | None = None
    ) -> Response:
        """La plus vieille d'abord, jusqu'à sa destruction; un organisme ne voit que les siennes."""
        avant, gardees = nees_avant(garde, appel.horloge())
        filtre = vues.FiltreEchues(avant=avant, gardees=gardees, organisme=organisme)
        return await appel.lister(vues.PIECES_ECHUES, filtre, Liste[s.PieceEchueOut], page=page)

    @routeur.post(
        "/contestations/{contestation_id}/pieces/{empreinte}/destruction",
        response_model=s.PieceOut,
        operation_id="detruire_piece",
        summary="Détruire une pièce échue, et l'attester (FAC-8)",
    )
    async def detruire(
        contestation_id: UUID, empreinte: s.Empreinte, corps: s.DestructionIn, appel: Facturation
    ) -> Response:
        """Sans retour : son contenu et son nom s'effacent. Son empreinte et l'attestation restent.

        Jamais avant terme, deux fois, sous gel, ni d'une contestation en cours (409); ni par qui
        l'a versée ou y a parlé pour l'organisme (403).
        """
        commande = DetruirePiece(
            contestation_id=contestation_id, empreinte=empreinte, motif=corps.motif, garde=garde
        )
        return await appel.ecrire(detruire_piece, commande, s.PieceOut.model_validate)

    return routeur
