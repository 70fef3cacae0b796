"""Comment un service répond : appels, champs, schémas, problèmes, listes bornées."""

from socle.bd.vues import SansFiltre
from socle.champs import exemple
from socle.identifiants import uuid7
from socle.web.appel import Appel, acces
from socle.web.corps import Routeur
from socle.web.modeles import Entree, Liste, ProblemeOut, Sortie
from socle.web.negociation import format_prefere
from socle.web.pages import Page, PageDemandee, lu
from socle.web.problemes import Probleme
from socle.web.reponses import LOCATION, SITUE
from socle.web.signature import AccesSigne

__all__ = [
    "LOCATION",
    "SITUE",
    "AccesSigne",
    "Appel",
    "Entree",
    "Liste",
    "Page",
    "PageDemandee",
    "Probleme",
    "ProblemeOut",
    "Routeur",
    "SansFiltre",
    "Sortie",
    "acces",
    "exemple",
    "format_prefere",
    "lu",
    "uuid7",
]
