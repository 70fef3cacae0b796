"""Le pli naïf : une seconde lecture de DEM-4, DEM-12, SLA-2 et FAC-1, écrite à part, sans hâte.

Il relit l'histoire entière à chaque question, et ne partage rien avec les services.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

QUEBEC = ZoneInfo("America/Toronto")
CYCLE = ("soumission", "approbation", "refus", "prise_en_charge", "suspension", "reprise",
         "heures_travaillees", "livraison", "completion", "annulation", "redirection",
         "reouverture")  # fmt: skip
EVENEMENTS = {
    "soumission": "demande.créée",
    "approbation": "demande.approuvée",
    "refus": "demande.refusée",
    "prise_en_charge": "demande.prise_en_charge",
    "suspension": "demande.suspendue",
    "reprise": "demande.reprise",
    "heures_travaillees": "travail.effectué",
    "annulation": "demande.annulée",
    "redirection": "demande.redirigée",
    "reouverture": "demande.rouverte",
}


class Impossible(Exception):
    """DEM-4 ne permet pas cet acte à cet endroit."""


@dataclass(frozen=True, slots=True)
class Dit:
    """Un acte : ce qu'il est, quand il est annoncé, quand il est vraiment survenu (rectifié)."""

    quoi: str
    le: datetime
    article: int | None = None
    tarif: str | None = None
    minutes: int | None = None
    reference: str | None = None
    rouverts: tuple[int, ...] = ()
    vrai: datetime | None = None

    @property
    def instant(self) -> datetime:
        return self.vrai or self.le

    @property
    def cle(self) -> tuple[object, ...]:
        """L'identité de DEM-12."""
        if self.reference:
            return (self.quoi, self.reference)
        return (self.quoi, self.le, self.article, self.tarif, self.minutes)


@dataclass(frozen=True, slots=True)
class Histoire:
    """Une demande : sa sorte, l'événement qui livre chaque article, ses actes."""

    sorte: str
    articles: tuple[str, ...]
    approbation: bool
    dits: tuple[Dit, ...]

    @property
    def triee(self) -> list[Dit]:
        return sorted(self.dits, key=lambda d: (d.instant, CYCLE.index(d.quoi)))


@dataclass(slots=True)
class Pli:
    """Où en est la demande, et ce que disent ses événements."""

    etat: str = "brouillon"
    livres: dict[int, datetime] | None = None
    completions: list[datetime] | None = None


def plier(histoire: Histoire) -> Pli:
    """Suit les actes un à un; lève `Impossible` au premier que DEM-4 refuse."""
    pli = Pli(livres={}, completions=[])
    livres, completions = pli.livres or {}, pli.completions or []
    for dit in histoire.triee:
        pli.etat = _etat_apres(pli.etat, dit, histoire, livres)
        if dit.quoi == "livraison":
            livres[int(dit.article or 0)] = dit.instant
            if len(livres) == len(histoire.articles):
                pli.etat = "completee"
                completions.append(dit.instant)
        if dit.quoi == "reouverture":
            for article in dit.rouverts:
                livres.pop(article, None)
    pli.livres, pli.completions = livres, completions
    return pli


_PASSAGES = """
brouillon       soumission          creee
creee+          approbation         approuvee
creee+          refus               refusee
creee-          prise_en_charge     prise_en_charge
approuvee       prise_en_charge     prise_en_charge
creee-          redirection         redirigee
approuvee       redirection         redirigee
prise_en_charge redirection         redirigee
brouillon       annulation          annulee
creee+          annulation          annulee
creee-          annulation          annulee
approuvee       annulation          annulee
prise_en_charge annulation          annulee
suspendue       annulation          annulee
prise_en_charge suspension          suspendue
suspendue       reprise             prise_en_charge
prise_en_charge heures_travaillees  prise_en_charge
suspendue       heures_travaillees  suspendue
prise_en_charge livraison           prise_en_charge
completee       reouverture         prise_en_charge
"""
"""DEM-4, recopié du texte : « + », une approbation est requise; « - », elle ne l'est pas."""
PASSAGES = {(e, quoi): apres for e, quoi, apres in map(str.split, _PASSAGES.strip().splitlines())}


def _etat_apres(etat: str, dit: Dit, histoire: Histoire, livres: dict[int, datetime]) -> str:
    precis = etat + ("+" if histoire.approbation else "-") if etat == "creee" else etat
    apres = PASSAGES.get((precis, dit.quoi))
    if apres is None or (dit.quoi == "livraison" and dit.article in livres):
        raise Impossible(f"{dit.quoi} depuis {etat}")
    return apres


def publies(histoire: Histoire) -> list[tuple[str, datetime]]:
    """Les événements que l'histoire doit avoir publiés, à leur heure juste."""
    if not any(dit.quoi == "soumission" for dit in histoire.dits):
        return []
    attendus = [
        (EVENEMENTS.get(dit.quoi) or histoire.articles[int(dit.article or 0)], dit.instant)
        for dit in histoire.dits
    ]
    completions = [("demande.complétée", le) for le in plier(histoire).completions or []]
    return sorted(attendus + completions)


def verdict(
    histoire: Histoire, delai: int, mesures: frozenset[str], ouvrable: Callable[[date], bool]
) -> tuple[str, int | None]:
    """Le verdict de SLA-2 et les jours comptés, jour par jour."""
    triee = histoire.triee
    if not triee:
        return "non_mesuree", None
    pli = plier(histoire)
    if pli.etat in {"refusee", "annulee", "redirigee"}:
        return "non_mesuree", None
    ouverture = "approbation" if histoire.approbation else "soumission"
    premier = next((d.instant for d in triee if d.quoi == ouverture), None)
    if premier is None:
        return "en_cours", None
    attendus = {a for a, evenement in enumerate(histoire.articles) if evenement in mesures}
    livres = pli.livres or {}
    if not attendus <= livres.keys():
        return "en_cours", None
    fin = max(livres[a] for a in attendus)
    j0 = premier.astimezone(QUEBEC).date()
    if not ouvrable(j0) or premier.astimezone(QUEBEC).time() >= time(17):
        j0 += timedelta(days=1)
        while not ouvrable(j0):
            j0 += timedelta(days=1)
    comptes, jour, dernier = 0, j0, fin.astimezone(QUEBEC).date()
    while jour < dernier:
        jour += timedelta(days=1)
        if ouvrable(jour) and (jour == dernier or _au_mcn(histoire, attendus, jour)):
            comptes += 1
    return ("conforme" if comptes <= delai else "manquee"), comptes


def _au_mcn(histoire: Histoire, attendus: set[int], jour: date) -> bool:
    """Vrai si la demande est à la charge du MCN à la fermeture de ce jour."""
    fermeture = datetime.combine(jour, time(17), QUEBEC)
    au_mcn, livres = False, set[int]()
    for dit in histoire.triee:
        if dit.instant > fermeture:
            break
        if dit.quoi == "soumission":
            au_mcn = not histoire.approbation
        elif dit.quoi in {"approbation", "reprise"}:
            au_mcn = True
        elif dit.quoi == "suspension":
            au_mcn = False
        elif dit.quoi == "livraison":
            livres.add(int(dit.article or 0))
        elif dit.quoi == "reouverture" and attendus & set(dit.rouverts):
            livres -= set(dit.rouverts)
            au_mcn = True
    return au_mcn and not attendus <= livres


Dus = dict[tuple[str, str, int, int], list[int]]
"""Les cents dus, par objet (« 0 » : le premier article), tarif, année et mois."""


def dus(histoire: Histoire, mensuels: dict[int, Fraction], uniques: dict[int, list[Fraction]],
        horaires: dict[str, int], jusqua: date) -> Dus:  # fmt: skip
    """Ce que doit l'organisme : des mois au prorata, des achats à la livraison, des heures."""
    rendus: Dus = defaultdict(list)
    premieres: dict[int, date] = {}
    minutes: dict[tuple[int, str, date], int] = defaultdict(int)
    for dit in histoire.triee:
        jour = dit.instant.astimezone(QUEBEC).date()
        if dit.quoi == "livraison":
            premieres.setdefault(int(dit.article or 0), jour)
        if dit.quoi == "heures_travaillees":
            minutes[int(dit.article or 0), str(dit.tarif), jour] += int(dit.minutes or 0)
    for article, debut in premieres.items():
        for montant in uniques.get(article, []):
            rendus[str(article), "unique", debut.year, debut.month].append(_cents(montant))
        if article in mensuels:
            for (annee, mois), part in _mois(debut, jusqua).items():
                rendus[str(article), "mois", annee, mois].append(_cents(mensuels[article] * part))
    for (article, tarif, jour), total in minutes.items():
        quarts = -(-total // 15)
        montant = Fraction(horaires[tarif] * quarts, 4)
        rendus[str(article), tarif, jour.year, jour.month].append(_cents(montant))
    return {cle: sorted(c for c in liste if c) for cle, liste in rendus.items() if any(liste)}


def _mois(debut: date, jusqua: date) -> dict[tuple[int, int], Fraction]:
    parts: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    jour = debut
    while jour < jusqua:
        suivant = date(jour.year + jour.month // 12, jour.month % 12 + 1, 1)
        du_mois = (suivant - date(jour.year, jour.month, 1)).days
        parts[jour.year, jour.month] += Fraction(1, du_mois)
        jour += timedelta(days=1)
    return parts


def _cents(dollars: Fraction) -> int:
    return (dollars * 100 + Fraction(1, 2)).__floor__()
