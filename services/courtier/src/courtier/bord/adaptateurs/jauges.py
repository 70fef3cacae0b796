"""Ce que la direction surveille du Courtier : dossiers par étape, ce qui attend ou tarde."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from courtier.bord.adaptateurs.vues import COMPTES, OUVERTS
from courtier.bord.domaine.tableau import Rubrique
from courtier.dossiers.domaine.actes import Etape
from noyau import jour_de_quebec
from socle.bd.connexion import Connexion
from socle.surveillance.jauges import Famille


async def _des_etapes(connexion: Connexion, _: datetime) -> Mapping[str, Mapping[str, float]]:
    nombres = Counter(x.etape for x in await connexion.lignes(OUVERTS))
    return {"sbg_courtier_dossiers": {str(e.value): nombres[e.value] for e in Etape}}


async def _des_rubriques(
    connexion: Connexion, maintenant: datetime
) -> Mapping[str, Mapping[str, float]]:
    # Ce qui finit bientôt n'attend encore personne : le tableau le dit, à l'horizon de ses rappels.
    vise = {"jour": jour_de_quebec(maintenant)}
    return {
        "sbg_courtier_en_attente": {
            rubrique.value: await connexion.valeur(compte.nombre, vise)
            for rubrique, compte in COMPTES.items()
            if rubrique not in (Rubrique.FINISSENT, Rubrique.DOSSIERS)
        }
    }


JAUGES = (
    Famille(
        "etape",
        MappingProxyType({"sbg_courtier_dossiers": "Dossiers d'acquisition en cours."}),
        _des_etapes,
    ),
    Famille(
        "rubrique",
        MappingProxyType(
            {"sbg_courtier_en_attente": "Signatures attendues, obligations en retard."}
        ),
        _des_rubriques,
    ),
)
