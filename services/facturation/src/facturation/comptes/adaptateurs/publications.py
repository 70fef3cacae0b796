"""Ce que les comptes publient."""

from collections.abc import Iterable

from contrats import facturation as evenements
from facturation.comptes.domaine.reglements import (
    Acquittement,
    CreditApplique,
    ReglementConsigne,
)
from socle.envoi.evenements import publications


def traduire(
    fait: ReglementConsigne | CreditApplique,
) -> evenements.ReglementConsigne | evenements.CreditApplique:
    """L'événement d'un fait; le motif d'une contre-écriture reste chez nous."""
    reglement = fait.reglement
    match fait:
        case ReglementConsigne():
            return evenements.ReglementConsigne(
                organisme=reglement.organisme,
                reglement_id=reglement.id,
                date=reglement.le,
                reference=reglement.reference,
                montant=reglement.montant.decimal,
                acquittements=_acquittes(reglement.acquittements),
                credit=reglement.credit.decimal,
                annule=reglement.annule,
            )
        case CreditApplique():
            return evenements.CreditApplique(
                organisme=reglement.organisme,
                reglement_id=reglement.id,
                acquittements=_acquittes(fait.acquittements),
                credit=reglement.credit.decimal,
            )


def _acquittes(acquittements: Iterable[Acquittement]) -> tuple[evenements.Acquittement, ...]:
    return tuple(
        evenements.Acquittement(numero=a.numero, montant=a.montant.decimal, le=a.le)
        for a in acquittements
    )


PUBLICATIONS = publications(ReglementConsigne | CreditApplique, traduire)
