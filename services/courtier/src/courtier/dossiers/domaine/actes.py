"""Les gestes d'un dossier : leur étape, et ce que chacun dit (CI-10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeAlias

from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.choix import Autorisation, Choix, Reddition
from courtier.dossiers.domaine.conformite import (
    BancEssai,
    Conformite,
    Consultation,
    Question,
    Reponse,
)
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Budget,
    Conclusion,
    Confirmation,
    Contact,
    Informations,
    Preparation,
    RefusFournisseur,
    Rencontre,
    SignatureClient,
)
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.scenarios import Calcul, Scenario
from courtier.pieces.domaine import Visa


class Etape(IntEnum):
    """Les cinq étapes de l'acquisition."""

    BESOINS = 1
    CONSULTATION = 2
    CONFORMITE = 3
    CHOIX = 4
    CONTRAT = 5


class Fin(StrEnum):
    """Comment finit un dossier."""

    CONTRAT_CONCLU = "contrat_conclu"
    SANS_SUITE = "sans_suite"
    AUTRE_VEHICULE = "autre_vehicule"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioChiffre:
    """Un scénario, et ce qu'il coûte le jour où on le dit."""

    scenario: Scenario
    calcul: Calcul


@dataclass(frozen=True, slots=True, kw_only=True)
class Retour:
    """On revient à une étape : ce qui la suivait est à refaire, rien ne s'efface."""

    etape: Etape
    motif: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloture:
    """La fin du dossier sans contrat, et pourquoi."""

    issue: Fin
    motif: str


class Geste(StrEnum):
    """Ce qu'on peut faire d'un dossier."""

    BESOINS = "besoins"
    EFVP = "efvp"
    CONSULTATION = "consultation"
    PRECISION = "precision"
    REPONSE = "reponse"
    BANC_ESSAI = "banc_essai"
    CONFORMITE = "conformite"
    SCENARIO = "scenario"
    CHOIX = "choix"
    AUTORISATION = "autorisation"
    REDDITION = "reddition"
    CONTACT = "contact"
    INFORMATIONS = "informations"
    RENCONTRE = "rencontre"
    BUDGET = "budget"
    CONFIRMATION = "confirmation"
    ADMISSIBILITE = "admissibilite"
    PREPARATION = "preparation"
    SIGNATURE_CLIENT = "signature_client"
    REFUS_FOURNISSEUR = "refus_fournisseur"
    CONCLUSION = "conclusion"
    RETOUR = "retour"
    CLOTURE = "cloture"


Contenu: TypeAlias = (
    Besoins
    | Efvp
    | Consultation
    | Question
    | Reponse
    | BancEssai
    | Conformite
    | ScenarioChiffre
    | Choix
    | Autorisation
    | Reddition
    | Contact
    | Informations
    | Rencontre
    | Budget
    | Confirmation
    | Admissibilite
    | Preparation
    | SignatureClient
    | RefusFournisseur
    | Conclusion
    | Retour
    | Cloture
)
"""Ce que dit un geste."""

GESTES: Mapping[type[Contenu], tuple[Geste, Etape | None]] = {
    Besoins: (Geste.BESOINS, Etape.BESOINS),
    Efvp: (Geste.EFVP, None),
    Consultation: (Geste.CONSULTATION, Etape.CONSULTATION),
    Question: (Geste.PRECISION, Etape.CONFORMITE),
    Reponse: (Geste.REPONSE, Etape.CONFORMITE),
    BancEssai: (Geste.BANC_ESSAI, Etape.CONFORMITE),
    Conformite: (Geste.CONFORMITE, Etape.CONFORMITE),
    ScenarioChiffre: (Geste.SCENARIO, Etape.CHOIX),
    Choix: (Geste.CHOIX, Etape.CHOIX),
    Autorisation: (Geste.AUTORISATION, Etape.CHOIX),
    Reddition: (Geste.REDDITION, None),
    Contact: (Geste.CONTACT, Etape.CONTRAT),
    Informations: (Geste.INFORMATIONS, Etape.CONTRAT),
    Rencontre: (Geste.RENCONTRE, Etape.CONTRAT),
    Budget: (Geste.BUDGET, Etape.CONTRAT),
    Confirmation: (Geste.CONFIRMATION, Etape.CONTRAT),
    Admissibilite: (Geste.ADMISSIBILITE, Etape.CONTRAT),
    Preparation: (Geste.PREPARATION, Etape.CONTRAT),
    SignatureClient: (Geste.SIGNATURE_CLIENT, Etape.CONTRAT),
    RefusFournisseur: (Geste.REFUS_FOURNISSEUR, None),
    Conclusion: (Geste.CONCLUSION, None),
    Retour: (Geste.RETOUR, None),
    Cloture: (Geste.CLOTURE, None),
}
"""Le geste de chaque contenu, et son étape; sans étape, un retour ne le rend jamais à refaire."""

ETAPES: Mapping[Geste, Etape | None] = dict(GESTES.values())
"""L'étape de chaque geste."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActePose:
    """Un geste posé; `rang` croît de un, `tour` compte les retours qui l'ont précédé."""

    rang: int
    tour: int
    visa: Visa
    contenu: Contenu

    @property
    def geste(self) -> Geste:
        return GESTES[type(self.contenu)][0]

    @property
    def etape(self) -> Etape | None:
        return GESTES[type(self.contenu)][1]
