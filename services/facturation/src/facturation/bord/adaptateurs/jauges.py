"""Ce que la direction et la facturation surveillent : montants par mois, retard, ce qui attend."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from facturation.bord.adaptateurs.vues import A_CALCULER, COMPTES, PAR_MOIS
from facturation.bord.domaine import Rubrique
from noyau import Mois, jour_de_quebec
from socle.bd.connexion import Connexion
from socle.surveillance.jauges import Famille

SURVEILLEES: Final = (
    Rubrique.INCIDENTS,
    Rubrique.LIGNES_EN_ATTENTE,
    Rubrique.CONTESTATIONS,
    Rubrique.DECISIONS_EN_RETARD,
    Rubrique.A_CONFIRMER,
)
"""Les rubriques du tableau du mois qu'on suit d'un mois à l'autre."""


async def _des_mois(connexion: Connexion, _: datetime) -> Mapping[str, Mapping[str, float]]:
    lignes = await connexion.lignes(PAR_MOIS)
    return {
        "sbg_facturation_documents": {x.periode: x.documents for x in lignes},
        "sbg_facturation_avant_taxes_dollars": {x.periode: _reel(x.avant_taxes) for x in lignes},
        "sbg_facturation_total_dollars": {x.periode: _reel(x.total) for x in lignes},
    }


def _reel(montant: object) -> float:
    """Une mesure n'est jamais un compte : les documents, eux, sont au cent."""
    return float(str(getattr(montant, "decimal", montant)))


async def _du_retard(
    connexion: Connexion, maintenant: datetime
) -> Mapping[str, Mapping[str, float]]:
    jour = jour_de_quebec(maintenant)
    mois = Mois.de(jour).precedent
    restent = await connexion.valeur(A_CALCULER, {"periode": str(mois)})
    return {
        "sbg_facturation_a_emettre": {str(mois): restent},
        "sbg_facturation_mois_fini_jours": {str(mois): (jour - mois.fin).days},
    }


async def _des_rubriques(
    connexion: Connexion, maintenant: datetime
) -> Mapping[str, Mapping[str, float]]:
    jour = jour_de_quebec(maintenant)
    vise = {"periode": str(Mois.de(jour).precedent), "le": jour}
    return {
        "sbg_facturation_en_attente": {
            rubrique.value: await connexion.valeur(COMPTES[rubrique].nombre, vise)
            for rubrique in SURVEILLEES
        }
    }


JAUGES = (
    Famille(
        "periode",
        MappingProxyType(
            {
                "sbg_facturation_documents": "Documents émis d'un mois, notes de crédit comprises.",
                "sbg_facturation_avant_taxes_dollars": "Ce qu'ils facturent, avant taxes.",
                "sbg_facturation_total_dollars": "Ce qu'ils facturent, taxes comprises.",
            }
        ),
        _des_mois,
    ),
    Famille(
        "periode",
        MappingProxyType(
            {
                "sbg_facturation_a_emettre": "Organismes dont le dernier mois fini n'est pas émis.",
                "sbg_facturation_mois_fini_jours": "Jours depuis la fin de ce mois.",
            }
        ),
        _du_retard,
    ),
    Famille(
        "rubrique",
        MappingProxyType({"sbg_facturation_en_attente": "Ce que compte le tableau du mois."}),
        _des_rubriques,
    ),
)
