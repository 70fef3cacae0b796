"""Créer une demande, en brouillon ou soumise d'un trait (DEM-1, DEM-2, DEM-4)."""

from dataclasses import dataclass
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.demande import Demande, Passage, Sorte
from demandes.domaine.mesure import Besoin, articles_de, constater
from socle.noyau import Acte, Issue, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class CreerDemande:
    """Ce que l'organisme veut; utilisateur et site valent pour l'article qui n'en dit rien."""

    demande_id: UUID
    organisme: str
    sorte: Sorte
    besoins: tuple[Besoin, ...] = ()
    utilisateur_id: str | None = None
    site: str | None = None
    soumettre: bool = False


async def creer_demande(commande: CreerDemande, depots: Depots, acte: Acte) -> Issue[Demande]:
    """Crée la demande; lève `Introuvable` (organisme) ou `Conflit` (DEM-1, DEM-8, CAT-1, CAT-3)."""
    organisme = await depots.organismes.lire(commande.organisme)
    organisme.exiger_actif()
    jour = jour_de_quebec(acte.le)
    produits = await depots.produits.au({b.produit for b in commande.besoins}, jour)
    articles = articles_de(
        commande.demande_id,
        commande.sorte,
        commande.besoins,
        produits,
        utilisateur_id=commande.utilisateur_id,
        site=commande.site,
    )
    faits = constater(commande.sorte, articles, produits)
    demande = Demande(
        id=commande.demande_id,
        numero=await depots.demandes.nouveau_numero(jour.year),
        organisme=commande.organisme,
        sorte=commande.sorte,
        demandeur=acte.acteur.sujet,
        articles=articles,
        faits=faits,
        cree_le=acte.le,
    )
    passages: tuple[Passage, ...] = ()
    if commande.soumettre:
        demande, passage = demande.soumettre(faits, acte)
        passages = (passage,)
    await depots.demandes.ajouter(demande, passages)
    return Issue(demande, *passages)
