"""Le jour où le montant d'un contrat s'épuiserait, à son rythme (CI-19).

Une commande de douze mois n'est pas le rythme d'un jour : elle se répartit également sur les mois
qu'elle couvre, et seuls les mois entamés comptent. Ce qui ne se paie qu'une fois ne se répète pas.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from uuid import UUID

from courtier.catalogue.domaine import Periodicite
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.termes import Termes
from noyau import DERNIER_JOUR, ZERO, Montant, mois_plus_tard

_UN_JOUR = timedelta(days=1)


class Methode(StrEnum):
    """Comment la date d'épuisement se calcule."""

    RYTHME_MOYEN = "rythme_moyen"
    """Ce qui est consommé des mois entamés depuis l'entrée, un au moins, se poursuit."""
    EPUISE = "epuise"
    """Le montant est déjà consommé, ou dépassé : il n'y a plus de date à prévoir."""
    AUCUNE = "aucune"
    """Rien n'est consommé, ou le contrat n'a pas commencé, ou il est fini."""


@dataclass(frozen=True, slots=True)
class Prevision:
    """Le jour où le montant serait consommé; aucun au-delà de 2100."""

    methode: Methode
    epuisement_le: date | None = None
    avant_la_fin: bool = False
    """Vrai : il manque déjà, ou manquerait avant le dernier jour; épuisé ce jour-là, il suffit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Ce que les commandes d'un jour engagent d'une composante, pour tant de mois."""

    datee_le: date
    offre_id: UUID
    composante: str
    mois: int
    """Depuis celui de la commande."""
    montant: Montant


def prevoir(
    contrat: Contrat, consomme: Montant, engagements: Iterable[Engagement], jour: date
) -> Prevision:
    """Le premier jour où la consommation, au rythme des mois entamés, atteindrait le montant.

    `engagements` : ceux des commandes qui valent; le reste de `consomme` compte en entier.
    """
    montant = contrat.courants.montant
    if consomme > montant:
        return Prevision(Methode.EPUISE, avant_la_fin=True)
    entree = contrat.entree_permise_le
    if consomme <= ZERO or entree is None or not entree <= jour < contrat.fin:
        return Prevision(Methode.AUCUNE)
    epuisement = _epuisement(contrat, consomme, engagements, jour)
    manque = epuisement is not None and epuisement < contrat.fin - _UN_JOUR
    if consomme == montant:
        return Prevision(Methode.EPUISE, avant_la_fin=manque)
    return Prevision(Methode.RYTHME_MOYEN, epuisement, manque)


def _epuisement(
    contrat: Contrat, consomme: Montant, engagements: Iterable[Engagement], jour: date
) -> date | None:
    termes = contrat.courants
    entree = contrat.entree_permise_le or termes.debut
    depuis = termes.mois_de(entree) - 1
    ici = max(_rang(termes, jour + _UN_JOUR), Fraction(depuis + 1))
    seule_fois, a_venir = Fraction(), Fraction()
    for engagement in engagements:
        if _est_unique(engagement, termes):
            seule_fois += engagement.montant.cents
            continue
        entames = ici - (termes.mois_de(engagement.datee_le) - 1)
        restants = 1 - min(entames / engagement.mois, Fraction(1))
        a_venir += engagement.montant.cents * restants
    pris = consomme.cents - seule_fois - a_venir
    if pris <= 0:
        return None
    return _jour_au_rang(
        termes, depuis + (termes.montant.cents - seule_fois) * (ici - depuis) / pris
    )


def _est_unique(engagement: Engagement, termes: Termes) -> bool:
    return any(
        composante.periodicite is Periodicite.UNIQUE
        for element in termes.elements
        if element.offre_id == engagement.offre_id
        for composante in element.composantes
        if composante.code == engagement.composante
    )


def _rang(termes: Termes, jour: date) -> Fraction:
    """Combien de mois du contrat sont passés quand ce jour commence, fraction comprise."""
    mois = termes.mois_de(jour) - 1
    debut, suivant = (mois_plus_tard(termes.debut, rang) for rang in (mois, mois + 1))
    return mois + Fraction((jour - debut).days, (suivant - debut).days)


def _jour_au_rang(termes: Termes, rang: Fraction) -> date | None:
    """Le premier jour à la fin duquel tant de mois sont passés; aucun au-delà de 2100."""
    if rang > (DERNIER_JOUR.year + 1 - termes.debut.year) * 12:
        return None
    mois = ceil(rang) - 1
    debut, suivant = (mois_plus_tard(termes.debut, mois + n) for n in (0, 1))
    jour = debut + timedelta(days=ceil((rang - mois) * (suivant - debut).days) - 1)
    return jour if jour <= DERNIER_JOUR else None
