"""La courbe d'un contrat, mois par mois, et la date où il s'épuiserait (CI-19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from courtier.contrats.domaine.contrat import Contrat
from noyau import DERNIER_JOUR, ZERO, Montant, mois_plus_tard


class Methode(StrEnum):
    """Comment la date d'épuisement se calcule."""

    RYTHME_MOYEN = "rythme_moyen"
    """Ce qui est consommé, réparti également depuis l'entrée, se poursuit au même rythme."""
    EPUISE = "epuise"
    """Le montant est déjà consommé : il n'y a plus de date à prévoir."""
    AUCUNE = "aucune"
    """Rien n'est consommé, ou le contrat n'a pas commencé."""


@dataclass(frozen=True, slots=True)
class Prevision:
    """Le jour où le montant serait consommé; aucun au-delà de 2100."""

    methode: Methode
    epuisement_le: date | None = None
    avant_la_fin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoisDeContrat:
    """Un mois du contrat : ce que les termes prévoient, ce qui est commandé, facturé."""

    mois: int
    debut: date
    fin: date
    prevu: Montant
    commande: Montant
    facture: Montant
    prevu_cumule: Montant
    commande_cumule: Montant
    facture_cumule: Montant


def prevoir(contrat: Contrat, consomme: Montant, jour: date) -> Prevision:
    """Le jour où la consommation, au rythme moyen depuis l'entrée, atteindrait le montant."""
    entree, montant = contrat.entree_permise_le, contrat.courants.montant
    if consomme <= ZERO or entree is None or jour < entree:
        return Prevision(Methode.AUCUNE)
    if consomme >= montant:
        return Prevision(Methode.EPUISE)
    ecoules = (min(jour, contrat.fin - timedelta(days=1)) - entree).days + 1
    # Le premier jour k où consomme × k / ecoules atteint le montant.
    jours = -(-montant.cents * ecoules // consomme.cents)
    if jours > (DERNIER_JOUR - entree).days:
        return Prevision(Methode.RYTHME_MOYEN)
    epuisement = entree + timedelta(days=jours - 1)
    return Prevision(Methode.RYTHME_MOYEN, epuisement, epuisement < contrat.fin)


def courbe(
    contrat: Contrat, commandes: Mapping[date, Montant], factures: Mapping[date, Montant]
) -> tuple[MoisDeContrat, ...]:
    """Chaque mois des termes courants; ce qui est daté d'avant va au premier, d'après au dernier.

    Le prévu s'arrondit cumulé : ses mois somment au montant, au cent.
    """
    termes = contrat.courants
    rangs = range(1, termes.duree_mois + 1)
    prevus = [Montant.de(termes.cout_de(range(1, rang + 1))) for rang in rangs]
    commandes_par, factures_par = (
        _par_mois(contrat, sommes.items()) for sommes in (commandes, factures)
    )
    cumuls = [list(accumulate(par[r] for r in rangs)) for par in (commandes_par, factures_par)]
    return tuple(
        MoisDeContrat(
            mois=rang,
            debut=mois_plus_tard(termes.debut, rang - 1),
            fin=mois_plus_tard(termes.debut, rang),
            prevu=prevus[rang - 1] - (prevus[rang - 2] if rang > 1 else ZERO),
            commande=commandes_par[rang],
            facture=factures_par[rang],
            prevu_cumule=prevus[rang - 1],
            commande_cumule=cumuls[0][rang - 1],
            facture_cumule=cumuls[1][rang - 1],
        )
        for rang in rangs
    )


def _par_mois(contrat: Contrat, sommes: Iterable[tuple[date, Montant]]) -> dict[int, Montant]:
    termes = contrat.courants
    par_mois = dict.fromkeys(range(1, termes.duree_mois + 1), ZERO)
    for jour, montant in sommes:
        par_mois[min(max(termes.mois_de(jour), 1), termes.duree_mois)] += montant
    return par_mois
