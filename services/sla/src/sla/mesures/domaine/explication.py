"""Pourquoi ce verdict : les faits et leur effet, le décompte, la conclusion (SLA-3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from calendrier import (
    Calendrier,
    Charge,
    Decompte,
    Intervalle,
    JourHorsCalendrier,
    Motif,
    Transition,
    date_longue,
)
from noyau import jour_de_quebec, ordre
from sla.exclusions.domaine.contestations import Contestation
from sla.exclusions.domaine.decisions import SANS_DECISION, Decisions
from sla.fiches.domaine import Indicateur
from sla.histoires.domaine import Episode, Histoire
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.echeances import echeance_projetee
from sla.mesures.domaine.horloges import CONVENUE, Comptage, comptage_de, dates_convenues
from sla.mesures.domaine.intervalles import SANS_DETAIL, Detail, IntervalleExplique, detailler
from sla.mesures.domaine.parcours import Parcours, ouvrir, parcourir
from sla.mesures.domaine.verdict import JUGES, Mesure, Verdict

_UN_JOUR = timedelta(days=1)
TITRES = {
    Verdict.CONFORME: "Conforme",
    Verdict.MANQUEE: "Manquée",
    Verdict.DEPASSEE: "Dépassée, sans cible",
    Verdict.EN_COURS: "En cours",
    Verdict.NON_MESUREE: "Non mesurée",
}


RETARD_DIT = timedelta(minutes=5)
"""Un fait appris plus tard que cela après son annonce le dit."""


@dataclass(frozen=True, slots=True)
class FaitExplique:
    """Un épisode, et ce qu'il fait à la mesure."""

    episode: Episode
    effet: str
    nul: bool = False
    """Vrai si une rectification l'a annulé (DEM-13)."""
    ecarte_par: Contestation | None = None
    """D'un fait qui suspendait : la contestation acceptée qui l'écarte (SLA-8)."""

    @property
    def appris_le(self) -> datetime | None:
        """Quand on l'a appris, si c'est bien après l'heure annoncée."""
        annonce = self.episode.annonce_le or self.episode.survenu_le
        appris = self.episode.enregistre_le
        return appris if appris - annonce > RETARD_DIT else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explication:
    """Un verdict qui s'explique seul."""

    mesure: Mesure
    conclusion: str
    faits: tuple[FaitExplique, ...]
    comptage: Comptage | None
    """Comment ses jours se comptent; None si l'horloge n'en compte pas."""
    decompte: Decompte | None
    """Intervalle par intervalle; None si le sujet n'est pas mesuré, ou que rien ne se compte."""
    echeance_projetee: date | None
    """D'une mesure en cours : le dernier jour qui tient la cible si rien ne la suspend plus, donc,
    suspendue, si elle reprenait à l'instant. L'échéance est celle de la mesure."""

    calendriers: tuple[str, ...]
    """Les versions du calendrier qui décident de ses jours, de la plus ancienne à la dernière."""

    detail: Detail = SANS_DETAIL
    """Le même décompte, avec la règle et les faits de chaque intervalle."""
    prevus: tuple[Intervalle, ...] = ()
    """D'une mesure en cours, ses jours jusqu'à l'échéance, si rien ne la suspend plus."""

    @property
    def intervalles(self) -> tuple[IntervalleExplique, ...]:
        return self.detail.intervalles


def expliquer(
    mesure: Mesure,
    histoire: Histoire,
    calendrier: Calendrier,
    decisions: Decisions = SANS_DECISION,
    *,
    au: datetime,
) -> Explication:
    """Raconte une mesure rejouée de cette histoire; en cours, elle se voit à l'instant `au`.

    Ce qui sort des années du calendrier ne se compte pas, et la conclusion le dit (SLA-1).
    """
    indicateur = mesure.regime.indicateur
    ouverture = ouvrir(histoire, indicateur.ouvre)
    place = ouverture.place if ouverture else None
    parcours = parcourir(histoire, indicateur, place, decisions.suspensions)
    comptage, en_cours = comptage_de(indicateur), mesure.verdict is Verdict.EN_COURS
    decompte, projetee, detail, limites = None, None, SANS_DETAIL, []
    prevus: tuple[Intervalle, ...] = ()
    try:
        if comptage is not None and parcours.transitions and (en_cours or mesure.verdict in JUGES):
            decompte = comptage.decompter(parcours.transitions, mesure.fin, calendrier, au=au)
            detail = detailler(decompte, parcours, histoire, comptage, calendrier)
        if en_cours:
            projetee = echeance_projetee(histoire, indicateur, parcours, calendrier, au=au)
        if comptage is not None and decompte is not None and projetee is not None:
            prevus = _prevus(decompte, comptage, parcours, calendrier, au=au, echeance=projetee)
    except JourHorsCalendrier as refus:
        limites.append(refus.message)
    faits = sorted(
        _faits(histoire, indicateur, parcours, decisions), key=lambda f: ordre(f.episode)
    )
    return Explication(
        mesure=mesure,
        conclusion=" ".join([*_conclusion(mesure, faits), *limites]),
        faits=tuple(faits),
        comptage=comptage,
        decompte=decompte,
        detail=detail,
        echeance_projetee=projetee,
        prevus=prevus,
        calendriers=_calendriers(mesure, decompte, calendrier),
    )


def _prevus(
    decompte: Decompte,
    comptage: Comptage,
    parcours: Parcours,
    calendrier: Calendrier,
    *,
    au: datetime,
    echeance: date,
) -> tuple[Intervalle, ...]:
    """Du jour en cours à l'échéance, à la charge du MCN dès `au`."""
    dernier = decompte.intervalles[-1]
    debut = dernier.debut if dernier.motif is Motif.EN_COURS else dernier.fin + _UN_JOUR
    if echeance < debut:
        return ()
    connues = [t for t in parcours.transitions if t.instant <= au]
    reprise = Transition(au, len(parcours.transitions), Charge.MCN)
    fin = comptage.cloture(calendrier, echeance)
    prolonge = comptage.decompter([*connues, reprise], None, calendrier, au=fin)
    return tuple(_depuis(i, debut) for i in prolonge.intervalles if i.fin >= debut)


def _depuis(intervalle: Intervalle, debut: date) -> Intervalle:
    debut = max(intervalle.debut, debut)
    jours = (intervalle.fin - debut).days + 1 if intervalle.jours else 0
    return replace(intervalle, debut=debut, jours=jours)


def _calendriers(
    mesure: Mesure, decompte: Decompte | None, calendrier: Calendrier
) -> tuple[str, ...]:
    if decompte is None or not decompte.intervalles:
        return (mesure.calendrier,)
    jours = decompte.intervalles[0].debut, decompte.intervalles[-1].fin
    return tuple(version.version for version in calendrier.versions_entre(*jours))


def _conclusion(mesure: Mesure, faits: Iterable[FaitExplique]) -> Iterator[str]:
    yield f"{TITRES[mesure.verdict]}. {mesure.raison}"
    exclues = [e.libelle for e in mesure.examens if e.conclusion is Conclusion.EXCLUE]
    if exclues:
        yield f"Exclue du taux ajusté : {', '.join(exclues)}."
    annulees = [e.libelle for e in mesure.examens if e.conclusion is Conclusion.ANNULEE]
    if annulees:
        yield f"Exclusion annulée : {', '.join(annulees)}."
    signalees = [e.libelle for e in mesure.examens if e.conclusion is Conclusion.SIGNALEE]
    if signalees:
        yield f"Signalée, condition à trancher : {', '.join(signalees)}."
    for fait in faits:
        if fait.ecarte_par is not None:
            du = date_longue(jour_de_quebec(fait.episode.survenu_le))
            yield f"La suspension du {du} est écartée par la contestation {fait.ecarte_par.id}."


def _faits(
    histoire: Histoire, indicateur: Indicateur, parcours: Parcours, decisions: Decisions
) -> Iterator[FaitExplique]:
    charges = {t.sequence: t.charge for t in parcours.transitions}
    convenues = dates_convenues(histoire.episodes, parcours)
    for place, episode in enumerate(histoire.episodes):
        ecarte_par = None
        if episode.type in indicateur.suspend:
            ecarte_par = decisions.suspensions.get(episode.acte_id)
        if ecarte_par is not None:
            effet = "suspension écartée par une contestation acceptée : sans effet"
        elif episode.livraison is not None and episode.type not in indicateur.ferme:
            effet = "livraison non mesurée"
        elif episode.livraison is not None:
            attendue = place in parcours.livraisons or place == parcours.fin
            effet = "livraison mesurée" if attendue else _INATTENDUE
        elif isinstance(dite := episode.faits.get(CONVENUE), str):
            effet = _CONVENUE if place in convenues else _APRES_COUP
            effet = effet.format(date_longue(date.fromisoformat(dite)))
        else:
            effet = _effet(episode, charges.get(place), indicateur)
        yield FaitExplique(episode, effet, ecarte_par=ecarte_par)
    for nul in histoire.nuls:
        yield FaitExplique(nul, "annulé par une rectification : sans effet", nul=True)


def _effet(episode: Episode, charge: Charge | None, indicateur: Indicateur) -> str:
    if episode.type in indicateur.retire:
        return "retirée de la mesure"
    if episode.type in indicateur.rouvre:
        return "à livrer de nouveau" if episode.attendues else "rouverte"
    if charge is Charge.PERSONNE:
        return "ferme la mesure"
    if charge is Charge.MCN and not indicateur.suspend:
        return "ouvre la mesure"
    return "sans effet sur la charge" if charge is None else _CHARGES[charge]


_CONVENUE = "date convenue : {}"
_APRES_COUP = "date convenue après coup, la précédente étant passée : {}, sans effet"
_INATTENDUE = "article qui n'était pas attendu : sans effet"
_CHARGES = {
    Charge.MCN: "à la charge du MCN",
    Charge.CLIENT: "à la charge du client",
}
