"""Une alarme d'Alertmanager ouvre une indisponibilité quand elle sonne, et la ferme après (SLA-5).

Alertmanager répète ce qu'il a déjà dit, en groupe et dans le désordre; il peut en perdre.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from noyau import Acte
from sla.disponibilites.domaine.indisponibilites import (
    Constat,
    Indisponibilite,
    Source,
    constat_de,
    constater,
    meme_debut,
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
class Connue:
    """Une indisponibilité née d'une alarme : son dernier état, et son premier constat."""

    indisponibilite: Indisponibilite
    debut: datetime
    """Le début que l'alarme en a dit d'abord, quoi qu'on en ait corrigé."""
    constatee_le: datetime
    plus_tot: datetime
    """Le plus tôt de ses débuts, qui que ce soit qui l'ait dit."""

    @property
    def dure(self) -> bool:
        """Vrai si elle n'a ni fin, ni annulation."""
        return self.indisponibilite.fin is None and not self.indisponibilite.annulee

    def debut_selon(self, dit: datetime) -> datetime:
        """Son début, une alarme disant celui-ci : un début déjà entendu n'apprend rien.

        Redit, il déferait la correction d'une personne.
        """
        return dit if dit < self.plus_tot else self.indisponibilite.debut

    def redite(self, debut: datetime) -> bool:
        """Vrai si elle est finie, ou annulée, et que c'est d'elle qu'une alarme dit ce début."""
        i = self.indisponibilite
        pendant = i.fin is not None and i.debut <= debut < i.fin
        finie = i.fin is not None or i.annulee
        dite = debut == i.debut or meme_debut(debut, self.debut, self.constatee_le)
        return pendant or (finie and dite)


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
    alarme: Alarme, connues: Iterable[Connue], neuve: UUID, acte: Acte
) -> tuple[Devenir, Indisponibilite]:
    """Ce que l'alarme fait des indisponibilités déjà nées de la même empreinte.

    Une empreinte n'en a qu'une d'ouverte : son début est le plus tôt qu'on ait dit, et la première
    fin la ferme. Ce qu'une personne a fermé ou annulé, le début qu'elle a déplacé, une alarme qui
    redit ce qu'on savait ne le change pas. Lève `Conflit` si ce qu'elle dit se contredit.
    """
    dit = alarme.constat.a_la_seconde()
    siennes = list(connues)
    if deja := next((c for c in siennes if c.redite(dit.debut)), None):
        return Devenir.DEJA, deja.indisponibilite
    connue = next((c for c in siennes if c.dure), None)
    if connue is None or (dit.fin is not None and dit.fin <= connue.indisponibilite.debut):
        nee = constater(neuve, dit, Source.ALARME, acte, alarme.empreinte)
        return (Devenir.OUVERTE if dit.fin is None else Devenir.CONSTATEE), nee
    ouverte = connue.indisponibilite
    voulu = replace(constat_de(ouverte), debut=connue.debut_selon(dit.debut), fin=dit.fin)
    if voulu == constat_de(ouverte):
        return Devenir.DEJA, ouverte
    return (
        Devenir.FERMEE if dit.fin is not None else Devenir.OUVERTE,
        ouverte.corriger(voulu, acte),
    )
