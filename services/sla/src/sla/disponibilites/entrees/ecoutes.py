"""Qui est client, et quand : ce que l'aire retient des organismes."""

from contrats import demandes
from noyau import a_la_seconde
from sla.disponibilites.cas_usage.services import inscrire_organismes
from sla.disponibilites.ports import Inactivites, Inscription, Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def vers_inscription(
    recu: Recu[demandes.OrganismeInscrit],
) -> Inscription:
    """L'instant où l'organisme devient client (DEM-8)."""
    return Inscription(recu.evenement.organisme, a_la_seconde(recu.survenu_le))


def vers_inactivites(recu: Recu[demandes.OrganismeModifie]) -> Inactivites:
    """Les temps où il ne l'est pas (DEM-14)."""
    dits = tuple((temps.debut, temps.fin) for temps in recu.evenement.inactivites)
    return Inactivites(recu.evenement.organisme, recu.sequence, dits)


ECOUTES: Ecoutes = {
    demandes.OrganismeInscrit: Ecoute(vers_inscription, inscrire_organismes, Ports, Ordre.LIBRE),
    demandes.OrganismeModifie: Ecoute(vers_inactivites, inscrire_organismes, Ports, Ordre.LIBRE),
}
