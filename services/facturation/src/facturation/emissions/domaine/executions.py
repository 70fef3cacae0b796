"""L'exécution d'une période : un organisme en erreur n'y arrête pas les autres (FAC-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal, TypeAlias
from uuid import UUID

from facturation.factures.domaine.factures import Projet
from noyau import Conflit, Mois, Montant, debut_du_jour

PRODUCTEURS: Final = ("catalogue", "courtier", "demandes")
"""Ceux dont tous les faits d'une période doivent être reçus avant de l'émettre (FAC-7)."""
APERCU_MAXIMUM: Final = 20
"""Organismes d'un même aperçu : une réponse reste bornée."""


EtatApercu: TypeAlias = Literal["a_emettre", "sans_ligne", "deja_emise", "en_attente"]


class EtatTraitement(StrEnum):
    """Où en est un organisme dans une exécution."""

    A_FAIRE = "a_faire"
    EMISE = "emise"
    DEJA_EMISE = "deja_emise"
    SANS_LIGNE = "sans_ligne"
    EN_ATTENTE = "en_attente"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traitement:
    """Ce qu'une exécution a fait d'un organisme; en attente, la raison est dite (FAC-6).

    `essais` : combien de calculs ont échoué; une raison sans essai est un refus. `tour` : combien
    de reprises l'ont remis à traiter.
    """

    organisme: str
    etat: EtatTraitement = EtatTraitement.A_FAIRE
    numero: str | None = None
    total: Montant | None = None
    raison: str | None = None
    essais: int = 0
    tour: int = 0
    traite_le: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Apercu:
    """Ce que l'émission ferait d'un organisme : un projet, une facture déjà émise, une raison.

    `approbation` : celle dont l'émission suivra l'horizon, donc celle de ce projet (FAC-7).
    """

    organisme: str
    etat: EtatApercu
    projet: Projet | None = None
    approbation: UUID | None = None
    numero: str | None = None
    raison: str | None = None


def exiger_commencee(periode: Mois, aujourdhui: date) -> None:
    """On ne calcule pas l'avenir; lève `Conflit`."""
    if periode.debut > aujourdhui:
        raise Conflit(f"La période {periode} n'est pas commencée.", regle="FAC-7")


def exiger_apercu_borne(nombre: int) -> None:
    """Un aperçu vise peu d'organismes; lève `Conflit`."""
    if nombre > APERCU_MAXIMUM:
        raise Conflit(
            f"Un aperçu vise au plus {APERCU_MAXIMUM} organismes, et la période en compte"
            f" {nombre} : nommez-en un.",
            regle="FAC-7",
        )


def exiger_recue(
    periode: Mois, jalons: Mapping[str, datetime | None], maintenant: datetime
) -> None:
    """Une période ne s'émet que finie, et tous ses faits reçus de chaque producteur (FAC-7).

    `jalons` : l'instant jusqu'où tout est reçu de chacun; `maintenant` : notre propre heure, car
    nul producteur ne ferme à lui seul un mois qui court. Lève `Conflit`, qui dit qui manque.
    """
    fin = debut_du_jour(periode.fin)
    if maintenant < fin:
        raise Conflit(f"La période {periode} n'est pas finie.", regle="FAC-7")
    en_retard = {nom: jalon for nom, jalon in jalons.items() if not est_recu(jalon, periode)}
    if en_retard:
        noms = ", ".join(sorted(en_retard))
        raise Conflit(
            f"La période {periode} ne peut pas encore s'émettre : des faits peuvent encore"
            f" venir de {noms}.",
            regle="FAC-7",
            details={
                "fin_de_la_periode": fin.isoformat(),
                "recu_jusqu_a": {n: j and j.isoformat() for n, j in sorted(en_retard.items())},
            },
        )


def est_recu(jalon: datetime | None, periode: Mois) -> bool:
    """Vrai si ce jalon dit que tous les faits de la période sont reçus de son producteur."""
    return jalon is not None and debut_du_jour(periode.fin) <= jalon
