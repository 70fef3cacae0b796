"""Un second calcul, écrit autrement : jour par jour, en fractions, arrondi seulement à la fin.

Il ne partage avec le premier que les faits et les versions, jamais une fonction.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from facturation.creances.domaine.faits import FaitRecu, FinActif, Livraison
from facturation.tarification.domaine import Tarif, Tarification

Cle = tuple[str, str, int, int]
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


def totaux(faits: Iterable[FaitRecu], t: Tarification, jusqua: date) -> dict[Cle, list[int]]:
    """Les cents dus par (source, tarif, année, mois), une somme par suite de jours au même prix."""
    livraisons: dict[str, Livraison] = {}
    fins: dict[str, FinActif] = {}
    for fait in faits:
        if isinstance(fait, Livraison):
            livraisons[fait.source] = fait
        elif isinstance(fait, FinActif):
            fins[fait.source] = fait
    sommes: dict[Cle, list[int]] = defaultdict(list)
    for source, livraison in livraisons.items():
        debut = livraison.survenu_le.astimezone(QUEBEC).date()
        fin = fins[source].fait_le if source in fins else jusqua
        for code in next(p.tarifs for p in t.produits if p.code == livraison.produit):
            for cle, troncon in _troncons(t, source, code, livraison, debut, min(fin, jusqua)):
                sommes[cle].append(cents(troncon))
            perte = fins.get(source)
            if perte and perte.nature != "récupération" and perte.fait_le < jusqua:
                tarif = tarif_du_jour(t, code, perte.fait_le)
                prix = prix_du_jour(t, code, livraison.produit, perte.fait_le)
                if tarif and tarif.mois_si_perte and prix is not None:
                    cle = (source, code, perte.fait_le.year, perte.fait_le.month)
                    sommes[cle].append(cents(prix * livraison.quantite * tarif.mois_si_perte))
    return {cle: sorted(c for c in liste if c) for cle, liste in sommes.items() if any(liste)}


def _troncons(
    t: Tarification, source: str, code: str, livraison: Livraison, debut: date, fin: date
) -> Iterable[tuple[Cle, Fraction]]:
    """La somme des prix quotidiens de chaque suite de jours d'un même mois au même prix."""
    courante: tuple[Cle, Fraction | None] | None = None
    somme = Fraction(0)
    jour = debut
    while jour < fin:
        prix = prix_du_jour(t, code, livraison.produit, jour)
        cle = (source, code, jour.year, jour.month)
        if courante is not None and courante != (cle, prix):
            yield courante[0], somme
            somme = Fraction(0)
        courante = (cle, prix)
        jours_du_mois = calendar.monthrange(jour.year, jour.month)[1]
        somme += (prix or Fraction(0)) * livraison.quantite / jours_du_mois
        jour += timedelta(days=1)
    if courante is not None:
        yield courante[0], somme
