"""Ce que l'exploitant surveille des disponibilités : ce qui attend quelqu'un."""

from typing import Any

from sqlalchemy import Select, func, not_, select

from sla.disponibilites.adaptateurs import tables as t
from sla.disponibilites.domaine.signalements import EtatSignalement
from socle.bd.connexion import Connexion
from socle.surveillance.jauges import Jauge

_i = t.indisponibilites.c
_OUVERTES = (
    select(func.count()).select_from(t.indisponibilites).where(_i.fin.is_(None), not_(_i.annulee))
)
_ECARTEES = select(func.count()).select_from(t.alarmes_ecartees)
_SIGNALEES = (
    select(func.count())
    .select_from(t.signalements)
    .where(t.signalements.c.etat == EtatSignalement.SIGNALEE.value)
)


def _nombre(nom: str, aide: str, requete: Select[Any]) -> Jauge:
    async def lu(connexion: Connexion) -> int:
        return int(await connexion.valeur(requete))

    return Jauge(nom, aide, lu)


JAUGES = (
    _nombre("sbg_sla_indisponibilites_ouvertes", "Indisponibilités sans fin.", _OUVERTES),
    _nombre("sbg_sla_alarmes_ecartees", "Alarmes dont rien n'a pu être fait.", _ECARTEES),
    _nombre("sbg_sla_signalements", "Signalements que nul n'a tranchés.", _SIGNALEES),
)
