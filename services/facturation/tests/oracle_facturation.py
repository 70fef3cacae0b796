"""Un second calcul, écrit autrement : jour par jour, en fractions, arrondi seulement à la fin.

Il ne partage avec le premier que les faits et les versions, jamais une fonction. Un jour se paie
si, le soir, le dernier acte de l'actif est une livraison.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

from facturation.creances.domaine.faits import (
    Appris,
    FaitRecu,
    FinActif,
    Livraison,
    Rectification,
    TempsTravaille,
)
from facturation.tarification.domaine import Tarif, Tarification

Cle = tuple[str, str, int, int]
Actif = list[tuple[datetime, Livraison | FinActif]]
QUEBEC = ZoneInfo("America/Toronto")


def cents(dollars: Fraction) -> int:
    """Au cent, la demie s'éloignant de zéro."""
    plancher = (abs(dollars) * 100 + Fraction(1, 2)).__floor__()
    return plancher if dollars >= 0 else -plancher


def prix_du_jour(t: Tarification, code: str, produit: str, jour: date) -> Fraction | None:
    tarif = tarif_du_jour(t, code, jour)
    if tarif is None:
        return None
    if tarif.source != "ropn":
        return None if tarif.montant is None else Fraction(tarif.montant)
    prix = [v for v in t.prix_ropn if v.produit == produit and v.debut <= jour]
    prix.sort(key=lambda v: (v.debut, v.version))
    return Fraction(prix[-1].prix) if prix else None


def tarif_du_jour(t: Tarification, code: str, jour: date) -> Tarif | None:
    fiches = sorted((v for v in t.fiches if v.debut <= jour), key=lambda v: (v.debut, v.version))
    if not fiches:
        return None
    return next((tarif for tarif in fiches[-1].tarifs if tarif.code == code), None)


def jour_de(instant: datetime) -> date:
    return instant.astimezone(QUEBEC).date()


def chronologies(appris: Iterable[Appris]) -> dict[str, list[tuple[datetime, FaitRecu]]]:
    """De chaque source, ses faits à leur heure juste; un acte nul n'y est pas."""
    connus = list(appris)
    par_source: dict[str, list[tuple[datetime, FaitRecu]]] = defaultdict(list)
    for fait in {f.acte_id: f for f in connus if not isinstance(f, Rectification)}.values():
        siennes = [
            (r.rang, r.survenu_le)
            for r in connus
            if isinstance(r, Rectification)
            and (r.organisme, r.acte_id) == (fait.organisme, fait.acte_id)
        ]
        le = max(siennes, key=lambda s: s[0])[1] if siennes else fait.survenu_le
        if le is not None:
            par_source[fait.source].append((le, fait))
    for chronologie in par_source.values():
        chronologie.sort(key=lambda d: (d[0], isinstance(d[1], FinActif), str(d[1].acte_id)))
    return par_source


def totaux(appris: Iterable[Appris], t: Tarification, jusqua: date) -> dict[Cle, list[int]]:
    """Les cents dus par (source, tarif, année, mois), une somme par suite de jours au même prix."""
    sommes: dict[Cle, list[int]] = defaultdict(list)
    for source, chronologie in chronologies(appris).items():
        heures = [(le, f) for le, f in chronologie if isinstance(f, TempsTravaille)]
        actif = [(le, f) for le, f in chronologie if isinstance(f, Livraison | FinActif)]
        dus = [*_heures(heures, t), *_fois(actif, t), *_mois(actif, t, jusqua)]
        for code, jour, somme in dus:
            if jour < jusqua:
                sommes[source, code, jour.year, jour.month].append(cents(somme))
    return {cle: sorted(c for c in liste if c) for cle, liste in sommes.items() if any(liste)}


Du = tuple[str, date, Fraction]


def _heures(travaux: list[tuple[datetime, TempsTravaille]], t: Tarification) -> Iterator[Du]:
    """Le temps d'un tarif et d'un jour, au quart d'heure supérieur."""
    minutes: dict[tuple[str, date], int] = defaultdict(int)
    for le, fait in travaux:
        minutes[fait.tarif, jour_de(le)] += fait.minutes
    for (code, jour), duree in minutes.items():
        quarts = (duree + 14) // 15
        yield code, jour, (prix_du_jour(t, code, "", jour) or Fraction(0)) * quarts / 4


def _tarifs(t: Tarification, livraison: Livraison, *, mensuels: bool) -> list[str]:
    codes = next(p.tarifs for p in t.produits if p.code == livraison.produit)
    au_mois = {tarif.code for tarif in t.fiches[0].tarifs if tarif.unite == "mois"}
    return [code for code in codes if (code in au_mois) is mensuels]


def _fois(chronologie: Actif, t: Tarification) -> Iterator[Du]:
    """Ce qui n'est dû qu'une fois : l'achat d'un actif qui entre en service, les frais d'une perte.

    Ceux d'un même jour s'additionnent.
    """
    unites: dict[tuple[str, str, date, bool], int] = defaultdict(int)
    for rang, (le, fait) in enumerate(chronologie):
        vie = _en_service(chronologie[:rang])
        if isinstance(fait, Livraison) and vie is None:
            for code in _tarifs(t, fait, mensuels=False):
                unites[code, fait.produit, jour_de(le), False] += fait.quantite
        elif isinstance(fait, FinActif) and fait.nature != "récupération" and vie is not None:
            for code in _tarifs(t, vie, mensuels=True):
                unites[code, vie.produit, jour_de(le), True] += vie.quantite
    for (code, produit, jour, perte), nombre in unites.items():
        tarif, prix = tarif_du_jour(t, code, jour), prix_du_jour(t, code, produit, jour)
        if tarif and prix is not None:
            fois = Fraction(tarif.mois_si_perte) if perte else 1 + Fraction(tarif.majoration)
            yield code, jour, prix * nombre * fois


def _mois(chronologie: Actif, t: Tarification, jusqua: date) -> Iterator[Du]:
    """La somme des prix quotidiens de chaque suite de jours d'un mois, d'une vie et d'un prix."""
    livraisons = [fait for _, fait in chronologie if isinstance(fait, Livraison)]
    if not livraisons:
        return
    premier = jour_de(chronologie[0][0])
    jours = [premier + timedelta(n) for n in range((jusqua - premier).days)]
    soirs = {j: _en_service([d for d in chronologie if jour_de(d[0]) <= j]) for j in jours}

    def suite_de(j: date) -> tuple[Livraison | None, Fraction | None, int, int]:
        vie = soirs[j]
        prix = prix_du_jour(t, code, vie.produit, j) if vie else None
        return vie, prix, j.year, j.month

    for code in {c for livraison in livraisons for c in _tarifs(t, livraison, mensuels=True)}:
        for (vie, prix, annee, mois), suite in groupby(jours, suite_de):
            if vie is not None and prix is not None:
                debut, *autres = suite
                part = Fraction(1 + len(autres), calendar.monthrange(annee, mois)[1])
                yield code, debut, prix * vie.quantite * part


def _en_service(chronologie: Actif) -> Livraison | None:
    """La livraison qui a mis l'actif en service, s'il l'est encore après ces actes."""
    debut = None
    for _, fait in reversed(chronologie):
        if isinstance(fait, FinActif):
            break
        debut = fait
    return debut
