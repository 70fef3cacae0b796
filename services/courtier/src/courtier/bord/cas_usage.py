"""Ce qu'on peut demander au bord."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from courtier.bord.domaine.listes import (
    LISTE_MAXIMUM,
    Autorisable,
    ListeDuDirigeant,
    ListeDuSignataire,
    a_autoriser,
    signables,
)
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
from noyau import Acteur, jour_de_quebec


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


@dataclass(frozen=True, slots=True)
class Regarder:
    """L'organisme, qui regarde, et l'instant (UTC)."""

    organisme: str
    acteur: Acteur
    le: datetime


async def lister_autorisations(commande: Regarder, ports: Ports) -> ListeDuDirigeant:
    """Les choix et les avenants qui attendent le dirigeant; lève `Introuvable` (DEM-8)."""
    organisme = await ports.organismes.lire(commande.organisme)
    jour, limite = jour_de_quebec(commande.le), LISTE_MAXIMUM + 1
    choisis = await ports.attentes.choisis(organisme.code, limite)
    avenants = await ports.attentes.avenants_a_autoriser(organisme.code, limite)
    rcti = organisme.assujetti_rcti
    lus = [
        a_autoriser(await ports.dossiers.lire(identifiant), jour, rcti=rcti)
        for identifiant in choisis[:LISTE_MAXIMUM]
    ]
    trouves = [*filter(None, lus), *(a.autorisable for a in avenants[:LISTE_MAXIMUM])]
    return ListeDuDirigeant(
        organisme=organisme.code,
        le=commande.le,
        elements=_par_age(trouves),
        davantage=max(len(choisis), len(avenants)) > LISTE_MAXIMUM,
    )


async def lister_signatures(commande: Regarder, ports: Ports) -> ListeDuSignataire:
    """Ce que l'appelant peut signer ce jour; lève `Introuvable` (DEM-8)."""
    organisme = await ports.organismes.lire(commande.organisme)
    attentes = await ports.attentes.a_signer(organisme.code, LISTE_MAXIMUM + 1)
    registre = await ports.mandats.registre(organisme.code, commande.acteur.sujet)
    jour = jour_de_quebec(commande.le)
    return ListeDuSignataire(
        organisme=organisme.code,
        le=commande.le,
        elements=tuple(signables(attentes[:LISTE_MAXIMUM], registre, commande.acteur, jour)),
        davantage=len(attentes) > LISTE_MAXIMUM,
    )


def _par_age(trouves: Sequence[Autorisable]) -> tuple[Autorisable, ...]:
    return tuple(sorted(trouves, key=lambda a: (a.depuis, a.objet_id)))


def _horizon(jour: date, ports: Ports) -> date:
    return horizon_de(jour, ports.normes.le(jour).sortie.rappels_mois)
