"""Comment un service répond : appels, schémas, problèmes, listes bornées."""

from socle.identifiants import uuid7
from socle.web.appel import Appel, acces
from socle.web.curseurs import Page, PageDemandee
from socle.web.modeles import Entree, Liste, ProblemeOut, Sortie
from socle.web.negociation import format_prefere
from socle.web.problemes import Probleme

__all__ = [
    "Appel",
    "Entree",
    "Liste",
    "Page",
    "PageDemandee",
    "Probleme",
    "ProblemeOut",
    "Sortie",
    "acces",
    "format_prefere",
    "uuid7",
]
