"""Ce qu'une contestation acceptée a obtenu d'une indisponibilité (SLA-8)."""

from collections.abc import Collection, Sequence

from noyau import Conflit
from sla.disponibilites.domaine.indisponibilites import ActePose
from sla.exclusions.domaine.contestations import Contestation, Etat
from sla.exclusions.domaine.exclusions import exiger_tranchees

REGLE = "SLA-8"


def exiger_acquis(
    fil: Sequence[ActePose],
    suivant: ActePose,
    contestations: Collection[Contestation],
) -> None:
    """Lève `Conflit` (SLA-8) si l'acte suivant défait sans le dire ce qu'on a obtenu.

    `fil` : les actes d'avant, dans l'ordre; `contestations` : toutes celles de l'indisponibilité.
    Ce que compte un organisme dont l'une est acceptée ne change que sur un fait nouveau. Pendant
    qu'il en a une autre d'ouverte, on ne lui rend pas ce qu'il avait fait défaire.
    """
    touchees = [
        c
        for c in contestations
        if c.etat is Etat.ACCEPTEE
        and fil[-1].compte_a(c.organisme) != suivant.compte_a(c.organisme)
    ]
    for obtenue in touchees:
        if _rend_le_conteste(obtenue, fil, suivant):
            exiger_tranchees(c for c in contestations if c.organisme == obtenue.organisme)
    if touchees and suivant.fait_nouveau is None:
        raise Conflit(
            f"La contestation {touchees[0].id}, acceptée, a obtenu ce que l'indisponibilité compte"
            " : on n'y revient que sur un fait nouveau, à dire dans « fait_nouveau ».",
            regle=REGLE,
            details={"contestation_id": str(touchees[0].id)},
        )
    if not touchees and suivant.fait_nouveau is not None:
        raise Conflit(
            "Rien de ce qu'une contestation a obtenu n'en change : il n'y a pas de « fait_nouveau »"
            " à dire. Dites tout dans le motif.",
            regle=REGLE,
        )


def _rend_le_conteste(obtenue: Contestation, fil: Sequence[ActePose], suivant: ActePose) -> bool:
    """Vrai si l'acte rend à l'organisme ce que cette contestation avait fait défaire."""
    contestee = next((a for a in fil if a.version == obtenue.version_contestee), None)
    return contestee is not None and (
        contestee.compte_a(obtenue.organisme) == suivant.compte_a(obtenue.organisme)
    )
