"""La disponibilité d'un mois, comptée sur un ruban : une case par seconde ou par minute (SLA-5).

On y peint, demi-heure par demi-heure, ce que disent la règle et la fiche du jour; puis les cases se
comptent. Ni plages, ni fusions, ni rien du service éprouvé.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tests.oracle.mesures.lecture import Json
from tests.oracle.mesures.naif import Savoir, Vue
from tests.oracle.mesures.temps import QUEBEC, UN_JOUR, local

Cases: TypeAlias = NDArray[np.bool_]


class Rendu(NamedTuple):
    """Un service : son premier jour, et le premier où il n'est plus rendu."""

    code: str
    debut: date
    fin: date | None


class Coupure(NamedTuple):
    """Ce qui interrompt un service; `atteint` vide : tous."""

    service: str
    nature: str
    atteint: tuple[str, ...]
    debut: datetime
    fin: datetime | None


class Client(NamedTuple):
    """Un organisme, l'instant où il devient client, les temps où il ne l'est pas."""

    code: str
    depuis: datetime
    absences: tuple[tuple[datetime, datetime | None], ...]


class Durees(NamedTuple):
    """En secondes; la version de la fiche est celle du dernier jour mesuré."""

    service: int
    panne: int
    service_ajuste: int
    panne_ajuste: int
    fiche: str
    version: int
    cible: float | None


@dataclass
class Mois:
    """Ce qui a lieu, du premier jour au dernier compté, et la durée d'une case (secondes)."""

    premier: date
    dernier: date
    grain: int
    savoir: Savoir
    services: Sequence[Rendu]
    coupures: Sequence[Coupure]
    clients: Sequence[Client]


def compter(mois: Mois) -> dict[tuple[str, str], Durees]:
    """Par indicateur et organisme; « » : tous ensemble, la somme des leurs."""
    trouves, ruban = {}, _Ruban(mois)
    for client in mois.clients:
        actif = ruban.actif(client)
        if actif.any():
            vue = Vue(mois.savoir, client.code)
            codes = {(f["code"], i["code"]) for f in vue.fiches for i in f["indicateurs"]}
            for fiche, code in codes:
                durees = ruban.compter(vue, fiche, code, client.code, actif)
                if durees is not None:
                    trouves[code, client.code] = durees
    for code in {code for code, _ in trouves}:
        trouves[code, ""] = _ensemble([d for (c, _), d in trouves.items() if c == code])
    return trouves


def _ensemble(siennes: Sequence[Durees]) -> Durees:
    """La somme des temps de chacun : leur moyenne, chacun selon son temps de service."""
    derniere = max(siennes, key=lambda d: d.version)
    return Durees(
        sum(d.service for d in siennes),
        sum(d.panne for d in siennes),
        sum(d.service_ajuste for d in siennes),
        sum(d.panne_ajuste for d in siennes),
        derniere.fiche,
        derniere.version,
        max((d.cible for d in siennes if d.cible is not None), default=None),
    )


def _minuit(jour: date) -> datetime:
    return datetime(jour.year, jour.month, jour.day, tzinfo=QUEBEC).astimezone(UTC)


class _Ruban:
    def __init__(self, mois: Mois) -> None:
        self._mois = mois
        self._debut, self._fin = _minuit(mois.premier), _minuit(mois.dernier + UN_JOUR)
        self._cases = int((self._fin - self._debut).total_seconds()) // mois.grain

    def _vide(self) -> Cases:
        return np.zeros(self._cases, dtype=np.bool_)

    def _peindre(self, ruban: Cases, debut: datetime, fin: datetime | None, *, de: bool) -> None:
        """Les cases de cet instant à celui-là, exclu; sans fin, jusqu'au bout."""
        de_, a = (
            round((max(t, self._debut) - self._debut).total_seconds()) // self._mois.grain
            for t in (debut, fin or self._fin)
        )
        ruban[de_:a] = de

    def actif(self, client: Client) -> Cases:
        """Quand il est client (DEM-14)."""
        actif = self._vide()
        self._peindre(actif, client.depuis, None, de=True)
        for debut, fin in client.absences:
            self._peindre(actif, debut, fin, de=False)
        return actif

    def compter(
        self, vue: Vue, fiche: str, code: str, organisme: str, actif: Cases
    ) -> Durees | None:
        """Ce que dit un indicateur de cet organisme; None si nul jour ne le mesure."""
        rendus = {s.code: self._vide() for s in self._mois.services}
        exclus, sans_maintenance, panne, ajustee = (self._vide() for _ in range(4))
        regissent: list[tuple[int, float | None]] = []
        for jour, heures in self._jours:
            version = vue.en_vigueur(fiche, jour)
            sien = _indicateur(version, code)
            if version is None or sien is None:
                continue
            regissent.append((version["version"], sien["cible"] and float(sien["cible"])))
            (nommes,) = (c["parmi"] for tous in sien["couvre"]["un"] for c in tous)
            faits = {c["fait"] for x in sien["conditions"] for c in x["exclut"]["un"][0]}
            rendu = [
                rendus[s.code] for s in self._mois.services if s.code in nommes and _est(s, jour)
            ]
            for cases, montre in heures:
                if self._ouvert(sien, montre):
                    for ruban in rendu:
                        ruban[cases] = True
                exclus[cases] = "plage" in faits and _maintenance(montre)
                sans_maintenance[cases] = "nature" in faits
        if not regissent:
            return None
        service = np.logical_or.reduce([*rendus.values(), self._vide()]) & actif
        for coupure in self._mois.coupures:
            touche = self._touche(coupure, organisme, rendus) & service
            panne |= touche
            ajustee |= touche & ~(sans_maintenance & (coupure.nature == "maintenance"))
        return Durees(
            self._secondes(service),
            self._secondes(panne),
            self._secondes(service & ~exclus),
            self._secondes(ajustee & ~exclus),
            fiche,
            regissent[-1][0],
            max((cible for _, cible in regissent if cible is not None), default=None),
        )

    def _nes(self, jour: date) -> list[str]:
        """Les services qui sont rendus ce jour-là."""
        return [s.code for s in self._mois.services if _est(s, jour)]

    def _secondes(self, cases: Cases) -> int:
        return int(cases.sum()) * self._mois.grain

    @cached_property
    def _jours(self) -> list[tuple[date, list[tuple[slice, datetime]]]]:
        """Chaque jour, et ses demi-heures : leurs cases, et ce que montre l'horloge."""
        demis = []
        for rang in range(0, self._cases, 1_800 // self._mois.grain):
            montre = local(self._debut + rang * timedelta(seconds=self._mois.grain))
            demis.append((slice(rang, rang + 1_800 // self._mois.grain), montre))
        groupes = groupby(demis, key=lambda demi: demi[1].date())
        return [(jour, list(siens)) for jour, siens in groupes]

    def _ouvert(self, indicateur: Json, montre: datetime) -> bool:
        if indicateur["calendrier"] == "continu":
            return True
        debut = {"csc": (7, 30), "visioconference": (8, 30)}[indicateur["calendrier"]]
        heure = (montre.hour, montre.minute)
        return self._mois.savoir.calendrier.ouvrable(montre.date()) and debut <= heure < (17, 0)

    def _touche(self, coupure: Coupure, organisme: str, rendus: dict[str, Cases]) -> Cases:
        """Quand elle prive cet organisme d'un service nommé et rendu."""
        touche = self._vide()
        atteint = not coupure.atteint or organisme in coupure.atteint
        if atteint and coupure.nature != "degradation" and coupure.service in rendus:
            self._peindre(touche, coupure.debut, coupure.fin, de=True)
            touche &= rendus[coupure.service]
        return touche


def _est(service: Rendu, jour: date) -> bool:
    """De sa naissance à son retrait."""
    return service.debut <= jour and (service.fin is None or jour < service.fin)


def _indicateur(fiche: Json | None, code: str) -> Json | None:
    siens = () if fiche is None else fiche["indicateurs"]
    return next((i for i in siens if i["code"] == code and i["horloge"] == "minutes"), None)


def _maintenance(montre: datetime) -> bool:
    """Du lundi au vendredi à 22 h jusqu'au lendemain 6 h; samedi et dimanche, tout le jour."""
    jour = montre.weekday()
    return jour >= 5 or montre.hour >= 22 or (montre.hour < 6 and jour != 0)
