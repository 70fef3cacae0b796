"""Pourquoi ce verdict : les faits et leur effet, le décompte, la conclusion (SLA-3)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendrier import Calendrier, Charge, Decompte, Intervalle, JourHorsCalendrier, date_longue
from noyau import jour_de_quebec, ordre
from sla.exclusions.domaine.decisions import SANS_DECISION, Decisions
from sla.fiches.domaine import Indicateur
from sla.histoires.domaine import Episode, Histoire
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.echeances import echeance_projetee
from sla.mesures.domaine.horloges import CONVENUE, Comptage, comptage_de
from sla.mesures.domaine.parcours import Parcours, ouvrir, parcourir
from sla.mesures.domaine.suspensions import Decompteur, Suspension
from sla.mesures.domaine.verdict import JUGES, Mesure, Verdict

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
    echeance: date | None
    """D'une mesure en cours : le dernier jour qui tient la cible si rien ne la suspend plus."""

    suspensions: tuple[Suspension, ...]
    """Ce qui suspend ses jours, écarté ou non, par ordre de survenue (SLA-8)."""

    calendriers: tuple[str, ...]
    """Les versions du calendrier qui décident de ses jours, de la plus ancienne à la dernière."""

    @property
    def jours_suspendus(self) -> Mapping[str, int]:
        """Par type de fait qui suspend, les jours qui ne comptent pas."""
        jours: Counter[str] = Counter()
        for suspension in self.suspensions:
            if suspension.ecartee is None:
                jours[suspension.episode.type] += suspension.jours
        return jours

    @property
    def intervalles(self) -> tuple[Intervalle, ...]:
        return self.decompte.intervalles if self.decompte else ()


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
    decompte, echeance, limites = None, None, []
    suspensions: tuple[Suspension, ...] = ()
    try:
        if comptage is not None and parcours.transitions and (en_cours or mesure.verdict in JUGES):
            decompteur = Decompteur(comptage, mesure.fin, calendrier, au)
            decompte = decompteur.decompter(parcours)
            suspensions = tuple(decompteur.suspensions(histoire, indicateur, place, decisions))
        if en_cours:
            echeance = echeance_projetee(histoire, indicateur, parcours, calendrier, au=au)
    except JourHorsCalendrier as refus:
        limites.append(refus.message)
    return Explication(
        mesure=mesure,
        conclusion=" ".join([*_conclusion(mesure, suspensions), *limites]),
        faits=tuple(
            sorted(
                _faits(histoire, indicateur, parcours, decisions), key=lambda f: ordre(f.episode)
            )
        ),
        comptage=comptage,
        decompte=decompte,
        echeance=echeance,
        suspensions=suspensions,
        calendriers=_calendriers(mesure, decompte, calendrier),
    )


def _calendriers(
    mesure: Mesure, decompte: Decompte | None, calendrier: Calendrier
) -> tuple[str, ...]:
    if decompte is None or not decompte.intervalles:
        return (mesure.calendrier,)
    jours = decompte.intervalles[0].debut, decompte.intervalles[-1].fin
    return tuple(version.version for version in calendrier.versions_entre(*jours))


def _conclusion(mesure: Mesure, suspensions: Iterable[Suspension]) -> Iterator[str]:
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
    for suspension in suspensions:
        if suspension.ecartee is not None:
            du = date_longue(jour_de_quebec(suspension.episode.survenu_le))
            yield f"La suspension du {du} est écartée par la contestation {suspension.ecartee.id}."


def _faits(
    histoire: Histoire, indicateur: Indicateur, parcours: Parcours, decisions: Decisions
) -> Iterator[FaitExplique]:
    charges = {t.sequence: t.charge for t in parcours.transitions}
    for place, episode in enumerate(histoire.episodes):
        if episode.type in indicateur.suspend and episode.acte_id in decisions.suspensions:
            effet = "suspension écartée par une contestation acceptée : sans effet"
        elif episode.livraison is not None and episode.type not in indicateur.ferme:
            effet = "livraison non mesurée"
        elif episode.livraison is not None:
            attendue = place in parcours.livraisons or place == parcours.fin
            effet = "livraison mesurée" if attendue else _INATTENDUE
        else:
            effet = _effet(episode, charges.get(place), indicateur)
        yield FaitExplique(episode, effet)
    for nul in histoire.nuls:
        yield FaitExplique(nul, "annulé par une rectification : sans effet", nul=True)


def _effet(episode: Episode, charge: Charge | None, indicateur: Indicateur) -> str:
    convenue = episode.faits.get(CONVENUE)
    if isinstance(convenue, str):
        return f"date convenue : {date_longue(date.fromisoformat(convenue))}"
    if episode.type in indicateur.retire:
        return "retirée de la mesure"
    if episode.type in indicateur.rouvre:
        return "à livrer de nouveau" if episode.attendues else "rouverte"
    if charge is Charge.PERSONNE:
        return "ferme la mesure"
    if charge is Charge.MCN and not indicateur.suspend:
        return "ouvre la mesure"
    return "sans effet sur la charge" if charge is None else _CHARGES[charge]


_INATTENDUE = "article qui n'était pas attendu : sans effet"
_CHARGES = {
    Charge.MCN: "à la charge du MCN",
    Charge.CLIENT: "à la charge du client",
}
