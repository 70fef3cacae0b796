"""Tout ce qui peut survenir chez le Courtier; les publications en décident le sort."""

from courtier.domaine.contrats import (
    ContratPrepare,
    ContratSigne,
    ContratSigneParClient,
    ContratValide,
    CopieTransmise,
)
from courtier.domaine.offres import OffrePubliee
from courtier.domaine.prix import PrixPublie

FaitCourtier = (
    OffrePubliee
    | PrixPublie
    | ContratPrepare
    | ContratValide
    | ContratSigneParClient
    | ContratSigne
    | CopieTransmise
)
