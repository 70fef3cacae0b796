"""Ce que les avenants publient : leur conclusion, et leur copie transmise."""

from typing import assert_never

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.avenants.domaine.avenant import (
    Avenant,
    AvenantAbandonne,
    AvenantAutorise,
    AvenantPrepare,
    AvenantSigne,
    AvenantSigneParClient,
    AvenantValide,
    CopieAvenantTransmise,
    EfvpDAvenantDeposee,
)
from courtier.avenants.domaine.budgets import BudgetDAvenantAutorise
from socle.envoi.evenements import publications

FaitAvenant = (
    AvenantPrepare
    | AvenantValide
    | AvenantAutorise
    | EfvpDAvenantDeposee
    | BudgetDAvenantAutorise
    | AvenantSigneParClient
    | AvenantSigne
    | CopieAvenantTransmise
    | AvenantAbandonne
)


def traduire(fait: FaitAvenant) -> Evenement | None:
    """L'événement d'un fait; rien s'il ne regarde que le Courtier."""
    match fait:
        case AvenantSigne(avenant=avenant):
            return _avenant_signe(avenant)
        case CopieAvenantTransmise(avenant=avenant):
            return evenements.CopieTransmise(
                contrat_id=avenant.contrat_id,
                dossier_id=avenant.dossier_id,
                organisme=avenant.organisme,
                document_id=avenant.id,
            )
        case (
            AvenantPrepare()
            | AvenantValide()
            | AvenantAutorise()
            | EfvpDAvenantDeposee()
            | BudgetDAvenantAutorise()
            | AvenantSigneParClient()
            | AvenantAbandonne()
        ):
            return None
        case _:
            assert_never(fait)


def _avenant_signe(avenant: Avenant) -> Evenement:
    if avenant.signature_client is None or avenant.signature_fournisseur is None:
        raise ValueError("Un avenant signé porte ses deux signatures.")
    return evenements.AvenantSigne(
        contrat_id=avenant.contrat_id,
        dossier_id=avenant.dossier_id,
        organisme=avenant.organisme,
        avenant_id=avenant.id,
        montant=avenant.effet.ajout.decimal,
        signe_client_le=avenant.signature_client.le,
        signe_fournisseur_le=avenant.signature_fournisseur.le,
    )


PUBLICATIONS = publications(FaitAvenant, traduire)
