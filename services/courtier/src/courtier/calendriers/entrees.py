"""Ce que l'aire écoute du catalogue : les versions du calendrier."""

from calendrier import version_publiee
from contrats.catalogue import CalendrierPublie
from courtier.calendriers.cas_usage import synchroniser_calendriers
from courtier.calendriers.domaine import CalendrierRecu
from courtier.calendriers.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _calendrier(recu: Recu[CalendrierPublie]) -> CalendrierRecu | None:
    """Rien si c'est un autre calendrier; lève `VersionInvalide` si elle ne peut servir."""
    version = version_publiee(recu.evenement.model_dump(mode="json"))
    return None if version is None else CalendrierRecu(version, recu.sequence)


ECOUTES: Ecoutes = {
    CalendrierPublie: Ecoute(_calendrier, synchroniser_calendriers, Ports, Ordre.LIBRE),
}
