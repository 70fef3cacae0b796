"""Les droits de chaque service sur le bus, tirés de sa déclaration : ce que lit `droits.sh`."""

from importlib import import_module
from typing import Any

from outils.contrats.ecoutants import SERVICES
from socle.reception.ecoutes import sujet_des_rebuts
from socle.service import Service

_ENTETE = """\
# Qui peut quoi sur le bus : usager, droit, sujets. Généré par « make schemas », lu par droits.sh.
# Un service écrit son sujet et ses rebuts, lit ce qu'il écoute sous le groupe de son nom, et son
# propre sujet, que son relais ne doit pas devancer. Seule la migration crée des sujets, sous ce
# préfixe.
"""


def rediger() -> str:
    """Une ligne par usager et par droit."""
    lignes = ["migration cree sbg."]
    for nom in SERVICES:
        service: Service[Any] = import_module(f"{nom}.main").service()
        rebuts = [sujet_des_rebuts(sujet, nom) for sujet in service.sujets_lus]
        lignes.append(" ".join([nom, "ecrit", service.sujet, *rebuts]))
        lignes.append(" ".join([nom, "lit", *sorted({service.sujet, *service.sujets_lus})]))
    return _ENTETE + "\n".join(lignes) + "\n"
