"""L'usage d'un service : constaté une fois, corrigé par ajout (CAT-9, DEM-12, DEM-13)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

from noyau import (
    Acte,
    ActeNul,
    Acteur,
    Chronologie,
    Conflit,
    DitAutrement,
    Fait,
    Interdit,
    Mois,
    a_la_seconde,
    debut_du_jour,
    jour_de_quebec,
)

_ESPACE: Final = UUID("8f0d5c4e-0a57-5d5c-9a53-5f1f6d1f0009")


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """Ce qu'un constat peut dire : la plus grande quantité et, si elle est fixée, l'unité."""

    maximum: Decimal
    unite: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BornesDatees:
    """Celle de tout usage, et celles de certains codes."""

    toute: Borne
    par_usage: Mapping[str, Borne] = field(default_factory=dict)

    def de(self, usage: str) -> Borne:
        return self.par_usage.get(usage, self.toute)


@dataclass(frozen=True, slots=True)
class Bornes:
    """Les bornes de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[BornesDatees]

    @classmethod
    def de(cls, versions: Mapping[date, BornesDatees]) -> "Bornes":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def exiger(self, usage: str, quantite: Decimal, unite: str, jour: date) -> None:
        """Lève `Conflit` (CAT-9) hors des bornes de ce jour, ou si rien n'en est dit."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Aucune borne des usages n'est connue le {jour}.", regle="CAT-9")
        borne = version.valeur.de(usage)
        if quantite > borne.maximum:
            raise Conflit(
                f"Un constat de « {usage} » compte au plus {borne.maximum:f}.",
                regle="CAT-9",
                details={"maximum": f"{borne.maximum:f}"},
            )
        if borne.unite not in {None, unite}:
            raise Conflit(
                f"« {usage} » se compte en « {borne.unite} », pas en « {unite} ».",
                regle="CAT-9",
                details={"unite": borne.unite},
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Constat:
    """Ce qu'on a dit d'un usage, tel qu'on l'a inscrit : on en ajoute, on n'en change aucun."""

    rang: int
    acte_id: UUID
    quantite: Decimal | None
    """None : rien n'a été consommé, l'usage est nul."""
    unite: str
    fait_le: date
    """La date de Québec de l'usage."""
    survenu_le: datetime
    imputation: str | None = None
    motif: str | None = None
    """Pourquoi il corrige le précédent."""
    enregistre_le: datetime
    acteur: str

    @property
    def dit(self) -> tuple[object, ...]:
        return self.quantite, self.unite, self.fait_le, self.imputation


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """L'usage d'un mois sous une référence, tel que le dit son dernier constat."""

    id: UUID
    organisme: str
    usage: str
    periode: str
    reference: str
    acte_id: UUID
    quantite: Decimal | None
    unite: str
    fait_le: date
    survenu_le: datetime
    imputation: str | None
    version: int

    def apres(self, constat: Constat) -> "Usage":
        """L'usage tel que le dit ce constat."""
        return replace(
            self,
            acte_id=constat.acte_id,
            quantite=constat.quantite,
            unite=constat.unite,
            fait_le=constat.fait_le,
            survenu_le=constat.survenu_le,
            imputation=constat.imputation,
            version=constat.rang,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageConstate(Fait):
    """Un organisme a consommé d'un service."""

    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageAnnule(Fait):
    """Ce qu'un constat disait d'un usage ne vaut plus (DEM-13)."""

    usage: Usage
    """L'usage tel que le disait ce constat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageVoulu:
    """Un usage tel qu'on le constate; `quantite`, positive, en unités de `unite`."""

    organisme: str
    usage: str
    unite: str
    quantite: Decimal
    fait_le: date
    reference: str
    imputation: str | None = None

    @property
    def periode(self) -> str:
        """Le mois de l'usage."""
        return str(Mois.de(self.fait_le))

    @property
    def id(self) -> UUID:
        """L'identité de l'usage : organisme, service, mois et référence, sans casse (DEM-12)."""
        dit = (self.organisme, self.usage, self.periode, self.reference.casefold())
        return uuid5(_ESPACE, "\x1f".join(dit))

    def constater(self, bornes: Bornes, acte: Acte) -> tuple[Usage, Constat]:
        """L'usage neuf, et son premier constat.

        Lève `Conflit` s'il est futur (DEM-12) ou démesuré (CAT-9).
        """
        survenu_le = _survenu(self.fait_le, acte)
        bornes.exiger(self.usage, self.quantite, self.unite, self.fait_le)
        constat = Constat(
            rang=1,
            acte_id=uuid5(self.id, "constat 1"),
            quantite=self.quantite,
            unite=self.unite,
            fait_le=self.fait_le,
            survenu_le=survenu_le,
            imputation=self.imputation,
            enregistre_le=acte.le,
            acteur=acte.acteur.sujet,
        )
        usage = Usage(
            id=self.id,
            organisme=self.organisme,
            usage=self.usage,
            periode=self.periode,
            reference=self.reference,
            acte_id=constat.acte_id,
            quantite=constat.quantite,
            unite=constat.unite,
            fait_le=constat.fait_le,
            survenu_le=constat.survenu_le,
            imputation=constat.imputation,
            version=constat.rang,
        )
        return usage, constat

    def exiger_meme(self, premier: Constat, courant: Usage) -> None:
        """Constaté de nouveau, c'est le même usage, même corrigé depuis.

        Lève `DitAutrement` (DEM-12) s'il fut constaté autrement, `ActeNul` (DEM-13) s'il est nul.
        """
        if (self.quantite, self.unite, self.fait_le, self.imputation) != premier.dit:
            raise DitAutrement(
                f"L'usage {courant.id} a été constaté autrement ce mois-là, sous cette référence :"
                " rectifiez-le.",
                regle="DEM-12",
                details={"usage_id": str(courant.id)},
            )
        if courant.quantite is None:
            raise ActeNul(
                f"Une rectification annule l'usage {courant.id}; une autre le rétablit.",
                regle="DEM-13",
                details={"usage_id": str(courant.id)},
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Ce qui fut vraiment consommé (None : rien); ce qui est absent ne change pas."""

    quantite: Decimal | None
    fait_le: date | None = None
    unite: str | None = None
    imputation: str | None = None
    motif: str

    def constat(self, usage: Usage, bornes: Bornes, acte: Acte) -> Constat | None:
        """Le constat qui corrige l'usage, ou l'annule; aucun si rien ne change.

        Lève `Conflit` s'il est futur, ou d'un autre mois que son identité (DEM-12); démesuré
        (CAT-9).
        """
        fait_le, survenu_le = usage.fait_le, usage.survenu_le
        if self.fait_le not in {None, fait_le}:
            fait_le, survenu_le = self.fait_le, _survenu(self.fait_le, acte)
        if str(Mois.de(fait_le)) != usage.periode:
            raise Conflit(
                f"Cet usage est de {usage.periode} : annulez-le, et constatez-le dans son mois.",
                regle="DEM-12",
            )
        rang = usage.version + 1
        constat = Constat(
            rang=rang,
            acte_id=uuid5(usage.id, f"constat {rang}"),
            quantite=self.quantite,
            unite=self.unite or usage.unite,
            fait_le=fait_le,
            survenu_le=survenu_le,
            imputation=self.imputation or usage.imputation,
            motif=self.motif,
            enregistre_le=acte.le,
            acteur=acte.acteur.sujet,
        )
        if constat.dit == (usage.quantite, usage.unite, usage.fait_le, usage.imputation):
            return None
        if self.quantite is not None:
            bornes.exiger(usage.usage, self.quantite, constat.unite, fait_le)
        return constat


def exiger_mcn(acteur: Acteur) -> None:
    """Lève `Interdit` (CAT-9) : qui consomme ne mesure pas ce qu'il paiera."""
    if not acteur.est_mcn:
        raise Interdit("Seul le MCN constate ce qu'un organisme consomme.", regle="CAT-9")


def _survenu(fait_le: date, acte: Acte) -> datetime:
    """L'instant de l'usage : la dernière seconde de son jour, ou maintenant; lève `Conflit`."""
    if fait_le > jour_de_quebec(acte.le):
        raise Conflit("Un usage ne se constate pas d'avance.", regle="DEM-12")
    fin_du_jour = debut_du_jour(fait_le + timedelta(days=1)) - timedelta(seconds=1)
    return min(fin_du_jour, a_la_seconde(acte.le))
