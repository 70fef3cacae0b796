"""Ce que le Courtier publie de chaque fait; rien n'échappe à cette table."""

from typing import assert_never

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.domaine.contrats import (
    Contrat,
    ContratPrepare,
    ContratSigne,
    ContratSigneParClient,
    ContratValide,
    CopieTransmise,
)
from courtier.domaine.faits import FaitCourtier
from courtier.domaine.offres import Offre, OffrePubliee, Qualification
from courtier.domaine.prix import PrixPublie
from socle.bus import Publication
from socle.noyau import Fait


def publication(fait: Fait) -> Publication | None:
    """L'événement d'un fait; None s'il ne regarde que le Courtier."""
    if not isinstance(fait, FaitCourtier):
        raise TypeError(f"{type(fait).__name__} n'est pas un fait du Courtier.")
    match fait:
        case OffrePubliee(offre):
            return Publication(_offre_publiee(offre), survenu_le=offre.depuis)
        case PrixPublie(offre_id, prix):
            return Publication(
                evenements.PrixPublie(
                    offre_id=offre_id,
                    version=prix.version,
                    en_vigueur_le=prix.en_vigueur_le,
                    prix=prix.prix,
                ),
                survenu_le=prix.publie_le,
            )
        case ContratSigne(contrat, survenu_le):
            return Publication(_contrat_signe(contrat), survenu_le=survenu_le)
        case ContratPrepare() | ContratValide() | ContratSigneParClient() | CopieTransmise():
            return None
        case _:
            assert_never(fait)


def _offre_publiee(offre: Offre) -> Evenement:
    decrite = offre.caracteristiques
    return evenements.OffrePubliee(
        offre_id=offre.id,
        fournisseur_id=offre.fournisseur_id,
        entente_id=decrite.entente_id,
        version=offre.version,
        titre=decrite.titre,
        categorie=decrite.categorie,
        qualifiee=decrite.qualification is Qualification.QUALIFIEE,
    )


def _contrat_signe(contrat: Contrat) -> Evenement:
    if contrat.signature_client is None or contrat.signature_fournisseur is None:
        raise ValueError("Un contrat signé porte ses deux signatures.")
    return evenements.ContratSigne(
        contrat_id=contrat.id,
        organisme=contrat.organisme,
        fournisseur_id=contrat.fournisseur_id,
        debut=contrat.termes.debut,
        duree_mois=contrat.termes.duree_mois,
        montant=contrat.termes.montant.decimal,
        signe_client_le=contrat.signature_client.le,
        signe_fournisseur_le=contrat.signature_fournisseur.le,
        elements=tuple(
            evenements.ElementContrat(
                offre_id=e.offre_id,
                quantite=e.quantite,
                prix=e.prix,
                version_prix=e.version_prix,
            )
            for e in contrat.termes.elements
        ),
    )
