"""Un second rejeu de SLA-2, naïf et écrit à part : du calendrier, il ne sait que `est_ouvrable`.

Il juge jour par jour en relisant chaque fois l'histoire entière; il ne connaît ni transitions,
ni intervalles, ni ordre d'arrivée.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sla.fiches.domaine import Fiche, Indicateur
from sla.histoires.domaine import Episode

QUEBEC = ZoneInfo("America/Toronto")


class Jugement(NamedTuple):
    verdict: str
    j0: date | None = None
    jours: int | None = None
    fin: datetime | None = None
    version: int | None = None


def juger(
    recus: Iterable[Episode], fiches: Iterable[Fiche], est_ouvrable: Callable[[date], bool]
) -> Jugement:
    histoire = sorted(
        {e.evenement_id: e for e in recus}.values(), key=lambda e: (e.survenu_le, e.sequence)
    )
    naissance = next((e.creation for e in histoire if e.creation), None)
    if naissance is None:
        return Jugement("en_attente")
    if {"demande.refusée", "demande.annulée", "demande.redirigée"} & {e.nature for e in histoire}:
        return Jugement("non_mesuree")
    j0 = _jour_zero(histoire, est_ouvrable)
    if j0 is None:
        return Jugement("en_cours" if len(histoire) == 1 else "en_attente")
    en_vigueur = [f for f in fiches if f.debut <= j0]
    if not en_vigueur:
        return Jugement("en_attente", j0)
    fiche = max(en_vigueur, key=lambda f: (f.debut, f.version))
    indicateur = next(i for i in fiche.indicateurs if naissance.sorte in i.sortes)
    return _sous_indicateur(histoire, indicateur, j0, est_ouvrable)._replace(version=fiche.version)


def _sous_indicateur(
    histoire: list[Episode],
    indicateur: Indicateur,
    j0: date,
    est_ouvrable: Callable[[date], bool],
) -> Jugement:
    articles = _articles(histoire, indicateur)
    if indicateur.delai is None or not articles:
        return Jugement("non_mesuree", j0)
    livraisons = [_livraison(histoire, article) for article in articles]
    if None in livraisons:
        return Jugement("en_cours", j0)
    fin = max(instant for instant in livraisons if instant)
    jours = _compter(histoire, indicateur, j0, fin, est_ouvrable)
    rate = "depassee" if indicateur.cible is None else "manquee"
    return Jugement("conforme" if jours <= indicateur.delai else rate, j0, jours, fin)


def _jour_zero(histoire: list[Episode], est_ouvrable: Callable[[date], bool]) -> date | None:
    for rang, episode in enumerate(histoire):
        if _au_mcn(histoire[: rang + 1], None):
            local = episode.survenu_le.astimezone(QUEBEC)
            jour = local.date()
            if est_ouvrable(jour) and local.time() < time(17):
                return jour
            jour += timedelta(days=1)
            while not est_ouvrable(jour):
                jour += timedelta(days=1)
            return jour
    return None


def _compter(
    histoire: list[Episode],
    indicateur: Indicateur,
    j0: date,
    fin: datetime,
    est_ouvrable: Callable[[date], bool],
) -> int:
    dernier, jour, comptes = fin.astimezone(QUEBEC).date(), j0, 0
    while jour < dernier:
        jour += timedelta(days=1)
        fermeture = datetime.combine(jour, time(17), QUEBEC)
        passes = [e for e in histoire if e.survenu_le <= fermeture]
        if est_ouvrable(jour) and (jour == dernier or _au_mcn(passes, indicateur)):
            comptes += 1
    return comptes


def _au_mcn(passes: list[Episode], indicateur: Indicateur | None) -> bool:
    """L'état après ces épisodes; sans indicateur, on ne regarde pas ce qui est livré."""
    if indicateur is not None and not any(
        _livraison(passes, article) is None for article in _articles(passes, indicateur)
    ):
        return False
    charge = False
    for episode in passes:
        if episode.creation:
            charge = not episode.creation.approbation_requise
        elif episode.nature in {"demande.approuvée", "demande.reprise", "demande.rouverte"}:
            charge = True
        elif episode.nature == "demande.suspendue":
            charge = False
    return charge


def _articles(passes: list[Episode], indicateur: Indicateur) -> set[UUID]:
    return {a.article_id for e in passes for a in e.attendues if a.evenement in indicateur.fin}


def _livraison(passes: list[Episode], article: UUID) -> datetime | None:
    """L'instant de la livraison de l'article depuis qu'on l'attend, s'il est livré."""
    depuis = max(
        rang for rang, e in enumerate(passes) if article in {a.article_id for a in e.attendues}
    )
    return next(
        (
            e.survenu_le
            for e in passes[depuis:]
            if e.livraison is not None and e.livraison.article_id == article
        ),
        None,
    )
