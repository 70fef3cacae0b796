"""Un second calendrier et un second décompte, écrits autrement, pour juger les premiers.

Rien ici ne vient du paquet `calendrier` ni de `holidays` : Pâques par Meeus, les reports des Fêtes
par une table selon le jour de la semaine, le décompte en relisant toute l'histoire chaque jour.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

QUEBEC = ZoneInfo("America/Toronto")

LUNDI, MARDI, MERCREDI, JEUDI, VENDREDI, SAMEDI, DIMANCHE = range(7)

# Selon le jour de la semaine du 25 décembre : les jours chômés pour les 24, 25 et 26.
NOEL = {
    LUNDI: (22, 25, 26),
    MARDI: (24, 25, 26),
    MERCREDI: (24, 25, 26),
    JEUDI: (24, 25, 26),
    VENDREDI: (24, 25, 28),
    SAMEDI: (24, 27, 28),
    DIMANCHE: (23, 26, 27),
}
# Selon le jour de la semaine du 1er janvier : les jours chômés pour le 1er et le 2.
AN = {
    LUNDI: (1, 2),
    MARDI: (1, 2),
    MERCREDI: (1, 2),
    JEUDI: (1, 2),
    VENDREDI: (1, 4),
    SAMEDI: (3, 4),
    DIMANCHE: (2, 3),
}
# Selon le jour de la semaine du 31 décembre.
VEILLE = {SAMEDI: 30, DIMANCHE: 29}


def paques(annee: int) -> date:
    """Le dimanche de Pâques grégorien (Meeus, « Astronomical Algorithms », chapitre 8)."""
    a, (b, c) = annee % 19, divmod(annee, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    lune = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * lune) // 451
    mois, jour = divmod(h + lune - 7 * m + 114, 31)
    return date(annee, mois, jour + 1)


def lundi(annee: int, mois: int, du: int, au: int) -> date:
    """Le seul lundi entre deux quantièmes d'un mois."""
    (trouve,) = (j for j in range(du, au + 1) if date(annee, mois, j).weekday() == LUNDI)
    return date(annee, mois, trouve)


def voisin(jour: date) -> date:
    """Du samedi au vendredi, du dimanche au lundi."""
    return jour + timedelta(days={SAMEDI: -1, DIMANCHE: 1}.get(jour.weekday(), 0))


@cache
def feries(annee: int) -> frozenset[date]:
    """Les treize jours de SLA-1."""
    return frozenset(
        [
            *(date(annee, 1, j) for j in AN[date(annee, 1, 1).weekday()]),
            paques(annee) - timedelta(days=2),
            paques(annee) + timedelta(days=1),
            lundi(annee, 5, 18, 24),
            voisin(date(annee, 6, 24)),
            voisin(date(annee, 7, 1)),
            lundi(annee, 9, 1, 7),
            lundi(annee, 10, 8, 14),
            *(date(annee, 12, j) for j in NOEL[date(annee, 12, 25).weekday()]),
            date(annee, 12, VEILLE.get(date(annee, 12, 31).weekday(), 31)),
        ]
    )


def ouvrable(jour: date) -> bool:
    """Du lundi au vendredi, hors fériés."""
    return jour.weekday() < SAMEDI and jour not in feries(jour.year)


def cinq_heures(jour: date) -> datetime:
    """17 h 00 min 00 s à Québec, ce jour-là."""
    return datetime(jour.year, jour.month, jour.day, 17, tzinfo=QUEBEC).astimezone(UTC)


def decompter(
    faits: Iterable[tuple[datetime, int, str]], fin: datetime | None, au: datetime | None
) -> tuple[date | None, int]:
    """SLA-2 lu mot à mot : (J0, jours comptés); charges « MCN », « CLIENT », « PERSONNE »."""
    histoire = sorted(faits)
    au_mcn = [instant for instant, _, charge in histoire if charge == "MCN"]
    if not au_mcn:
        return None, 0
    local = au_mcn[0].astimezone(QUEBEC)
    j0 = local.date()
    if not (ouvrable(j0) and local.hour < 17):
        j0 += timedelta(days=1)
        while not ouvrable(j0):
            j0 += timedelta(days=1)
    borne = fin if fin is not None else au
    assert borne is not None
    dernier = borne.astimezone(QUEBEC).date()
    total, jour = 0, j0 + timedelta(days=1)
    while jour <= dernier:
        if ouvrable(jour):
            if fin is not None and jour == dernier:
                total += 1
            elif fin is not None or cinq_heures(jour) <= borne:
                etats = [c for instant, _, c in histoire if instant <= cinq_heures(jour)]
                total += etats[-1] == "MCN"
        jour += timedelta(days=1)
    return j0, total


def echeance(faits: Iterable[tuple[datetime, int, str]], delai: int, au: datetime) -> date | None:
    """SLA-6 par force brute : le dernier jour ouvrable où finir tient la cible, vue à `au`.

    Si elle n'est pas déjà au MCN, il la reprend à `au` même et la garde; les jours de fin
    s'essaient un à un depuis J0. Ce qui n'est pas encore survenu à `au` est inconnu.
    """
    connus = sorted(fait for fait in faits if fait[0] <= au)
    if all(charge != "MCN" for _, _, charge in connus):
        return None
    if connus[-1][2] != "MCN":
        connus.append((au, connus[-1][1] + 1, "MCN"))
    j0, _ = decompter(connus, connus[-1][0], None)
    assert j0 is not None
    limite = jour = j0
    while True:
        jour += timedelta(days=1)
        if ouvrable(jour):
            if decompter(connus, cinq_heures(jour), None)[1] > delai:
                return limite
            limite = jour
