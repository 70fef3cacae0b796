"""Un second calcul, écrit autrement : jour par jour, en fractions, arrondi seulement à la fin.

Il ne partage avec le premier que les faits et les versions, jamais une fonction. Un jour se paie
si, le soir, le dernier acte de la source est de ceux qui commencent.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

from facturation.creances.domaine.faits import Appris, FaitRecu, Rectification
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Tarif

Cle = tuple[str, str, int, int]
Actif = list[tuple[datetime, FaitRecu]]
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
    retires = {(r.debut, n) for r in t.retraits for n in range(r.version + 1)}
    valent = [v for v in t.fiches if v.debut <= jour and (v.debut, v.version) not in retires]
    if not valent:
        return None
    derniere = max(valent, key=lambda v: (v.debut, v.version))
    return next((tarif for tarif in derniere.tarifs if tarif.code == code), None)


def jour_de(instant: datetime) -> date:
    return instant.astimezone(QUEBEC).date()


def chronologies(appris: Iterable[Appris]) -> dict[str, Actif]:
    """De chaque source, ses faits à leur heure juste; un acte nul n'y est pas."""
    connus = list(appris)
    par_source: dict[str, Actif] = defaultdict(list)
    for fait in {f.acte_id: f for f in connus if not isinstance(f, Rectification)}.values():
        siennes = [
            (r.rang, r.survenu_le)
            for r in connus
            if isinstance(r, Rectification)
            and (r.organisme, r.acte_id) == (fait.organisme, fait.acte_id)
        ]
        le = max(siennes, key=lambda s: s[0])[1] if siennes else fait.survenu_le
        if le is not None:
            redate = bool(siennes) and fait.effet is not None and fait.role == "commence"
            effet = jour_de(le) if redate else fait.effet
            par_source[fait.source].append((le, replace(fait, effet=effet)))
    for chronologie in par_source.values():
        chronologie.sort(key=lambda d: (d[0], d[1].role == "finit", str(d[1].acte_id)))
    return par_source


def totaux(appris: Iterable[Appris], t: Tarification, jusqua: date) -> dict[Cle, list[int]]:
    """Les cents dus par (source, tarif, année, mois), une somme par suite de jours au même prix."""
    sommes: dict[Cle, list[int]] = defaultdict(list)
    for source, chronologie in chronologies(appris).items():
        heures = [(le, f) for le, f in chronologie if f.type == "travail.effectué"]
        actif = [(le, f) for le, f in chronologie if f.type.startswith("actif.")]
        souscrit = [(le, f) for le, f in chronologie if f.type.startswith("abonnement.")]
        dus = [
            *_heures(heures, t),
            *_fois(actif, t),
            *_mois(actif, t, jusqua),
            *_souscrits(souscrit, t, jusqua),
        ]
        for code, jour, somme in dus:
            if jour < jusqua:
                sommes[source, code, jour.year, jour.month].append(cents(somme))
    return {cle: sorted(c for c in liste if c) for cle, liste in sommes.items() if any(liste)}


Somme = tuple[str, date, Fraction]


def _heures(travaux: Actif, t: Tarification) -> Iterator[Somme]:
    """Le temps d'un tarif et d'un jour, au quart d'heure supérieur."""
    minutes: dict[tuple[str, date], int] = defaultdict(int)
    for le, fait in travaux:
        minutes[str(fait.faits["tarif"]), jour_de(le)] += _entier(fait, "minutes")
    for (code, jour), duree in minutes.items():
        quarts = (duree + 14) // 15
        yield code, jour, (prix_du_jour(t, code, "", jour) or Fraction(0)) * quarts / 4


def _entier(fait: FaitRecu, nom: str) -> int:
    valeur = fait.faits[nom]
    assert isinstance(valeur, int)
    return valeur


def _produit(fait: FaitRecu) -> str:
    return str(fait.faits["produit"])


def _tarifs(t: Tarification, livraison: FaitRecu, *, mensuels: bool) -> list[str]:
    codes = next(p.tarifs for p in t.produits if p.code == _produit(livraison))
    au_mois = {tarif.code for tarif in t.fiches[0].tarifs if tarif.quantite.forme == "mois"}
    return [code for code in codes if (code in au_mois) is mensuels]


def _fois(chronologie: Actif, t: Tarification) -> Iterator[Somme]:
    """Ce qui n'est dû qu'une fois : l'achat d'un actif qui entre en service, les frais d'une perte.

    Chaque fait est seul, même le même jour.
    """
    for rang, (le, fait) in enumerate(chronologie):
        vie, jour = _en_service(chronologie[:rang]), jour_de(le)
        if fait.role == "commence" and vie is None:
            livree, mensuels = fait, False
        elif fait.type == "actif.perdu" and vie is not None:
            livree, mensuels = vie, True
        else:
            continue
        for code in _tarifs(t, livree, mensuels=mensuels):
            tarif = tarif_du_jour(t, code, jour)
            prix = prix_du_jour(t, code, _produit(livree), jour)
            if tarif and prix is not None:
                fois = Fraction(tarif.mois_si_perte) if mensuels else 1 + Fraction(tarif.majoration)
                yield code, jour, prix * _entier(livree, "quantite") * fois


def _mois(chronologie: Actif, t: Tarification, jusqua: date) -> Iterator[Somme]:
    """La somme des prix quotidiens de chaque suite de jours d'un mois, d'une vie et d'un prix."""
    livraisons = [fait for _, fait in chronologie if fait.role == "commence"]
    if not livraisons:
        return
    premier = jour_de(chronologie[0][0])
    jours = [premier + timedelta(n) for n in range((jusqua - premier).days)]
    soirs = {j: _en_service([d for d in chronologie if jour_de(d[0]) <= j]) for j in jours}

    def suite_de(j: date) -> tuple[FaitRecu | None, Fraction | None, int, int]:
        vie = soirs[j]
        prix = prix_du_jour(t, code, _produit(vie), j) if vie else None
        return vie, prix, j.year, j.month

    for code in {c for livraison in livraisons for c in _tarifs(t, livraison, mensuels=True)}:
        for (vie, prix, annee, mois), suite in groupby(jours, suite_de):
            if vie is not None and prix is not None:
                debut, *autres = suite
                part = Fraction(1 + len(autres), calendar.monthrange(annee, mois)[1])
                yield code, debut, prix * _entier(vie, "quantite") * part


def _en_service(chronologie: Actif) -> FaitRecu | None:
    """La livraison qui a mis la source en service, si elle l'est encore après ces actes."""
    debut = None
    for _, fait in reversed(chronologie):
        if fait.role == "finit":
            break
        debut = fait
    return debut


def _souscrits(chronologie: Actif, t: Tarification, jusqua: date) -> Iterator[Somme]:
    """Un abonnement sans actif : chaque jour appartient à la dernière vie commencée alors.

    Ses jours courus, ses frais une seule fois, et les jours qu'engageait son terme (FAC-5).
    """
    vies: list[tuple[FaitRecu, Actif]] = []
    for le, fait in chronologie:
        if fait.role == "finit" and vies:
            vies[-1][1].append((le, fait))
        elif fait.role == "commence" and (not vies or vies[-1][1]):
            vies.append((fait, []))
    paye: set[str] = set()
    for rang, (ouvre, fins) in enumerate(vies):
        code, debut = str(ouvre.faits["tarif"]), ouvre.effet
        assert debut
        alors = tarif_du_jour(t, code, debut)
        if alors is None:
            continue
        autres = [vie.effet for vie, _ in vies[rang + 1 :] if vie.effet]
        fin, engage = _fin_et_terme(alors, debut, fins)
        jours = _jours_payables(debut, min([jusqua, fin or jusqua]), autres, t, code)
        unites = _entier(ouvre, "quantite")
        yield from ((code, j, s * unites) for j, s in _par_prix(jours, t, code))
        if jours and alors.frais_uniques and alors.frais_uniques.montant and code not in paye:
            paye.add(code)
            yield code, debut, Fraction(alors.frais_uniques.montant) * unites
        prix = fin and prix_du_jour(t, code, "", fin)
        if fin and engage and prix and fin < jusqua:
            restent = _jours_payables(fin, engage, autres, t, code, quand=fin, depuis=debut)
            yield code, fin, prix * unites * sum((_part(j) for j in restent), Fraction(0))


def _part(jour: date) -> Fraction:
    return Fraction(1, calendar.monthrange(jour.year, jour.month)[1])


def _jours_payables(
    de: date,
    au: date,
    autres: list[date],
    t: Tarification,
    code: str,
    *,
    quand: date | None = None,
    depuis: date | None = None,
) -> list[date]:
    """Les jours de `[de, au)` d'avant toute autre vie, tant que le tarif est publié.

    `quand` : seul compte qu'il le soit encore ce jour-là, depuis l'ouverture.
    """
    jours: list[date] = []
    jour = depuis or de
    while quand and jour <= quand:
        if tarif_du_jour(t, code, jour) is None:
            return []
        jour += timedelta(1)
    jour = de
    while jour < au and not any(autre <= jour for autre in autres):
        if quand is None and tarif_du_jour(t, code, jour) is None:
            break
        jours.append(jour)
        jour += timedelta(1)
    return jours


def _par_prix(jours: list[date], t: Tarification, code: str) -> Iterator[tuple[date, Fraction]]:
    """La somme de chaque suite de jours d'un mois et d'un prix."""

    def suite_de(jour: date) -> tuple[Fraction, int, int]:
        return prix_du_jour(t, code, "", jour) or Fraction(0), jour.year, jour.month

    for (prix, _, _), suite in groupby(jours, suite_de):
        siens = list(suite)
        yield siens[0], prix * sum((_part(j) for j in siens), Fraction(0))


def _fin_et_terme(tarif: Tarif, debut: date, fins: Actif) -> tuple[date | None, date | None]:
    """Le premier jour qui ne se paie plus, et le terme à solder, s'il y en a un."""
    if not fins:
        return None, None
    fin = min(fait.effet for _, fait in fins if fait.effet)
    engagement = tarif.engagement
    if engagement is None or fin <= debut:
        return fin, None
    avis = jour_de(fins[0][0])
    for rang in range(1, 40):
        mois = debut.year * 12 + debut.month - 1 + rang * engagement.mois
        annee, du_mois = mois // 12, mois % 12 + 1
        terme = date(annee, du_mois, min(debut.day, calendar.monthrange(annee, du_mois)[1]))
        if engagement.preavis_jours is None and terme >= fin:
            return fin, terme
        preavis = timedelta(engagement.preavis_jours or 0)
        if engagement.preavis_jours is not None and terme >= fin and avis + preavis <= terme:
            return terme, None
    raise AssertionError(f"{fin} est trop loin de {debut}.")
