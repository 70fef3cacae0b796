"""Le service et le juge naïf lisent la même histoire, chacun dans un ordre de réception à lui."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any, Final
from uuid import UUID

from calendrier import Calendrier, composer
from contrats import EVENEMENTS
from sla.fiches.domaine import CalendrierRecu, Fiche, Fiches, VersionRetiree
from sla.fiches.entrees import ecoutes as des_fiches
from sla.histoires import entrees as des_histoires
from sla.histoires.domaine import Episode, EpisodeDe, Histoire, RectificationDe, Sujet
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.verdict import Mesure, rejouer_lot
from socle.bus.enveloppe import Recu
from tests.oracle.mesures import epreuve_decisions, naif
from tests.oracle.mesures.lecture import Json, Jugement
from tests.oracle.mesures.monde import Monde, document, tirer
from tests.oracle.mesures.naif import Cle, Savoir
from tests.oracle.mesures.temps import Decret

APPRIS: Final = datetime(2041, 1, 1, tzinfo=UTC)


class Desaccord(AssertionError):
    """Le service et le juge naïf ne disent pas la même chose."""


@dataclass
class Bilan:
    """Ce qu'une histoire a éprouvé."""

    mesures: int = 0
    finies: int = 0
    manquees: int = 0
    exclues: int = 0
    signalees: int = 0
    convenues: int = 0
    civiles: int = 0
    suspendues: int = 0
    rouvertes: int = 0
    rectifiees: int = 0
    retirees: int = 0
    gardees: int = 0
    decrets: int = 0
    sous_une_suite: int = 0
    prononcees: int = 0
    """Les mesures finies que seule une personne exclut."""
    annulees: int = 0
    """Leurs exclusions qui ne valent plus."""
    rendues: int = 0
    """Les mesures finies qu'une contestation rend au taux ajusté."""
    recomptees: int = 0
    """Celles dont une contestation change les jours."""


def eprouver(graine: int) -> Bilan:
    """Une histoire, du JSON du bus aux mesures; lève `Desaccord`."""
    monde, hasard = tirer(graine), Random(graine)
    voulus = naif.juger(monde.savoir)
    sans, mesures = rejouer(monde, hasard)
    trouves = {_cle(m): _jugement(m) for m in mesures}
    if voulus != trouves:
        ecarts = {cle for cle in {*voulus, *trouves} if voulus.get(cle) != trouves.get(cle)}
        dits = [
            f"{cle} : {trouves.get(cle)}, et le juge naïf : {voulus.get(cle)}" for cle in ecarts
        ]
        raise Desaccord(f"Graine {graine}. {'; '.join(dits)}")
    mois = {_cle(m): None if m.mois is None else str(m.mois) for m in mesures}
    if mois != {cle: jugement.mois for cle, jugement in voulus.items()}:
        raise Desaccord(f"Graine {graine}. Mois de la fin : {mois}.")
    return _bilan(monde, mesures, {m.id: m for m in sans})


def rejouer(monde: Monde, hasard: Random) -> tuple[list[Mesure], list[Mesure]]:
    """Ce que le service mesure de ces messages mêlés, certains plus d'une fois.

    D'abord sans ce que des personnes en ont décidé, puis avec.
    """
    savoir = monde.savoir
    melange = [*savoir.messages, *hasard.choices(savoir.messages, k=2)]
    hasard.shuffle(melange)
    histoires = _histoires(recu(m.type, m.corps, m.id, m.le, m.sequence) for m in melange)
    connues = composer_fiches(savoir, hasard), composer_calendrier(monde.decrets)
    sans = rejouer_lot(histoires, *connues)
    if not (savoir.prononcees or savoir.contestees):
        return sans, sans
    decisions = epreuve_decisions.composer(savoir, {_cle(m): m.id for m in sans}, APPRIS, hasard)
    return sans, rejouer_lot(histoires, *connues, decisions)


def recu(type_: str, corps: Json, id_: str, le: datetime = APPRIS, sequence: int = 1) -> Recu[Any]:
    """Le message décodé, comme la réception le donne aux aires."""
    evenement = EVENEMENTS[type_, 1].model_validate(corps)
    return Recu(evenement=evenement, id=UUID(id_), survenu_le=le, enregistre_le=APPRIS,
                sequence=sequence, sujet="", cle=evenement.cle)  # fmt: skip


def _histoires(recus: Iterable[Recu[Any]]) -> list[Histoire]:
    """Les histoires de chaque sujet, telles que la base les assemblerait."""
    episodes: dict[tuple[Sujet, str], list[Episode]] = defaultdict(list)
    origines: dict[tuple[Sujet, str], set[Sujet]] = defaultdict(set)
    rectifications = []
    for un in recus:
        traduit = des_histoires.ECOUTES[type(un.evenement)].traduire(un)
        if isinstance(traduit, EpisodeDe):
            cle = traduit.sujet, traduit.organisme
            episodes[cle].append(traduit.episode)
            if traduit.origine:
                origines[cle].add(traduit.origine)
        elif isinstance(traduit, RectificationDe):
            rectifications.append(traduit.rectification)
    return [
        Histoire.de(
            sujet,
            organisme,
            siens,
            rectifications,
            [e for o in origines[sujet, organisme] for e in episodes.get((o, organisme), ())],
        )
        for (sujet, organisme), siens in list(episodes.items())
    ]


def composer_fiches(savoir: Savoir, hasard: Random) -> Fiches:
    """Ce que retient l'aire des fiches, dans un ordre quelconque."""
    corps = [("fiche.publiée", 1, f) for f in savoir.fiches]
    corps += [("fiche.retirée", 1, r) for r in savoir.retirees]
    corps += [("statu_quo.accordé", 1, s) for s in savoir.statu_quos]
    corps += [("statu_quo.fini", rang, fin) for rang, fin in savoir.fins]
    hasard.shuffle(corps)
    traduits = [_traduire(*un) for un in corps]
    versions = [t for t in traduits if isinstance(t, Fiche)]
    retirees = [t for t in traduits if isinstance(t, VersionRetiree)]
    autres = [t for t in traduits if not isinstance(t, Fiche | VersionRetiree)]
    return Fiches.de(versions, retirees, autres)


def _traduire(type_: str, sequence: int, corps: Json) -> Any:  # noqa: ANN401 -- ce que l'aire retient
    un = recu(type_, corps, str(UUID(int=1)), sequence=sequence)
    return des_fiches.ECOUTES[type(un.evenement)].traduire(un)


@cache
def composer_calendrier(decrets: tuple[Decret, ...]) -> Calendrier:
    """Le calendrier de ces décrets, dans l'ordre où la base les rend."""
    recus = [_decret(d) for d in decrets]
    recus.sort(key=lambda r: (r.version.en_vigueur_depuis, r.rang))
    return composer(tuple(r.version for r in recus))


def _decret(decret: Decret) -> CalendrierRecu:
    traduit = _traduire("calendrier.publié", decret.rang, document(decret))
    assert isinstance(traduit, CalendrierRecu)
    return traduit


def _cle(m: Mesure) -> Cle:
    return m.sujet.sorte, m.sujet.id, m.regime.fiche, m.regime.indicateur.code


def _jugement(m: Mesure) -> Jugement:
    conclus = {
        c: frozenset(e.condition for e in m.examens if e.conclusion is c) for c in Conclusion
    }
    return Jugement(m.verdict.value, m.regime.version, m.j0, m.jours, m.fin,
                    conclus[Conclusion.EXCLUE], conclus[Conclusion.SIGNALEE])  # fmt: skip


def _bilan(monde: Monde, mesures: list[Mesure], sans: Mapping[UUID, Mesure]) -> Bilan:
    types = Counter(m.type for m in monde.savoir.messages)
    finies = [m for m in mesures if m.fin is not None]
    return Bilan(
        mesures=len(mesures),
        finies=len(finies),
        manquees=sum(m.verdict.value == "manquee" for m in finies),
        exclues=sum(m.exclue for m in finies),
        signalees=sum(m.signalee for m in finies),
        convenues=sum(m.regime.indicateur.horloge == "date_convenue" for m in finies),
        civiles=sum(m.regime.indicateur.forme == "jours_civils" for m in finies),
        suspendues=types["demande.suspendue"],
        rouvertes=types["demande.rouverte"],
        rectifiees=types["acte.rectifié"],
        retirees=len(monde.savoir.retirees),
        gardees=len(monde.savoir.statu_quos),
        decrets=len(monde.decrets) - 1,
        sous_une_suite=sum(m.regime.version > 1 for m in finies),
        prononcees=sum(m.exclue and not sans[m.id].exclue for m in finies),
        annulees=sum(e.conclusion is Conclusion.ANNULEE for m in finies for e in m.examens),
        rendues=sum(sans[m.id].exclue and not m.exclue for m in finies),
        recomptees=sum(m.jours != sans[m.id].jours for m in finies),
    )
