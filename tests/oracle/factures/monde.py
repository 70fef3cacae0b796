"""Des organismes tirés au sort : ce qui leur arrive, et le mois où leur facturier l'apprend."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from facturation.creances.domaine.faits import FaitRecu, Rectification, Role
from facturation.tarification.domaine.tarifs import StatuQuo
from noyau import Mois
from services.facturation.tests.builders import ORIGINE, Faits, a, fiche, prix

PREMIER, DERNIER = Mois(2026, 4), Mois(2026, 11)
CODES = ("MTQ", "RAMQ")
PRODUITS = ("BUREAU-STD", "BUREAU-STD", "PORTABLE-14", "ECRAN-24", "VIRTUEL-M", "LOGICIEL-X")
"""Des postes surtout : eux seuls changent de prix, se perdent et se cèdent à la fois."""


@dataclass
class Monde:
    """Ce qui est arrivé, chaque chose avec le mois où on l'apprend."""

    hasard: Random
    appris: list[tuple[Mois, Any]] = field(default_factory=list)
    actes: list[FaitRecu] = field(default_factory=list)
    cedes: int = 0
    rectifies: int = 0
    en_retard: int = 0

    def jour(self, apres: date = ORIGINE, au_plus: int = 120) -> date:
        """Souvent le même jour, ou les premiers et derniers d'un mois."""
        jour = apres + timedelta(days=self.hasard.choice((0, 1, self.hasard.randrange(au_plus))))
        if self.hasard.random() < 0.2:
            jour = Mois.de(jour).debut if Mois.de(jour).debut >= apres else Mois.de(jour).fin
        return min(jour, DERNIER.debut + timedelta(days=20))

    def dire(self, quoi: Any, jour: date) -> None:  # noqa: ANN401 -- un fait ou une version
        """On l'apprend son mois même; parfois quatre mois plus tard, au plus tard à la fin."""
        retard = self.hasard.choice((0, 0, 0, 0, 1, 2, 4))
        mois = max(Mois.de(jour), PREMIER)
        for _ in range(retard):
            mois = mois.suivant
        self.en_retard += bool(retard)
        self.appris.append((min(mois, DERNIER), quoi))

    def acter(self, acte: FaitRecu, jour: date) -> None:
        self.actes.append(acte)
        self.dire(acte, jour)


def tirer(graine: int) -> Monde:
    """Un monde, toujours le même d'une même graine."""
    hasard = Random(graine)
    monde = Monde(hasard)
    fabriques = {code: Faits(code) for code in CODES}
    for rang in range(hasard.randint(1, 4)):
        _actif(monde, fabriques, f"actif-{rang}")
    for rang in range(hasard.randint(0, 2)):
        _incident(monde, fabriques[CODES[0]], f"incident-{rang}")
    for _ in range(hasard.randint(0, 4)):
        jour = date(2026, 9, hasard.randint(8, 9))
        code = hasard.choice(("AMENAGEMENT-BUR", "AMENAGEMENT-INFRA"))
        travail = fabriques[CODES[0]].travail("article", jour, hasard.randint(1, 100), code)
        monde.acter(travail, jour)
    _catalogue(monde)
    _rectifier(monde, fabriques)
    for code in CODES:
        if hasard.random() < 0.7:
            debut = monde.jour(au_plus=160)
            monde.dire((code, debut, True), debut)
    return monde


def _actif(monde: Monde, fabriques: dict[str, Faits], nom: str) -> None:
    """Livré, rendu, perdu ou cédé, puis relivré; parfois redit sans effet."""
    hasard, chez, produit = monde.hasard, CODES[0], monde.hasard.choice(PRODUITS)
    jour = monde.jour()
    en_service = False
    depuis = jour
    for heure in range(12, 12 + hasard.randint(1, 6)):
        f = fabriques[chez]
        if not en_service:
            monde.acter(f.livraison(nom, jour, produit, hasard.randint(1, 2), heure=heure), jour)
            en_service, depuis = True, jour
        elif hasard.random() < 0.3:
            autre = CODES[1 - CODES.index(chez)]
            for acte in _cession(f, fabriques[autre], nom, jour, produit, depuis, heure):
                monde.acter(acte, jour)
            monde.cedes += 1
            chez = autre
        else:
            finir = hasard.choice((f.recuperation, f.perte))
            monde.acter(finir(nom, jour, produit, heure=heure), jour)
            en_service = hasard.random() < 0.1
        jour = monde.jour(jour, 90)


def _cession(
    de: Faits, vers: Faits, nom: str, jour: date, produit: str, depuis: date, heure: int
) -> Iterator[FaitRecu]:
    """L'un perd un poste ce jour-là, l'autre en reçoit un."""
    cede = de.fait("actif.cédé", nom, jour, heure=heure, role=Role.FINIT, produit=produit)
    yield replace(cede, transmet=True)
    recu = vers.fait(
        "actif.reçu", nom, jour, heure=heure, role=Role.COMMENCE, produit=produit, quantite=1,
        en_service_depuis=depuis.isoformat(),
    )  # fmt: skip
    yield replace(recu, reprend=True)


def _incident(monde: Monde, f: Faits, nom: str) -> None:
    """Une à trois interventions; la dernière, souvent, le clôt."""
    jour, nombre = monde.jour(), monde.hasard.randint(1, 3)
    for rang in range(nombre):
        clot = rang == nombre - 1 and monde.hasard.random() < 0.8
        minutes = monde.hasard.choice((0, 5, 60, 61, 170, 180, 540))
        deplace = monde.hasard.random() < 0.3
        acte = f.intervention(
            nom, jour, minutes, cloture=clot, deplacement=deplace, heure=10 + rang
        )
        monde.acter(acte, jour)
        jour += timedelta(days=monde.hasard.choice((0, 0, 1, 30)))


def _catalogue(monde: Monde) -> None:
    """Des fiches et des prix qui commencent un jour quelconque; un statu quo."""
    hasard, versions = monde.hasard, [1]
    for numero in range(2, 2 + hasard.randint(0, 3)):
        debut = monde.jour(au_plus=160)
        montants: dict[str, Any] = {
            nom: str(hasard.choice((147, 150, 219, 219.5, 0.01, 86.25)))
            for nom in ("POSTE_01", "POSTE_03", "SOUTIEN_HEURE")
        }
        monde.dire(fiche(numero, debut, **montants), debut)
        versions.append(numero)
    for numero in range(2, 2 + hasard.randint(0, 2)):
        debut = monde.jour(au_plus=160)
        produit = hasard.choice(("VIRTUEL-M", "LOGICIEL-X"))
        monde.dire(prix(produit, f"{hasard.randrange(1, 20000) / 100}", numero, debut), debut)
    if hasard.random() < 0.5:
        debut = monde.jour(au_plus=160)
        fin = debut + timedelta(days=hasard.choice((0, 1, 10, 45, 100)))
        garde = StatuQuo(
            statu_quo_id=UUID(int=hasard.getrandbits(128)),
            organisme=hasard.choice(CODES),
            fiche="POSTES",
            version=hasard.choice(versions),
            debut=debut,
        )
        monde.dire((garde, hasard.choice((None, fin))), debut)


def _rectifier(monde: Monde, fabriques: dict[str, Faits]) -> None:
    """Des actes redatés ou annulés, parfois deux fois, appris plus tard encore."""
    for rang in range(monde.hasard.choice((0, 0, 1, 2, 3))):
        acte = monde.hasard.choice(monde.actes)
        jour = monde.jour(au_plus=160)
        juste = a(jour, monde.hasard.choice((9, 12, 15))) if monde.hasard.random() < 0.6 else None
        rectification = fabriques[acte.organisme].rectification(acte, juste, rang + 1)
        monde.dire(rectification, max(jour, acte.jour))
        monde.rectifies += 1


def acte(quoi: object) -> bool:
    """Vrai de ce qui se facture, ou le rectifie."""
    return isinstance(quoi, FaitRecu | Rectification)
