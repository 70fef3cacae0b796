"""Le rapport d'un mois : ce qui était promis, ce qui fut tenu, et pourquoi (SLA-9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Final, Generic, TypeVar
from uuid import UUID

from calendrier import date_longue
from noyau import Conflit, Introuvable, Mois, jour_de_quebec
from sla.taux.domaine.citees import FicheCitee
from sla.taux.domaine.lus import Chiffres, TauxLu, cumuler
from sla.taux.domaine.publication import Publication

T = TypeVar("T")

MOIS_MONTRES: Final = 12
MONTREES: Final = 200
"""Autant de mesures, d'exclusions ou de corrections se montrent une à une; le reste se compte."""


@dataclass(frozen=True, slots=True)
class Bornee(Generic[T]):
    """Les premières d'une liste, et combien elle en a en tout."""

    lignes: Sequence[T]
    nombre: int

    @property
    def autres(self) -> int:
        """Combien ne sont pas montrées."""
        return self.nombre - len(self.lignes)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoisRapporte:
    """Le taux d'un indicateur, un mois."""

    periode: str
    ferme: bool
    publie: Chiffres
    actuel: Chiffres
    """Ce qu'on sait maintenant : le publié, tant que rien ne l'a corrigé (SLA-7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoisAdditionnes:
    """Les mois d'un exercice où l'indicateur eut quelque chose à mesurer, dans l'ordre."""

    fermes: Sequence[str]
    ouverts: Sequence[str]
    """Pas encore fermés : ce qu'ils donnent à l'exercice peut changer (SLA-7)."""

    @classmethod
    def de(cls, lus: Iterable[TauxLu]) -> "MoisAdditionnes":
        """Ceux de ces taux."""
        mesures = [lu for lu in lus if lu.publie.mesurees]
        return cls(
            fermes=[lu.periode for lu in mesures if lu.ferme],
            ouverts=[lu.periode for lu in mesures if not lu.ferme],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicateurRapporte:
    """Un indicateur sur douze mois; le dernier est celui du rapport."""

    code: str
    libelle: str
    unite: str
    mois: Sequence[MoisRapporte]
    exercice: Chiffres
    """L'exercice, de son début à la fin du mois : c'est ce taux que l'on tient contre la cible."""
    avertissement: str | None
    """Du dernier mois : trop peu de cas pour conclure."""
    mois_exercice: MoisAdditionnes | None = None
    """Ce que l'exercice additionne; None : d'un rapport gardé avant qu'on le dise."""
    exercice_actuel: Chiffres | None = None
    """L'exercice tel qu'on le sait, corrections comprises (SLA-7); None : de même."""

    @property
    def dernier(self) -> MoisRapporte:
        return self.mois[-1]

    @property
    def muet(self) -> bool:
        """Vrai si rien n'en fut à mesurer de ces mois, ni n'en est corrigé."""
        return not any(m.publie.mesurees or m.actuel.mesurees for m in self.mois)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manquee:
    """Une mesure qui a manqué sa cible; son explication est à l'adresse de la mesure."""

    mesure_id: UUID
    organisme: str
    indicateur: str
    sujet: str
    """La sorte de sujet."""
    repere: str
    """Son numéro, à défaut son identifiant."""
    j0: date | None
    fin: datetime | None
    jours: int | None
    """Comptés, dans l'unité de l'horloge; None : une date était convenue."""
    delai: int | None
    exclue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclue:
    """Une condition qui sort une mesure du taux ajusté, et qui en a décidé (SLA-8)."""

    mesure_id: UUID
    organisme: str
    indicateur: str
    sujet: str
    repere: str
    libelle: str
    """À défaut, le code de la condition."""
    preuve: str | None
    """None, comme l'auteur : d'un mois fermé, ce qui l'excluait alors ne se lit plus."""
    auteur: str | None
    motif: str | None = None
    """D'une exclusion qu'une personne a prononcée."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precisions:
    """Ce qui, d'un verdict ou d'une disponibilité qui se compte, peut changer seul (SLA-7)."""

    exclusions: tuple[str, ...]
    """Le libellé de chaque condition qui exclut; à défaut, son code."""
    signalee: bool
    cible: Decimal | None
    service_ajuste: int | None = None
    """D'une disponibilité, en secondes."""
    panne_ajuste: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrigee:
    """Un verdict, ou une disponibilité, qui a changé depuis la fermeture de son mois (SLA-7)."""

    mesure_id: UUID
    organisme: str
    periode: str
    indicateur: str
    sujet: str
    repere: str
    avant: str | None
    """None : la mesure n'était pas de ce mois."""
    apres: str | None
    """None : elle n'en est plus."""
    cause: str
    corrigee_le: datetime
    service_avant: int | None = None
    """D'une disponibilité, qui n'a pas de verdict : le temps de service, en secondes."""
    panne_avant: int | None = None
    service_apres: int | None = None
    panne_apres: int | None = None
    precisions_avant: Precisions | None = None
    """None : hors de ce mois, ou d'un rapport gardé avant qu'on les dise."""
    precisions_apres: Precisions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FermetureCitee:
    """Quand le mois s'est fermé, et sans qui."""

    fermee_le: datetime
    motif: str | None
    manquants: tuple[str, ...]
    calendriers: tuple[str, ...] | None
    empreinte: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rapport:
    """Ce qu'on sait d'un mois, d'un organisme ou de tous, à l'instant où on l'établit."""

    periode: str
    organisme: str | None
    """None : tous ensemble."""
    etabli_le: datetime
    fermeture: FermetureCitee | None
    """None : le mois n'est pas fermé, le rapport est provisoire (SLA-7)."""
    indicateurs: Sequence[IndicateurRapporte]
    manquees: Bornee[Manquee]
    exclues: Bornee[Exclue]
    exclues_figees: bool = False
    """Vrai : celles que la fermeture a figées; faux : celles qu'on connaissait en l'établissant."""
    corrigees: Bornee[Corrigee]
    fiches: Sequence[FicheCitee]
    calendriers: Sequence[str]
    """Les versions qui décident des jours du mois, de la plus ancienne à la dernière."""

    @property
    def provisoire(self) -> bool:
        return self.fermeture is None


def exiger_fini(mois: Mois, maintenant: datetime) -> None:
    """Lève `Conflit` (SLA-9) d'un mois qui n'est pas fini : rien n'en est encore dit."""
    if jour_de_quebec(maintenant) < mois.fin:
        raise Conflit(
            f"Le mois {mois} n'est pas fini : son rapport s'établit à compter du"
            f" {date_longue(mois.fin)}.",
            regle="SLA-9",
            details={"des_le": mois.fin.isoformat()},
        )


def exiger_quelqu_un(organisme: str | None, indicateurs: Sequence[object]) -> None:
    """Lève `Introuvable` d'un mois où nul indicateur ne mesurait rien."""
    if not indicateurs:
        de = "" if organisme is None else f" de l'organisme {organisme}"
        raise Introuvable(f"Rien ne se mesurait{de} ce mois-là : il n'a pas de rapport.")


def mois_montres(dernier: Mois) -> list[Mois]:
    """Les douze mois d'un rapport, du plus ancien à celui qu'il rapporte."""
    montres = [dernier]
    while len(montres) < MOIS_MONTRES:
        montres.append(montres[-1].precedent)
    return montres[::-1]


def rapporter(
    lus: Iterable[TauxLu], mois: Sequence[Mois], publication: Publication
) -> list[IndicateurRapporte]:
    """Chaque indicateur que mesurait le dernier de ces mois, sur tous ces mois.

    Un mois où il ne se mesurait pas y est, sans rien de compté.
    """
    tries = sorted(lus, key=lambda lu: (lu.indicateur, lu.periode))
    par_code = [list(siens) for _, siens in groupby(tries, key=lambda lu: lu.indicateur)]
    return [
        _indicateur(siens, mois, publication)
        for siens in par_code
        if siens[-1].periode == str(mois[-1])
    ]


def _indicateur(
    siens: Sequence[TauxLu], mois: Sequence[Mois], publication: Publication
) -> IndicateurRapporte:
    dernier = siens[-1]
    par_mois = {lu.periode: lu for lu in siens}
    de_l_exercice = [lu for lu in siens if lu.exercice == dernier.exercice]
    return IndicateurRapporte(
        code=dernier.indicateur,
        libelle=dernier.libelle,
        unite=dernier.unite,
        mois=[_mois(str(m), par_mois.get(str(m))) for m in mois],
        exercice=cumuler(lu.publie for lu in de_l_exercice),
        exercice_actuel=cumuler(lu.actuel for lu in de_l_exercice),
        avertissement=publication.avertissement(dernier.publie.mesurees),
        mois_exercice=MoisAdditionnes.de(de_l_exercice),
    )


def _mois(periode: str, lu: TauxLu | None) -> MoisRapporte:
    if lu is None:
        rien = cumuler([])
        return MoisRapporte(periode=periode, ferme=False, publie=rien, actuel=rien)
    return MoisRapporte(periode=periode, ferme=lu.ferme, publie=lu.publie, actuel=lu.actuel)
