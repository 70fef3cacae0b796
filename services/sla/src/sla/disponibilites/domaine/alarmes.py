"""Une alarme d'Alertmanager ouvre une indisponibilité quand elle sonne, et la ferme après (SLA-5).

Alertmanager répète ce qu'il a déjà dit, en groupe et dans le désordre; il peut en perdre.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from noyau import Acte, a_la_seconde
from sla.disponibilites.domaine.indisponibilites import (
    Constat,
    Indisponibilite,
    Source,
    constat_de,
    constater,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarme:
    """Ce que dit une alarme : son empreinte (`fingerprint`), et le constat qu'elle porte.

    `constat.fin` est absente tant qu'elle sonne.
    """

    empreinte: str
    nom: str
    constat: Constat


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmeEcartee:
    """Une alarme dont rien n'a pu être fait, et pourquoi; répétée, elle se compte."""

    id: UUID
    empreinte: str
    nom: str
    raison: str
    document: dict[str, Any]
    recue_le: datetime
    revue_le: datetime
    fois: int = 1


class Devenir(StrEnum):
    """Ce qu'il advient d'une alarme."""

    OUVERTE = "ouverte"
    FERMEE = "fermee"
    CONSTATEE = "constatee"
    """Ouverte et fermée d'un coup : le début ne nous était pas parvenu."""
    DEJA = "deja"
    ECARTEE = "ecartee"


def suivre(
    alarme: Alarme, connues: Iterable[Indisponibilite], neuve: UUID, acte: Acte
) -> tuple[Devenir, Indisponibilite]:
    """Ce que l'alarme fait des indisponibilités déjà nées de la même empreinte.

    Une empreinte n'en a qu'une d'ouverte : son début est le plus tôt qu'on ait dit, et la première
    fin la ferme. Ce qu'une personne a fermé ou annulé, une alarme qui le redit ne le change pas.
    Lève `Conflit` si ce qu'elle dit se contredit.
    """
    dit = replace(
        alarme.constat,
        debut=a_la_seconde(alarme.constat.debut),
        fin=None if alarme.constat.fin is None else a_la_seconde(alarme.constat.fin),
    )
    siennes = list(connues)
    if deja := next((i for i in siennes if _redit(i, dit)), None):
        return Devenir.DEJA, deja
    ouverte = next((i for i in siennes if i.fin is None and not i.annulee), None)
    if ouverte is None or (dit.fin is not None and dit.fin <= ouverte.debut):
        nee = constater(neuve, dit, Source.ALARME, acte, alarme.empreinte)
        return (Devenir.OUVERTE if dit.fin is None else Devenir.CONSTATEE), nee
    voulu = replace(constat_de(ouverte), debut=min(ouverte.debut, dit.debut), fin=dit.fin)
    if voulu == constat_de(ouverte):
        return Devenir.DEJA, ouverte
    return (
        Devenir.FERMEE if dit.fin is not None else Devenir.OUVERTE,
        ouverte.corriger(voulu, acte),
    )


def _redit(connue: Indisponibilite, dit: Constat) -> bool:
    """Vrai si la connue est finie, ou annulée, et que l'alarme a commencé pendant elle."""
    if connue.fin is None:
        return connue.annulee and dit.debut == connue.debut
    return connue.debut <= dit.debut < connue.fin
