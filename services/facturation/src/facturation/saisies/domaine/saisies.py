"""Une ligne saisie : un montant que le MCN dit dû, motif à l'appui, sous un tarif qui s'y prête.

Ainsi d'un dédommagement, de travaux, de communications tarifées, ou de ce qu'une perte sans tarif
mensuel laisse à facturer (FAC-2). Ce qui en est dû, le moteur seul le dit.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import FaitRecu, sources
from facturation.saisies.domaine.decisions import Decision
from facturation.saisies.domaine.seuils import Seuil
from facturation.tarification.domaine.tarification import SansMontant, Tarification
from facturation.tarification.domaine.tarifs import Forme
from noyau import Acte, Conflit, DitAutrement, Fait, Mois, Montant, TransitionImpossible


class EtatSaisie(StrEnum):
    """Où en est une saisie : celui de sa décision, puis annulée."""

    A_CONFIRMER = "a_confirmer"
    APPLIQUEE = "appliquee"
    CONFIRMEE = "confirmee"
    REFUSEE = "refusee"
    RETIREE = "retiree"
    ANNULEE = "annulee"


VALENT = frozenset({EtatSaisie.APPLIQUEE, EtatSaisie.CONFIRMEE})
"""Les états d'une saisie qui se facture."""
EN_VIE = VALENT | {EtatSaisie.A_CONFIRMER}
"""Ceux d'une saisie qu'on ne pose pas deux fois."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneVoulue:
    """Ce que l'on saisit : à qui, sous quel tarif, combien, pour quel jour, et pourquoi."""

    organisme: str
    tarif: str
    montant: Montant
    fait_le: date
    motif: str
    reference: str | None = None
    demande_id: UUID | None = None
    actif_id: UUID | None = None
    site: str | None = None
    imputation: str | None = None

    @property
    def dit(self) -> Mapping[str, str]:
        """Ce qu'elle dit, sans égard à la casse de sa référence."""
        dit = {champ.name: str(getattr(self, champ.name)) for champ in fields(LigneVoulue)}
        return {**dit, "reference": (self.reference or "").strip().casefold()}

    @property
    def empreinte(self) -> str:
        """SHA-256 de son identité : sa référence, chez l'organisme, sous ce tarif; sinon tout."""
        dit = self.dit
        cles = ("organisme", "tarif", "reference") if dit["reference"] else dit
        return hashlib.sha256(json.dumps([dit[cle] for cle in cles]).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saisie(LigneVoulue):
    """Une ligne saisie; elle est une source à elle seule, et l'acte qui la rend due."""

    id: UUID
    decision_id: UUID
    rang: int
    etat: EtatSaisie
    annulee_le: datetime | None = None
    annulee_par: str | None = None
    motif_annulation: str | None = None

    @classmethod
    def de(cls, identifiant: UUID, ligne: LigneVoulue, rang: int, decision: Decision) -> "Saisie":
        """La saisie de cette ligne, à ce rang d'une décision."""
        dit = {champ.name: getattr(ligne, champ.name) for champ in fields(LigneVoulue)}
        etat = EtatSaisie(decision.etat)
        return cls(id=identifiant, decision_id=decision.id, rang=rang, etat=etat, **dit)

    @property
    def source(self) -> str:
        return str(self.id)

    @property
    def periode(self) -> Mois:
        return Mois.de(self.fait_le)

    def suivre(self, decision: Decision) -> "Saisie":
        """La même, dans l'état de sa décision."""
        return replace(self, etat=EtatSaisie(decision.etat))

    def annuler(self, motif: str, acte: Acte, *, facturee: bool) -> "Saisie":
        """Nulle, pour ce motif.

        Lève `TransitionImpossible` si elle ne vaut pas, `Conflit` si une ligne l'a déjà portée.
        """
        if self.etat not in VALENT:
            raise TransitionImpossible("annulation", self.etat, (), regle="FAC-13")
        if facturee:
            raise Conflit("La saisie est facturée : ajustez sa ligne.", regle="FAC-13")
        return replace(
            self,
            etat=EtatSaisie.ANNULEE,
            annulee_le=acte.le,
            annulee_par=acte.acteur.sujet,
            motif_annulation=motif,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneSaisie(Fait):
    """Un montant saisi est dû; `acte_id` est celui de la saisie."""

    acte_id: UUID
    saisie: Saisie


@dataclass(frozen=True, slots=True, kw_only=True)
class SaisieAnnulee(Fait):
    """Une saisie pas encore facturée est nulle."""

    saisie: Saisie


def etablir(saisies: Sequence[Saisie], acte: Acte) -> list[LigneSaisie]:
    """Ce que ces saisies établissent, chacune sous sa propre identité."""
    return [LigneSaisie(survenu_le=acte.le, acte_id=s.id, saisie=s) for s in saisies]


@dataclass(frozen=True, slots=True)
class Juge:
    """Ce qu'il faut pour dire d'une saisie si elle se pose, un jour donné.

    `connues` : de chaque empreinte, la saisie en vie qui la porte déjà; `demandes`, `actifs` : ceux
    que l'on connaît, chacun avec son organisme.
    """

    tarification: Tarification
    seuil: Seuil
    aujourdhui: date
    connues: Mapping[str, Saisie]
    demandes: Collection[tuple[str, UUID]]
    actifs: Collection[tuple[str, UUID]]

    def refus(self, fait: FaitRecu, saisie: Saisie) -> Conflit | None:
        """Pourquoi elle ne se pose pas : son jour, sa référence, ce qu'elle vise, ou rien de dû."""
        try:
            self._exiger_datee(saisie.fait_le)
            if deja := self.connues.get(saisie.empreinte):
                _exiger_autre(saisie, deja)
            self._exiger_siens(saisie)
            _exiger_due(fait, saisie, self.tarification.pour(saisie.organisme))
        except Conflit as refus:
            return refus
        return None

    def _exiger_siens(self, saisie: Saisie) -> None:
        for quoi, vise, connus in (
            ("de demande", saisie.demande_id, self.demandes),
            ("d'actif", saisie.actif_id, self.actifs),
        ):
            if vise and (saisie.organisme, vise) not in connus:
                raise Conflit(
                    f"{saisie.organisme} n'a pas {quoi} {vise}; ce qui est neuf n'est peut-être"
                    " pas encore arrivé.",
                    regle="FAC-2",
                )

    def _exiger_datee(self, jour: date) -> None:
        if jour > self.aujourdhui:
            raise Conflit(f"Le {jour} est à venir : un fait se saisit passé.", regle="FAC-2")
        if jour < self.aujourdhui - self.seuil.anciennete:
            raise Conflit(
                f"Le {jour} remonte à plus de {self.seuil.anciennete.days} jours.", regle="FAC-2"
            )


def _exiger_autre(saisie: Saisie, deja: Saisie) -> None:
    """Lève `Conflit`, ou `DitAutrement` si la même référence dit autre chose (FAC-6)."""
    nomme = {"saisie_id": str(deja.id)}
    if saisie.dit == deja.dit:
        raise Conflit(
            f"La même ligne est déjà saisie, {deja.id}; si c'en est une autre, dites sa référence.",
            regle="FAC-6",
            details=nomme,
        )
    raise DitAutrement(
        f"La référence « {saisie.reference} » est déjà celle de la saisie {deja.id}, qui dit autre"
        " chose : corrigez celle-là, ou dites une autre référence.",
        regle="FAC-6",
        details=nomme,
    )


def _exiger_due(fait: FaitRecu, saisie: Saisie, t: Tarification) -> None:
    """Lève `Conflit` (CAT-9) si le moteur n'en rendrait pas dû ce tarif, et lui seul."""
    definition = t.tarif_au(saisie.tarif, saisie.fait_le)
    if isinstance(definition, SansMontant):
        raise Conflit(definition.motif, regle="CAT-9")
    if definition.tarif.forme is not Forme.SAISI:
        forme = definition.tarif.quantite.forme
        raise Conflit(
            f"Le tarif {saisie.tarif} ne se saisit pas : sa forme est « {forme} ».", regle="CAT-9"
        )
    calcul = calculer(sources([fait]), t, saisie.periode)
    for attente in calcul.attentes:
        raise Conflit(attente.motif, regle="CAT-9")
    if {c.identite.tarif for c in calcul.creances} != {saisie.tarif}:
        raise Conflit(
            f"Le {saisie.fait_le}, une saisie ne rend pas dû le tarif {saisie.tarif} seul.",
            regle="CAT-9",
        )


@dataclass(frozen=True, slots=True)
class Refusee:
    """Le refus d'une ligne d'un lot, à son rang."""

    ligne: int
    refus: Conflit


def juger(juge: Juge, saisies: Sequence[Saisie], lus: Sequence[FaitRecu]) -> Iterator[Refusee]:
    """Ce qu'on refuse d'un lot, ligne par ligne; deux lignes n'y ont pas la même identité."""
    vues: dict[str, tuple[int, Saisie]] = {}
    for rang, (saisie, lu) in enumerate(zip(saisies, lus, strict=True), start=1):
        premiere, jumelle = vues.setdefault(saisie.empreinte, (rang, saisie))
        refus = juge.refus(lu, saisie)
        if premiere != rang:
            dit = "dit la même chose" if jumelle.dit == saisie.dit else "a déjà cette référence"
            refus = Conflit(f"La ligne {premiere} {dit}.", regle="FAC-6")
        if refus:
            yield Refusee(rang, refus)


CITEES: Final = 100
"""Les lignes qu'un refus de lot nomme au plus."""


def exiger_toutes(refusees: Sequence[Refusee], total: int) -> None:
    """Un lot se pose tout entier, ou pas du tout : lève `Conflit`, qui dit chaque ligne refusée."""
    if not refusees:
        return
    if total == 1:
        raise refusees[0].refus
    citees = [{"ligne": r.ligne, "motif": r.refus.message} for r in refusees[:CITEES]]
    raise Conflit(
        f"Rien n'est saisi : {len(refusees)} des {total} lignes du lot ne se posent pas.",
        regle=refusees[0].refus.regle,
        details={"lignes": citees},
    )
