"""Le fait des fiches → son événement de contrat; il est public."""

from dataclasses import asdict

from catalogue.fiches.domaine import FichePubliee, Tarif
from contrats import Evenement
from contrats import catalogue as contrats
from socle.envoi.evenements import publications


def traduire(fait: FichePubliee) -> Evenement:
    """L'événement d'une version publiée."""
    return contrats.FichePubliee(
        code=fait.code,
        titre=fait.contenu.titre,
        version=fait.version,
        debut=fait.debut,
        fin=fait.fin,
        tarifs=tuple(_tarif(tarif) for tarif in fait.contenu.tarifs),
        indicateurs=tuple(contrats.Indicateur(**asdict(i)) for i in fait.contenu.indicateurs),
    )


def _tarif(tarif: Tarif) -> contrats.Tarif:
    precision = f" – {tarif.precision}" if tarif.precision else ""
    return contrats.Tarif(**asdict(tarif) | {"libelle": tarif.libelle + precision})


PUBLICATIONS = publications(FichePubliee, traduire)
