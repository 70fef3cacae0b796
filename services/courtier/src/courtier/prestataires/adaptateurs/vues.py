"""Les lectures des prestataires."""

from dataclasses import dataclass

from sqlalchemy import Text, bindparam, func, select

from courtier.prestataires.adaptateurs.tables import prestataires
from courtier.prestataires.domaine import FichePrestataire, Prestataire, Volet
from socle.bd.chronologie import a_commence
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import VueListe, VueObjet
from socle.champs import Jour


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePrestataires:
    """`le` : ceux qui sont qualifiés ce jour-là."""

    volet: Volet | None = None
    le: Jour | None = None


PRESTATAIRE = VueObjet(select(prestataires), prestataires.c.id, "Prestataire introuvable.")
PRESTATAIRES = VueListe(
    requete=select(prestataires),
    filtre=FiltrePrestataires,
    cles=(prestataires.c.id,),
    conditions={
        "volet": prestataires.c.volets.contains(
            func.jsonb_build_array(bindparam("volet", type_=Text()))
        ),
        "le": a_commence(prestataires.c.debut, bindparam("le"), prestataires.c.fin),
    },
)


def prestataire_de(ligne: Ligne) -> Prestataire:
    """Le prestataire d'une ligne."""
    fiche = objet(FichePrestataire, ligne, volets=tuple(map(Volet, ligne.volets)))
    return objet(Prestataire, ligne, fiche=fiche)
