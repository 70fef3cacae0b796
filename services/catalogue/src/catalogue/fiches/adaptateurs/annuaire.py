"""Les événements qu'une fiche peut nommer, lus des contrats (CAT-9)."""

from typing import Final

from catalogue.fiches.domaine.annuaire import AnnuaireFaits, Nature, TypeConnu
from contrats import Evenement
from contrats.demandes import LIVRAISONS, LIVRAISONS_D_ACTIF, PERTES
from contrats.faits import PAR_TYPE, faits_nommes


def _sujets(classe: type[Evenement]) -> frozenset[str]:
    """Les sujets dont l'événement fait l'histoire : les siens, et ceux qui en naissent."""
    siens = frozenset(classe.SUJETS)
    issus = (autre.SUJETS for autre in PAR_TYPE.values() if siens & autre.SUITE_DE.keys())
    return siens.union(*issus)


def _type(classe: type[Evenement]) -> TypeConnu:
    return TypeConnu(
        faits={nom: Nature(nature.value) for nom, nature in faits_nommes(classe).items()},
        source=classe.SOURCE,
        fini_par=classe.FINI_PAR,
        sujets=_sujets(classe),
        livre=classe in LIVRAISONS,
        livre_un_actif=classe in LIVRAISONS_D_ACTIF,
        perte=classe.TYPE in PERTES,
    )


ANNUAIRE_FAITS: Final = AnnuaireFaits({type_: _type(c) for type_, c in PAR_TYPE.items()})
"""Tous les types d'événements, et ce qu'une fiche peut en dire."""
