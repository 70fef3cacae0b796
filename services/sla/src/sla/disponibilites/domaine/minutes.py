"""Ce qu'un indicateur compte du service d'un organisme, en un mois (SLA-5).

Chaque jour est décidé par la version de la fiche que lit l'organisme ce jour-là : les services
qu'elle nomme, ses heures, ce qu'elle exclut. Tout est en secondes entières.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid5

from calendrier import Calendrier, GenrePlage, Plage
from noyau import FaitNomme, Mois, Version, debut_du_jour, jour_de_quebec
from sla.disponibilites.domaine.indisponibilites import Indisponibilite
from sla.disponibilites.domaine.intervalles import Ensemble, communs, moins, secondes, union
from sla.disponibilites.domaine.services import Clientele, Service
from sla.fiches.domaine import CONTINU, PLAGE, Fiche, Fiches, Indicateur

_UN_JOUR = timedelta(days=1)
_ESPACE: Final = UUID("0b6f4c1e-5d27-5f3a-8a1c-9e4d2b7c6f50")


@dataclass(frozen=True, slots=True)
class Donnees:
    """Ce dont une disponibilité est fonction, avec le mois et le dernier jour compté."""

    fiches: Fiches
    calendrier: Calendrier
    services: Sequence[Service]
    indisponibilites: Sequence[Indisponibilite]
    """Aucune annulée."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Des jours qui se suivent, qu'une même version d'une fiche décide."""

    fiche: str
    version: int
    indicateur: Indicateur
    plage: Plage

    @property
    def jours(self) -> tuple[date, date]:
        """Le premier et le dernier, compris."""
        fin = self.plage.fin
        return jour_de_quebec(self.plage.debut), jour_de_quebec(fin - fin.resolution)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanneComptee:
    """Ce qu'un indicateur retient d'une indisponibilité; l'union fait la panne, pas la somme."""

    indisponibilite: Indisponibilite
    brute: Ensemble
    """Sa part pendant le service."""
    ajustee: Ensemble
    """La même, moins ce que l'indicateur exclut."""
    sans_client: bool = False
    """Vrai : elle touche le service, mais l'organisme n'en était pas client alors."""

    @property
    def phrase(self) -> str:
        """Ce que l'on en retient, en clair."""
        if not self.indisponibilite.compte:
            return "Une dégradation se consigne sans compter."
        if self.sans_client:
            return "L'organisme n'était pas client alors : avant son inscription, ou inactif."
        if not self.brute:
            return "Hors des heures de service."
        if not self.ajustee:
            return "Comptée au brut; toute en temps exclu, elle ne l'est pas à l'ajusté."
        if secondes(self.ajustee) < secondes(self.brute):
            return "Comptée au brut; à l'ajusté, sa part hors du temps exclu."
        return "Comptée au brut et à l'ajusté."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decompte:
    """Le service d'un organisme sous un indicateur, et ce qui l'a interrompu."""

    segments: tuple[Segment, ...]
    services: tuple[Service, ...]
    """Ceux que nomme l'indicateur et qui sont connus."""
    service: Ensemble
    exclus: Ensemble
    """Les plages du service que l'indicateur exclut (condition d)."""
    pannes: tuple[PanneComptee, ...]

    @property
    def panne(self) -> Ensemble:
        """Les instants de service où un service nommé manque : les chevauchements se fondent."""
        return union(p for panne in self.pannes for p in panne.brute)

    @property
    def service_ajuste(self) -> Ensemble:
        """Les instants de service que l'indicateur n'exclut pas."""
        return moins(self.service, self.exclus)

    @property
    def cible(self) -> Decimal | None:
        """La plus haute de celles qui ont régi; None : sans cible."""
        dites = (s.indicateur.cible for s in self.segments)
        return max((c for c in dites if c is not None), default=None)

    @property
    def panne_ajustee(self) -> Ensemble:
        """De même, hors de ce que l'indicateur exclut."""
        return union(p for panne in self.pannes for p in panne.ajustee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Ce que vaut un indicateur d'un organisme en un mois; durées en secondes.

    `organisme` vide : tous ensemble. `jusqua` : le dernier jour compté, compris.
    """

    indicateur: str
    organisme: str
    periode: Mois
    fiche: str
    fiche_version: int
    cible: Decimal | None
    service: int
    panne: int
    service_ajuste: int
    panne_ajuste: int
    jusqua: date
    calendriers: str
    """Les versions qui décident des jours comptés, de la plus ancienne à la dernière."""

    @property
    def id(self) -> UUID:
        """v5 de (indicateur, organisme, mois) : le même d'un compte au suivant."""
        return identite(self.indicateur, self.organisme, str(self.periode))


def identite(indicateur: str, organisme: str, periode: str) -> UUID:
    """L'identité de la disponibilité d'un mois : v5 de (indicateur, organisme, mois)."""
    return uuid5(_ESPACE, f"{indicateur}/{organisme}/{periode}")


def segments(fiches: Fiches, mois: Mois, jusqua: date) -> Mapping[str, Sequence[Segment]]:
    """De chaque indicateur de disponibilité, les jours du mois qu'il mesure, et par qui régis."""
    jours = [mois.debut + _UN_JOUR * n for n in range((jusqua - mois.debut).days + 1)]
    trouves: defaultdict[str, list[Segment]] = defaultdict(list)
    for chronologie in fiches.chronologies:
        for version, siens in groupby(jours, chronologie.en_vigueur):
            if version is not None:
                regis = list(siens)
                plage = Plage(debut_du_jour(regis[0]), debut_du_jour(regis[-1] + _UN_JOUR))
                for segment in _du_regime(version, plage):
                    trouves[segment.indicateur.code].append(segment)
    return trouves


def _du_regime(version: Version[Fiche], plage: Plage) -> Iterable[Segment]:
    fiche = version.valeur
    for indicateur in fiche.indicateurs:
        if indicateur.en_minutes and indicateur.suivi is None:
            yield Segment(fiche.code, version.numero, indicateur, plage)


@dataclass(frozen=True, slots=True)
class Cadre:
    """Ce qu'un segment a de commun à tous les organismes."""

    segment: Segment
    services: tuple[Service, ...]
    service: Ensemble
    """Les heures de l'indicateur où existe un des services qu'il nomme."""
    exclus: Ensemble
    pannes: tuple[PanneComptee, ...]


def cadrer(siens: Iterable[Segment], donnees: Donnees) -> Sequence[Cadre]:
    """Ce que chaque segment d'un indicateur compte, de qui que ce soit."""
    return [_cadrer(segment, donnees) for segment in siens]


def _cadrer(segment: Segment, donnees: Donnees) -> Cadre:
    indicateur, plage, calendrier = segment.indicateur, segment.plage, donnees.calendrier
    nommes = {s.code: s for s in donnees.services if indicateur.nomme(s.code)}
    existent = {code: service.existe(plage.fin) for code, service in nommes.items()}
    heures = _heures(indicateur, plage, calendrier)
    service = communs(heures, union(p for existe in existent.values() for p in existe))
    exclus = communs(service, _exclus(indicateur, {}, plage, calendrier))
    # D'ordinaire, trois natures et trois portées par service.
    selon: dict[tuple[FaitNomme, ...], Ensemble] = {}
    pannes: list[PanneComptee] = []
    for i in donnees.indisponibilites:
        lieu = communs(i.dure(plage.fin), (plage,)) if i.service in existent else ()
        if not lieu:
            continue
        cle = tuple(i.faits().values())
        if cle not in selon:
            selon[cle] = union([*exclus, *_exclus(indicateur, i.faits(), plage, calendrier)])
        brute = communs(communs(lieu, service), existent[i.service]) if i.compte else ()
        ajustee = moins(brute, selon[cle])
        pannes.append(PanneComptee(indisponibilite=i, brute=brute, ajustee=ajustee))
    return Cadre(segment, tuple(nommes.values()), service, exclus, tuple(pannes))


def decompter(cadres: Sequence[Cadre], organisme: str, actif: Ensemble) -> Decompte:
    """Le décompte d'un organisme, actif ces instants-là, sous un indicateur."""
    retenues: defaultdict[UUID, list[PanneComptee]] = defaultdict(list)
    for cadre in cadres:
        for panne in cadre.pannes:
            if panne.indisponibilite.atteint(organisme):
                retenues[panne.indisponibilite.id].append(panne)
    return Decompte(
        segments=tuple(cadre.segment for cadre in cadres),
        services=tuple(dict.fromkeys(s for cadre in cadres for s in cadre.services)),
        service=communs(union(p for cadre in cadres for p in cadre.service), actif),
        exclus=communs(union(p for cadre in cadres for p in cadre.exclus), actif),
        pannes=tuple(_subie(pannes, actif) for pannes in retenues.values()),
    )


def _subie(pannes: Sequence[PanneComptee], actif: Ensemble) -> PanneComptee:
    """D'une indisponibilité, de segment en segment, ce qu'en subit qui est actif alors."""
    servie = union(p for panne in pannes for p in panne.brute)
    brute = communs(servie, actif)
    return PanneComptee(
        indisponibilite=pannes[0].indisponibilite,
        brute=brute,
        ajustee=communs(union(p for panne in pannes for p in panne.ajustee), actif),
        sans_client=bool(servie) and not brute,
    )


def _heures(indicateur: Indicateur, plage: Plage, calendrier: Calendrier) -> Ensemble:
    """Les heures de service de l'indicateur : toutes, ou celles d'un genre de plage."""
    if indicateur.calendrier == CONTINU:
        return (plage,)
    return calendrier.plages(GenrePlage(indicateur.calendrier), *plage)


def _exclus(
    indicateur: Indicateur, faits: Mapping[str, FaitNomme], plage: Plage, calendrier: Calendrier
) -> Ensemble:
    """Quand une condition exclut ce que disent ces faits : dans un genre de plage, ou toujours."""
    trouvees: list[Plage] = []
    for condition in indicateur.conditions:
        if condition.exclut.vrai(faits):
            return (plage,)
        for genre in GenrePlage:
            if condition.exclut.vrai({**faits, PLAGE: genre.value}):
                trouvees += calendrier.plages(genre, *plage)
    return union(trouvees)


def compter(
    mois: Mois, jusqua: date, clients: Iterable[Clientele], donnees: Donnees
) -> list[Minutes]:
    """Les minutes de chaque indicateur, de chaque organisme client ce mois-là et de tous ensemble.

    Tous ensemble : la somme, donc la moyenne des organismes actifs, chacun selon son temps de
    service. Pure fonction de ses arguments.
    """
    debut, limite = debut_du_jour(mois.debut), debut_du_jour(jusqua + _UN_JOUR)
    cadres: dict[int, Mapping[str, Sequence[Cadre]]] = {}
    decomptes: dict[object, Decompte] = {}
    trouvees: list[Minutes] = []
    versions = donnees.calendrier.versions_entre(mois.debut, jusqua)
    calendriers = ", ".join(version.version for version in versions)
    for client in clients:
        actif = communs(client.active(limite), (Plage(debut, limite),))
        if not actif:
            continue
        fiches = donnees.fiches.pour(client.organisme)
        if id(fiches) not in cadres:
            regimes = segments(fiches, mois, jusqua)
            cadres[id(fiches)] = {c: cadrer(siens, donnees) for c, siens in regimes.items()}
        # Ce qui distingue deux organismes; d'ordinaire, rien.
        atteint = tuple(i.id for i in donnees.indisponibilites if i.atteint(client.organisme))
        for code, siens in cadres[id(fiches)].items():
            cle = (id(fiches), code, tuple(actif), atteint)
            if cle not in decomptes:
                decomptes[cle] = decompter(siens, client.organisme, actif)
            dites = {"periode": mois, "jusqua": jusqua, "calendriers": calendriers}
            trouvees.append(_minutes(code, client.organisme, decomptes[cle], dites))
    return [*trouvees, *_ensemble(trouvees)]


def _minutes(code: str, organisme: str, decompte: Decompte, dites: Mapping[str, Any]) -> Minutes:
    dernier = decompte.segments[-1]
    return Minutes(
        indicateur=code,
        organisme=organisme,
        fiche=dernier.fiche,
        fiche_version=dernier.version,
        cible=decompte.cible,
        service=secondes(decompte.service),
        panne=secondes(decompte.panne),
        service_ajuste=secondes(decompte.service_ajuste),
        panne_ajuste=secondes(decompte.panne_ajustee),
        **dites,
    )


def _ensemble(siennes: Iterable[Minutes]) -> Iterable[Minutes]:
    par_indicateur: defaultdict[str, list[Minutes]] = defaultdict(list)
    for minutes in siennes:
        par_indicateur[minutes.indicateur].append(minutes)
    for code, toutes in par_indicateur.items():
        derniere = max(toutes, key=lambda m: m.fiche_version)
        yield Minutes(
            indicateur=code,
            organisme="",
            periode=derniere.periode,
            fiche=derniere.fiche,
            fiche_version=derniere.fiche_version,
            cible=max((m.cible for m in toutes if m.cible is not None), default=None),
            service=sum(m.service for m in toutes),
            panne=sum(m.panne for m in toutes),
            service_ajuste=sum(m.service_ajuste for m in toutes),
            panne_ajuste=sum(m.panne_ajuste for m in toutes),
            jusqua=derniere.jusqua,
            calendriers=derniere.calendriers,
        )


def dernier_jour(mois: Mois, aujourdhui: date) -> date:
    """Le dernier jour du mois que l'on peut compter en entier : la veille, au plus."""
    return min(mois.fin, aujourdhui) - _UN_JOUR


def limite_de(jusqua: date) -> datetime:
    """L'instant (exclu) où finit ce jour."""
    return debut_du_jour(jusqua + _UN_JOUR)
