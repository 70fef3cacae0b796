"""La frise d'une mesure : un jour par case, et les faits épinglés dessus, en SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

from demo.rendu import ecriture
from demo.resultats import Explication
from noyau import jour_de_quebec

COMPTES = frozenset({"compte", "fin"})
CASE, ECART, HAUTEUR, MARGE = 42, 4, 46, 8
ETAGE, ETAGES = 24, 3
LARGEUR_EPINGLE = 4
INITIALES = "LMMJVSD"
NOMS = {
    "demande.créée": "créée",
    "demande.approuvée": "approuvée",
    "demande.prise_en_charge": "prise en charge",
    "demande.suspendue": "suspendue",
    "demande.reprise": "reprise",
    "demande.rouverte": "rouverte",
    "poste.livré": "livrée",
}
"""Les faits que la frise épingle, et le mot qui les dit; les autres sont dans le tableau."""


@dataclass(frozen=True, slots=True)
class Case:
    """Un jour de la frise; `rang` numérote les jours comptés."""

    jour: date
    motif: str
    libelle: str
    rang: int | None

    @property
    def compte(self) -> bool:
        return self.rang is not None

    @property
    def numero(self) -> int:
        return self.jour.day

    @property
    def texte(self) -> str:
        """« mardi 8 septembre : compté (2e jour) »."""
        suite = f" ({self.rang}{'er' if self.rang == 1 else 'e'} jour)" if self.rang else ""
        ferie = f" ({self.libelle})" if self.libelle else ""
        return f"{ecriture.jour_semaine(self.jour)} : {ecriture.MOTIFS[self.motif]}{ferie}{suite}"


@dataclass(frozen=True, slots=True)
class Epingle:
    """Un fait épinglé sur sa case, à un étage libre."""

    jour: date
    texte: str
    etage: int


def cases(explication: Explication) -> tuple[Case, ...]:
    """Un jour par case, dans l'ordre, les jours comptés numérotés."""
    rendues: list[Case] = []
    rang = 0
    for intervalle in explication.intervalles:
        jour = intervalle.debut
        while jour <= intervalle.fin:
            compte = intervalle.motif in COMPTES
            rang += compte
            rendues.append(
                Case(jour, intervalle.motif, intervalle.libelle, rang if compte else None)
            )
            jour += timedelta(days=1)
    return tuple(rendues)


def epingles(explication: Explication) -> tuple[Epingle, ...]:
    """Les faits à montrer; de deux voisins, le plus ancien monte : aucun trait ne barre un mot."""
    debuts: dict[int, date] = {}
    rendues: list[Epingle] = []
    for fait in reversed(explication.faits):
        if fait.nature not in NOMS:
            continue
        jour = jour_de_quebec(fait.survenu_le)
        fin = jour + timedelta(days=LARGEUR_EPINGLE)
        etage = next((e for e in range(ETAGES) if debuts.get(e, date.max) >= fin), ETAGES - 1)
        debuts[etage] = jour
        heure = ecriture.instant(fait.survenu_le).partition(", ")[2]
        rendues.append(Epingle(jour, f"{NOMS[fait.nature]}, {heure}", etage))
    return tuple(reversed(rendues))


def dessiner(explication: Explication) -> Markup:
    """La frise en SVG, avec un titre et une description pour qui ne la voit pas."""
    jours = cases(explication)
    largeur = MARGE * 2 + len(jours) * (CASE + ECART) + CASE * 2
    haut = MARGE + ETAGE * ETAGES
    hauteur = haut + HAUTEUR + 30
    rangs = {case.jour: rang for rang, case in enumerate(jours)}
    corps = Markup("").join(
        [
            *_epingles(explication, rangs, haut),
            *(_case(case, _x(rang), haut, explication.delai) for rang, case in enumerate(jours)),
        ]
    )
    return Markup(
        '<svg class="frise {}" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="frise-titre frise-texte">'
        '<title id="frise-titre">Frise de la demande {}</title>'
        '<desc id="frise-texte">{}</desc>{}</svg>'
    ).format(
        explication.verdict,
        largeur,
        hauteur,
        largeur,
        hauteur,
        explication.numero,
        "; ".join(case.texte for case in jours),
        corps,
    )


def _x(rang: int) -> int:
    return MARGE + rang * (CASE + ECART)


def _epingles(explication: Explication, rangs: dict[date, int], haut: int) -> Iterator[Markup]:
    for epingle in epingles(explication):
        x = _x(rangs[epingle.jour]) + CASE // 2
        y = MARGE + ETAGE * (ETAGES - 1 - epingle.etage) + 12
        yield Markup(
            '<g class="epingle"><line x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>'
            '<circle cx="{0}" cy="{1}" r="3"/><text x="{3}" y="{4}">{5}</text></g>'
        ).format(x, y, haut, x + 7, y + 4, epingle.texte)


def _case(case: Case, x: int, y: int, delai: int) -> Markup:
    milieu = x + CASE / 2
    initiale = INITIALES[case.jour.weekday()]
    bas = Markup('<text class="rang {}" x="{}" y="{}">{}</text>').format(
        _genre(case, delai), milieu, y + HAUTEUR + 18, _rang(case, delai)
    )
    return Markup(
        '<g class="jour {}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="5"/>'
        '<text class="initiale" x="{}" y="{}">{}</text>'
        '<text class="numero" x="{}" y="{}">{}</text></g>{}'
    ).format(
        escape(case.motif),
        case.texte,
        x,
        y,
        CASE,
        HAUTEUR,
        milieu,
        y + 16,
        initiale,
        milieu,
        y + 36,
        case.numero,
        bas,
    )


def _rang(case: Case, delai: int) -> str:
    """Le rang d'un jour compté; « délai » là où il s'épuise."""
    if case.rang is None:
        return "–"
    return f"{case.rang}, délai" if case.rang == delai else str(case.rang)


def _genre(case: Case, delai: int) -> str:
    if case.rang is None or case.rang < delai:
        return ""
    return "echeance" if case.rang == delai else "de-trop"
