"""Le verdict d'une demande, rejoué de son histoire entière (SLA-2, SLA-3, SLA-8)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from calendrier import Calendrier, decompter, jour_de_quebec, jour_zero
from sla.domaine.conditions import Conclusion, Examen, examiner
from sla.domaine.fiche import Fiches, Regime
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
    mesure = Mesure(
        demande_id=histoire.demande_id,
        organisme=histoire.organisme,
        verdict=Verdict.EN_ATTENTE,
        raison="La création de la demande n'est pas encore connue.",
        calendrier=calendrier.version.version,
    )
    naissance = histoire.naissance
    if naissance is None or naissance.creation is None:
        return mesure
    mesure = replace(mesure, creation=naissance.creation)
    if (abandon := histoire.abandon) is not None:
        return _conclure(mesure, Verdict.NON_MESUREE, _ABANDONS[abandon.nature])
    charge = premiere_charge_mcn(histoire)
    if charge is None:
        return _avant_approbation(mesure, histoire)
    j0 = jour_zero(charge, calendrier)
    mesure = replace(mesure, j0=j0)
    regime = fiches.regime(naissance.creation.sorte, j0)
    if regime is None:
        return _sans_regime(mesure, fiches.en_vigueur(j0) != ())
    examens = examiner(regime.indicateur, naissance.creation, naissance.evenement_id)
    return _juger(replace(mesure, examens=examens), regime, histoire, calendrier)


def _avant_approbation(mesure: Mesure, histoire: Histoire) -> Mesure:
    if len(histoire.episodes) == 1:
        return _conclure(mesure, Verdict.EN_COURS, "La demande attend l'approbation du client.")
    return _conclure(mesure, Verdict.EN_ATTENTE, "L'approbation n'est pas encore connue.")


def _sans_regime(mesure: Mesure, fiches_connues: bool) -> Mesure:
    if fiches_connues:
        raison = "Aucun délai en vigueur au jour J0 ne mesure cette sorte de demandes."
        return _conclure(mesure, Verdict.NON_MESUREE, raison)
    raison = "Aucune fiche en vigueur au jour J0 n'est encore connue."
    return _conclure(mesure, Verdict.EN_ATTENTE, raison)


def _juger(mesure: Mesure, regime: Regime, histoire: Histoire, calendrier: Calendrier) -> Mesure:
    mesure, indicateur = replace(mesure, regime=regime), regime.indicateur
    if indicateur.delai is None:
        raison = f"La fiche ne publie pas de délai pour {indicateur.code}."
        return _conclure(mesure, Verdict.NON_MESUREE, raison)
    parcours = parcourir(histoire, indicateur.fin)
    if not parcours.mesurable:
        raison = f"Aucune des livraisons attendues n'est mesurée par {indicateur.code}."
        return _conclure(mesure, Verdict.NON_MESUREE, raison)
    if parcours.fin is None:
        return _conclure(mesure, Verdict.EN_COURS, "La demande court encore.")
    decompte = decompter(parcours.transitions, parcours.fin, calendrier)
    mesure = replace(mesure, fin=parcours.fin, jours=decompte.jours)
    comptes = "jour ouvrable compté" if decompte.jours < 2 else "jours ouvrables comptés"
    raison = f"{decompte.jours} {comptes}, pour un délai de {indicateur.delai}."
    if decompte.tenue(indicateur.delai):
        return _conclure(mesure, Verdict.CONFORME, raison)
    sans_cible = indicateur.cible is None
    return _conclure(mesure, Verdict.DEPASSEE if sans_cible else Verdict.MANQUEE, raison)


def _conclure(mesure: Mesure, verdict: Verdict, raison: str) -> Mesure:
    return replace(mesure, verdict=verdict, raison=raison)


_ABANDONS = {
    Nature.REFUSEE: "Demande refusée : elle n'est pas mesurée.",
    Nature.ANNULEE: "Demande annulée : elle n'est pas mesurée.",
    Nature.REDIRIGEE: "Demande redirigée : elle n'est pas mesurée.",
}
