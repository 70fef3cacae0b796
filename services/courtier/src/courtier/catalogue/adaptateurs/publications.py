"""Ce que le Catalogue publie de ses faits."""

from typing import assert_never

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.catalogue.domaine import OffrePubliee, PrixPublie, Qualification
from socle.bd.conversion import colonnes
from socle.envoi.evenements import publications

FaitCatalogue = OffrePubliee | PrixPublie


def traduire(fait: FaitCatalogue) -> Evenement:
    """L'événement d'un fait; tous se publient."""
    match fait:
        case OffrePubliee(offre=offre):
            decrite = offre.caracteristiques
            return evenements.OffrePubliee(
                offre_id=offre.id,
                fournisseur_id=offre.fournisseur_id,
                entente_id=decrite.entente_id,
                version=offre.version,
                titre=decrite.titre,
                categorie=decrite.categorie,
                qualifiee=decrite.qualification is Qualification.QUALIFIEE,
                retrait_le=offre.retrait.le if offre.retrait else None,
            )
        case PrixPublie(offre_id=offre_id, prix=prix):
            return evenements.PrixPublie(
                offre_id=offre_id,
                version=prix.version,
                en_vigueur_le=prix.en_vigueur_le,
                composantes=tuple(
                    evenements.Composante(**colonnes(c)) for c in prix.composition.composantes
                ),
                modalites=evenements.Modalites.model_validate(
                    prix.composition.modalites, from_attributes=True
                ),
            )
        case _:
            assert_never(fait)


PUBLICATIONS = publications(FaitCatalogue, traduire)
