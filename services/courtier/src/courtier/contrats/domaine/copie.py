"""La copie due au Courtier, d'un contrat ou d'un avenant, dès la dernière signature (CI-16)."""

from datetime import timedelta
from uuid import UUID

from courtier.contrats.domaine.contrat import Contrat, SignatureFournisseur
from courtier.obligations.domaine import NatureObligation, Obligation
from noyau import Acte


def copie_due(
    contrat: Contrat, document_id: UUID, signature: SignatureFournisseur, acte: Acte
) -> Obligation:
    """L'obligation qui naît de la signature; elle se rappelle son dernier jour, et le lendemain."""
    due_le = signature.copie_due_le
    return Obligation.nee(
        NatureObligation.COPIE,
        contrat.organisme,
        document_id,
        due_le=due_le,
        acte=acte,
        contrat_id=contrat.id,
        dossier_id=contrat.dossier_id,
        rappels=(due_le, due_le + timedelta(days=1)),
    )
