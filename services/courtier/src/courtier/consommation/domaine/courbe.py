"""La courbe d'un contrat, mois par mois (CI-19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from courtier.contrats.domaine.contrat import Contrat
from noyau import ZERO, Montant, mois_plus_tard


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
