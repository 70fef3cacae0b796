"""Créer une demande, et poser sur elle tous les gestes de son cycle de vie (DEM-1 à DEM-4)."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from demandes.clients.domaine import Signature
from demandes.demande.domaine.composition import Besoin, articles_de, constater
from demandes.demande.domaine.demande import Avancee, Demande, FaitsDeMesure, Geste, Sorte
from demandes.demande.domaine.intentions import Intention
from demandes.demande.ports import Ports
from noyau import Acte, Fait, Resultat, jour_de_quebec


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


async def creer_demande(commande: CreerDemande, ports: Ports, acte: Acte) -> Resultat[Demande]:
    """Crée la demande; lève `Introuvable` (organisme) ou `Conflit` (DEM-1, DEM-8, CAT-1, CAT-3).

    Neuve, elle n'a pas de répercussion : rien ne l'attendait, rien n'est livré.
    """
    organisme = await ports.organismes.lire(commande.organisme)
    organisme.exiger_actif()
    jour = jour_de_quebec(acte.le)
    produits = await ports.produits.au({b.produit for b in commande.besoins}, jour)
    articles = articles_de(
        commande.demande_id,
        commande.sorte,
        commande.besoins,
        produits,
        utilisateur_id=commande.utilisateur_id,
        site=commande.site,
    )
    faits = constater(commande.sorte, articles, produits)
    brouillon = Demande(
        id=commande.demande_id,
        numero=await ports.demandes.nouveau_numero(jour.year),
        organisme=commande.organisme,
        sorte=commande.sorte,
        demandeur=acte.acteur.sujet,
        articles=articles,
        faits=faits,
        cree_le=acte.le,
    )
    avancee = brouillon.soumettre(faits, acte) if commande.soumettre else Avancee(brouillon, ())
    await ports.demandes.ajouter(avancee.demande, avancee.gestes)
    return Resultat(avancee.demande, *avancee.gestes)


async def poser_geste(voulu: Intention, ports: Ports, acte: Acte) -> Resultat[Demande]:
    """Pose le geste et ses répercussions; lève ce que lève la transition (DEM-4)."""
    demande = await ports.demandes.charger(voulu.demande_id)
    avancee = await _avancer(demande, voulu, ports, acte)
    await ports.demandes.enregistrer(avancee.demande, avancee.gestes)
    faits: list[Fait] = [*avancee.gestes]
    demande = avancee.demande
    for repercuter in ports.repercussions:
        resultat = await repercuter(avancee, acte)
        demande = resultat.valeur
        faits += resultat.faits
    return Resultat(demande, *faits)


async def _avancer(demande: Demande, voulu: Intention, ports: Ports, acte: Acte) -> Avancee:
    """Le geste, avec ce qu'il faut lire pour le poser."""
    match voulu.geste:
        case Geste.SOUMETTRE:
            return demande.soumettre(await _faits(demande, ports, acte), acte)
        case Geste.APPROUVER:
            return demande.approuver(await _signature(demande, ports, acte), acte)
        case Geste.REFUSER:
            signature = await _signature(demande, ports, acte)
            return demande.refuser(signature, voulu.motif_requis, acte)
        case Geste.LIVRER:
            actif_id = await _actif_a_livrer(demande, voulu.article_requis, ports)
            return demande.livrer(voulu.article_requis, actif_id, acte, voulu.survenu_le)
        case _:
            return voulu.poser(demande, acte)


async def _faits(demande: Demande, ports: Ports, acte: Acte) -> FaitsDeMesure:
    """Les faits de mesure, et les refus de produits, sont ceux de ce jour (DEM-2, CAT-1)."""
    codes = {a.produit for a in demande.articles if a.produit is not None}
    produits = await ports.produits.au(codes, jour_de_quebec(acte.le))
    return constater(demande.sorte, demande.articles, produits)


async def _signature(demande: Demande, ports: Ports, acte: Acte) -> Signature:
    """Lève `Interdit` (DEM-3) si l'acteur n'est pas au registre ce jour-là."""
    registre = await ports.organismes.registre(demande.organisme)
    return registre.signature(acte.acteur, jour_de_quebec(acte.le))


async def _actif_a_livrer(demande: Demande, article_id: UUID, ports: Ports) -> UUID | None:
    """L'identifiant de l'actif que livre un article; aucun pour un aménagement.

    Livré de nouveau après une réouverture, l'article garde son actif tant qu'il est en service.
    """
    if demande.article(article_id).produit is None:
        return None
    return await ports.actifs.en_service(article_id) or uuid5(
        article_id, f"actif-{demande.version}"
    )
