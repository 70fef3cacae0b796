"""Un second rejeu de SLA-2, naïf et écrit à part : du calendrier, il ne sait que `est_ouvrable`.

Il juge jour par jour en relisant chaque fois l'histoire entière; il ne connaît ni transitions,
ni intervalles, ni ordre d'arrivée, ni ce que `noyau` sait d'une histoire.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sla.fiches.domaine import Fiche, Indicateur
from sla.histoires.domaine import Episode, Rectification

QUEBEC = ZoneInfo("America/Toronto")
CYCLE = [
    "demande.créée", "demande.approuvée", "demande.refusée", "demande.prise_en_charge",
    "demande.suspendue", "demande.reprise", "livraison", "demande.complétée", "demande.annulée",
    "demande.redirigée", "demande.rouverte",
]  # fmt: skip


class Jugement(NamedTuple):
    verdict: str
    j0: date | None = None
    jours: int | None = None
    fin: datetime | None = None
    version: int | None = None


def juger(
    recus: Iterable[Episode | Rectification],
    fiches: Iterable[Fiche],
    est_ouvrable: Callable[[date], bool],
) -> Jugement:
    recus = list(recus)
    histoire = _ordonner(recus)
    naissance = next((e.creation for e in histoire if e.creation), None)
    if naissance is None:
        connue = any(isinstance(fait, Episode) and fait.creation for fait in recus)
        return Jugement("non_mesuree" if connue else "en_attente")
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


def _ordonner(recus: list[Episode | Rectification]) -> list[Episode]:
    """Acte par acte : sa dernière rectification, puis sa place."""
    histoire: dict[tuple[datetime, int, UUID], Episode] = {}
    for episode in recus:
        if isinstance(episode, Rectification):
            continue
        instant: datetime | None = episode.survenu_le
        dernier = 0
        for autre in recus:
            if (
                isinstance(autre, Rectification)
                and autre.acte_id == episode.evenement_id
                and autre.rang > dernier
            ):
                dernier, instant = autre.rang, autre.survenu_le
        if instant is not None:
            place = instant, CYCLE.index(episode.nature), episode.evenement_id
            histoire[place] = replace(episode, survenu_le=instant)
    return [histoire[place] for place in sorted(histoire)]


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
    for episode in histoire:
        creation = episode.creation
        sans_approbation = creation is not None and not creation.approbation_requise
        if sans_approbation or episode.nature == "demande.approuvée":
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


def _au_mcn(passes: list[Episode], indicateur: Indicateur) -> bool:
    """L'état après ces épisodes."""
    if all(_livraison(passes, article) for article in _articles(passes, indicateur)):
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
