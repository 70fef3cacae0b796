"""Le budget d'un avenant : le contrat modifié ne dépasse pas ce qu'on a autorisé (CI-16)."""

from dataclasses import dataclass, replace
from decimal import Decimal

from courtier.avenants.domaine.avenant import ActeAvenant, Avenant
from courtier.contrats.domaine.contrat import Contrat
from courtier.dossiers.domaine.demarrage import Budget
from noyau import ZERO, Acte, Conflit, Fait, Interdit, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetDAvenantAutorise(Fait):
    """L'autorisation budgétaire du contrat modifié est consignée."""

    avenant: Avenant


def autoriser_budget(
    avenant: Avenant, budget: Budget, contrat: Contrat, acte: Acte
) -> tuple[Avenant, BudgetDAvenantAutorise]:
    """L'autorisation budgétaire du contrat modifié; la dernière vaut, jusqu'à la signature.

    Lève `Interdit`, `TransitionImpossible`, ou `Conflit` (CI-16) d'une date à venir, ou d'avant la
    conclusion du contrat.
    """
    if acte.acteur.organisme != avenant.organisme:
        raise Interdit("Seul l'organisme client pose cet acte.", regle="CI-16")
    avenant.exiger(ActeAvenant.BUDGET)
    conclu = contrat.signature_fournisseur
    if budget.date > jour_de_quebec(acte.le):
        raise Conflit("Un acte consigné ne porte pas une date à venir.", regle="CI-16")
    if conclu and budget.date < jour_de_quebec(conclu.le):
        raise Conflit("On n'autorise pas un avenant avant son contrat.", regle="CI-16")
    autorise = replace(avenant, version=avenant.version + 1, budget=budget)
    return autorise, BudgetDAvenantAutorise(avenant=autorise, survenu_le=acte.le)


def exiger_budget(avenant: Avenant, du_dossier: Decimal | None) -> None:
    """Lève `Conflit` (CI-16) d'une dépense de plus, au-delà de ce qui est autorisé.

    `du_dossier` : l'autorisation d'où naît le contrat, en dollars avant taxes; celle de l'avenant
    la remplace. Un avenant qui n'ajoute rien n'en veut pas.
    """
    effet = avenant.effet
    autorise = avenant.budget.montant if avenant.budget else du_dossier
    if effet.ajout <= ZERO or (autorise is not None and effet.apres.decimal <= autorise):
        return
    raise Conflit(
        "Le contrat modifié dépasse l'autorisation budgétaire : consignez celle de l'avenant.",
        regle="CI-16",
        details={
            "montant": str(effet.apres),
            "autorise": None if autorise is None else str(autorise),
        },
    )
