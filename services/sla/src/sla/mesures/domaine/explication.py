"""Pourquoi ce verdict : les faits et leur effet, le décompte, la conclusion (SLA-3)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendrier import Calendrier, Charge, Decompte, Intervalle, decompter, echeance_projetee
from noyau import ordre
from sla.fiches.domaine import Fiches
from sla.histoires.domaine import SANS_MESURE, Episode, Histoire, Nature, Parcours, parcourir
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
        faits=tuple(sorted(_faits(histoire, parcours, mesurees), key=lambda f: ordre(f.episode))),
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


def _faits(
    histoire: Histoire, parcours: Parcours, mesurees: Collection[str]
) -> Iterator[FaitExplique]:
    charges = {t.sequence: t.charge for t in parcours.transitions}
    for place, episode in enumerate(histoire.episodes):
        attendue = place in parcours.livraisons or episode.type not in mesurees
        yield FaitExplique(
            episode, _effet(episode, charges.get(place), mesurees, attendue=attendue)
        )
    for nul in histoire.nuls:
        yield FaitExplique(nul, "annulé par une rectification : sans effet", nul=True)


def _effet(
    episode: Episode, charge: Charge | None, mesurees: Collection[str], *, attendue: bool
) -> str:
    if episode.livraison is not None:
        if not attendue:
            return "article qui n'était pas attendu : sans effet"
        return "livraison mesurée" if episode.type in mesurees else "livraison non mesurée"
    if episode.nature in SANS_MESURE:
        return "retirée de la mesure"
    if episode.nature is Nature.ROUVERTE:
        return "à livrer de nouveau"
    return "sans effet sur la charge" if charge is None else _CHARGES[charge]


_CHARGES = {
    Charge.MCN: "à la charge du MCN",
    Charge.CLIENT: "à la charge du client",
    Charge.PERSONNE: "à la charge de personne",
}
