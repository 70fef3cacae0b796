"""Un second rejeu de SLA-2 et SLA-10, naïf : du calendrier, il ne sait que `est_ouvrable`.

Il juge jour par jour en relisant chaque fois l'histoire entière; il ne connaît ni transitions,
ni intervalles, ni ordre d'arrivée, ni lignées, ni ce que `noyau` sait d'une histoire, d'une
chronologie ou d'un prédicat.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from noyau import FaitNomme, Predicat
from sla.fiches.domaine import Fiche, Indicateur, VersionRetiree
from sla.histoires.domaine import Episode, Rectification

QUEBEC = ZoneInfo("America/Toronto")
UN_JOUR = timedelta(days=1)
LIVRAISONS = ("poste.livré", "logiciel.installé", "actif.livré")
CYCLE = [
    ["demande.créée"], ["demande.approuvée"], ["demande.refusée"], ["demande.prise_en_charge"],
    ["demande.suspendue"], ["demande.reprise"], ["travail.effectué"], LIVRAISONS,
    ["demande.complétée"], ["demande.annulée"], ["demande.redirigée"], ["demande.rouverte"],
]  # fmt: skip


class Jugement(NamedTuple):
    verdict: str
    version: int
    j0: date | None = None
    jours: int | None = None
    fin: datetime | None = None


Jugements = dict[tuple[str, str], Jugement]
"""Par code de fiche et d'indicateur."""


def juger(
    recus: Iterable[Episode | Rectification],
    fiches: Iterable[Fiche],
    retirees: Iterable[VersionRetiree],
    est_ouvrable: Callable[[date], bool],
) -> Jugements:
    histoire = _ordonner(list(recus))
    versions = [f for f in fiches if not any(_vise(r, f) for r in retirees)]
    candidats: dict[tuple[str, str], list[tuple[date, int, int, Jugement]]] = defaultdict(list)
    for fiche in versions:
        for indicateur in fiche.indicateurs:
            jugement = _selon(histoire, indicateur, est_ouvrable)
            if jugement is None:
                continue
            cle, n = (fiche.code, indicateur.code), fiche.version
            juge = jugement._replace(version=n)
            au_j0 = None if juge.j0 is None else _en_vigueur(versions, fiche.code, juge.j0)
            if au_j0 is fiche:
                candidats[cle].append((fiche.debut, 0, n, juge))
                continue
            y_va = au_j0 and _juge(au_j0, indicateur.code, histoire, est_ouvrable)
            en_revient = y_va and y_va.j0 and _en_vigueur(versions, fiche.code, y_va.j0)
            if au_j0 and en_revient is fiche:
                candidats[cle].append((max(fiche.debut, au_j0.debut), 1, n, juge))
            ne_sous = _en_vigueur(versions, fiche.code, _ne_le(histoire, indicateur)) is fiche
            if ne_sous and (juge.j0 is None or y_va):
                candidats[cle].append((fiche.debut, 2, n, juge))
    return {cle: _choisir(siens) for cle, siens in candidats.items()}


def _choisir(candidats: list[tuple[date, int, int, Jugement]]) -> Jugement:
    """De publication en publication : on ne revient pas sur un J0 déjà passé."""
    depuis, rang, _, choisi = min(candidats, key=lambda c: c[:3])
    for depuis, autre_rang, _, autre in sorted(candidats, key=lambda c: c[:3]):
        if autre_rang < rang and (choisi.j0 is None or choisi.j0 >= depuis):
            rang, choisi = autre_rang, autre
    return choisi


def _en_vigueur(versions: list[Fiche], code: str, le: date) -> Fiche | None:
    commencees = [f for f in versions if f.code == code and f.debut <= le]
    return max(commencees, key=lambda f: (f.debut, f.version), default=None)


def _juge(
    fiche: Fiche, code: str, histoire: list[Episode], est_ouvrable: Callable[[date], bool]
) -> Jugement | None:
    siens = (_selon(histoire, i, est_ouvrable) for i in fiche.indicateurs if i.code == code)
    return next(siens, None)


def _vise(retiree: VersionRetiree, fiche: Fiche) -> bool:
    memes = retiree.code == fiche.code and retiree.debut == fiche.debut
    return memes and fiche.version <= retiree.version


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
                and autre.acte_id == episode.acte_id
                and autre.rang > dernier
            ):
                dernier, instant = autre.rang, autre.survenu_le
        if instant is not None:
            rang = next((n for n, types in enumerate(CYCLE) if episode.type in types), 0)
            histoire[instant, rang, episode.acte_id] = replace(episode, survenu_le=instant)
    return [histoire[place] for place in sorted(histoire)]


def _ne_le(histoire: list[Episode], indicateur: Indicateur) -> date:
    types = {b.evenement for b in indicateur.ouvre}
    ne = next(e for e in histoire if e.type in types)
    return ne.survenu_le.astimezone(QUEBEC).date()


def _selon(
    histoire: list[Episode], indicateur: Indicateur, est_ouvrable: Callable[[date], bool]
) -> Jugement | None:
    """Ce que cet indicateur dit de cette histoire; None s'il ne la couvre pas."""
    compte = _regle(indicateur)
    if compte is None or not any(
        e.type in {b.evenement for b in indicateur.ouvre} for e in histoire
    ):
        return None
    ouvrante = next((e for e in histoire if _ouvre(indicateur, e)), None)
    dits: dict[str, FaitNomme] = {}
    for episode in histoire:
        for nom, valeur in episode.faits.items():
            dits.setdefault(nom, valeur)
        if episode is ouvrante:
            break
    if not _repond(indicateur.couvre, dits):
        return None
    j0 = None if ouvrante is None else _jour_zero(compte, ouvrante.survenu_le, est_ouvrable)
    if any(e.type in indicateur.retire for e in histoire):
        return Jugement("non_mesuree", 0, j0)
    if j0 is None:
        return Jugement("en_cours", 0)
    return _sous_indicateur(histoire, indicateur, compte, j0, est_ouvrable)


def _regle(indicateur: Indicateur) -> str | None:
    if indicateur.horloge == "date_convenue":
        return "date"
    if indicateur.delai is None or indicateur.horloge not in {"jours_ouvrables", "jours_civils"}:
        return None
    ouvrables = indicateur.horloge == "jours_ouvrables" and indicateur.calendrier != "continu"
    return "ouvrables" if ouvrables else "civils"


def _repond(predicat: Predicat, dits: dict[str, FaitNomme]) -> bool:
    for tous in predicat.un:
        oui = True
        for comparaison in tous:
            valeur = dits.get(comparaison.fait)
            if comparaison.parmi is not None:
                oui = oui and valeur in comparaison.parmi
            else:
                oui = oui and valeur is not None and valeur == comparaison.egale
        if oui:
            return True
    return False


def _ouvre(indicateur: Indicateur, episode: Episode) -> bool:
    return any(
        b.evenement == episode.type and _repond(b.si, dict(episode.faits)) for b in indicateur.ouvre
    )


def _jour_zero(regle: str, ouverture: datetime, est_ouvrable: Callable[[date], bool]) -> date:
    local = ouverture.astimezone(QUEBEC)
    jour = local.date()
    if regle != "ouvrables" or (est_ouvrable(jour) and local.time() < time(17)):
        return jour
    jour += UN_JOUR
    while not est_ouvrable(jour):
        jour += UN_JOUR
    return jour


def _sous_indicateur(
    histoire: list[Episode],
    indicateur: Indicateur,
    regle: str,
    j0: date,
    est_ouvrable: Callable[[date], bool],
) -> Jugement:
    if not _articles(histoire, indicateur) and all(t in LIVRAISONS for t in indicateur.ferme):
        return Jugement("non_mesuree", 0, j0)
    derniere = _fin(histoire, indicateur)
    if derniere is None:
        return Jugement("en_cours", 0, j0)
    rate = "depassee" if indicateur.cible is None else "manquee"
    fin = derniere.survenu_le
    if regle == "date":
        avant = histoire[: histoire.index(derniere)]
        promise = _promise(avant, indicateur)
        if promise is None:
            return Jugement("non_mesuree", 0, j0)
        tenue = fin.astimezone(QUEBEC).date() <= promise
        return Jugement("conforme" if tenue else rate, 0, j0, None, fin)
    jours = _compter(histoire, indicateur, regle, j0, fin, est_ouvrable)
    assert indicateur.delai is not None
    return Jugement("conforme" if jours <= indicateur.delai else rate, 0, j0, jours, fin)


def _promise(avant: list[Episode], indicateur: Indicateur) -> date | None:
    """La date promise, fait par fait : déplacée à temps seulement, sauf ce qui se rouvre."""
    promise, libre = None, True
    for e in avant:
        libre = libre or e.type in indicateur.rouvre
        if "date_convenue" not in e.faits:
            continue
        if libre or promise is None or e.survenu_le.astimezone(QUEBEC).date() <= promise:
            promise, libre = date.fromisoformat(str(e.faits["date_convenue"])), False
    return promise


def _compter(
    histoire: list[Episode],
    indicateur: Indicateur,
    regle: str,
    j0: date,
    fin: datetime,
    est_ouvrable: Callable[[date], bool],
) -> int:
    dernier, jour, comptes = fin.astimezone(QUEBEC).date(), j0, 0
    while jour < dernier:
        jour += UN_JOUR
        if regle == "ouvrables":
            fermeture = datetime.combine(jour, time(17), QUEBEC)
            passes = [e for e in histoire if e.survenu_le <= fermeture]
            permis = est_ouvrable(jour)
        else:
            passes = [e for e in histoire if e.survenu_le.astimezone(QUEBEC).date() <= jour]
            permis = True
        if permis and (jour == dernier or _au_mcn(passes, indicateur)):
            comptes += 1
    return comptes


def _au_mcn(passes: list[Episode], indicateur: Indicateur) -> bool:
    """L'état après ces épisodes."""
    if _fin(passes, indicateur) is not None:
        return False
    ouverte = charge = False
    for episode in passes:
        if not ouverte:
            ouverte = charge = _ouvre(indicateur, episode)
        elif episode.type in indicateur.suspend:
            charge = False
        elif episode.type in (*indicateur.reprend, *indicateur.rouvre):
            charge = True
    return charge


def _fin(passes: list[Episode], indicateur: Indicateur) -> Episode | None:
    """L'épisode qui ferme la mesure, s'il est passé et que rien ne l'a rouverte."""
    articles = _articles(passes, indicateur)
    if articles:
        livrees = [_livraison(passes, article, indicateur) for article in articles]
        faites = [e for e in livrees if e is not None]
        return max(faites, key=passes.index) if len(faites) == len(livrees) else None
    ouvrante = next((n for n, e in enumerate(passes) if _ouvre(indicateur, e)), len(passes))
    suite = passes[ouvrante + 1 :]
    rouvertes = [n for n, e in enumerate(suite) if e.type in indicateur.rouvre]
    if rouvertes:
        suite = suite[rouvertes[-1] + 1 :]
    return next((e for e in suite if e.type in indicateur.ferme), None)


def _attentes(passes: list[Episode], indicateur: Indicateur) -> list[tuple[int, set[str]]]:
    """Où des livraisons mesurées s'attendent : la première fois, puis à chaque réouverture."""
    mesurees = [
        (rang, {a.article_id for a in e.attendues if a.evenement in indicateur.ferme})
        for rang, e in enumerate(passes)
    ]
    utiles = [(rang, articles) for rang, articles in mesurees if articles]
    return [u for u in utiles if u is utiles[0] or passes[u[0]].type in indicateur.rouvre]


def _articles(passes: list[Episode], indicateur: Indicateur) -> set[str]:
    return {a for _, articles in _attentes(passes, indicateur) for a in articles}


def _livraison(passes: list[Episode], article: str, indicateur: Indicateur) -> Episode | None:
    """La livraison de l'article depuis qu'on l'attend, s'il est livré."""
    depuis = max(rang for rang, dits in _attentes(passes, indicateur) if article in dits)
    return next(
        (
            e
            for e in passes[depuis:]
            if e.type in LIVRAISONS and e.faits.get("article_id") == article
        ),
        None,
    )
