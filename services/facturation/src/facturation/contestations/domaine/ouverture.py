"""Ouvrir une contestation : à temps, sur des lignes qui demandent, jamais deux fois (FAC-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from facturation.contestations.domaine.contestations import (
    FINIES,
    TRANCHEES,
    Contestation,
    Etat,
    LigneContestee,
)
from facturation.contestations.domaine.delais import Calendrier
from noyau import ZERO, Acte, Conflit, jour_de_quebec

LIGNES_MAX: Final = 200
"""Les lignes d'une même contestation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conteste:
    """Le document et ce qu'on en sait : ses lignes visées, et ce qu'on en a déjà contesté.

    `deja` : par rang, l'état de chacune de ses contestations d'avant. `valide` : l'organisme l'a
    validé.
    """

    organisme: str
    numero: str
    emis_le: date
    lignes: Sequence[LigneContestee]
    deja: Mapping[int, Sequence[Etat]]
    valide: bool


def ouvrir(
    id_: UUID,
    conteste: Conteste,
    motif: str,
    fait_nouveau: str | None,
    calendrier: Calendrier,
    acte: Acte,
) -> Contestation:
    """La contestation de ces lignes; à admettre si elle est tardive ou revient sur du décidé.

    Lève `Conflit` (FAC-8) si une ligne ne demande rien, est déjà contestée, si l'on revient sur une
    ligne tranchée ou un document validé sans dire de fait nouveau, ou si l'on en dit un sans y
    revenir : un fait nouveau dit toujours qu'il y a lieu d'admettre.
    """
    for ligne in conteste.lignes:
        _exiger_contestable(ligne, conteste.deja.get(ligne.rang, ()))
    revient = _ce_qui_est_decide(conteste)
    if revient and fait_nouveau is None:
        raise Conflit(
            f"{revient} : on n'y revient que sur un fait nouveau, à dire dans « fait_nouveau ».",
            regle="FAC-8",
        )
    jour = jour_de_quebec(acte.le)
    tardive = jour > calendrier.le(conteste.emis_le).dernier_jour(conteste.emis_le)
    if fait_nouveau is not None and not (revient or tardive):
        raise Conflit(
            "Rien n'est décidé de ces lignes : il n'y a pas de « fait_nouveau » à dire. Dites tout"
            " dans le motif.",
            regle="FAC-8",
        )
    return Contestation(
        id=id_,
        organisme=conteste.organisme,
        numero=conteste.numero,
        motif=motif,
        lignes=tuple(conteste.lignes),
        ouverte_le=acte.le,
        ouverte_par=acte.acteur.sujet,
        delais=calendrier.le(jour),
        tardive=tardive,
        fait_nouveau=fait_nouveau,
        etat=Etat.A_ADMETTRE if tardive or revient else Etat.OUVERTE,
    )


def _exiger_contestable(ligne: LigneContestee, deja: Sequence[Etat]) -> None:
    if ligne.montant <= ZERO:
        raise Conflit(
            f"La ligne {ligne.rang} ne demande rien : elle rend, ou vaut zéro. Contestez la ligne"
            " qu'elle corrige.",
            regle="FAC-8",
        )
    if not FINIES.issuperset(deja):
        raise Conflit(f"La ligne {ligne.rang} est déjà contestée.", regle="FAC-8")


def _ce_qui_est_decide(conteste: Conteste) -> str | None:
    """Ce sur quoi la contestation revient, s'il y a lieu."""
    for ligne in conteste.lignes:
        if not TRANCHEES.isdisjoint(conteste.deja.get(ligne.rang, ())):
            return f"La ligne {ligne.rang} est déjà tranchée"
    return f"Le document {conteste.numero} est validé" if conteste.valide else None
