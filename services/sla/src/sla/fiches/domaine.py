"""Les indicateurs publiés par les fiches de service, et la version qui vaut un jour donné."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from calendrier import Calendrier, GenrePlage, VersionCalendrier
from noyau import TOUJOURS, Chronologie, FaitNomme, Garde, Mois, Predicat, Retrait, Version

SUJETS_MESURES = frozenset({"demande", "contrat"})
"""Les sortes de sujets dont l'histoire nous parvient (SLA-10)."""
SERVICE = "service"
"""Le sujet d'une disponibilité (SLA-5), et le fait par lequel un indicateur nomme ses services."""
PLAGE = "plage"
"""Le fait qui dit d'un instant le genre de plage où il est : « maintenance » (condition d)."""
MINUTES = "minutes"
"""L'horloge d'une disponibilité."""


class Forme(StrEnum):
    """Ce que le moteur sait compter (CAT-9)."""

    JOURS_OUVRABLES = "jours_ouvrables"
    JOURS_CIVILS = "jours_civils"
    DATE_CONVENUE = "date_convenue"


CONTINU = "continu"
"""Les heures de service qui ne ferment jamais."""
CALENDRIERS = (GenrePlage.CSC.value, GenrePlage.VISIOCONFERENCE.value, CONTINU)
"""Les heures de service connues; les deux premières ferment à 17 h (SLA-1, TEL-3)."""
_FORMES: Mapping[tuple[str, str], Forme] = MappingProxyType(
    {
        **{(forme.value, heures): forme for forme in Forme for heures in CALENDRIERS},
        # Sans fermeture, tout jour est de service : ce sont des jours civils.
        (Forme.JOURS_OUVRABLES.value, CONTINU): Forme.JOURS_CIVILS,
    }
)
"""Ce que comptent ensemble une horloge et un calendrier."""


@dataclass(frozen=True, slots=True)
class Borne:
    """Un fait : un type d'événement, et ce que doivent dire ses faits nommés."""

    evenement: str
    si: Predicat = TOUJOURS


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Ce qui sort une mesure du taux ajusté (SLA-8)."""

    code: str
    libelle: str
    exclut: Predicat
    signale: Predicat | None = None

    @cached_property
    def cites(self) -> tuple[str, ...]:
        """Les faits nommés qu'elle examine, chacun une fois."""
        signale = () if self.signale is None else self.signale.faits
        return tuple(dict.fromkeys((*self.exclut.faits, *signale)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicateur:
    """Un indicateur de niveau de service : tout ce qu'il mesure, il le dit (CAT-9)."""

    code: str
    libelle: str
    sujet: str
    couvre: Predicat = TOUJOURS
    ouvre: tuple[Borne, ...]
    suspend: tuple[str, ...] = ()
    reprend: tuple[str, ...] = ()
    ferme: tuple[str, ...] = ()
    rouvre: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    horloge: str
    calendrier: str = "csc"
    delai: int | None = None
    cible: Decimal | None = None
    """Part entre 0 et 1; None : sans cible, jamais « manquée »."""
    a_risque: int | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def forme(self) -> Forme | None:
        """Ce que compte son horloge; None : nous ne savons pas la lire."""
        return _FORMES.get((self.horloge, self.calendrier))

    @property
    def en_minutes(self) -> bool:
        """Vrai d'une disponibilité : elle se compte de services, non d'histoires (SLA-5)."""
        return self.sujet == SERVICE and self.horloge == MINUTES

    def nomme(self, service: str) -> bool:
        """Vrai si ce service est de ceux que la fiche nomme (SLA-5)."""
        return self.couvre.vrai({SERVICE: service})

    @property
    def jours_du_seuil(self) -> Forme:
        """Ce que compte `a_risque` : ouvrables, ou civils si elle les compte ou ne ferme jamais.

        Une date convenue ne compte rien : ses heures de service en décident. D'un indicateur
        mesuré.
        """
        if self.forme is Forme.JOURS_CIVILS:
            return Forme.JOURS_CIVILS
        return _FORMES[Forme.JOURS_OUVRABLES.value, self.calendrier]

    @property
    def suivi(self) -> str | None:
        """Pourquoi il est suivi sans être mesuré; None : il est mesuré."""
        if self.en_minutes:
            return self._suivi_en_minutes
        if self.sujet not in SUJETS_MESURES:
            return f"Rien ne mesure encore le sujet « {self.sujet} »."
        if self.forme is None:
            horloge = f"« {self.horloge} » (calendrier « {self.calendrier} »)"
            return f"Rien ne compte encore l'horloge {horloge}."
        if self.delai is None and self.forme is not Forme.DATE_CONVENUE:
            return "La fiche n'en publie pas le délai."
        if not self.ouvre or not self.ferme:
            return "La fiche ne dit pas ce qui l'ouvre ou ce qui le ferme."
        return None

    @property
    def _suivi_en_minutes(self) -> str | None:
        if self.calendrier not in CALENDRIERS:
            return f"Rien ne dit les heures du calendrier « {self.calendrier} »."
        if self.couvre.faits != (SERVICE,):
            return "La fiche ne nomme pas ses services par leur code."
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Une version d'une fiche, qui vaut de `debut` au début de la suivante (CAT-5)."""

    code: str
    titre: str
    version: int
    debut: date
    indicateurs: tuple[Indicateur, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRetiree:
    """Les versions de même fiche et de même début, jusqu'à celle-ci, ne vaudront pas (CAT-2)."""

    code: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuQuo:
    """Un organisme garde cette version d'une fiche à partir d'un jour (CAT-6)."""

    statu_quo_id: UUID
    organisme: str
    fiche: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FinDeStatuQuo:
    """Le premier jour où un statu quo ne vaut plus; la dernière dite vaut (CAT-6)."""

    statu_quo_id: UUID
    organisme: str
    fiche: str
    fin: date
    sequence: int


@dataclass(frozen=True, slots=True)
class CalendrierRecu:
    """Une version du calendrier, et son rang parmi celles que le catalogue a publiées (SLA-1)."""

    version: VersionCalendrier
    rang: int


@dataclass(frozen=True, slots=True)
class Regime:
    """Ce qui régit une mesure : un indicateur, d'une fiche, dans une version (SLA-3)."""

    fiche: str
    version: int
    debut: date
    indicateur: Indicateur
    lecture: int = field(compare=False)
    """Le même pour deux régimes qui s'ouvrent pareil : une histoire ne s'y lit qu'une fois."""


@dataclass(frozen=True, slots=True)
class Lignee:
    """Un indicateur d'une fiche, de version en version : une mesure par sujet (SLA-10)."""

    chronologie: Chronologie[Fiche]
    regimes: Mapping[int, Regime]
    """Par version qui le mesure, par début croissant; gardée, elle compte de son premier début."""
    lectures: tuple[Regime, ...]
    """Un régime par façon de s'ouvrir; d'ordinaire, un seul."""
    couvrent: tuple[Predicat, ...]
    """Ce que ses versions couvrent; d'ordinaire, un seul prédicat."""

    def pourrait_couvrir(self, faits: Mapping[str, FaitNomme]) -> bool:
        """Vrai si l'une de ses versions mesurerait ce sujet."""
        # Une boucle plutôt qu'un générateur : un sujet en éprouve des dizaines.
        for couvre in self.couvrent:  # noqa: SIM110
            if couvre.vrai(faits):
                return True
        return False

    def regime(self, le: date) -> Regime | None:
        """Ce que la version en vigueur ce jour-là dit de l'indicateur, si elle le mesure."""
        version = self.chronologie.en_vigueur(le)
        return None if version is None else self.regimes.get(version.numero)


@dataclass(frozen=True, slots=True)
class Fiches:
    """Toutes les versions connues qui ne sont pas retirées. Se construit par `de`."""

    chronologies: tuple[Chronologie[Fiche], ...]
    """Une par fiche, dans l'ordre de leurs codes."""
    lignees: Mapping[str, tuple[Lignee, ...]]
    """Par sorte de sujet, ce qui la mesure, par code de fiche puis d'indicateur."""
    gardees: Mapping[str, "Fiches"] = field(default_factory=dict)
    """Celles que lit chaque organisme qui a obtenu un statu quo (CAT-6)."""

    @classmethod
    def de(
        cls,
        versions: Iterable[Fiche],
        retirees: Iterable[VersionRetiree] = (),
        statu_quo: Iterable[StatuQuo | FinDeStatuQuo] = (),
    ) -> "Fiches":
        """Les fiches de ces versions, moins les retirées, dans quelque ordre que tout arrive."""
        par_code: defaultdict[str, list[Version[Fiche]]] = defaultdict(list)
        for fiche in versions:
            par_code[fiche.code].append(Version(fiche.version, fiche.debut, fiche))
        retraits: defaultdict[str, list[Retrait]] = defaultdict(list)
        for retiree in retirees:
            retraits[retiree.code].append(Retrait(retiree.debut, retiree.version))
        communes = {c: Chronologie.de(par_code[c], retraits[c]) for c in sorted(par_code)}
        gardees = {
            organisme: cls._des({c: t.gardant(siennes[c]) for c, t in communes.items()})
            for organisme, siennes in _gardes(statu_quo).items()
        }
        return replace(cls._des(communes), gardees=gardees)

    @classmethod
    def _des(cls, chronologies: Mapping[str, Chronologie[Fiche]]) -> "Fiches":
        rangees = tuple(chronologies.values())
        return cls(rangees, _lignees(rangees))

    def pour(self, organisme: str | None) -> "Fiches":
        """Ce que lit cet organisme; sans statu quo, ce que lisent tous les autres (CAT-6)."""
        return self if organisme is None else self.gardees.get(organisme, self)

    def en_vigueur(self, le: date) -> tuple[Fiche, ...]:
        """La version en vigueur de chaque fiche ce jour-là, par code de fiche."""
        versions = (chronologie.en_vigueur(le) for chronologie in self.chronologies)
        return tuple(version.valeur for version in versions if version is not None)

    def suspend(self, sujet: str, evenement: str) -> bool:
        """Vrai si ce fait suspend une mesure d'un sujet de cette sorte, sous une version connue."""
        return any(
            evenement in regime.indicateur.suspend
            for lignee in self.lignees.get(sujet, ())
            for regime in lignee.regimes.values()
        )

    def en_vigueur_entre(self, debut: date, fin: date) -> tuple[Fiche, ...]:
        """Chaque version qui vaut un jour de `[debut, fin)`, dans l'ordre où elle y vaut."""
        bornes = {b for c in self.chronologies for v in c.versions for b in (v.debut, v.fin)}
        jours = sorted({debut, *(b for b in bornes if b is not None and debut < b < fin)})
        valent = {(f.code, f.version): f for jour in jours for f in self.en_vigueur(jour)}
        return tuple(valent.values())

    def versions(self, citees: Collection[tuple[str, int]]) -> Iterator[Fiche]:
        """Celles qu'on nomme ainsi, par code et numéro de version."""
        for chronologie in self.chronologies:
            for version in chronologie.versions:
                if (version.valeur.code, version.numero) in citees:
                    yield version.valeur

    def attendus(self, debut: date, fin: date) -> Sequence[Indicateur]:
        """Les indicateurs mesurés un jour au moins de `[debut, fin)`, par code.

        Chacun tel qu'il s'y dit en dernier : fini en chemin, il y fut mesuré, et son taux se dit
        même vide (SLA-4).
        """
        mesures = {
            i.code: i
            for fiche in self.en_vigueur_entre(debut, fin)
            for i in fiche.indicateurs
            if i.suivi is None
        }
        return [mesures[code] for code in sorted(mesures)]


def _gardes(
    statu_quo: Iterable[StatuQuo | FinDeStatuQuo],
) -> Mapping[str, defaultdict[str, list[Garde]]]:
    """Par organisme, puis par fiche, les versions gardées et leurs jours."""
    connus = list(statu_quo)
    dites = sorted((f for f in connus if isinstance(f, FinDeStatuQuo)), key=lambda f: f.sequence)
    fins = {(f.statu_quo_id, f.organisme, f.fiche): f.fin for f in dites}
    gardes: defaultdict[str, defaultdict[str, list[Garde]]] = defaultdict(lambda: defaultdict(list))
    for s in connus:
        if isinstance(s, StatuQuo):
            fin = fins.get((s.statu_quo_id, s.organisme, s.fiche))
            gardes[s.organisme][s.fiche].append(Garde(s.version, s.debut, fin))
    return gardes


def _lignees(chronologies: Iterable[Chronologie[Fiche]]) -> Mapping[str, tuple[Lignee, ...]]:
    """Les lignées par sorte de sujet, par code de fiche puis d'indicateur."""
    lignees: defaultdict[str, list[Lignee]] = defaultdict(list)
    numeros: dict[object, int] = {}
    for chronologie in chronologies:
        regimes: defaultdict[tuple[str, str], dict[int, Regime]] = defaultdict(dict)
        for version in chronologie.versions:
            for i in version.valeur.indicateurs:
                if i.suivi is None and not i.en_minutes:
                    lecture = numeros.setdefault((i.ouvre, i.forme), len(numeros))
                    regime = Regime(version.valeur.code, version.numero, version.debut, i, lecture)
                    regimes[i.sujet, i.code].setdefault(version.numero, regime)
        for (sujet, _), siens in sorted(regimes.items()):
            lectures = {r.lecture: r for r in reversed(siens.values())}
            couvrent = tuple(dict.fromkeys(r.indicateur.couvre for r in siens.values()))
            lignee = Lignee(chronologie, siens, tuple(lectures.values()), couvrent)
            lignees[sujet].append(lignee)
    return {sujet: tuple(siennes) for sujet, siennes in lignees.items()}


def versions_du_mois(calendrier: Calendrier | None, mois: Mois) -> tuple[str, ...]:
    """Les versions du calendrier qui décident des jours de ce mois, de la plus ancienne."""
    if calendrier is None:
        return ()
    versions = calendrier.versions_entre(mois.debut, mois.fin - timedelta(days=1))
    return tuple(version.version for version in versions)
