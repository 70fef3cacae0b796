"""Ce que l'exploitant surveille de la mesure : peu de nombres, par indicateur (SLA-9)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, func, select

from noyau import Mois, jour_de_quebec
from sla.taux.adaptateurs.intrants.vues import OUVERTES, REJEUX
from sla.taux.adaptateurs.tables import a_corriger, corrections
from sla.taux.adaptateurs.vues import FiltreTaux, taux
from socle.bd.connexion import Connexion
from socle.surveillance.jauges import Famille, Jauge

AIDES: Mapping[str, str] = MappingProxyType(
    {
        "sbg_sla_taux_brut": "Taux brut du mois qui court, tous organismes ensemble.",
        "sbg_sla_taux_ajuste": "Taux ajusté du mois qui court, tous organismes ensemble.",
        "sbg_sla_cible": "Cible de ces taux.",
        "sbg_sla_mesurees": "Mesures finies ce mois-ci.",
        "sbg_sla_en_cours": "Mesures qui courent.",
        "sbg_sla_en_retard": "Mesures qui courent, dont l'échéance est passée.",
        "sbg_sla_a_risque": "Mesures qui courent, dont l'échéance approche.",
    }
)
_TOUTES = 100_000
"""Plus qu'un mois n'a de taux."""
_REVUES = select(func.count()).select_from(select(a_corriger).limit(_TOUTES).subquery())
_CORRECTIONS = select(func.count()).select_from(corrections)
_OUVERTES = select(func.count()).select_from(OUVERTES.subquery())


async def _du_mois(connexion: Connexion, maintenant: datetime) -> Mapping[str, Mapping[str, float]]:
    """Les nombres du mois qui court, par nom de jauge puis par indicateur."""
    aujourdhui = jour_de_quebec(maintenant)
    mois = Mois.de(aujourdhui)
    filtre = FiltreTaux(
        periode=str(mois),
        exercice=mois.exercice,
        aujourdhui=aujourdhui,
        ce_mois=str(mois),
        cet_exercice=mois.exercice,
    )
    page = await taux(filtre).lire(connexion, filtre, _TOUTES)
    nombres: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for ligne in (x for x in page.lignes if not x.organisme):
        dits = {
            "taux_brut": _part(ligne.conformes_publie, ligne.mesurees_publie),
            "taux_ajuste": _part(ligne.conformes_ajuste_publie, ligne.mesurees_ajuste_publie),
            "cible": ligne.cible_publie,
            "mesurees": ligne.mesurees_publie,
            "en_cours": ligne.en_cours,
            "en_retard": ligne.en_retard,
            "a_risque": ligne.a_risque,
        }
        for nom, dit in dits.items():
            if dit is not None:
                nombres[f"sbg_sla_{nom}"][ligne.indicateur] = float(dit)
    return nombres


def _part(conformes: int, mesurees: int) -> float | None:
    return conformes / mesurees if mesurees else None


def _nombre(nom: str, aide: str, requete: Select[Any]) -> Jauge:
    async def lu(connexion: Connexion) -> int:
        return int(await connexion.valeur(requete))

    return Jauge(nom, aide, lu)


JAUGES = (
    Famille("indicateur", AIDES, _du_mois),
    _nombre("sbg_sla_rejeux", "Sujets à rejouer (au plus 10000).", REJEUX),
    _nombre("sbg_sla_revues", "Mesures de mois fermés, récrites, à revoir.", _REVUES),
    _nombre("sbg_sla_corrections", "Corrections ajoutées aux mois fermés.", _CORRECTIONS),
    _nombre("sbg_sla_periodes_ouvertes", "Mois mesurés, pas encore fermés.", _OUVERTES),
)
