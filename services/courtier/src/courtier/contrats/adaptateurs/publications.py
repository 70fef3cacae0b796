"""Ce que les contrats publient : conclusion, copie transmise, refus, résiliation, échéance."""

from typing import assert_never

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.contrats.domaine.contrat import (
    Contrat,
    ContratPrepare,
    ContratSigne,
    ContratSigneParClient,
    ContratValide,
    CopieTransmise,
)
from courtier.contrats.domaine.fins import ContratEchu, ContratRefuse, ContratResilie
from socle.envoi.evenements import publications

FaitContrat = (
    ContratPrepare
    | ContratValide
    | ContratSigneParClient
    | ContratSigne
    | CopieTransmise
    | ContratRefuse
    | ContratResilie
    | ContratEchu
)


def traduire(fait: FaitContrat) -> Evenement | None:
    """L'événement d'un fait; rien s'il ne regarde que le Courtier."""
    match fait:
        case ContratSigne(contrat=contrat):
            return _contrat_signe(contrat)
        case CopieTransmise(contrat=contrat):
            return evenements.CopieTransmise(
                contrat_id=contrat.id,
                dossier_id=contrat.dossier_id,
                organisme=contrat.organisme,
                document_id=contrat.id,
            )
        case ContratRefuse(contrat=contrat):
            return evenements.ContratRefuse(
                contrat_id=contrat.id,
                dossier_id=contrat.dossier_id,
                organisme=contrat.organisme,
            )
        case ContratResilie(contrat=contrat, resiliation=resiliation):
            return evenements.ContratResilie(
                contrat_id=contrat.id,
                dossier_id=contrat.dossier_id,
                organisme=contrat.organisme,
                effet=resiliation.effet,
                lettre=resiliation.lettre.empreinte,
            )
        case ContratEchu(contrat=contrat):
            return evenements.ContratEchu(
                contrat_id=contrat.id,
                dossier_id=contrat.dossier_id,
                organisme=contrat.organisme,
                fin=contrat.fin,
            )
        case ContratPrepare() | ContratValide() | ContratSigneParClient():
            return None
        case _:
            assert_never(fait)


def _contrat_signe(contrat: Contrat) -> Evenement:
    if contrat.signature_client is None or contrat.signature_fournisseur is None:
        raise ValueError("Un contrat signé porte ses deux signatures.")
    return evenements.ContratSigne(
        contrat_id=contrat.id,
        dossier_id=contrat.dossier_id,
        organisme=contrat.organisme,
        imputation=contrat.imputation,
        fournisseur_id=contrat.fournisseur_id,
        debut=contrat.termes.debut,
        duree_mois=contrat.termes.duree_mois,
        montant=contrat.termes.montant.decimal,
        signe_client_le=contrat.signature_client.le,
        signe_fournisseur_le=contrat.signature_fournisseur.le,
        elements=tuple(
            evenements.ElementContrat.model_validate(element, from_attributes=True)
            for element in contrat.termes.elements
        ),
    )


PUBLICATIONS = publications(FaitContrat, traduire)
