"""Le verdict de chaque mesure d'un sujet, rejoué de son histoire entière (SLA-3, SLA-8, SLA-10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from calendrier import ANNEE_MAX, ANNEE_MIN, Calendrier, date_longue
from noyau import FaitNomme, Mois, jour_de_quebec
from sla.exclusions.domaine.decisions import AUCUNE, SANS_DECISION, Decisions
from sla.fiches.domaine import Fiches, Indicateur, Regime
from sla.histoires.domaine import Episode, Histoire, Sujet
from sla.mesures.domaine.conditions import (
    Conclusion,
    Examen,
    ExamenDecide,
    decider,
    examiner,
)
from sla.mesures.domaine.echeances import Echeance, echeance
from sla.mesures.domaine.horloges import (
    COMPTAGES,
    Comptage,
    comptage_de,
    date_convenue,
)
from sla.mesures.domaine.parcours import Ouverture, Parcours, parcourir
from sla.mesures.domaine.regimes import regissent

_ESPACE: Final = UUID("6d1c7a52-3f0e-5b8e-9a41-0c2f7be4d910")


class Verdict(StrEnum):
    """Ce qu'on sait dire d'un sujet, sous un indicateur."""

    CONFORME = "conforme"
    MANQUEE = "manquee"
    DEPASSEE = "depassee"
    """Délai dépassé, mais l'indicateur est sans cible : jamais « manquée » (VI-1 à VI-6)."""
    EN_COURS = "en_cours"
    NON_MESUREE = "non_mesuree"


JUGES = frozenset({Verdict.CONFORME, Verdict.MANQUEE, Verdict.DEPASSEE})
"""Les verdicts qui entrent dans un taux (SLA-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesure:
    """Un sujet vu par un indicateur d'une fiche; tout ce qui a servi à le juger s'y lit."""

    sujet: Sujet
    organisme: str
    regime: Regime
    verdict: Verdict
    raison: str
    """Une phrase française, pour qui lit le verdict."""
    calendrier: str
    """La version du calendrier qui décide de la fin; à défaut, du J0."""
    numero: str | None
    """Le numéro lisible du sujet, s'il en a un."""
    sorte: str | None
    """Ce que le sujet est, s'il le dit : « poste_physique »."""
    j0: date | None
    """None : la mesure n'est pas encore ouverte."""
    fin: datetime | None = None
    jours: int | None = None
    """Les jours comptés, dans l'unité de l'horloge; None si elle court, ou n'en compte pas."""
    echeance: Echeance | None = None
    """De celle qui court; None : une suspension la reporte, finie, ou rien ne la donne."""
    examens: tuple[Examen, ...] = ()

    @property
    def id(self) -> UUID:
        """L'identité de la mesure : la version de la fiche n'en est qu'un attribut (SLA-10)."""
        return _identite(self.sujet, self.regime)

    @property
    def mois(self) -> Mois | None:
        """La période du taux où elle entre : le mois de sa fin, à Québec (SLA-4)."""
        return Mois.de(jour_de_quebec(self.fin)) if self.fin is not None else None

    @property
    def exclue(self) -> bool:
        """Vrai si une condition la sort du taux ajusté (SLA-8)."""
        return Conclusion.EXCLUE in [e.conclusion for e in self.examens]

    @property
    def decidee(self) -> bool:
        """Vrai si une personne a décidé d'une de ses exclusions, fût-elle annulée (SLA-8)."""
        return any(isinstance(e, ExamenDecide) for e in self.examens)

    @property
    def signalee(self) -> bool:
        """Vrai si une condition n'a pu être tranchée (gamme inconnue)."""
        return Conclusion.SIGNALEE in [e.conclusion for e in self.examens]


def _identite(sujet: Sujet, regime: Regime) -> UUID:
    return uuid5(_ESPACE, f"{sujet.sorte}/{sujet.id}/{regime.fiche}/{regime.indicateur.code}")


def rejouer(
    histoire: Histoire,
    fiches: Fiches,
    calendrier: Calendrier,
    decisions: Mapping[str, Decisions] = AUCUNE,
) -> list[Mesure]:
    """Les mesures de l'histoire connue; des mêmes données, les mêmes mesures."""
    return rejouer_lot([histoire], fiches, calendrier, decisions)


def rejouer_lot(
    histoires: Iterable[Histoire],
    fiches: Fiches,
    calendrier: Calendrier,
    decisions: Mapping[str, Decisions] = AUCUNE,
) -> list[Mesure]:
    """`rejouer` pour chaque histoire, dans leur ordre; les jours se comptent en lot par horloge.

    `decisions` : par organisme, ce que des personnes ont décidé (SLA-8).
    """
    instruites = [
        _Cause(
            histoire,
            regime,
            lue.ouverture,
            lue.j0,
            calendrier,
            decisions.get(histoire.organisme, SANS_DECISION),
        ).instruire()
        for histoire in histoires
        for regime, lue in regissent(histoire, fiches, calendrier)
    ]
    finies = [i for i in instruites if isinstance(i, _Finie)]
    for comptage in COMPTAGES.values():
        siennes = [f for f in finies if f.comptage is comptage]
        transitions = [f.parcours.transitions for f in siennes]
        jours = comptage.jours_comptes(transitions, [f.fin for f in siennes], calendrier)
        for finie, nombre in zip(siennes, jours, strict=True):
            finie.jours = nombre
    return [i.juger() if isinstance(i, _Finie) else i for i in instruites]


@dataclass(frozen=True, slots=True)
class _Cause:
    """Une histoire devant l'indicateur qui la régit."""

    histoire: Histoire
    regime: Regime
    ouverture: Ouverture
    j0: date | None
    calendrier: Calendrier
    decisions: Decisions

    @property
    def indicateur(self) -> Indicateur:
        return self.regime.indicateur

    def juger(
        self,
        verdict: Verdict,
        raison: str,
        *,
        fin: datetime | None = None,
        jours: int | None = None,
        echeance: Echeance | None = None,
        examens: tuple[Examen, ...] | None = None,
    ) -> Mesure:
        faits = self.ouverture.faits
        return Mesure(
            sujet=self.histoire.sujet,
            organisme=self.histoire.organisme,
            regime=self.regime,
            verdict=verdict,
            raison=raison,
            calendrier=self.calendrier.version_du(self._decide(fin)).version,
            numero=_texte(faits.get("numero")),
            sorte=_texte(faits.get("sorte")),
            j0=self.j0,
            fin=fin,
            jours=jours,
            echeance=echeance,
            examens=self._decides(
                examiner(self.indicateur, self.ouverture) if examens is None else examens
            ),
        )

    def _decides(self, examens: tuple[Examen, ...]) -> tuple[Examen, ...]:
        if not self.decisions.excluent:
            return examens
        identite = _identite(self.histoire.sujet, self.regime)
        return tuple(decider(examens, identite, self.decisions))

    def _decide(self, fin: datetime | None) -> date:
        """Le jour dont on montre qui décide : la fin, sinon J0, sinon la naissance."""
        if fin is not None:
            return jour_de_quebec(fin)
        return self.j0 or jour_de_quebec(self.ouverture.naissance.survenu_le)

    def instruire(self) -> "Mesure | _Finie":
        """Tout le verdict, sauf le décompte d'une mesure finie."""
        retrait = retrait_de(self.histoire, self.indicateur)
        if retrait is not None:
            raison = f"Retirée de la mesure par « {retrait.type} »."
            return self.juger(Verdict.NON_MESUREE, raison, examens=())
        if self.j0 is None:
            return self._sans_j0()
        parcours = parcourir(
            self.histoire, self.indicateur, self.ouverture.place, self.decisions.suspensions
        )
        if not parcours.mesurable:
            raison = f"{self.indicateur.code} ne mesure aucune des livraisons attendues."
            return self.juger(Verdict.NON_MESUREE, raison)
        comptage = comptage_de(self.indicateur)
        if comptage is None:
            return self._selon_la_date(parcours)
        return self._selon_le_compte(comptage, parcours)

    def _selon_le_compte(self, comptage: Comptage, parcours: Parcours) -> "Mesure | _Finie":
        """Une mesure dont les jours se comptent (SLA-2)."""
        for transition in parcours.transitions:
            if not self.calendrier.couvre(transition.instant):
                return self._hors_calendrier(self.histoire.episodes[transition.sequence])
        if parcours.fin is None:
            return self._court(parcours, "La mesure court encore.")
        return _Finie(self, comptage, parcours, self.histoire.episodes[parcours.fin].survenu_le)

    def _court(self, parcours: Parcours, raison: str) -> Mesure:
        due = echeance(self.histoire, self.indicateur, parcours, self.calendrier)
        return self.juger(Verdict.EN_COURS, raison, echeance=due)

    def _sans_j0(self) -> Mesure:
        if self.ouverture.place is not None:
            return self._hors_calendrier(self.ouverture.disent[-1])
        return self.juger(Verdict.EN_COURS, "La mesure attend encore le fait qui l'ouvre.")

    def _hors_calendrier(self, episode: Episode) -> Mesure:
        """Rien ne se compte hors des années du calendrier : la mesure attend qu'il y vienne."""
        jour = date_longue(jour_de_quebec(episode.survenu_le))
        raison = (
            f"La mesure attend : « {episode.type} », du {jour}, mène hors du calendrier, qui va de"
            f" {ANNEE_MIN} à {ANNEE_MAX} (SLA-1)."
        )
        return self.juger(Verdict.EN_COURS, raison)

    def _selon_la_date(self, parcours: Parcours) -> Mesure:
        """Le verdict d'une date convenue, tenue ou non (SLA-4)."""
        place = parcours.fin
        convenue = date_convenue(self.histoire, parcours)
        if place is None:
            quelle = "aucune date n'est convenue" if convenue is None else _pour(convenue)
            return self._court(parcours, f"La mesure court encore : {quelle}.")
        if convenue is None:
            raison = "Aucune date n'était convenue avant la fin."
            return self.juger(Verdict.NON_MESUREE, raison)
        fin = self.histoire.episodes[place].survenu_le
        jour = jour_de_quebec(fin)
        verdict = self.verdict(tenue=jour <= convenue)
        return self.juger(verdict, f"Finie le {date_longue(jour)}, {_pour(convenue)}.", fin=fin)

    def verdict(self, *, tenue: bool) -> Verdict:
        """Sans cible, ce qui n'est pas tenu n'est pas manqué."""
        if tenue:
            return Verdict.CONFORME
        return Verdict.DEPASSEE if self.indicateur.cible is None else Verdict.MANQUEE


@dataclass(slots=True)
class _Finie:
    """Une mesure finie : il ne reste qu'à compter ses jours."""

    cause: _Cause
    comptage: Comptage
    parcours: Parcours
    fin: datetime
    jours: int = 0

    def juger(self) -> Mesure:
        delai = self.cause.indicateur.delai or 0
        raison = f"{self.comptage.comptes(self.jours)}, pour un délai de {delai}."
        verdict = self.cause.verdict(tenue=self.jours <= delai)
        return self.cause.juger(verdict, raison, fin=self.fin, jours=self.jours)


def retrait_de(histoire: Histoire, indicateur: Indicateur) -> Episode | None:
    """Le fait qui retire le sujet de la mesure (SLA-2, DEM-6)."""
    return next((e for e in histoire.episodes if e.type in indicateur.retire), None)


def _pour(convenue: date) -> str:
    return f"pour une date convenue du {date_longue(convenue)}"


def _texte(fait: FaitNomme) -> str | None:
    return fait if isinstance(fait, str) else None
