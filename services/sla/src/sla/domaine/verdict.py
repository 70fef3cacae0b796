"""Le verdict d'une demande, rejoué de son histoire entière (SLA-2, SLA-3, SLA-8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from calendrier import Calendrier, Transition, jour_de_quebec, jour_zero, jours_comptes
from sla.domaine.conditions import Conclusion, Examen, examiner
from sla.domaine.fiche import Fiches, Indicateur, Regime
from sla.domaine.histoire import Creation, Histoire, Nature
from sla.domaine.parcours import parcourir, premiere_charge_mcn
from socle.noyau import Mois


class Verdict(StrEnum):
    """Ce qu'on sait dire d'une demande."""

    CONFORME = "conforme"
    MANQUEE = "manquee"
    DEPASSEE = "depassee"
    """Délai dépassé, mais l'indicateur est sans cible : jamais « manquée » (VI-1 à VI-6)."""
    EN_COURS = "en_cours"
    NON_MESUREE = "non_mesuree"
    EN_ATTENTE = "en_attente"
    """Un fait ou une fiche manque encore : aucun verdict n'est inventé."""


JUGES = frozenset({Verdict.CONFORME, Verdict.MANQUEE, Verdict.DEPASSEE})
"""Les verdicts qui entrent dans un taux (SLA-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesure:
    """La mesure d'une demande; tout ce qui a servi à la juger s'y lit."""

    demande_id: UUID
    organisme: str
    verdict: Verdict
    raison: str
    """Une phrase française, pour qui lit le verdict."""
    calendrier: str
    """La version du calendrier qui a servi."""
    creation: Creation | None = None
    j0: date | None = None
    regime: Regime | None = None
    fin: datetime | None = None
    jours: int | None = None
    """Jours ouvrables comptés; None tant que la demande court."""
    examens: tuple[Examen, ...] = ()

    @property
    def mois(self) -> Mois | None:
        """La période du taux où elle entre : le mois de sa fin, à Québec (SLA-4)."""
        return Mois.de(jour_de_quebec(self.fin)) if self.fin is not None else None

    @property
    def exclue(self) -> bool:
        """Vrai si une condition la sort du taux ajusté (SLA-8)."""
        return any(e.conclusion is Conclusion.EXCLUE for e in self.examens)

    @property
    def signalee(self) -> bool:
        """Vrai si une condition n'a pu être tranchée (gamme inconnue)."""
        return any(e.conclusion is Conclusion.SIGNALEE for e in self.examens)


def rejouer(histoire: Histoire, fiches: Fiches, calendrier: Calendrier) -> Mesure:
    """Le verdict de l'histoire connue; mêmes histoire, fiches et calendrier : même verdict.

    Lève `calendrier.ErreurCalendrier` si un instant sort des années couvertes (2015 à 2040).
    """
    (mesure,) = rejouer_lot([histoire], fiches, calendrier)
    return mesure


def rejouer_lot(
    histoires: Iterable[Histoire], fiches: Fiches, calendrier: Calendrier
) -> list[Mesure]:
    """`rejouer` pour chaque histoire, dans leur ordre; les jours se comptent en une fois."""
    instruites = [_instruire(histoire, fiches, calendrier) for histoire in histoires]
    finies = [i for i in instruites if isinstance(i, _Finie)]
    jours = iter(
        jours_comptes([f.transitions for f in finies], [f.fin for f in finies], calendrier)
    )
    return [i.juger(next(jours)) if isinstance(i, _Finie) else i for i in instruites]


@dataclass(frozen=True, slots=True)
class _Finie:
    """Une demande finie : il ne reste qu'à compter ses jours."""

    mesurer: Callable[..., Mesure]
    delai: int
    sans_cible: bool
    transitions: tuple[Transition, ...]
    fin: datetime

    def juger(self, jours: int) -> Mesure:
        comptes = "jour ouvrable compté" if jours < 2 else "jours ouvrables comptés"
        raison = f"{jours} {comptes}, pour un délai de {self.delai}."
        if jours <= self.delai:
            verdict = Verdict.CONFORME
        else:
            verdict = Verdict.DEPASSEE if self.sans_cible else Verdict.MANQUEE
        return self.mesurer(verdict=verdict, raison=raison, fin=self.fin, jours=jours)


def _instruire(histoire: Histoire, fiches: Fiches, calendrier: Calendrier) -> Mesure | _Finie:
    """Tout le verdict sauf le décompte."""
    mesurer = partial(
        Mesure,
        demande_id=histoire.demande_id,
        organisme=histoire.organisme,
        calendrier=calendrier.version.version,
    )
    naissance = histoire.naissance
    if naissance is None or naissance.creation is None:
        raison = "La création de la demande n'est pas encore connue."
        return mesurer(verdict=Verdict.EN_ATTENTE, raison=raison)
    mesurer = partial(mesurer, creation=naissance.creation)
    if (abandon := histoire.abandon) is not None:
        return mesurer(verdict=Verdict.NON_MESUREE, raison=_ABANDONS[abandon.nature])
    charge = premiere_charge_mcn(histoire)
    if charge is None:
        return _avant_approbation(mesurer, histoire)
    j0 = jour_zero(charge, calendrier)
    mesurer = partial(mesurer, j0=j0)
    regime = fiches.regime(naissance.creation.sorte, j0)
    if regime is None:
        return _sans_regime(mesurer, fiches_connues=fiches.en_vigueur(j0) != ())
    examens = examiner(regime.indicateur, naissance.creation, naissance.evenement_id)
    mesurer = partial(mesurer, regime=regime, examens=examens)
    return _suivre(mesurer, regime.indicateur, histoire)


def _avant_approbation(mesurer: Callable[..., Mesure], histoire: Histoire) -> Mesure:
    if len(histoire.episodes) == 1:
        raison = "La demande attend l'approbation du client."
        return mesurer(verdict=Verdict.EN_COURS, raison=raison)
    return mesurer(verdict=Verdict.EN_ATTENTE, raison="L'approbation n'est pas encore connue.")


def _sans_regime(mesurer: Callable[..., Mesure], *, fiches_connues: bool) -> Mesure:
    if fiches_connues:
        raison = "Aucun délai en vigueur au jour J0 ne mesure cette sorte de demandes."
        return mesurer(verdict=Verdict.NON_MESUREE, raison=raison)
    raison = "Aucune fiche en vigueur au jour J0 n'est encore connue."
    return mesurer(verdict=Verdict.EN_ATTENTE, raison=raison)


def _suivre(
    mesurer: Callable[..., Mesure], indicateur: Indicateur, histoire: Histoire
) -> Mesure | _Finie:
    if indicateur.delai is None:
        raison = f"La fiche ne publie pas de délai pour {indicateur.code}."
        return mesurer(verdict=Verdict.NON_MESUREE, raison=raison)
    parcours = parcourir(histoire, indicateur.fin)
    if not parcours.mesurable:
        raison = f"Aucune des livraisons attendues n'est mesurée par {indicateur.code}."
        return mesurer(verdict=Verdict.NON_MESUREE, raison=raison)
    if parcours.fin is None:
        return mesurer(verdict=Verdict.EN_COURS, raison="La demande court encore.")
    return _Finie(
        mesurer, indicateur.delai, indicateur.cible is None, parcours.transitions, parcours.fin
    )


_ABANDONS = {
    Nature.REFUSEE: "Demande refusée : elle n'est pas mesurée.",
    Nature.ANNULEE: "Demande annulée : elle n'est pas mesurée.",
    Nature.REDIRIGEE: "Demande redirigée : elle n'est pas mesurée.",
}
