"""Des histoires tirées au sort : ce qui arrive à une demande, en vrai, dans l'ordre du temps.

Une graine suffit à refaire une histoire. Rien ici ne connaît le code éprouvé.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle.naif import CYCLE, Dit, Histoire, Impossible, plier

QUEBEC = ZoneInfo("America/Toronto")
HEURES = ((9, 0, 0), (12, 0, 0), (16, 59, 59), (17, 0, 0), (17, 0, 1), (21, 0, 0), (0, 0, 0))
"""Des heures qui piquent : la fermeture du CSC à la seconde, le soir où UTC est déjà demain."""
HUMAINS = frozenset({"soumission", "approbation", "refus", "annulation", "redirection",
                     "reouverture"})  # fmt: skip
"""Ce qu'une personne pose au vu de l'état : cela n'arrive jamais en retard."""


@dataclass(frozen=True, slots=True)
class Rectifie:
    """Des actes, par leur rang dans l'histoire, et leur heure juste (None : nul)."""

    justes: tuple[tuple[int, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class Tirage:
    """Une histoire et ce qu'on en rectifiera."""

    graine: int
    histoire: Histoire
    rectifications: tuple[Rectifie, ...] = ()

    @property
    def finale(self) -> Histoire:
        """L'histoire, une fois rectifiée."""
        finale = self.histoire
        for rectification in self.rectifications:
            finale = appliquer(finale, self.histoire, rectification)
        return finale


def tirer(graine: int, *, longueur: int = 5) -> Tirage:
    """Une histoire possible d'au plus `longueur` actes de machine, rectifiée une fois sur trois."""
    hasard = Random(graine)
    sorte = hasard.choice(("poste_physique", "poste_physique", "logiciel",
                           "amenagement_utilisateur"))  # fmt: skip
    articles = {"poste_physique": ("poste.livré", "logiciel.installé"),
                "logiciel": ("logiciel.installé",),
                "amenagement_utilisateur": ("aménagement.complété",)}[sorte]  # fmt: skip
    vide = Histoire(sorte, articles, approbation=sorte != "logiciel", dits=())
    instant = _instant(hasard, datetime(2026, 9, 1, tzinfo=QUEBEC))
    histoire = _ajouter(vide, Dit("soumission", instant))
    if histoire.approbation and hasard.random() < 0.98:
        histoire = _suivant(hasard, histoire, ("approbation",) * 12 + ("refus",))
    machines = 0
    while machines < longueur and hasard.random() < 0.97:
        suivie = _suivant(hasard, histoire, CYCLE[3:])
        if suivie is histoire:
            break
        machines += suivie.dits[-1].quoi not in HUMAINS
        histoire = suivie
    tirage = Tirage(graine, histoire)
    return _rectifier(hasard, tirage) if hasard.random() < 0.35 else tirage


def _suivant(hasard: Random, histoire: Histoire, parmi: tuple[str, ...]) -> Histoire:
    """L'histoire et un acte de plus qu'elle permet; la même s'il n'en est pas."""
    poids = {"prise_en_charge": 6, "suspension": 3, "reprise": 6, "livraison": 5,
             "heures_travaillees": 4, "annulation": 0.3, "redirection": 0.2, "reouverture": 3,
             "completion": 1}  # fmt: skip
    for _ in range(12):
        quoi = hasard.choices(parmi, [poids.get(p, 4) for p in parmi])[0]
        dit = _un(hasard, histoire, quoi)
        if dit is None:
            continue
        try:
            return _ajouter(histoire, dit)
        except Impossible:
            continue
    return histoire


def _un(hasard: Random, histoire: Histoire, quoi: str) -> Dit | None:
    dernier = histoire.dits[-1].le
    meme = hasard.random() < 0.15 and CYCLE.index(quoi) >= CYCLE.index(histoire.dits[-1].quoi)
    instant = dernier if meme else _instant(hasard, dernier)
    article = hasard.randrange(len(histoire.articles))
    if quoi == "livraison":
        return Dit(quoi, instant, article=article)
    if quoi == "heures_travaillees":
        if histoire.sorte != "amenagement_utilisateur":
            return None
        minutes = hasard.choice((5, 15, 16, 50, 60))
        tarif = hasard.choice(("AMENAGEMENT-BUR", "AMENAGEMENT-INFRA"))
        reference = f"TE-{hasard.randrange(1000)}" if hasard.random() < 0.3 else None
        return Dit(quoi, instant, article=0, tarif=tarif, minutes=minutes, reference=reference)
    if quoi == "reouverture":
        combien = hasard.randint(1, len(histoire.articles))
        rouverts = hasard.sample(range(len(histoire.articles)), combien)
        return Dit(quoi, instant, rouverts=tuple(sorted(rouverts)))
    if quoi == "completion":
        return None  # un constat : les livraisons le disent déjà
    return Dit(quoi, instant)


def _instant(hasard: Random, apres: datetime) -> datetime:
    """Une seconde après celle-ci : la même journée, ou quelques jours plus tard."""
    local = apres.astimezone(QUEBEC)
    for _ in range(4):
        jour = local.date() + timedelta(days=hasard.choice((0, 0, 1, 1, 2, 5, 12)))
        heure = datetime(jour.year, jour.month, jour.day, *hasard.choice(HEURES), tzinfo=QUEBEC)
        if heure.astimezone(UTC) > apres:
            return heure.astimezone(UTC)
    return apres.astimezone(UTC) + timedelta(seconds=1)


def _ajouter(histoire: Histoire, dit: Dit) -> Histoire:
    """Lève `Impossible` si l'histoire ne le permet pas, ou l'a déjà dit."""
    if dit.cle in {autre.cle for autre in histoire.dits}:
        raise Impossible
    suivie = replace(histoire, dits=(*histoire.dits, dit))
    plier(suivie)
    return suivie


def _rectifier(hasard: Random, tirage: Tirage) -> Tirage:
    """Un ou deux actes de machine redatés ou annulés, si ce qui reste se suit."""
    histoire = tirage.histoire
    rangs = [r for r, d in enumerate(histoire.dits) if d.quoi not in {"approbation", "refus"}]
    for _ in range(6):
        vises = hasard.sample(rangs, min(len(rangs), hasard.choice((1, 1, 2))))
        justes = tuple((rang, _juste(hasard, histoire.dits[rang])) for rang in sorted(vises))
        rectifie = Rectifie(justes)
        try:
            plier(appliquer(histoire, histoire, rectifie))
        except Impossible:
            continue
        return replace(tirage, rectifications=(rectifie,))
    return tirage


def _juste(hasard: Random, dit: Dit) -> datetime | None:
    if dit.quoi == "soumission":
        return dit.le + timedelta(minutes=hasard.choice((1, 30)))
    if hasard.random() < 0.4:
        return None
    return dit.le + timedelta(hours=hasard.choice((-30, -5, -1, 1, 6, 24, 50)))


def appliquer(finale: Histoire, d_origine: Histoire, rectifie: Rectifie) -> Histoire:
    """L'histoire où ces actes ont leur heure juste, ou ne sont plus."""
    justes = {d_origine.dits[rang].cle: juste for rang, juste in rectifie.justes}
    dits = []
    for dit in finale.dits:
        juste = justes.get(dit.cle, dit.le)
        if juste is not None:
            dits.append(replace(dit, vrai=juste) if dit.cle in justes else dit)
    return replace(finale, dits=tuple(dits))
