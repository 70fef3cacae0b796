"""Quand un entretien s'ouvre, s'annonce et finit : les plages d, et ce qui passe outre (SLA-5)."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pages.ecriture import instant as ecrit
from socle.bd.entretien import Annonce

Plage = tuple[datetime, datetime]
MOTIF_MAXIMAL: Final = 500
FIN_MAXIMALE: Final = timedelta(days=7)
"""Une faute de frappe dans l'année dirait à chaque appelant de revenir dans dix ans."""
ANNONCE_MAXIMALE: Final = timedelta(days=60)
"""De même d'un début : un bandeau de toute une année ne se lit plus."""
_COUPENT: Final = frozenset({"Cc", "Zl", "Zp"})


class Refuse(Exception):
    """L'entretien ne s'ouvre pas ainsi; le message dit pourquoi et comment."""


class Etat(NamedTuple):
    """Où en est la base : s'écrit-elle, quand elle s'écrira, et ce qui s'annonce.

    Les motifs disent pourquoi hors d'une plage d.
    """

    lecture_seule: bool
    fin: datetime | None = None
    motif: str | None = None
    annonce: Annonce | None = None
    motif_annonce: str | None = None

    def annonce_en_cours(self, maintenant: datetime) -> Annonce | None:
        """L'entretien annoncé, si c'est son heure."""
        dite = self.annonce
        return dite if dite is not None and dite.debut <= maintenant < dite.fin else None


def motif_juge(motif: str) -> str:
    """Le motif, sans blancs autour; lève `Refuse` s'il est vide, long, ou de plusieurs lignes."""
    net = motif.strip()
    if not net:
        raise Refuse("Hors plage, un motif est attendu.")
    if len(net) > MOTIF_MAXIMAL or any(unicodedata.category(c) in _COUPENT for c in net):
        raise Refuse(f"Le motif tient en une ligne, de {MOTIF_MAXIMAL} caractères au plus.")
    return net


def entretien_voulu(
    maintenant: datetime, trouve: Etat, fin: datetime | None, motif: str | None
) -> Etat:
    """L'entretien à poser : sans fin ni motif neufs, ceux d'un entretien déjà ouvert tiennent."""
    if not trouve.lecture_seule:
        return trouve._replace(lecture_seule=True, fin=fin, motif=motif)
    dite = trouve.fin if trouve.fin is not None and trouve.fin > maintenant else None
    return trouve._replace(fin=fin or dite, motif=motif or trouve.motif)


def fin_prevue(
    maintenant: datetime,
    jusqua: datetime | None,
    hors_plage: str | None,
    plage: Callable[[datetime], Plage],
) -> datetime | None:
    """Quand l'entretien finira, en UTC; rien si, hors plage, nul ne l'a dit.

    Lève `Refuse` s'il déborde d'une plage d sans motif, finirait avant de commencer, ou dans plus
    de sept jours (SLA-5).
    """
    if jusqua is not None and jusqua <= maintenant:
        raise Refuse("Cette fin est passée.")
    if jusqua is not None and jusqua > maintenant + FIN_MAXIMALE:
        raise Refuse(f"Une fin se dit à {FIN_MAXIMALE.days} jours au plus.")
    if hors_plage is not None:
        return jusqua
    debut, fin = plage(maintenant)
    if maintenant < debut:
        raise Refuse(
            f"Hors des plages d, une indisponibilité compte au taux (SLA-5). Prochaine : du"
            f" {ecrit(debut)} au {ecrit(fin)}. Pour passer outre : --hors-plage « motif »."
        )
    if jusqua is not None and jusqua > fin:
        raise Refuse(
            f"La plage finit le {ecrit(fin)} : le reste compterait au taux (SLA-5). Pour passer"
            " outre : --hors-plage « motif »."
        )
    return jusqua or fin


def ouverture(
    maintenant: datetime,
    trouve: Etat,
    jusqua: datetime | None,
    hors_plage: str | None,
    plage: Callable[[datetime], Plage],
) -> Etat:
    """L'entretien à ouvrir; à l'heure qu'on a annoncée, sa fin et son motif sont ceux de l'annonce.

    Lève `Refuse`, comme `fin_prevue`.
    """
    annonce = trouve.annonce_en_cours(maintenant)
    motif = None if hors_plage is None else motif_juge(hors_plage)
    if annonce is not None:
        jusqua, motif = jusqua or annonce.fin, motif or trouve.motif_annonce
    fin = fin_prevue(maintenant, jusqua, motif, plage)
    voulu = entretien_voulu(maintenant, trouve, fin, motif)
    if annonce is not None and voulu.fin is not None:
        # Ce que les pages en disent suit ce qu'on vient de décider.
        voulu = voulu._replace(annonce=annonce._replace(fin=voulu.fin))
    return voulu


def fermeture(maintenant: datetime, trouve: Etat) -> Etat:
    """La base rouverte : l'entretien annoncé est fini, s'il avait commencé."""
    if trouve.annonce is None or trouve.annonce.debut <= maintenant:
        return Etat(lecture_seule=False)
    return Etat(lecture_seule=False, annonce=trouve.annonce, motif_annonce=trouve.motif_annonce)


def exiger_rien_en_cours(maintenant: datetime, trouve: Etat) -> None:
    """Lève `Refuse` si l'entretien annoncé court : on ne dirait plus à tous que le suivant."""
    if trouve.lecture_seule and trouve.annonce_en_cours(maintenant) is not None:
        raise Refuse("L'entretien annoncé court : fermez-le avant d'en annoncer un autre.")


def annonce_jugee(
    maintenant: datetime,
    debut: datetime,
    jusqua: datetime | None,
    hors_plage: str | None,
    plage: Callable[[datetime], Plage],
) -> Annonce:
    """L'entretien à annoncer, à la seconde; sans fin dite, jusqu'à celle de la plage.

    Lève `Refuse` s'il a commencé, commence dans plus de soixante jours, finit avant de commencer ou
    plus de sept jours après, ou déborde d'une plage d sans motif (SLA-5).
    """
    debut = debut.replace(microsecond=0)
    if debut <= maintenant:
        raise Refuse("Ce début est passé : on n'annonce que ce qui vient.")
    if debut > maintenant + ANNONCE_MAXIMALE:
        raise Refuse(f"Un entretien s'annonce au plus {ANNONCE_MAXIMALE.days} jours d'avance.")
    if jusqua is None and hors_plage is not None:
        raise Refuse("Hors plage, une fin est attendue : --jusqua.")
    if jusqua is not None and jusqua <= debut:
        raise Refuse("Cette fin vient avant le début.")
    fin = fin_prevue(debut, jusqua, hors_plage, plage)
    assert fin is not None  # une plage a une fin, et hors d'elle on l'a dite
    return Annonce(debut, fin.replace(microsecond=0))
