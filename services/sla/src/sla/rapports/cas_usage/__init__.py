"""Ce qu'on peut demander aux rapports : en établir un, ou tous ceux d'un mois."""

from sla.rapports.cas_usage.executions import (
    ArreterExecution,
    DemanderExecution,
    EcarterRapport,
    EtablirRapport,
    PurgerRapports,
    ReprendreExecution,
    arreter_execution,
    demander_execution,
    ecarter_rapport,
    etablir_rapport,
    purger_rapports,
    reprendre_execution,
)
from sla.rapports.cas_usage.rapports import Vise, etablir, exiger_connu

__all__ = [
    "ArreterExecution",
    "DemanderExecution",
    "EcarterRapport",
    "EtablirRapport",
    "PurgerRapports",
    "ReprendreExecution",
    "Vise",
    "arreter_execution",
    "demander_execution",
    "ecarter_rapport",
    "etablir",
    "etablir_rapport",
    "exiger_connu",
    "purger_rapports",
    "reprendre_execution",
]
