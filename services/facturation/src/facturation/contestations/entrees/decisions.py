"""La décision d'une contestation : elle seule imprime nos inscriptions, sur la note de crédit."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from facturation.base import MCN
from facturation.contestations.cas_usage import Trancher, trancher
from facturation.contestations.entrees import schemas as s
from facturation.contestations.ports import Ports
from facturation.factures.domaine.emetteur import Inscriptions
from socle.web import Appel, Routeur, acces, uuid7

Facturation = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]


def routes(inscriptions: Inscriptions) -> Routeur:
    """Les routes, sous ces numéros d'inscription aux taxes."""
    routeur = Routeur(prefix="/v1/contestations", tags=["contestations"])

    @routeur.post(
        "/{contestation_id}/decision",
        response_model=s.ContestationOut,
        operation_id="trancher_contestation",
        summary="Trancher une contestation (FAC-8, FAC-13)",
    )
    async def decider(contestation_id: UUID, corps: s.DecisionIn, appel: Facturation) -> Response:
        """Acceptée, en tout ou en partie, elle émet à l'instant la note de crédit.

        Qui a contesté ou répondu pour l'organisme n'en décide pas (403). Une contestation à
        admettre ne peut qu'être rejetée, ou admise d'abord.
        """
        commande = Trancher(
            id=contestation_id,
            decision_id=uuid7(),
            decision=corps.voulue,
            inscriptions=inscriptions,
        )
        return await appel.ecrire(trancher, commande, s.ContestationOut.de)

    return routeur
