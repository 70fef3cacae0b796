"""Mettre fin au mandat d'un signataire (DEM-3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.organisme import Signataire
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class FinirMandat:
    """La fin est exclue : la personne ne signe plus ce jour-là."""

    organisme: str
    signataire_id: UUID
    fin: date


async def finir_mandat(commande: FinirMandat, depots: Depots, acte: Acte) -> Issue[Signataire]:
    """Clôt le mandat; lève `Introuvable`, ou `Conflit` si la fin est passée."""
    await depots.organismes.charger(commande.organisme)
    registre = await depots.organismes.registre(commande.organisme)
    fini = registre.signataire(commande.signataire_id).finir(commande.fin, acte)
    await depots.organismes.finir_signataire(fini)
    return Issue(fini)
