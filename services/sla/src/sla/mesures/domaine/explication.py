"""Pourquoi ce verdict : les faits et leur effet, le décompte, la conclusion (SLA-3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from calendrier import Calendrier, Charge, Decompte, Intervalle, decompter, echeance_projetee
from sla.fiches.domaine import Fiches
from sla.histoires.domaine import SANS_MESURE, Episode, Histoire, Nature, charge_apres, parcourir
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.verdict import JUGES, Mesure, Verdict, rejouer

TITRES = {
    Verdict.CONFORME: "Conforme",
    Verdict.MANQUEE: "Manquée",
    Verdict.DEPASSEE: "Délai dépassé, sans cible",
    Verdict.EN_COURS: "En cours",
    Verdict.NON_MESUREE: "Non mesurée",
    Verdict.EN_ATTENTE: "En attente",
}


@dataclass(frozen=True, slots=True)
class FaitExplique:
    """Un épisode, et ce qu'il fait à la mesure."""

    episode: Episode
    effet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explication:
    """Un verdict qui s'explique seul."""

    mesure: Mesure
    conclusion: str
    faits: tuple[FaitExplique, ...]
    decompte: Decompte | None
    """Intervalle par intervalle; None si la demande n'est pas mesurée."""
    echeance: date | None
    """D'une demande en cours : le dernier jour qui tient la cible si rien ne la suspend plus."""

    @property
    def intervalles(self) -> tuple[Intervalle, ...]:
        return self.decompte.intervalles if self.decompte else ()


def expliquer(
    histoire: Histoire, fiches: Fiches, calendrier: Calendrier, *, au: datetime
) -> Explication:
    """Rejoue l'histoire et raconte le verdict; une demande en cours se voit à l'instant `au`."""
    mesure = rejouer(histoire, fiches, calendrier)
    indicateur = mesure.regime.indicateur if mesure.regime else None
    mesurees = indicateur.fin if indicateur else ()
    delai = indicateur.delai if indicateur else None
    parcours = parcourir(histoire, mesurees)
    en_cours = mesure.verdict is Verdict.EN_COURS
    mesuree = (en_cours or mesure.verdict in JUGES) and parcours.transitions
    return Explication(
        mesure=mesure,
        conclusion=_conclusion(mesure),
        faits=tuple(FaitExplique(e, _effet(e, mesurees)) for e in histoire.episodes),
        decompte=(
            decompter(parcours.transitions, parcours.fin, calendrier, au=au) if mesuree else None
        ),
        echeance=(
            echeance_projetee(parcours.transitions, delai, calendrier, au=au)
            if en_cours and delai is not None
            else None
        ),
    )


def _conclusion(mesure: Mesure) -> str:
    phrases = [f"{TITRES[mesure.verdict]}. {mesure.raison}"]
    exclues = [e.libelle for e in mesure.examens if e.conclusion is Conclusion.EXCLUE]
    if exclues:
        phrases.append(f"Exclue du taux ajusté : {', '.join(exclues)}.")
    signalees = [e.libelle for e in mesure.examens if e.conclusion is Conclusion.SIGNALEE]
    if signalees:
        phrases.append(f"Signalée, condition à trancher : {', '.join(signalees)}.")
    return " ".join(phrases)


def _effet(episode: Episode, mesurees: Collection[str]) -> str:
    if episode.livraison is not None:
        return "livraison mesurée" if episode.type in mesurees else "livraison non mesurée"
    if episode.nature in SANS_MESURE:
        return "retirée de la mesure"
    if episode.nature is Nature.ROUVERTE:
        return "à livrer de nouveau"
    charge = charge_apres(episode)
    return "sans effet sur la charge" if charge is None else _CHARGES[charge]


_CHARGES = {
    Charge.MCN: "à la charge du MCN",
    Charge.CLIENT: "à la charge du client",
    Charge.PERSONNE: "à la charge de personne",
}
