"""Faire naître les actifs des livraisons, les récupérer, en signaler la perte (DEM-7)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.demande.domaine.demande import Avancee, Demande
from demandes.parc.domaine import Actif, Nature, Recuperation
from demandes.parc.ports import Ports
from noyau import Acte, Resultat


async def ajouter_actifs(avancee: Avancee, ports: Ports, _: Acte) -> Resultat[Demande]:
    """Répercussion : chaque article livré devient un actif du parc."""
    for pose in avancee.gestes:
        if (actif := Actif.livre(pose)) is not None:
            await ports.actifs.ajouter(actif)
    return Resultat(avancee.demande)


async def recuperer_actif(voulue: Recuperation, ports: Ports, acte: Acte) -> Resultat[Actif]:
    """Récupère (FAC-1); lève `TransitionImpossible` (DEM-7) si l'actif n'est plus en service."""
    actif = await ports.actifs.charger(voulue.actif_id)
    recupere, fait = actif.recuperer(voulue.fait_le, acte)
    await ports.actifs.enregistrer(recupere)
    return Resultat(recupere, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerPerte:
    """L'actif, ce qui lui est arrivé, et la date de Québec du fait (absente : aujourd'hui)."""

    actif_id: UUID
    nature: Nature
    fait_le: date | None = None


async def signaler_perte(commande: SignalerPerte, ports: Ports, acte: Acte) -> Resultat[Actif]:
    """Signale (FAC-2); lève `TransitionImpossible` (DEM-7) si l'actif n'est plus en service."""
    actif = await ports.actifs.charger(commande.actif_id)
    perdu, fait = actif.perdre(commande.nature, commande.fait_le, acte)
    await ports.actifs.enregistrer(perdu)
    return Resultat(perdu, fait)
