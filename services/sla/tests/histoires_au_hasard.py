"""Des vies de demandes tirées au hasard, permises par DEM-4, à des heures choisies pour nuire."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from calendrier import instant_de_quebec
from services.sla.tests.builders import (
    LIVRE_LOGICIEL,
    LIVRE_MONITEUR,
    LIVRE_POSTE,
    Recit,
    fiche,
    indicateur,
    prise_en_charge,
    retiree,
    si,
)
from sla.fiches.domaine import Borne, Fiche, Indicateur, VersionRetiree

HEURES = (time(0), time(7, 30), time(9), time(16, 59, 59), time(17), time(17, 0, 1), time(23, 59))
DEBUTS = (date(2026, 8, 31), date(2025, 12, 19), date(2027, 3, 8), date(2026, 10, 26))
ARTICLES = (LIVRE_POSTE, LIVRE_LOGICIEL, LIVRE_MONITEUR)
GAMMES = (None, "ordinaire", "detachable", "haute_performance", "inconnue", "jamais_vue")
SORTES = ("poste_physique", "poste_physique", "poste_physique", "jamais_vue")
DATES = ("2026-09-04", "2026-01-05", "2027-03-12", "2026-11-02")
OUVRENT = ("demande.créée", "demande.approuvée")


class _Montre:
    """Avance de 0 à 6 jours; deux épisodes peuvent porter la même heure."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        debut = draw(st.sampled_from(DEBUTS)) + timedelta(days=draw(st.integers(0, 6)))
        self._instant = instant_de_quebec(debut, draw(st.sampled_from(HEURES)))

    def __call__(self) -> datetime:
        jours = self._draw(st.sampled_from((0, 0, 0, 1, 1, 2, 3, 6)))
        suivant = instant_de_quebec(
            self._instant.date() + timedelta(days=jours), self._draw(st.sampled_from(HEURES))
        )
        self._instant = max(self._instant, suivant)
        return self._instant


@st.composite
def recits(draw: st.DrawFn) -> Recit:
    """Une vie, et des rectifications de ses actes : heures justes, égalités, actes nuls (DEM-13).

    Rien ne passe avant ce qui met la demande à la charge du MCN; un même acte se rectifie plusieurs
    fois.
    """
    recit = draw(_vies())
    bornes = [e.survenu_le for e in recit.episodes if e.type in OUVRENT]
    instants = [e.survenu_le for e in recit.episodes if e.survenu_le >= bornes[-1]]
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(recit.episodes) - 1))
        if draw(st.integers(0, 2)) == 0:
            recit.rectifie(place, None)
        elif recit.episodes[place].type == "demande.créée":
            recit.rectifie(
                place, bornes[0] - timedelta(hours=draw(st.sampled_from((0, 1, 20, 90))))
            )
        elif recit.episodes[place].type != "demande.approuvée":
            ecart = timedelta(hours=draw(st.sampled_from((0, 0, 0, 3, 40))))
            recit.rectifie(place, draw(st.sampled_from(instants)) + ecart)
    return recit


@st.composite
def _vies(draw: st.DrawFn) -> Recit:
    """Une vie entière ou interrompue n'importe où : approbation, suspensions, réouvertures."""
    montre, recit = _Montre(draw), Recit()
    attendues = draw(st.lists(st.sampled_from(ARTICLES), min_size=1, unique=True))
    approbation = draw(st.booleans())
    recit.creee(
        montre(),
        *attendues,
        sorte=draw(st.sampled_from(SORTES)),
        approbation_requise=approbation,
        acquisition_multiple=draw(st.booleans()),
        logiciel_payant=draw(st.booleans()),
        gamme=draw(st.sampled_from(GAMMES)),
    )
    if approbation and not _approuver(draw, recit, montre):
        return recit
    restent, suspendue = list(attendues), False
    gestes = ("livrer", "livrer", "suspendre", "rouvrir", "abandonner", "convenir", "prendre")
    for _ in range(draw(st.integers(0, 10))):
        match draw(st.sampled_from(gestes)):
            case "livrer" if restent and not suspendue:
                recit.livree(montre(), restent.pop(draw(st.integers(0, len(restent) - 1))))
                if not restent:
                    recit.completee(recit.episodes[-1].survenu_le)
            case "suspendre" if restent:
                recit = recit.reprise(montre()) if suspendue else recit.suspendue(montre())
                suspendue = not suspendue
            case "rouvrir" if not restent:
                restent = draw(
                    st.lists(st.sampled_from(attendues), min_size=1, max_size=3, unique=True)
                )
                recit.rouverte(montre(), *restent)
            case "abandonner" if restent and draw(st.integers(0, 9)) == 0:
                return recit.puis("demande.annulée", montre())
            case "convenir":
                recit.convenue(montre(), draw(st.sampled_from(DATES)))
            case _:
                recit.prise_en_charge(montre())
    return recit


def _approuver(draw: st.DrawFn, recit: Recit, montre: _Montre) -> bool:
    """Le client répond ou non; une approbation annulée peut être suivie d'une autre."""
    reponse = draw(st.sampled_from(("rien", "refus", "deux", "une", "une", "une", "une")))
    if reponse == "refus":
        recit.puis("demande.refusée", montre())
    if reponse in {"rien", "refus"}:
        return False
    if reponse == "deux":
        recit.approuvee(montre()).rectifie(-1, None)
    recit.approuvee(montre())
    return True


@st.composite
def _indicateurs(draw: st.DrawFn) -> tuple[Indicateur, ...]:
    """Un poste livré, et d'autres façons de regarder les mêmes demandes."""
    delais, cibles = st.sampled_from((None, 0, 1, 3, 5, 10)), st.sampled_from((None, "0.95"))

    def promis() -> dict[str, Any]:
        cible = draw(cibles)
        return {"delai": draw(delais), "cible": cible and Decimal(cible)}

    autres = (
        prise_en_charge(**promis()),
        prise_en_charge("PEC-2", rouvre=("demande.rouverte",), **promis()),
        indicateur("CIV-1", horloge="jours_civils", **promis()),
        indicateur("CIV-2", calendrier="continu", rouvre=(), couvre=si("gamme", "ordinaire")),
        indicateur("DATE-1", horloge="date_convenue", delai=None),
        indicateur("SUIVI-1", horloge="minutes"),
    )
    tires = draw(st.lists(st.sampled_from(autres), max_size=3, unique_by=lambda i: i.code))
    horloge = draw(st.sampled_from(("jours_ouvrables", "jours_ouvrables", "jours_civils")))
    ouvre = draw(st.sampled_from((indicateur().ouvre, indicateur().ouvre, (Borne(OUVRENT[0]),))))
    return (indicateur(horloge=horloge, ouvre=ouvre, **promis()), *tires)


@st.composite
def fiches_publiees(draw: st.DrawFn) -> tuple[Fiche, ...]:
    """Une à trois versions successives d'une fiche, parfois d'une autre, aux promesses diverses."""
    jours = st.sampled_from((date(2020, 1, 1), *DEBUTS, date(2026, 9, 8)))
    versions = []
    for code in ("POSTES", "AUTRE"):
        debuts = draw(st.lists(jours, max_size=3 if code == "POSTES" else 1))
        versions += [
            fiche(*draw(_indicateurs()), code=code, version=rang + 1, debut=debut)
            for rang, debut in enumerate(debuts)
        ]
    return tuple(versions)


@st.composite
def retraits(draw: st.DrawFn, versions: tuple[Fiche, ...]) -> tuple[VersionRetiree, ...]:
    """Au plus deux retraits de ces versions."""
    if not versions:
        return ()
    tirees = draw(st.lists(st.sampled_from(versions), max_size=2))
    return tuple(map(retiree, tirees))
