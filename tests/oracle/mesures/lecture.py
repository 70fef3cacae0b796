"""Ce qu'un indicateur d'une version dit d'une histoire, lue jour par jour et heure par heure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from tests.oracle.mesures.temps import UN_JOUR, Calendrier, cadran, heure_de, instant_de, local

Json: TypeAlias = Mapping[str, Any]
LIVRAISONS = frozenset({"poste.livré", "poste_virtuel.installé", "logiciel.installé",
                        "appareil.synchronisé", "actif.livré", "aménagement.complété"})  # fmt: skip
CYCLE = [
    {"demande.créée"}, {"demande.approuvée"}, {"demande.refusée"}, {"demande.prise_en_charge"},
    {"demande.suspendue"}, {"demande.reprise"}, {"travail.effectué"}, LIVRAISONS,
    {"demande.complétée"}, {"demande.annulée"}, {"demande.redirigée"}, {"demande.rouverte"},
]  # fmt: skip
"""L'ordre de DEM-12 à la même seconde; ce qui n'en est pas vient d'abord."""


class Jugement(NamedTuple):
    verdict: str
    version: int
    j0: date | None = None
    jours: int | None = None
    fin: datetime | None = None
    exclut: frozenset[str] = frozenset()
    signale: frozenset[str] = frozenset()

    @property
    def mois(self) -> str | None:
        """Le mois de la fin, à Québec."""
        return None if self.fin is None else f"{local(self.fin):%Y-%m}"


@dataclass(frozen=True)
class Fait:
    acte: str
    type: str
    le: datetime
    corps: Json

    @property
    def place(self) -> tuple[datetime, int, str]:
        rang = next((n for n, types in enumerate(CYCLE) if self.type in types), 0)
        return self.le, rang, self.acte

    @property
    def attendus(self) -> list[tuple[str, str]]:
        """Les articles annoncés, et l'événement qui livrera chacun."""
        dits = self.corps.get("livraisons_attendues", ())
        return [(a["article_id"], a["evenement"]) for a in dits]


class Lecture:
    """Une histoire lue par un indicateur d'une version."""

    def __init__(
        self, indicateur: Json, version: int, histoire: list[Fait], calendrier: Calendrier
    ) -> None:
        self._i = indicateur
        self._version = version
        self._histoire = histoire
        self._calendrier = calendrier

    def juger(self) -> Jugement | None:
        regle = self._regle()
        types = {b["evenement"] for b in self._i["ouvre"]}
        if regle is None or not any(f.type in types for f in self._histoire):
            return None
        ouvrante = next((f for f in self._histoire if self._ouvre(f)), None)
        dits: dict[str, Any] = {}
        for fait in self._histoire:
            for nom, valeur in fait.corps.items():
                if not isinstance(valeur, list | tuple):
                    dits.setdefault(nom, valeur)
            if fait is ouvrante:
                break
        if not _repond(self._i["couvre"], dits):
            return None
        j0 = None if ouvrante is None else self._jour_zero(regle, ouvrante.le)
        if any(f.type in self._i["retire"] for f in self._histoire):
            return Jugement("non_mesuree", self._version, j0)
        exclut = {c["code"] for c in self._i["conditions"] if _repond(c["exclut"], dits)}
        signale = {c["code"] for c in self._i["conditions"]
                   if c["signale"] and _repond(c["signale"], dits)} - exclut  # fmt: skip
        nu = Jugement("en_cours", self._version, j0, None, None, frozenset(exclut),
                      frozenset(signale))  # fmt: skip
        return nu if j0 is None else self._mesurer(nu, regle, j0)

    def _regle(self) -> str | None:
        """Ce que l'horloge compte; None : rien, ou rien que l'on sache compter."""
        horloge, heures, i = self._i["horloge"], self._i["calendrier"], self._i
        if heures not in {"csc", "visioconference", "continu"} or not (i["ouvre"] and i["ferme"]):
            return None
        if horloge == "date_convenue":
            return "date"
        if i["delai"] is None or horloge not in {"jours_ouvrables", "jours_civils"}:
            return None
        return "civils" if horloge == "jours_civils" or heures == "continu" else "ouvrables"

    def _ouvre(self, fait: Fait) -> bool:
        return any(
            b["evenement"] == fait.type and _repond(b["si"], fait.corps) for b in self._i["ouvre"]
        )

    def _jour_zero(self, regle: str, ouverture: datetime) -> date:
        montre = local(ouverture)
        jour = montre.date()
        if regle != "ouvrables":
            return jour
        if self._calendrier.ouvrable(jour) and montre.time() < time(17):
            return jour
        jour += UN_JOUR
        while not self._calendrier.ouvrable(jour):
            jour += UN_JOUR
        return jour

    def _mesurer(self, nu: Jugement, regle: str, j0: date) -> Jugement:
        """Le verdict d'un sujet ouvert que rien n'a retiré."""
        if not self._articles(self._histoire) and LIVRAISONS.issuperset(self._i["ferme"]):
            return nu._replace(verdict="non_mesuree")
        derniere = self._fin(self._histoire)
        if derniere is None:
            return nu
        rate = "depassee" if self._i["cible"] is None else "manquee"
        if regle == "date":
            dates = self._dates(derniere)
            if not dates:
                return nu._replace(verdict="non_mesuree")
            tenue = local(derniere.le).date().isoformat() <= dates[-1]
            return nu._replace(verdict="conforme" if tenue else rate, fin=derniere.le)
        jours = self._compter(regle, j0, derniere.le)
        tenue = jours <= self._i["delai"]
        return nu._replace(verdict="conforme" if tenue else rate, jours=jours, fin=derniere.le)

    def _dates(self, fin: Fait) -> list[str]:
        """Les dates qui ont valu avant la fin : passée, une date ne se déplace plus (SLA-4).

        Rouverte, la demande se convient de nouveau; pas si elle avait fini trop tard.
        """
        dates: list[str] = []
        libre = True
        for rang, fait in enumerate(self._histoire[: self._histoire.index(fin)]):
            finie = self._fin(self._histoire[:rang])
            if dates and finie is not None:
                rouverte = self._fin(self._histoire[: rang + 1]) is None
                libre = rouverte and local(finie.le).date().isoformat() <= dates[-1]
            dite = fait.corps.get("date_convenue")
            if dite and (libre or local(fait.le).date().isoformat() <= dates[-1]):
                dates.append(dite)
                libre = False
        return dates

    def _compter(self, regle: str, j0: date, fin: datetime) -> int:
        """Une heure après l'autre : à 17 h d'un jour ouvrable, ou à minuit, à la charge de qui ?"""
        dernier, comptes = local(fin).date(), 0
        for heure in range(heure_de(self._histoire[0].le) + 1, heure_de(fin) + 1):
            jour, aiguille = cadran(heure)
            if regle == "ouvrables":
                regarde = aiguille == 17 and self._calendrier.ouvrable(jour)
            else:
                regarde, jour = aiguille == 0, jour - UN_JOUR
            if regarde and j0 < jour < dernier:
                ferme = instant_de(heure)
                comptes += self._au_mcn(
                    [f for f in self._histoire
                     if f.le < ferme or (f.le == ferme and regle == "ouvrables")]
                )  # fmt: skip
        compte_la_fin = regle != "ouvrables" or self._calendrier.ouvrable(dernier)
        return comptes + (dernier > j0 and compte_la_fin)

    def _au_mcn(self, passes: list[Fait]) -> bool:
        """À la charge du MCN, après ces faits."""
        if self._fin(passes) is not None:
            return False
        ouverte = charge = False
        for fait in passes:
            if not ouverte:
                ouverte = charge = self._ouvre(fait)
            elif fait.type in self._i["suspend"]:
                charge = False
            elif fait.type in self._i["reprend"] or fait.type in self._i["rouvre"]:
                charge = True
        return charge

    def _fin(self, passes: list[Fait]) -> Fait | None:
        """Le fait qui ferme la mesure, s'il est passé et que rien ne l'a rouverte."""
        articles = self._articles(passes)
        if articles:
            livrees = [self._livraison(passes, article) for article in articles]
            faites = [f for f in livrees if f is not None]
            return max(faites, key=lambda f: f.place) if len(faites) == len(livrees) else None
        ouvrante = next((n for n, f in enumerate(passes) if self._ouvre(f)), len(passes))
        suite = passes[ouvrante + 1 :]
        rouvertes = [n for n, f in enumerate(suite) if f.type in self._i["rouvre"]]
        if rouvertes:
            suite = suite[rouvertes[-1] + 1 :]
        return next((f for f in suite if f.type in self._i["ferme"]), None)

    def _attentes(self, passes: list[Fait]) -> list[tuple[int, set[str]]]:
        """Où des livraisons mesurées s'attendent : la première fois, puis à chaque réouverture."""
        mesurees = [
            (rang, {article for article, par in f.attendus if par in self._i["ferme"]})
            for rang, f in enumerate(passes)
        ]
        utiles = [(rang, articles) for rang, articles in mesurees if articles]
        return [u for u in utiles if u is utiles[0] or passes[u[0]].type in self._i["rouvre"]]

    def _articles(self, passes: list[Fait]) -> set[str]:
        return {article for _, articles in self._attentes(passes) for article in articles}

    def _livraison(self, passes: list[Fait], article: str) -> Fait | None:
        """La livraison de l'article depuis qu'on l'attend, s'il est livré."""
        depuis = max(rang for rang, dits in self._attentes(passes) if article in dits)
        return next(
            (f for f in passes[depuis:]
             if f.type in LIVRAISONS and f.corps.get("article_id") == article),
            None,
        )  # fmt: skip


def _repond(predicat: Json | None, dits: Json) -> bool:
    """Une alternative dont toutes les comparaisons sont vraies."""
    if predicat is None:
        return True
    return any(all(_vraie(c, dits.get(c["fait"])) for c in tous) for tous in predicat["un"])


def _vraie(comparaison: Json, valeur: object) -> bool:
    if valeur is None:
        return False
    parmi, egale, plancher = (comparaison.get(nom) for nom in ("parmi", "egale", "au_moins"))
    if parmi is not None and valeur not in parmi:
        return False
    if egale is not None and (type(valeur) is not type(egale) or valeur != egale):
        return False
    if plancher is not None and Decimal(str(valeur)) < Decimal(plancher):
        return False
    return not (parmi is None and egale is None and plancher is None)
