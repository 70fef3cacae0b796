"""La frise d'une mesure : une case par jour, deux semaines par rangée, dessinée en SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from calendrier import Decompte, Intervalle, Motif
from sla.mesures.domaine.dates import date_longue

LARGEUR_CASE, HAUTEUR_CASE, ECART = 58, 66, 4
JOURS_PAR_RANGEE, ENTRE_SEMAINES, ENTETE_RANGEE = 14, 12, 40
_JOURS = ("lu", "ma", "me", "je", "ve", "sa", "di")


@dataclass(frozen=True, slots=True)
class Sorte:
    """Une façon de dessiner un jour; la couleur n'est jamais seule à le dire."""

    classe: str
    mot: str
    legende: str


COMPTE = Sorte("compte", "compté", "Jour compté")
RETARD = Sorte("retard", "retard", "Jour compté, au-delà du délai")
_SORTES = {
    Motif.J0: Sorte("zero", "jour 0", "Jour zéro : le décompte commence le lendemain"),
    Motif.AVANT_J0: Sorte("attente", "avant", "Avant le jour zéro : non compté"),
    Motif.CLIENT: Sorte("client", "client", "À la charge du client : non compté"),
    Motif.PERSONNE: Sorte("personne", "fermée", "Fermée, avant sa réouverture : non compté"),
    Motif.FIN_DE_SEMAINE: Sorte("repos", "", "Fin de semaine : non compté"),
    Motif.FERIE: Sorte("ferie", "férié", "Jour férié : non compté"),
    Motif.EN_COURS: Sorte("encours", "en cours", "Jour pas encore fini : non compté"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Un jour sur la frise."""

    x: int
    y: int
    sorte: Sorte
    jour: str
    """« ma 8 »."""
    rang: str
    """Le rang du jour compté; vide sinon."""
    mot: str
    fin: bool


@dataclass(frozen=True, slots=True)
class Rangee:
    """L'intitulé d'une semaine, au-dessus de ses cases."""

    x: int
    y: int
    intitule: str


@dataclass(frozen=True, slots=True)
class Frise:
    """Ce que le gabarit dessine."""

    largeur: int
    hauteur: int
    titre: str
    description: str
    semaines: tuple[Rangee, ...]
    cases: tuple[Case, ...]

    @property
    def legende(self) -> tuple[Sorte, ...]:
        """Les sortes de jours présentes, dans l'ordre où elles paraissent."""
        return tuple(dict.fromkeys(case.sorte for case in self.cases))


def dessiner(decompte: Decompte, delai: int) -> Frise | None:
    """La frise d'un décompte; None s'il n'a aucun jour."""
    jours = tuple(_jours(decompte, delai))
    if not jours:
        return None
    premier, dernier = jours[0][0], jours[-1][0]
    lundi = premier - timedelta(days=premier.weekday())
    rangees = (dernier - lundi).days // JOURS_PAR_RANGEE + 1
    semaines = groupby(jours, key=lambda j: j[0] - timedelta(days=j[0].weekday()))
    return Frise(
        largeur=JOURS_PAR_RANGEE * (LARGEUR_CASE + ECART) - ECART + ENTRE_SEMAINES,
        hauteur=rangees * (HAUTEUR_CASE + ENTETE_RANGEE),
        titre=f"Frise du {date_longue(premier)} au {date_longue(dernier)}",
        description=". ".join(i.phrase for i in decompte.intervalles) + ".",
        semaines=tuple(
            Rangee(*_place(debut, lundi), f"Semaine du {date_longue(debut)}")
            for debut, _ in semaines
        ),
        cases=tuple(
            Case(
                *_place(jour, lundi),
                sorte=sorte,
                jour=f"{_JOURS[jour.weekday()]} {jour.day}",
                rang=rang,
                mot="fin" if motif is Motif.FIN else sorte.mot,
                fin=motif is Motif.FIN,
            )
            for jour, motif, sorte, rang in jours
        ),
    )


def _jours(decompte: Decompte, delai: int) -> Iterator[tuple[date, Motif, Sorte, str]]:
    """Chaque jour, son motif, son dessin et son rang s'il compte."""
    rang = 0
    for intervalle in decompte.intervalles:
        for jour in _dates(intervalle):
            if not intervalle.jours:
                yield jour, intervalle.motif, _SORTES[intervalle.motif], ""
                continue
            rang += 1
            yield jour, intervalle.motif, COMPTE if rang <= delai else RETARD, str(rang)


def _dates(intervalle: Intervalle) -> Iterator[date]:
    for n in range((intervalle.fin - intervalle.debut).days + 1):
        yield intervalle.debut + timedelta(days=n)


def _place(jour: date, lundi: date) -> tuple[int, int]:
    rangee, colonne = divmod((jour - lundi).days, JOURS_PAR_RANGEE)
    x = colonne * (LARGEUR_CASE + ECART) + (ENTRE_SEMAINES if colonne >= 7 else 0)
    return x, rangee * (HAUTEUR_CASE + ENTETE_RANGEE)
