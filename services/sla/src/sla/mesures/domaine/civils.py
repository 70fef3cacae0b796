"""Le décompte en jours civils : chaque jour de Québec, quel qu'il soit (IC-1, SLA-2)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from calendrier import Calendrier, Charge, Decompte, Intervalle, Motif, Transition
from noyau import debut_du_jour

_UN_JOUR = timedelta(days=1)
_MOTIFS = {
    Charge.MCN: Motif.COMPTE,
    Charge.CLIENT: Motif.CLIENT,
    Charge.PERSONNE: Motif.PERSONNE,
}


class IntervalleCivil(Intervalle):
    """Des jours civils qui se suivent; l'état qui vaut est celui de la fin du jour."""

    __slots__ = ()

    @property
    def phrase(self) -> str:
        """« 3 au 4 octobre 2026 : à la charge du client en fin de journée, non compté »."""
        compte = super().phrase.replace("à la charge du MCN à la fermeture, compté", "compté")
        return compte.replace("à la fermeture", "en fin de journée")


def jour_zero(ouverture: datetime, calendrier: Calendrier) -> date:
    """J0 : le jour de Québec de l'ouverture, quelle qu'en soit l'heure."""
    return calendrier.jour(ouverture)


def cloture(jour: date) -> datetime:
    """Le dernier instant d'un jour de Québec."""
    return debut_du_jour(jour + _UN_JOUR) - timedelta.resolution


def decompter(
    transitions: Sequence[Transition],
    fin: datetime | None,
    calendrier: Calendrier,
    *,
    au: datetime,
) -> Decompte:
    """Les jours civils d'un sujet fini (`fin`), ou encore ouvert et vu à l'instant `au`.

    Un jour D compte si J0 < D ≤ jour de la fin et que le sujet est à la charge du MCN à la fin de
    D; le jour de la fin, s'il suit J0, compte toujours. `transitions` est en ordre.
    """
    ouverture = next((t.instant for t in transitions if t.charge is Charge.MCN), None)
    j0 = None if ouverture is None else jour_zero(ouverture, calendrier)
    dernier = calendrier.jour(au if fin is None else fin)
    jours = _jours(transitions, j0, dernier, calendrier, finie=fin is not None)
    intervalles = tuple(_compresser(jours))
    return Decompte(j0, sum(i.jours for i in intervalles), intervalles)


def jours_comptes(
    histoires: Iterable[Sequence[Transition]], fins: Sequence[datetime], calendrier: Calendrier
) -> list[int]:
    """Le nombre de jours de `decompter` pour chaque sujet fini."""
    return [
        decompter(transitions, fin, calendrier, au=fin).jours
        for transitions, fin in zip(histoires, fins, strict=True)
    ]


def echeance_projetee(
    transitions: Sequence[Transition], delai: int, calendrier: Calendrier, *, au: datetime
) -> date | None:
    """Le dernier jour civil qui tient la cible si rien ne suspend plus le sujet dès `au`.

    Délai épuisé : le jour où il l'a été. None si la mesure n'était pas encore ouverte.
    """
    connues = [t for t in transitions if t.instant <= au]
    decompte = decompter(connues, None, calendrier, au=au) if connues else None
    if decompte is None or decompte.j0 is None:
        return None
    comptes = [jour for i in decompte.intervalles if i.jours for jour in _dates(i)]
    if len(comptes) < delai:
        depart = max(decompte.j0, calendrier.jour(au) - _UN_JOUR)
        return depart + (delai - len(comptes)) * _UN_JOUR
    return comptes[delai - 1] if delai else decompte.j0


def avant(jour: date, n: int, _calendrier: Calendrier) -> date:
    """Le n-ième jour civil avant ce jour."""
    return jour - n * _UN_JOUR


def _jours(
    transitions: Sequence[Transition],
    j0: date | None,
    dernier: date,
    calendrier: Calendrier,
    *,
    finie: bool,
) -> Iterator[tuple[date, Motif]]:
    """Chaque jour, de la première transition au dernier, avec son motif."""
    changements = [(calendrier.jour(t.instant), t.charge) for t in transitions]
    jour, suivante, charge = changements[0][0], 0, Charge.PERSONNE
    while jour <= dernier:
        while suivante < len(changements) and changements[suivante][0] <= jour:
            charge = changements[suivante][1]
            suivante += 1
        if j0 is None or jour <= j0:
            yield jour, Motif.J0 if jour == j0 else Motif.AVANT_J0
        elif jour == dernier:
            yield jour, Motif.FIN if finie else Motif.EN_COURS
        else:
            yield jour, _MOTIFS[charge]
        jour += _UN_JOUR


def _compresser(jours: Iterable[tuple[date, Motif]]) -> Iterator[IntervalleCivil]:
    for motif, groupe in groupby(jours, key=lambda j: j[1]):
        dates = [jour for jour, _ in groupe]
        comptes = len(dates) if motif in {Motif.COMPTE, Motif.FIN} else 0
        yield IntervalleCivil(dates[0], dates[-1], motif, "", comptes)


def _dates(intervalle: Intervalle) -> Iterator[date]:
    for n in range((intervalle.fin - intervalle.debut).days + 1):
        yield intervalle.debut + n * _UN_JOUR
