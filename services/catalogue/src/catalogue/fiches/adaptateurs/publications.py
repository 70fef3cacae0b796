"""Les faits des fiches → leurs événements de contrat; tous sont publics."""

from dataclasses import asdict
from typing import assert_never

from catalogue.fiches.domaine.contenu import Tarif
from catalogue.fiches.domaine.fiche import FichePubliee, FicheRetiree
from contrats import Evenement
from contrats import catalogue as contrats
from socle.envoi.evenements import publications

FaitFiches = FichePubliee | FicheRetiree


def traduire(fait: FaitFiches) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case FichePubliee():
            contenu = fait.contenu
            return contrats.FichePubliee(
                code=fait.code,
                titre=contenu.titre,
                version=fait.version,
                debut=fait.debut,
                tarifs=tuple(_tarif(tarif) for tarif in contenu.tarifs),
                indicateurs=tuple(contrats.Indicateur(**asdict(i)) for i in contenu.indicateurs),
                finis=contenu.finis,
            )
        case FicheRetiree():
            return contrats.FicheRetiree(code=fait.code, version=fait.version, debut=fait.debut)
        case _:
            assert_never(fait)


def _tarif(tarif: Tarif) -> contrats.Tarif:
    """Sa précision est dans le libellé; ce avec quoi il se cumule ne regarde que la fiche."""
    dit = asdict(tarif)
    precision = dit.pop("precision")
    del dit["cumule_avec"]
    if precision:
        dit["libelle"] = f"{tarif.libelle} – {precision}"
    return contrats.Tarif(**dit)


PUBLICATIONS = publications(FaitFiches, traduire)
