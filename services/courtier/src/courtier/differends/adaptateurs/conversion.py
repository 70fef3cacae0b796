"""Ligne ↔ différend, incident, dans les deux sens."""

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from courtier.differends.domaine.differends import Differend
from courtier.differends.domaine.incidents import Incident
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne

_DIFFEREND = TypeAdapter(Differend)
_INCIDENT = TypeAdapter(Incident)


def differend_de(ligne: Ligne) -> Differend:
    """Le différend d'une ligne de `differends`."""
    return _DIFFEREND.validate_python(ligne.contenu)


def ligne_de_differend(differend: Differend) -> dict[str, Any]:
    """La ligne de `differends` d'un différend."""
    return {
        "organisme": differend.organisme,
        "id": differend.id,
        "version": differend.version,
        "contrat_id": differend.contrat_id,
        "fournisseur_id": differend.fournisseur_id,
        "nature": differend.nature,
        "objet": differend.objet,
        "ferme": differend.fermeture is not None,
        "signale_depuis": _signale_depuis(differend),
        "contenu": _DIFFEREND.dump_python(differend, mode="json"),
    }


def incident_de(ligne: Ligne) -> Incident:
    """L'incident d'une ligne de `incidents`."""
    return _INCIDENT.validate_python(ligne.contenu)


def ligne_d_incident(incident: Incident) -> dict[str, Any]:
    """La ligne de `incidents` d'un incident."""
    return {
        "organisme": incident.organisme,
        "id": incident.id,
        "version": incident.version,
        "contrat_id": incident.contrat_id,
        "fournisseur_id": incident.fournisseur_id,
        "nature": incident.nature,
        "etat": incident.etat,
        "renseignements_personnels": incident.renseignements_personnels,
        "avis_manquant": bool(incident.avis_manquants),
        "contenu": _INCIDENT.dump_python(incident, mode="json"),
    }


def _signale_depuis(differend: Differend) -> date | None:
    if differend.signale:
        return jour_de_quebec(differend.signale.le)
    d_office = differend.signale_d_office_le
    return d_office if differend.signale_le(d_office) else None
