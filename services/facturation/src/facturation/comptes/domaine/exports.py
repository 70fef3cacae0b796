"""Ce que la comptabilité reprend des documents, ligne par ligne, au cent (FAC-16, FAC-17)."""

from collections import defaultdict
from dataclasses import dataclass, field

from facturation.factures.domaine.taxes import Taxes
from noyau import ZERO, Montant


@dataclass(slots=True)
class Ventilation:
    """Répartit entre les lignes d'un document, lues dans leur ordre, les taxes de ses totaux.

    Les taxes d'un document s'arrondissent une fois par taux, sur la somme (FAC-1). La part d'une
    ligne est ce dont grandit cette taxe arrondie quand la ligne s'ajoute aux précédentes : les
    parts somment donc à celle du document, et chacune est à un cent de son propre taux. La dernière
    ligne prend ce qu'une note de crédit arrondit autrement.
    """

    tps: Montant
    """Celle du document qui n'est pas encore répartie."""
    tvq: Montant
    lignes: int
    """Celles qui restent à lire."""
    _bases: defaultdict[Taxes, Montant] = field(
        default_factory=lambda: defaultdict(lambda: ZERO), init=False
    )

    def prendre(self, taxes: Taxes, montant: Montant) -> tuple[Montant, Montant]:
        """La TPS et la TVQ de la ligne suivante."""
        avant = self._bases[taxes]
        apres = self._bases[taxes] = avant + montant
        self.lignes -= 1
        if self.lignes:
            tps = Montant.de(apres.decimal * taxes.tps) - Montant.de(avant.decimal * taxes.tps)
            tvq = Montant.de(apres.decimal * taxes.tvq) - Montant.de(avant.decimal * taxes.tvq)
        else:
            tps, tvq = self.tps, self.tvq
        self.tps -= tps
        self.tvq -= tvq
        return tps, tvq
