"""Le décompte de SLA-2 : les jours ouvrables passés à la charge du MCN, et pourquoi."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import groupby, pairwise
from typing import NamedTuple

from calendrier.calendrier import Calendrier
from calendrier.dates import instant_long, jours_longs
from calendrier.erreurs import ErreurCalendrier, HistoireInvalide
from calendrier.tables import rang
from calendrier.temps import microsecondes
from noyau import en_utc

_UN_JOUR = timedelta(days=1)


class Charge(IntEnum):
    """À la charge de qui est une demande; les valeurs sont stables, les lots s'en servent."""

    PERSONNE = 0
    """Livrée, annulée."""
    MCN = 1
    """Créée sans approbation requise, approuvée, reprise, rouverte."""
    CLIENT = 2
    """En attente d'approbation, suspendue."""


class Transition(NamedTuple):
    """À cet instant conscient, la demande change de charge; `sequence` départage une même heure."""

    instant: datetime
    sequence: int
    charge: Charge


class Motif(StrEnum):
    """Pourquoi un jour compte ou ne compte pas."""

    FIN_DE_SEMAINE = "fin_de_semaine"
    FERIE = "ferie"
    AVANT_J0 = "avant_j0"
    J0 = "j0"
    FIN = "fin"
    COMPTE = "compte"
    CLIENT = "client"
    PERSONNE = "personne"
    EN_COURS = "en_cours"


_PHRASES = {
    Motif.FIN_DE_SEMAINE: "fin de semaine, non compté",
    Motif.FERIE: "jour férié, non compté",
    Motif.AVANT_J0: "avant le jour zéro, non compté",
    Motif.J0: "jour zéro, non compté",
    Motif.FIN: "jour de la fin, compté",
    Motif.COMPTE: "à la charge du MCN à la fermeture, compté",
    Motif.CLIENT: "à la charge du client à la fermeture, non compté",
    Motif.PERSONNE: "à la charge de personne à la fermeture, non compté",
    Motif.EN_COURS: "pas encore fermé, non compté",
}


@dataclass(frozen=True, slots=True)
class Intervalle:
    """Des jours qui se suivent (`debut` et `fin` compris) et ont le même sort."""

    debut: date
    fin: date
    motif: Motif
    libelle: str
    """Le nom du férié, sinon la chaîne vide."""
    jours: int
    """Le nombre de jours comptés de l'intervalle."""

    @property
    def phrase(self) -> str:
        """« 3 au 4 septembre 2026 : à la charge du client à la fermeture, non compté »."""
        precision = f" ({self.libelle})" if self.libelle else ""
        return f"{jours_longs(self.debut, self.fin)} : {_PHRASES[self.motif]}{precision}"


@dataclass(frozen=True, slots=True)
class Decompte:
    """Le résultat : `j0` est None si la demande n'a jamais été à la charge du MCN."""

    j0: date | None
    jours: int
    intervalles: tuple[Intervalle, ...]

    def tenue(self, delai: int) -> bool:
        """La cible est tenue si le nombre de jours comptés ne dépasse pas le délai (SLA-2)."""
        return self.jours <= delai


def decompter(
    transitions: Iterable[Transition],
    fin: datetime | None,
    calendrier: Calendrier,
    *,
    au: datetime | None = None,
) -> Decompte:
    """Le décompte de SLA-2 d'une demande finie (`fin`), ou encore ouverte et vue à l'instant `au`.

    `transitions` vient en n'importe quel ordre, répétitions comprises : le verdict n'en dépend
    pas (SLA-3). Sans fin, un jour ne compte qu'une fois sa fermeture passée; avec une fin, `au`
    ne sert pas. Une fin avant J0 donne 0 jour. Une demande rouverte se décompte jusqu'à sa
    dernière fin : le jour de sa première livraison n'est plus celui de la fin.

    Lève `HistoireInvalide` (aucune transition; deux charges différentes à la même heure et à la
    même séquence; ni fin ni `au`) et `JourHorsCalendrier`.
    """
    histoire = ordonner(transitions)
    borne = fin if fin is not None else au
    if borne is None:
        raise HistoireInvalide("une demande sans fin se décompte à un instant donné (au)")
    calendrier.jour(histoire[-1].instant)
    premiere = next((t.instant for t in histoire if t.charge is Charge.MCN), None)
    j0 = None if premiere is None else jour_zero(premiere, calendrier)
    jours = list(_jours(histoire, j0, en_utc(borne), calendrier, finie=fin is not None))
    intervalles = tuple(_compresser(jours))
    return Decompte(j0, sum(i.jours for i in intervalles), intervalles)


def jour_zero(premiere_charge: datetime, calendrier: Calendrier) -> date:
    """J0 : le jour même s'il est ouvrable et avant 17 h, sinon le jour ouvrable suivant (SLA-2).

    À 17 h 00 min 00 s pile il n'est plus « moins de 17 h » : J0 est le jour ouvrable suivant.
    """
    jour = calendrier.jour(premiere_charge)
    if calendrier.est_ouvrable(jour) and premiere_charge < calendrier.fermeture(jour):
        return jour
    return calendrier.prochain_ouvrable(jour)


def echeance(j0: date, delai: int, calendrier: Calendrier) -> date:
    """Le dernier jour où finir tient la cible si rien ne suspend : J0 + `delai` jours ouvrables."""
    if delai < 0:
        raise ErreurCalendrier(f"un délai ne peut être négatif ({delai})")
    return calendrier.ajouter_jours_ouvrables(j0, delai)


def echeance_projetee(
    transitions: Iterable[Transition], delai: int, calendrier: Calendrier, *, au: datetime
) -> date | None:
    """L'échéance d'une demande ouverte vue à l'instant `au`, suspensions passées déduites (SLA-6).

    C'est le dernier jour ouvrable où finir tient la cible si le MCN garde la demande dès `au` : une
    suspension en cours est réputée levée à `au` même, donc avant la fermeture à 17 h pile. Délai
    épuisé : le jour où le compteur l'a atteint. Ce qui survient après `au` est encore inconnu. None
    si elle n'a pas été à la charge du MCN.
    """
    au = en_utc(au)
    connues = [t for t in ordonner(transitions) if t.instant <= au]
    premiere = next((t.instant for t in connues if t.charge is Charge.MCN), None)
    if premiere is None:
        return None
    for borne in (connues[0].instant, au):
        calendrier.jour(borne)
    j0, reste = jour_zero(premiere, calendrier), delai
    for debut, fin in _passages(connues, j0, au, calendrier):
        if reste <= fin - debut:
            return calendrier.ajouter_jours_ouvrables(j0, debut + reste) if reste else j0
        reste -= fin - debut
    return calendrier.ajouter_jours_ouvrables(j0, _place(au, j0, calendrier) + reste)


def ordonner(transitions: Iterable[Transition]) -> tuple[Transition, ...]:
    """L'histoire en ordre d'heure puis de séquence, sans répétition. Lève `HistoireInvalide`."""
    histoire = sorted(
        {Transition(en_utc(t.instant), t.sequence, Charge(t.charge)) for t in transitions}
    )
    if not histoire:
        raise HistoireInvalide("une histoire sans transition ne peut être décomptée")
    for avant, apres in pairwise(histoire):
        if (avant.instant, avant.sequence) == (apres.instant, apres.sequence):
            raise HistoireInvalide(
                f"deux charges différentes le {instant_long(avant.instant)},"
                f" séquence {avant.sequence}"
            )
    return tuple(histoire)


def _jours(
    histoire: Sequence[Transition],
    j0: date | None,
    borne: datetime,
    calendrier: Calendrier,
    *,
    finie: bool,
) -> Iterator[tuple[date, Motif, str]]:
    """Chaque jour, de la première transition à la borne, avec son motif et le nom du férié."""
    jour, dernier = calendrier.jour(histoire[0].instant), calendrier.jour(borne)
    suivante, charge = 0, Charge.PERSONNE
    while jour <= dernier:
        if not calendrier.est_ouvrable(jour):
            ferie = calendrier.ferie(jour)
            yield (jour, Motif.FERIE, ferie.libelle) if ferie else (jour, Motif.FIN_DE_SEMAINE, "")
        else:
            fermeture = calendrier.fermeture(jour)
            while suivante < len(histoire) and histoire[suivante].instant <= fermeture:
                charge = histoire[suivante].charge
                suivante += 1
            if j0 is None or jour <= j0:
                yield jour, Motif.J0 if jour == j0 else Motif.AVANT_J0, ""
            elif jour == dernier and (finie or fermeture > borne):
                yield jour, Motif.FIN if finie else Motif.EN_COURS, ""
            else:
                yield jour, _MOTIF_DE_CHARGE[charge], ""
        jour += _UN_JOUR


_MOTIF_DE_CHARGE = {
    Charge.MCN: Motif.COMPTE,
    Charge.CLIENT: Motif.CLIENT,
    Charge.PERSONNE: Motif.PERSONNE,
}


def _compresser(jours: Iterable[tuple[date, Motif, str]]) -> Iterator[Intervalle]:
    for (motif, libelle), groupe in groupby(jours, key=lambda j: j[1:]):
        dates = [j[0] for j in groupe]
        comptes = len(dates) if motif in (Motif.COMPTE, Motif.FIN) else 0
        yield Intervalle(dates[0], dates[-1], motif, libelle, comptes)


def _passages(
    histoire: Sequence[Transition], j0: date, au: datetime, calendrier: Calendrier
) -> Iterator[tuple[int, int]]:
    """Les fermetures que voit chaque passage au MCN jusqu'à `au`, en places après J0."""
    bornes = [_place(t.instant, j0, calendrier) for t in histoire]
    for transition, (debut, fin) in zip(
        histoire, pairwise([*bornes, _place(au, j0, calendrier)]), strict=True
    ):
        if transition.charge is Charge.MCN:
            yield debut, fin


def _place(instant: datetime, j0: date, calendrier: Calendrier) -> int:
    """Combien de jours ouvrables, après J0, ont fermé avant cet instant."""
    tables = calendrier.tables
    fermes: int = bisect_left(tables.fermetures, microsecondes(instant))
    return max(0, fermes - int(tables.cumul[rang(j0) + 1]))
