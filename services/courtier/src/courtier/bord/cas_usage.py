"""Ce qu'on peut demander au bord."""

from datetime import date, datetime

from courtier.bord.domaine.tableau import (
    CAS_MONTRES,
    COMPTE_MAXIMUM,
    Constat,
    Rubrique,
    Tableau,
    horizon_de,
    par_etape,
)
from courtier.bord.ports import Ports
from noyau import jour_de_quebec


async def dresser_tableau(le: datetime, ports: Ports) -> Tableau:
    """Ce qui attend, tarde et finit à cet instant, chez tous les organismes."""
    jour = jour_de_quebec(le)
    horizon = _horizon(jour, ports)
    constats = ports.constats
    return Tableau(
        le=le,
        horizon=horizon,
        etapes=par_etape(await constats.dossiers(), jour),
        constats=tuple([await constats.constat(r, jour, horizon, CAS_MONTRES) for r in Rubrique]),
        fournisseurs=tuple(await constats.fournisseurs(jour)),
    )


async def lire_rubrique(rubrique: Rubrique, ports: Ports, *, jour: date) -> Constat:
    """Une rubrique et tous ses cas, jusqu'à `COMPTE_MAXIMUM`."""
    return await ports.constats.constat(rubrique, jour, _horizon(jour, ports), COMPTE_MAXIMUM)


def _horizon(jour: date, ports: Ports) -> date:
    return horizon_de(jour, ports.normes.le(jour).sortie.rappels_mois)
