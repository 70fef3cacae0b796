"""La part d'un document que son organisme conteste, à une date (FAC-8, FAC-17)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from facturation.contestations.domaine.contestations import FINIES, TRANSITIONS, Etat, Geste
from facturation.factures.domaine.taxes import Taxes, Totaux
from noyau import Montant, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Litige:
    """Une contestation et son fil : de quoi dire ce qu'elle était un jour passé.

    `lignes` : les taux de chacune, et ce qu'elle demandait avant taxes ($).
    """

    numero: str
    a_admettre: bool
    """Vrai si elle s'est ouverte à admettre : tardive, ou sur un fait nouveau."""
    ouverte_le: datetime
    fil: Sequence[tuple[Geste, datetime]]
    lignes: Sequence[tuple[Taxes, Montant]]

    def court(self, le: date) -> bool:
        """Vrai si, à la fin de ce jour, elle était admise et sans décision."""
        if jour_de_quebec(self.ouverte_le) > le:
            return False
        depart = Etat.A_ADMETTRE if self.a_admettre else Etat.OUVERTE
        d_alors = _suivre(depart, (g for g, fait in self.fil if jour_de_quebec(fait) <= le))
        return d_alors is not None and d_alors not in FINIES and d_alors is not Etat.A_ADMETTRE


def _suivre(etat: Etat, gestes: Iterable[Geste]) -> Etat | None:
    """L'état où mènent ces gestes; rien si l'un d'eux y est impossible."""
    rendu: Etat | None = etat
    for geste in gestes:
        rendu = None if rendu is None else TRANSITIONS[rendu].get(geste)
    return rendu


def contestes(litiges: Iterable[Litige], le: date) -> dict[str, Montant]:
    """Ce qui est contesté de chaque document ce jour-là, taxes comprises.

    Elles s'arrondissent comme celles du document : contesté en entier, il n'en reste rien.
    """
    lignes: defaultdict[str, list[tuple[Taxes, Montant]]] = defaultdict(list)
    for litige in litiges:
        if litige.court(le):
            lignes[litige.numero] += litige.lignes
    return {numero: Totaux.de(siennes).total for numero, siennes in lignes.items()}
