"""Ce qui change d'une période fermée s'y ajoute, sans rien récrire de ce qu'elle a dit (SLA-7)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from noyau import Mois


class Cause(StrEnum):
    """Ce qui a fait changer un verdict déjà publié."""

    FAIT = "fait"
    CALENDRIER = "calendrier"
    FICHE = "fiche"
    EXCLUSION = "exclusion"
    INDISPONIBILITE = "indisponibilite"
    SERVICE = "service"
    """Le temps de service, ou sa part exclue, n'est plus le même : un service, un organisme."""


Jugement = Mapping[str, object]
"""Ce qu'on a jugé d'une mesure, tel qu'il se garde : verdict, conditions, et ce dont il dépend."""

DUREES = ("service", "panne", "service_ajuste", "panne_ajuste")
"""Ce qu'une disponibilité compte, en secondes."""
COMPTE = ("verdict", "exclue", "signalee", "conditions", "cible", *DUREES)
"""Ce qui, d'un jugement, entre dans un compte : le reste peut changer sans rien corriger."""
_DECOMPTE = ("verdict", "jours")
_TEMPS = ("j0", "fin")
_CALENDRIER = ("calendrier",)
_FICHE = ("fiche_version", "cible", "delai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesuree:
    """Une mesure que citent une fermeture ou une correction."""

    mesure_id: UUID
    organisme: str
    indicateur: str
    sujet: str
    sujet_id: str
    numero: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publie:
    """Ce qu'un mois fermé dit d'une mesure : à sa fermeture, ou à sa dernière correction."""

    periode: Mois
    jugement: Jugement | None
    """None : la mesure n'en est pas."""
    dit_le: datetime
    rang: int = 0
    """Combien de corrections elle y a reçues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Le jugement d'une mesure change dans un mois fermé; la `rang`-ième fois."""

    mesuree: Mesuree
    periode: Mois
    rang: int
    avant: Jugement | None
    apres: Jugement | None
    cause: Cause
    corrigee_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Constat:
    """Ce qu'on sait maintenant d'une mesure, et de quand date ce qui l'a dit de son sujet."""

    mesuree: Mesuree
    periode: Mois | None
    jugement: Jugement | None
    """None : elle n'existe plus."""
    appris_le: datetime | None
    """None : d'une disponibilité."""
    decidee_le: datetime | None = None
    """De quand date la dernière décision d'une personne qui vaille pour son sujet (SLA-8).

    D'une disponibilité, le dernier acte sur un service.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Derniers:
    """De quand datent le dernier fait d'un sujet, et la dernière décision; None : aucun."""

    appris_le: datetime | None = None
    decidee_le: datetime | None = None


def corriger(constat: Constat, publies: Collection[Publie], le: datetime) -> Iterator[Correction]:
    """Les corrections que veut ce constat, une par mois fermé qui en dirait autre chose.

    `publies` : ce que dit de la mesure chaque mois fermé dont elle est, ou fut. Redevenue ce
    qu'elle était, elle se corrige de nouveau; inchangée, rien.
    """
    for publie in publies:
        present = constat.jugement if constat.periode == publie.periode else None
        if compte(publie.jugement) != compte(present):
            yield Correction(
                mesuree=constat.mesuree,
                periode=publie.periode,
                rang=publie.rang + 1,
                avant=publie.jugement,
                apres=present,
                cause=_cause(publie, constat),
                corrigee_le=le,
            )


def compte(jugement: Jugement | None) -> Jugement | None:
    """Ce qui, d'un jugement, entre dans un compte."""
    return None if jugement is None else {nom: jugement.get(nom) for nom in COMPTE}


def _cause(publie: Publie, constat: Constat) -> Cause:
    """Ce qui explique que le jugement ait changé.

    Le calendrier n'est la cause que si rien d'autre ne l'est : sa version a pu changer bien avant,
    sans que rien ne bouge.
    """
    avant, apres = publie.jugement, constat.jugement
    tardif = _appris_depuis(publie, constat)
    if avant is None or apres is None:
        # D'une disponibilité, ce qui la fait naître (un organisme inscrit) ne se date pas.
        nait = apres is not None and DUREES[0] in apres
        return Cause.FAIT if tardif or nait else Cause.FICHE
    if DUREES[0] in apres:
        return _cause_de_durees(publie, constat, avant, apres)
    deplacee = _differe(avant, apres, _TEMPS)
    explications = (
        # Un fait qui déplace le J0 peut changer la version qui régit : elle n'y est pour rien.
        (tardif and _differe(avant, apres, _TEMPS[:1]), Cause.FAIT),
        (_differe(avant, apres, _FICHE), Cause.FICHE),
        (not deplacee and _tranchee(publie, constat, tardif=tardif), Cause.EXCLUSION),
        (tardif, Cause.FAIT),
        (not deplacee and not _differe(avant, apres, _DECOMPTE), Cause.EXCLUSION),
        (_differe(avant, apres, _CALENDRIER), Cause.CALENDRIER),
        (deplacee, Cause.FAIT),
    )
    return next((cause for vraie, cause in explications if vraie), Cause.EXCLUSION)


def _appris_depuis(publie: Publie, constat: Constat) -> bool:
    """Vrai si un fait s'est su depuis ce qui fut dit en dernier : la fermeture, ou une correction.

    Du même instant, une correction l'a déjà dit si le calendrier suffit à expliquer la suivante.
    """
    avant, apres, appris = publie.jugement, constat.jugement, constat.appris_le
    if appris is None or appris < publie.dit_le:
        return False
    if appris > publie.dit_le or not publie.rang or avant is None or apres is None:
        return True
    return _differe(avant, apres, _TEMPS[1:]) or not _differe(avant, apres, _CALENDRIER)


def _tranchee(publie: Publie, constat: Constat, *, tardif: bool) -> bool:
    """Vrai si une décision est ce qui s'est dit de dernier depuis la publication."""
    decidee, appris = constat.decidee_le, constat.appris_le
    if decidee is None or decidee < publie.dit_le:
        return False
    return not tardif or appris is None or appris <= decidee


def _cause_de_durees(publie: Publie, constat: Constat, avant: Jugement, apres: Jugement) -> Cause:
    """D'une disponibilité : la fiche, sinon le temps de service, sinon une indisponibilité.

    Aucune indisponibilité ne change le temps de service, ni sa part exclue : c'est le calendrier,
    si les versions qui décident du mois ont changé depuis sans qu'un service ait changé.
    """
    if _differe(avant, apres, _FICHE):
        return Cause.FICHE
    if not _differe(avant, apres, ("service", "service_ajuste")):
        return Cause.INDISPONIBILITE
    lus, lit = avant.get("calendriers"), apres.get("calendriers")
    autres = None not in (lus, lit) and lus != lit
    acte = constat.decidee_le is not None and constat.decidee_le >= publie.dit_le
    return Cause.CALENDRIER if autres and not acte else Cause.SERVICE


def _differe(avant: Jugement, apres: Jugement, noms: Iterable[str]) -> bool:
    return any(avant.get(nom) != apres.get(nom) for nom in noms)
