"""Le verdict d'une demande, rejoué de son histoire entière (SLA-2, SLA-3, SLA-8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from calendrier import Calendrier, Transition, jour_zero, jours_comptes
from noyau import Mois, jour_de_quebec
from sla.fiches.domaine import Fiches, Indicateur, Regime
from sla.histoires.domaine import Creation, Histoire, Nature, parcourir, premiere_charge_mcn
from sla.mesures.domaine.conditions import Conclusion, Examen, examiner


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
    def numero(self) -> str | None:
        """Le numéro de la demande, si sa création est connue."""
        return self.creation.numero if self.creation else None

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


@dataclass(slots=True)
class _Instruction:
    """Ce qu'on sait d'une demande avant de la juger; se complète pas à pas."""

    demande_id: UUID
    organisme: str
    calendrier: str
    creation: Creation | None = None
    j0: date | None = None
    regime: Regime | None = None
    examens: tuple[Examen, ...] = ()

    def juger(
        self, verdict: Verdict, raison: str, fin: datetime | None = None, jours: int | None = None
    ) -> Mesure:
        return Mesure(
            demande_id=self.demande_id,
            organisme=self.organisme,
            verdict=verdict,
            raison=raison,
            calendrier=self.calendrier,
            creation=self.creation,
            j0=self.j0,
            regime=self.regime,
            fin=fin,
            jours=jours,
            examens=self.examens,
        )


@dataclass(frozen=True, slots=True)
class _Finie:
    """Une demande finie : il ne reste qu'à compter ses jours."""

    instruction: _Instruction
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
        return self.instruction.juger(verdict, raison, self.fin, jours)


def _instruire(histoire: Histoire, fiches: Fiches, calendrier: Calendrier) -> Mesure | _Finie:
    """Tout le verdict sauf le décompte."""
    instruction = _Instruction(histoire.demande_id, histoire.organisme, calendrier.version.version)
    naissance = histoire.naissance
    if naissance is None or naissance.creation is None:
        return _sans_creation(instruction, histoire)
    instruction.creation = naissance.creation
    if (abandon := histoire.abandon) is not None:
        return instruction.juger(Verdict.NON_MESUREE, _ABANDONS[abandon.nature])
    charge = premiere_charge_mcn(histoire)
    if charge is None:
        return _avant_approbation(instruction, histoire)
    instruction.j0 = jour_zero(charge, calendrier)
    instruction.regime = fiches.regime(instruction.creation.sorte, instruction.j0)
    if instruction.regime is None:
        return _sans_regime(instruction, fiches_connues=fiches.en_vigueur(instruction.j0) != ())
    indicateur = instruction.regime.indicateur
    instruction.examens = examiner(indicateur, instruction.creation, naissance.evenement_id)
    return _suivre(instruction, indicateur, histoire)


def _sans_creation(instruction: _Instruction, histoire: Histoire) -> Mesure:
    nulle = next((e.creation for e in histoire.nuls if e.creation is not None), None)
    if nulle is None:
        raison = "La création de la demande n'est pas encore connue."
        return instruction.juger(Verdict.EN_ATTENTE, raison)
    instruction.creation = nulle
    raison = "La création de la demande a été annulée : elle n'est pas mesurée."
    return instruction.juger(Verdict.NON_MESUREE, raison)


def _avant_approbation(instruction: _Instruction, histoire: Histoire) -> Mesure:
    if len(histoire.episodes) == 1:
        return instruction.juger(Verdict.EN_COURS, "La demande attend l'approbation du client.")
    return instruction.juger(Verdict.EN_ATTENTE, "L'approbation n'est pas encore connue.")


def _sans_regime(instruction: _Instruction, *, fiches_connues: bool) -> Mesure:
    if fiches_connues:
        raison = "Aucun délai en vigueur au jour J0 ne mesure cette sorte de demandes."
        return instruction.juger(Verdict.NON_MESUREE, raison)
    raison = "Aucune fiche en vigueur au jour J0 n'est encore connue."
    return instruction.juger(Verdict.EN_ATTENTE, raison)


def _suivre(
    instruction: _Instruction, indicateur: Indicateur, histoire: Histoire
) -> Mesure | _Finie:
    if indicateur.delai is None:
        raison = f"La fiche ne publie pas de délai pour {indicateur.code}."
        return instruction.juger(Verdict.NON_MESUREE, raison)
    parcours = parcourir(histoire, indicateur.fin)
    if not parcours.mesurable:
        raison = f"Aucune des livraisons attendues n'est mesurée par {indicateur.code}."
        return instruction.juger(Verdict.NON_MESUREE, raison)
    if parcours.fin is None:
        return instruction.juger(Verdict.EN_COURS, "La demande court encore.")
    sans_cible = indicateur.cible is None
    return _Finie(instruction, indicateur.delai, sans_cible, parcours.transitions, parcours.fin)


_ABANDONS = {
    Nature.REFUSEE: "Demande refusée : elle n'est pas mesurée.",
    Nature.ANNULEE: "Demande annulée : elle n'est pas mesurée.",
    Nature.REDIRIGEE: "Demande redirigée : elle n'est pas mesurée.",
}
