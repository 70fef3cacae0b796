"""Une ligne du scénario : « 11 15:00 suspension : motif (annoncé 14 08:55) »."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from noyau import QUEBEC, Mois

_LIGNE = re.compile(
    r"(?P<jour>\d\d) (?P<heure>\d\d:\d\d) (?P<verbe>[\w-]+)"
    r"(?: (?P<details>[^:(]+?))?"
    r"(?: : (?P<motif>[^(]+?))?"
    r"(?: \((?:juste (?P<j_jour>\d\d) (?P<j_heure>\d\d:\d\d)|(?P<nul>nul))\))?"
    r"(?: \(annoncé (?P<a_jour>\d\d) (?P<a_heure>\d\d:\d\d)\))?"
    r"(?: \(redit (?P<r_jour>\d\d) (?P<r_heure>\d\d:\d\d)\))?"
    r"(?: \(répété (?P<fois>\d+) fois\))?"
)


class ScenarioMalForme(ValueError):
    """Le scénario ne se lit pas; le message dit où et pourquoi."""


class Verbe(StrEnum):
    """Ce qui arrive à une demande ou à son actif."""

    CREATION = "création"
    SOUMISSION = "soumission"
    APPROBATION = "approbation"
    REFUS = "refus"
    ANNULATION = "annulation"
    REOUVERTURE = "réouverture"
    PERTE = "perte"
    RECTIFICATION = "rectification"
    PRISE_EN_CHARGE = "prise_en_charge"
    SUSPENSION = "suspension"
    REPRISE = "reprise"
    LIVRAISON = "livraison"
    HEURES = "heures"
    COMPLETION = "complétion"
    RECUPERATION = "récupération"

    @property
    def par_itsm(self) -> bool:
        """Vrai si l'ITSM l'annonce; sinon une personne le pose par l'API, à l'instant même."""
        return self in _ITSM


_ITSM = {
    Verbe.PRISE_EN_CHARGE,
    Verbe.SUSPENSION,
    Verbe.REPRISE,
    Verbe.LIVRAISON,
    Verbe.HEURES,
    Verbe.COMPLETION,
    Verbe.RECUPERATION,
}
RECTIFIABLES = {Verbe.PRISE_EN_CHARGE, Verbe.SUSPENSION, Verbe.REPRISE, Verbe.LIVRAISON}
_MOTIVES = {
    Verbe.SUSPENSION,
    Verbe.REPRISE,
    Verbe.REFUS,
    Verbe.ANNULATION,
    Verbe.REOUVERTURE,
    Verbe.RECTIFICATION,
}
_SUR_ARTICLES = {Verbe.LIVRAISON, Verbe.REOUVERTURE, Verbe.PERTE, Verbe.RECUPERATION}


@dataclass(frozen=True, slots=True)
class Travail:
    """Du temps travaillé : « BUR 45 »."""

    tarif: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Geste:
    """Un geste du scénario; `le` est l'instant du fait, `annonce` celui où on nous l'apprend."""

    verbe: Verbe
    le: datetime
    annonce: datetime
    details: tuple[str, ...] = ()
    motif: str | None = None
    juste: datetime | None = None
    """D'une rectification, l'heure juste de l'acte."""
    nul: bool = False
    """D'une rectification, vrai si l'acte n'a pas eu lieu."""
    redit: datetime | None = None
    """Quand l'ITSM l'annonce de nouveau, sous un autre identifiant."""
    fois: int = 1

    @property
    def articles(self) -> tuple[int, ...]:
        """Les rangs (à partir de 1) des articles visés."""
        if self.verbe not in {*_SUR_ARTICLES, Verbe.RECTIFICATION}:
            return ()
        return tuple(int(mot) for mot in self.details if mot.isdigit())

    @property
    def mot(self) -> str | None:
        """Le mot libre du geste : le substitut qui signe, la nature d'une perte, « brouillon »."""
        return next((mot for mot in self.details if not mot.isdigit()), None)

    @property
    def travaux(self) -> tuple[Travail, ...]:
        """« BUR 45 INFRA 20 » : le temps travaillé, par tarif."""
        paires = zip(self.details[::2], self.details[1::2], strict=True)
        return tuple(Travail(f"AMENAGEMENT-{tarif}", int(minutes)) for tarif, minutes in paires)

    @property
    def annonces(self) -> int:
        """Combien d'événements l'ITSM en fait : un par article livré."""
        return len(self.articles) if self.verbe is Verbe.LIVRAISON else 1

    @property
    def vise(self) -> Verbe | None:
        """Le nom de l'acte que vise une rectification."""
        return next((verbe for verbe in RECTIFIABLES if verbe == self.mot), None)

    @property
    def en_retard(self) -> bool:
        """Vrai si l'ITSM l'annonce après coup."""
        return self.annonce > self.le


def lire_geste(ligne: str, mois: Mois) -> Geste:
    """Lit une ligne; lève `ScenarioMalForme`."""
    trouve = _LIGNE.fullmatch(ligne)
    if trouve is None:
        raise ScenarioMalForme(f"« {ligne} » ne se lit pas.")
    try:
        verbe = Verbe(trouve["verbe"])
    except ValueError as erreur:
        raise ScenarioMalForme(f"« {ligne} » : geste inconnu.") from erreur
    le = _instant(mois, trouve["jour"], trouve["heure"])
    geste = Geste(
        verbe=verbe,
        le=le,
        annonce=_lu(mois, trouve["a_jour"], trouve["a_heure"]) or le,
        details=tuple((trouve["details"] or "").replace(",", " ").split()),
        motif=trouve["motif"],
        juste=_lu(mois, trouve["j_jour"], trouve["j_heure"]),
        nul=trouve["nul"] is not None,
        redit=_lu(mois, trouve["r_jour"], trouve["r_heure"]),
        fois=int(trouve["fois"] or 1),
    )
    if defaut := _defaut(geste):
        raise ScenarioMalForme(f"« {ligne} » : {defaut}.")
    return geste


def _defaut(geste: Geste) -> str | None:
    if geste.verbe in _MOTIVES and not geste.motif:
        return "le motif manque"
    if geste.verbe in _SUR_ARTICLES and not geste.articles:
        return "l'article visé manque"
    if not geste.verbe.par_itsm and (geste.en_retard or geste.redit or geste.fois > 1):
        return "seul l'ITSM annonce en retard ou se répète"
    if geste.annonce < geste.le:
        return "annoncé avant d'être survenu"
    if geste.redit and geste.redit < geste.annonce:
        return "redit avant d'être annoncé"
    return _defaut_de_rectification(geste)


def _defaut_de_rectification(geste: Geste) -> str | None:
    rectifie = geste.verbe is Verbe.RECTIFICATION
    if rectifie != (geste.nul or geste.juste is not None):
        return "une rectification, et elle seule, dit l'heure juste ou « nul »"
    if rectifie and geste.vise is None:
        return "l'acte rectifié manque"
    return None


def _lu(mois: Mois, jour: str | None, heure: str | None) -> datetime | None:
    return _instant(mois, jour, heure) if jour and heure else None


def _instant(mois: Mois, jour: str, heure: str) -> datetime:
    """Le jour et l'heure de Québec, dans le mois du scénario."""
    heures, minutes = (int(part) for part in heure.split(":"))
    minuit = datetime(mois.annee, mois.mois, 1, tzinfo=QUEBEC) + timedelta(days=int(jour) - 1)
    return minuit.replace(hour=heures, minute=minutes)
