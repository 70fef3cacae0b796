"""Le code d'imputation qu'un organisme donne à une source, à partir d'un jour (FAC-16)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from facturation.creances.domaine.faits import IMPUTATION, Source
from noyau import Conflit, Introuvable, Mois

CITEES = 20
"""Les sources qu'un refus nomme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imputation:
    """Un code, à partir d'un jour; on en ajoute, on n'en récrit pas.

    `source` : un actif, un abonnement, un contrat…, ou la demande de qui les a tous.
    """

    id: UUID
    organisme: str
    source: str
    code: str
    debut: date
    dite_le: datetime
    dite_par: str

    @property
    def rang(self) -> tuple[date, datetime, UUID]:
        """Du même jour, la dernière dite vaut."""
        return self.debut, self.dite_le, self.id


def imputation_au(source: Source, siennes: Iterable[Imputation], le: date) -> str | None:
    """Le dernier code dit à ce jour, par un fait ou par l'organisme; du même jour, le sien."""
    dites = (i for i in siennes if i.debut <= le)
    derniere = max(dites, key=lambda i: i.rang, default=None)
    fait = source.dernier_fait(IMPUTATION, le)
    if derniere and (fait is None or fait.jour <= derniere.debut):
        return derniere.code
    return str(fait.faits[IMPUTATION]) if fait else None


def exiger_connues(
    organisme: str, dites: Iterable[tuple[int, str]], connues: Collection[str]
) -> None:
    """Lève `Introuvable` : une source, ou une demande, qui n'est pas de l'organisme.

    `dites` : le rang de chacune dans le lot, du premier, 1. Le refus ne redit que les rangs : un
    texte inconnu peut être un nom de personne.
    """
    if manquent := [str(rang) for rang, source in dites if source not in connues]:
        raise Introuvable(f"{organisme} n'a pas les sources de rang {_citer(manquent)} du lot.")


def exiger_a_venir(
    dites: Iterable[tuple[str, date]], arrete: date | None, aujourdhui: date
) -> None:
    """Un code ne vaut que pour ce qui reste à facturer; lève `Conflit` (FAC-16).

    `arrete` : le premier jour qu'aucune émission n'a calculé; sans émission, le mois qui court.
    """
    ouverte = arrete or Mois.de(aujourdhui).debut
    if tardives := [source for source, debut in dites if debut < ouverte]:
        raise Conflit(
            f"Une imputation change pour l'avenir : au plus tôt le {ouverte}, premier jour de la"
            f" période ouverte. Datées d'avant : {_citer(tardives)}.",
            regle="FAC-16",
        )


def neuves(
    dites: Iterable[Imputation], connues: Mapping[str, Iterable[Imputation]]
) -> list[Imputation]:
    """Celles qui changent quelque chose : redites, elles ne s'ajoutent pas."""
    derniers = {
        (i.source, i.debut): i.code
        for siennes in connues.values()
        for i in sorted(siennes, key=lambda i: i.rang)
    }
    ajoutees = []
    for dite in dites:
        if derniers.get((dite.source, dite.debut)) != dite.code:
            derniers[dite.source, dite.debut] = dite.code
            ajoutees.append(dite)
    return ajoutees


def _citer(sources: list[str]) -> str:
    reste = len(sources) - CITEES
    return ", ".join(sources[:CITEES]) + (f", et {reste} de plus" if reste > 0 else "")
