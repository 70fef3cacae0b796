"""Ce qu'on peut demander au tableau du mois."""

from dataclasses import dataclass
from datetime import datetime

from facturation.bord.domaine import Jalon, Tableau
from facturation.bord.ports import Ports
from facturation.emissions.domaine.executions import PRODUCTEURS
from noyau import Mois, jour_de_quebec


@dataclass(frozen=True, slots=True)
class DresserTableau:
    """La période à voir, et l'instant où on la regarde (UTC)."""

    periode: Mois
    le: datetime


async def dresser_tableau(commande: DresserTableau, ports: Ports) -> Tableau:
    """Ce qui est reçu et ce qui reste à faire d'une période."""
    periode = commande.periode
    jalons = await ports.executions.jalons(PRODUCTEURS)
    return Tableau(
        periode=periode,
        le=commande.le,
        jalons=tuple(Jalon.de(nom, jusqua, periode) for nom, jusqua in jalons.items()),
        constats=tuple(await ports.constats.de(periode, jour_de_quebec(commande.le))),
    )
