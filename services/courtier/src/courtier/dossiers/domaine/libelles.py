"""Comment se disent les étapes, les gestes et les issues d'un dossier."""

from collections.abc import Mapping
from typing import Final

from courtier.dossiers.domaine.actes import Etape, Fin, Geste

ETAPES: Final[Mapping[Etape, str]] = {
    Etape.BESOINS: "Besoins et enjeux",
    Etape.CONSULTATION: "Consultation du Catalogue",
    Etape.CONFORMITE: "Conformité des offres",
    Etape.CHOIX: "Scénarios et choix",
    Etape.CONTRAT: "Contrat",
}
GESTES: Final[Mapping[Geste, str]] = {
    Geste.BESOINS: "Dire les besoins",
    Geste.EFVP: "Déposer l'EFVP",
    Geste.CONSULTATION: "Consulter le Catalogue",
    Geste.PRECISION: "Demander une précision",
    Geste.REPONSE: "Consigner une réponse",
    Geste.BANC_ESSAI: "Consigner un banc d'essai",
    Geste.CONFORMITE: "Juger la conformité d'une offre",
    Geste.SCENARIO: "Ajouter un scénario",
    Geste.CHOIX: "Choisir un scénario",
    Geste.AUTORISATION: "Autoriser le scénario",
    Geste.REDDITION: "Rendre compte au SCT",
    Geste.CONTACT: "Contacter le Courtier",
    Geste.INFORMATIONS: "Fournir les informations",
    Geste.RENCONTRE: "Tenir la rencontre de démarrage",
    Geste.BUDGET: "Autoriser le budget",
    Geste.CONFIRMATION: "Confirmer les besoins",
    Geste.ADMISSIBILITE: "Vérifier l'admissibilité du fournisseur",
    Geste.PREPARATION: "Préparer le contrat",
    Geste.SIGNATURE_CLIENT: "Signer le contrat, pour l'organisme",
    Geste.REFUS_FOURNISSEUR: "Consigner le refus du fournisseur",
    Geste.CONCLUSION: "Conclure le contrat",
    Geste.RETOUR: "Revenir à une étape",
    Geste.CLOTURE: "Clore le dossier",
}
ISSUES: Final[Mapping[Fin, str]] = {
    Fin.CONTRAT_CONCLU: "Fini : un contrat est conclu",
    Fin.SANS_SUITE: "Fini, sans suite",
    Fin.AUTRE_VEHICULE: "Fini, par un autre véhicule d'acquisition",
}
DU_CONTRAT: Final = frozenset(
    {Geste.PREPARATION, Geste.SIGNATURE_CLIENT, Geste.REFUS_FOURNISSEUR, Geste.CONCLUSION}
)
"""Les gestes que pose le contrat."""
