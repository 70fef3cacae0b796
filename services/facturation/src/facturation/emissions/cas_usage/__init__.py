"""Ce qu'on peut demander aux émissions."""

from facturation.emissions.cas_usage.apercus import (
    ApercevoirFacture,
    ApercuTraite,
    ApercuVu,
    ApprouverApercus,
    RetirerApprobation,
    apercevoir_facture,
    approuver_apercus,
    retirer_approbation,
)
from facturation.emissions.cas_usage.emission import (
    EmettreFacture,
    VerifierFactures,
    emettre_facture,
    verifier_factures,
)
from facturation.emissions.cas_usage.executions import (
    ArreterExecution,
    DemanderExecution,
    MettreDeCote,
    ReprendreExecution,
    arreter_execution,
    demander_execution,
    mettre_de_cote,
    reprendre_execution,
    viser,
)

__all__ = [
    "ApercevoirFacture",
    "ApercuTraite",
    "ApercuVu",
    "ApprouverApercus",
    "ArreterExecution",
    "DemanderExecution",
    "EmettreFacture",
    "MettreDeCote",
    "ReprendreExecution",
    "RetirerApprobation",
    "VerifierFactures",
    "apercevoir_facture",
    "approuver_apercus",
    "arreter_execution",
    "demander_execution",
    "emettre_facture",
    "mettre_de_cote",
    "reprendre_execution",
    "retirer_approbation",
    "verifier_factures",
    "viser",
]
