"""Une indisponibilité : ce qu'on en constate, ce qui le corrige ou l'annule, par ajout (SLA-5)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from calendrier import instant_long
from noyau import (
    AVANCE_TOLEREE,
    Acte,
    Conflit,
    Fait,
    FaitNomme,
    TransitionImpossible,
    a_la_seconde,
)
from sla.disponibilites.domaine.intervalles import Ensemble, bornes

REGLE: Final = "SLA-5"


class Nature(StrEnum):
    """Ce qui est arrivé au service."""

    PANNE = auto()
    DEGRADATION = auto()
    """Consignée, hors du taux."""
    MAINTENANCE = auto()
    """Elle compte, sauf dans une plage que l'indicateur exclut."""

    @property
    def compte(self) -> bool:
        """Vrai si elle entre dans un taux : une dégradation se consigne seulement (SLA-5)."""
        return self is not Nature.DEGRADATION


class Portee(StrEnum):
    """Qui elle atteint."""

    TOUS = "tous"
    ORGANISMES = "organismes"
    SITES = "sites"


class Source(StrEnum):
    """D'où le constat est venu."""

    SAISIE = "saisie"
    LOT = "lot"
    ALARME = "alarme"
    SIGNALEMENT = "signalement"


class Geste(StrEnum):
    """Ce qu'un acte fait d'une indisponibilité."""

    CONSTAT = "constat"
    CORRECTION = "correction"
    ANNULATION = "annulation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constat:
    """Ce qu'on dit d'une indisponibilité : le service, qui elle atteint, de quand à quand."""

    service: str
    nature: Nature = Nature.PANNE
    portee: Portee = Portee.TOUS
    organismes: tuple[str, ...] = ()
    """Ceux qu'elle atteint, par code; ceux des sites, si elle n'en atteint que des sites."""
    sites: tuple[str, ...] = ()
    debut: datetime
    fin: datetime | None = None
    """Exclue; None : elle dure."""

    def faits(self) -> dict[str, FaitNomme]:
        """Les faits nommés auxquels répond un indicateur."""
        return {"service": self.service, "nature": self.nature.value, "portee": self.portee.value}

    def atteint(self, organisme: str) -> bool:
        """Vrai si elle est de sa portée."""
        return self.portee is Portee.TOUS or organisme in self.organismes

    @property
    def compte(self) -> bool:
        """Vrai si elle entre dans un taux."""
        return self.nature.compte

    def compte_a(self, organisme: str) -> tuple[str, Nature, datetime, datetime | None] | None:
        """Ce qui en fait les minutes de cet organisme : le service, la nature, de quand à quand.

        None si elle ne lui en compte aucune.
        """
        if not self.compte or not self.atteint(organisme):
            return None
        return self.service, self.nature, self.debut, self.fin

    def dure(self, limite: datetime) -> Ensemble:
        """Quand elle a lieu, jusqu'à cette limite."""
        return bornes(self.debut, self.fin, limite)

    def regle(self, le: datetime) -> "Constat":
        """Le même, à la seconde, ses codes triés; lève `Conflit` s'il se contredit.

        Un constat est d'un fait passé : rien de plus tard que `le`, à la tolérance près. Un début
        qu'une horloge en avance dit à venir est ramené à `le`.
        """
        self._exiger_portee()
        dit = self.a_la_seconde()
        _exiger_passe(dit.debut, dit.fin, le)
        return replace(dit, debut=min(dit.debut, a_la_seconde(le)))

    def a_la_seconde(self) -> "Constat":
        """Le même, ses instants à la seconde, ses codes triés, chacun une fois."""
        return replace(
            self,
            organismes=tuple(sorted(set(self.organismes))),
            sites=tuple(sorted(set(self.sites))),
            debut=a_la_seconde(self.debut),
            fin=None if self.fin is None else a_la_seconde(self.fin),
        )

    def _exiger_portee(self) -> None:
        attendus = (self.portee is not Portee.TOUS, self.portee is Portee.SITES)
        if (bool(self.organismes), bool(self.sites)) != attendus:
            raise Conflit(
                "« tous » ne nomme personne, « organismes » nomme des organismes, « sites » nomme"
                " des sites et les organismes dont ils sont.",
                regle=REGLE,
            )


def _exiger_passe(debut: datetime, fin: datetime | None, le: datetime) -> None:
    """Lève `Conflit` d'une durée négative ou nulle, ou d'un temps à venir."""
    if fin is not None and fin <= debut:
        raise Conflit("La fin doit suivre le début.", regle=REGLE)
    dernier = debut if fin is None else fin
    if dernier > le + AVANCE_TOLEREE:
        raise Conflit(
            f"Le {instant_long(dernier)}, est à venir : une indisponibilité se constate.",
            regle=REGLE,
        )


def meme_debut(dit: datetime, connu: datetime, connu_le: datetime) -> bool:
    """Vrai si l'on redit le début connu, fût-il alors à venir, et ramené à l'instant de l'acte."""
    acte = a_la_seconde(connu_le)
    ramene = connu == acte and acte < dit <= connu_le + AVANCE_TOLEREE
    return ramene or dit == connu


def constat_de(objet: Constat) -> Constat:
    """Le seul constat d'un objet qui en dit plus."""
    return Constat(**{champ.name: getattr(objet, champ.name) for champ in fields(Constat)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Indisponibilite(Constat):
    """Une indisponibilité, telle que ses actes la laissent; `version` compte ces actes."""

    id: UUID
    version: int = 1
    annulee: bool = False
    source: Source
    empreinte: str | None = None
    """De l'alarme qui l'a ouverte, s'il y en a une."""

    def corriger(self, constat: Constat, acte: Acte) -> "Indisponibilite":
        """La même, selon ce nouveau constat.

        Lève `TransitionImpossible` si elle est annulée, `Conflit` si le constat se contredit ou ne
        change rien.
        """
        self._exiger_vive("correction")
        regle = constat.regle(acte.le)
        if regle == constat_de(self):
            raise Conflit("Cette correction ne change rien.", regle=REGLE)
        return replace(
            self,
            version=self.version + 1,
            **{champ.name: getattr(regle, champ.name) for champ in fields(Constat)},
        )

    @property
    def en_clair(self) -> str:
        """« panne 0199…, du 14 septembre 2026, 8 h 06, au 14 septembre 2026, 9 h 48 »."""
        dates = f"depuis le {instant_long(self.debut)}"
        if self.fin is not None:
            dates = f"du {instant_long(self.debut)}, au {instant_long(self.fin)}"
        return f"{self.nature} {self.id}, {dates}"

    def annuler(self) -> "Indisponibilite":
        """Elle n'a jamais eu lieu; lève `TransitionImpossible` si elle est déjà annulée."""
        self._exiger_vive("annulation")
        return replace(self, version=self.version + 1, annulee=True)

    def _exiger_vive(self, acte: str) -> None:
        if self.annulee:
            raise TransitionImpossible(acte, "annulée", (), regle=REGLE)


def constater(
    identifiant: UUID, constat: Constat, source: Source, acte: Acte, empreinte: str | None = None
) -> Indisponibilite:
    """L'indisponibilité d'un premier constat; lève `Conflit` s'il se contredit."""
    regle = constat.regle(acte.le)
    dit = {champ.name: getattr(regle, champ.name) for champ in fields(Constat)}
    return Indisponibilite(id=identifiant, source=source, empreinte=empreinte, **dit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActePose:
    """Un acte inscrit au fil d'une indisponibilité, qui ne change plus : qui, quand, pourquoi."""

    indisponibilite: Indisponibilite
    geste: Geste
    motif: str
    auteur: str
    le: datetime
    fait_nouveau: str | None = None
    """Ce qui permet de revenir sur ce qu'une contestation acceptée a obtenu (SLA-8)."""

    @property
    def version(self) -> int:
        return self.indisponibilite.version

    def compte_a(self, organisme: str) -> object:
        """Ce que l'acte laisse à compter à cet organisme; None : rien."""
        annule = self.indisponibilite.annulee
        return None if annule else self.indisponibilite.compte_a(organisme)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndisponibiliteConstatee(Fait):
    """Une indisponibilité est constatée, corrigée ou annulée : son état entier."""

    indisponibilite: Indisponibilite
