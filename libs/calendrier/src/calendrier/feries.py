"""Les jours fériés : dates nominales, reports de fin de semaine, décisions du gouvernement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from calendrier.dates import date_longue
from calendrier.erreurs import VersionInvalide
from calendrier.regles import ANNEE_MAX, ANNEE_MIN
from calendrier.versions import JourChome, Report, VersionCalendrier

_SAMEDI = 5


@dataclass(frozen=True, slots=True)
class Ferie:
    """Un jour chômé, toujours du lundi au vendredi; `nominal` est sa date avant report."""

    jour: date
    code: str
    libelle: str
    nominal: date


def est_fin_de_semaine(jour: date) -> bool:
    """Vrai le samedi et le dimanche."""
    return jour.weekday() >= _SAMEDI


def jours_feries(version: VersionCalendrier) -> dict[date, Ferie]:
    """Tous les fériés des années couvertes, en ordre de date (SLA-1).

    L'année d'avant y est aussi : une plage de nuit du 31 décembre déborde sur le 1er janvier.

    Lève `VersionInvalide` si une décision du gouvernement ne tient pas : jour ajouté déjà chômé ou
    en fin de semaine, jour retiré qui n'était pas férié, jour hors des années couvertes.
    """
    feries = {
        ferie.jour: ferie
        for annee in range(ANNEE_MIN - 1, ANNEE_MAX + 1)
        for ferie in _feries_de_l_annee(version, annee)
    }
    for retrait in version.retraits:
        _verifier_annee(retrait.jour, "retraits")
        if feries.pop(retrait.jour, None) is None:
            raise VersionInvalide(
                f"retraits : le {date_longue(retrait.jour)} n'est pas un jour férié"
            )
    retires = {retrait.jour for retrait in version.retraits}
    for ajout in version.ajouts:
        _verifier_annee(ajout.jour, "ajouts")
        if ajout.jour in feries or ajout.jour in retires or est_fin_de_semaine(ajout.jour):
            raise VersionInvalide(
                f"ajouts : le {date_longue(ajout.jour)} est déjà chômé, ou aussi parmi les retraits"
            )
        feries[ajout.jour] = Ferie(ajout.jour, "decision", ajout.libelle, ajout.jour)
    return dict(sorted(feries.items()))


def _feries_de_l_annee(version: VersionCalendrier, annee: int) -> Iterator[Ferie]:
    """Les fériés récurrents : ceux de semaine d'abord, puis les reports, en ordre de date."""
    nominaux = sorted(
        ((f.regle.date_nominale(annee), f) for f in version.feries), key=lambda n: n[0]
    )
    pris: set[date] = set()
    for nominal, chome in nominaux:
        if not est_fin_de_semaine(nominal):
            if nominal in pris:
                raise VersionInvalide(f"feries : deux fériés tombent le {date_longue(nominal)}")
            pris.add(nominal)
            yield Ferie(nominal, chome.code, chome.libelle, nominal)
    for nominal, chome in nominaux:
        if est_fin_de_semaine(nominal) and chome.report is not Report.AUCUN:
            jour = _reporter(nominal, chome, pris)
            pris.add(jour)
            yield Ferie(jour, chome.code, chome.libelle, nominal)


def _reporter(nominal: date, chome: JourChome, pris: set[date]) -> date:
    recule = chome.report is Report.RECULE or (
        chome.report is Report.VOISIN and nominal.weekday() == _SAMEDI
    )
    pas = timedelta(days=-1 if recule else 1)
    jour = nominal + pas
    while est_fin_de_semaine(jour) or jour in pris:
        jour += pas
    if jour.year != nominal.year:
        raise VersionInvalide(
            f"feries : le report de « {chome.code} » change d'année en {nominal.year}"
        )
    return jour


def _verifier_annee(jour: date, champ: str) -> None:
    if not ANNEE_MIN <= jour.year <= ANNEE_MAX:
        raise VersionInvalide(
            f"{champ} : le {date_longue(jour)} sort des années {ANNEE_MIN} à {ANNEE_MAX}"
        )
