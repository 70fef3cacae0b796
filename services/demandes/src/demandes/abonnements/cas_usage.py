"""Ouvrir et résilier les abonnements sans actif (FAC-1, DEM-5, TEL-1)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.abonnements.domaine import (
    Abonnement,
    AbonnementRectifie,
    abonnement_de,
    ouverture,
    souscription,
)
from demandes.abonnements.ports import Ports
from demandes.demande.domaine.demande import Sorte
from demandes.demande.domaine.histoire import Avancee
from noyau import Acte, Introuvable, Resultat


async def suivre_completions(avancee: Avancee, ports: Ports, acte: Acte) -> Resultat[None]:
    """Répercussion : une demande complétée abonne l'organisme au service, une seule fois.

    Rectifiée, elle redate l'abonnement ou l'annule (DEM-13). Lève ce que lève `Abonnement.redate`.
    """
    demande = avancee.demande
    neuf = abonnement_de(demande)
    if neuf is None:
        return Resultat(None)
    _verrouille = await ports.organismes.charger(demande.organisme)
    existants = await ports.abonnements.de(demande.organisme)
    avant = next((a for a in existants if a.id == neuf.id), neuf)
    le = ouverture(avancee.dossier)
    if le == avant.souscrit_le:
        return Resultat(None)
    apres = avant.redate(le, existants)
    await ports.abonnements.ecrire(apres)
    publie = souscription(apres, le or acte.le)
    if avant is neuf:
        return Resultat(None, publie)
    return Resultat(None, AbonnementRectifie(rectifie=publie, juste=le, survenu_le=acte.le))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilierAbonnement:
    """L'abonnement, et sa fin exclue (absente : aujourd'hui)."""

    abonnement_id: UUID
    fin: date | None = None
    service: Sorte | None = None
    """Celui que l'appelant croit résilier, s'il le dit."""


async def resilier_abonnement(
    commande: ResilierAbonnement, ports: Ports, acte: Acte
) -> Resultat[Abonnement]:
    """Résilie; lève `Introuvable`, même d'un autre service, ou ce que lève `resilier`."""
    abonnement = acte.sur(await ports.abonnements.charger(commande.abonnement_id))
    if commande.service not in {None, abonnement.service}:
        raise Introuvable("Abonnement introuvable.")
    resilie, fait = abonnement.resilier(commande.fin, acte)
    await ports.abonnements.ecrire(resilie)
    return Resultat(resilie, fait)
