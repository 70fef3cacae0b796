"""Une décision sur une ligne facturée ajuste son dû, et en garde l'identité (FAC-13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from facturation.creances.domaine.creances import Identite
from facturation.factures.domaine.taxes import Taxes
from facturation.tarification.domaine.ecriture import en_dollars
from noyau import ZERO, Conflit, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Facturee:
    """Ce qu'on a facturé d'une créance, tous documents compris, et les taux qui l'ont frappée.

    `ajustement` : la part de ses ajustements déjà portée par un document.
    """

    montant: Montant
    taxes: Taxes
    ajustement: Montant = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Ajustement:
    """Ce qu'une décision retranche du dû d'une ligne; positif, ce qu'elle en rétablit."""

    id: UUID
    organisme: str
    numero: str
    """Le document dont la ligne est ajustée."""
    rang: int
    identite: Identite
    montant: Montant
    motif: str
    decide_le: datetime
    decide_par: str


def exiger_permis(
    ajustement: Ajustement, facturee: Facturee, anterieurs: Iterable[Ajustement]
) -> None:
    """Vérifie qu'un ajustement se permet, après ceux d'avant.

    Lève `Conflit` (FAC-13) s'il ne change rien, s'il crédite plus que le facturé, ou s'il rend
    plus que ce que les précédents ont retranché.
    """
    if not ajustement.montant:
        raise Conflit("Un ajustement d'un montant nul ne change rien.", regle="FAC-13")
    deja = somme(anterieurs)
    total, facture = deja + ajustement.montant, facturee.montant - facturee.ajustement
    if facture + total < ZERO:
        raise Conflit(
            f"La ligne vaut {en_dollars((facture + deja).decimal)}, ajustements compris : on ne"
            " crédite pas davantage.",
            regle="FAC-13",
        )
    if total > ZERO:
        raise Conflit(
            f"Les ajustements ont retranché {en_dollars(-deja.decimal)} de la ligne : on n'en"
            " rétablit pas davantage.",
            regle="FAC-13",
        )


def somme(ajustements: Iterable[Ajustement]) -> Montant:
    """Ce que ces ajustements changent au dû ($)."""
    return sum((a.montant for a in ajustements), ZERO)
