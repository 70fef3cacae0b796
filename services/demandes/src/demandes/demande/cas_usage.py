"""Créer une demande, poser sur elle les gestes de son cycle, les rectifier (DEM-1 à DEM-14)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from demandes.clients.domaine.organismes import Organisme
from demandes.clients.domaine.registre import Famille, Signature
from demandes.demande.domaine.composition import Besoin, articles_de, constater, exiger_site
from demandes.demande.domaine.demande import (
    EN_COURS_MAX,
    Demande,
    FaitsDeMesure,
    Geste,
    Sorte,
    exiger_place,
)
from demandes.demande.domaine.gestes import GestePose
from demandes.demande.domaine.histoire import Avancee, Dossier, Etape
from demandes.demande.domaine.intentions import Intention
from demandes.demande.ports import Ports
from noyau import Acte, Conflit, FaitNomme, Rectification, Refus, Resultat, jour_de_quebec

NOUVEAUX: Final = frozenset(
    {Geste.SOUMETTRE, Geste.APPROUVER, Geste.LIVRER, Geste.COMPLETER, Geste.ROUVRIR}
)
"""Les gestes par lesquels un organisme reçoit du nouveau : inactif, il n'en a plus (DEM-14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreerDemande:
    """Ce que l'organisme veut; utilisateur et site valent pour l'article qui n'en dit rien."""

    demande_id: UUID
    organisme: str
    sorte: Sorte
    besoins: tuple[Besoin, ...] = ()
    utilisateur_id: str | None = None
    site: str | None = None
    imputation: str | None = None
    soumettre: bool = False


async def creer_demande(commande: CreerDemande, ports: Ports, acte: Acte) -> Resultat[Demande]:
    """Crée la demande; lève `Introuvable` (organisme) ou `Conflit` (DEM-1, DEM-2, CAT-1, TEL-1…).

    Neuve, elle n'a pas de répercussion : rien ne l'attendait, rien n'est livré.
    """
    organisme = await ports.organismes.lire(commande.organisme)
    organisme.exiger_actif(acte.le)
    exiger_place(await ports.demandes.en_cours(organisme.code, EN_COURS_MAX))
    exiger_site(commande.sorte, commande.site)
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
        site=commande.site,
        imputation=commande.imputation,
    )
    if not commande.soumettre:
        await ports.demandes.ajouter(brouillon)
        return Resultat(brouillon)
    voulu = Intention(demande_id=brouillon.id, geste=Geste.SOUMETTRE)
    soumission = voulu.gestes(brouillon, acte, faits=faits)
    avancee = Dossier.neuf(brouillon).inscrire(soumission, (), acte)
    await ports.demandes.ajouter(avancee.demande, avancee.inscrits)
    return Resultat(avancee.demande, *avancee.faits)


async def poser_geste(voulu: Intention, ports: Ports, acte: Acte) -> Resultat[Demande]:
    """Pose le geste à sa place dans l'histoire (DEM-12); lève ce que lève `Dossier.inscrire`.

    Le même geste déjà inscrit n'a pas d'autre effet. Ceux qui attendaient s'inscrivent avec lui.
    """
    dossier = await ports.demandes.charger(voulu.demande_id)
    demande = acte.sur(dossier.demande)
    organisme = await ports.organismes.lire(demande.organisme)
    voulu.exiger_present(acte)
    voulus = await _composer(voulu, dossier, organisme, ports, acte)
    for pose in voulus:
        if pose.geste in NOUVEAUX:
            organisme.exiger_actif(pose.survenu_le)
    await _exiger_tarifs(demande, [(pose, pose.survenu_le) for pose in voulus], ports)
    attente = await _attente(demande, organisme, ports, acte)
    dossier.exiger_meme_annonce(voulus, attente)
    return await _avancer(lambda avec: dossier.inscrire(voulus, avec, acte), attente, ports, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class RectifierDemande:
    """L'heure juste de chaque acte nommé; None : il est nul."""

    demande_id: UUID
    justes: Mapping[UUID, datetime | None]
    motif: str


async def rectifier_demande(
    commande: RectifierDemande, ports: Ports, acte: Acte
) -> Resultat[Demande]:
    """Rectifie tous ces actes ou aucun (DEM-13); lève ce que lève `Dossier.rectifier`."""
    dossier = await ports.demandes.charger(commande.demande_id)
    _ = acte.sur(dossier.demande)
    organisme = await ports.organismes.lire(dossier.brouillon.organisme)
    redates: list[tuple[GestePose, datetime]] = []
    for acte_id, juste in commande.justes.items():
        pose = dossier.histoire.connu(acte_id)
        if juste is not None and pose is not None:
            redates.append((pose, juste))
            if pose.geste in NOUVEAUX:
                organisme.exiger_actif(juste)
    await _exiger_tarifs(dossier.brouillon, redates, ports)
    attente = await _attente(dossier.demande, organisme, ports, acte)
    return await _avancer(
        lambda avec: dossier.rectifier(commande.justes, commande.motif, avec, acte),
        attente,
        ports,
        acte,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneChronologie:
    """Une ligne de la chronologie : un geste, ou la création si elle n'en a pas."""

    demande: Demande
    etape: Etape | None
    rectifications: tuple[Rectification, ...] = ()
    propre_demande: bool = False
    """Vrai d'une approbation par qui a créé ou soumis la demande, ou en son nom (DEM-14)."""


async def lire_chronologie(demande_id: UUID, ports: Ports) -> Sequence[LigneChronologie]:
    """La création, puis chaque geste par ordre de survenue, rectifiés et nuls compris (DEM-12)."""
    dossier = await ports.demandes.lire(demande_id)
    rectifications = dossier.histoire.rectifications
    registre = await ports.organismes.registre(dossier.brouillon.organisme)
    creation = LigneChronologie(demande=dossier.brouillon, etape=None)
    return [
        creation,
        *(
            LigneChronologie(
                demande=dossier.brouillon,
                etape=etape,
                rectifications=tuple(r for r in rectifications if r.acte_id == etape.pose.acte_id),
                propre_demande=etape.pose.geste is Geste.APPROUVER
                and bool(
                    (registre.au_nom_de(etape.pose.signature) | {etape.pose.acteur})
                    & dossier.auteurs
                ),
            )
            for etape in dossier.etapes()
        ),
    ]


async def _composer(
    voulu: Intention, dossier: Dossier, organisme: Organisme, ports: Ports, acte: Acte
) -> list[GestePose]:
    """Les gestes que veut l'intention, avec ce qu'il faut lire pour les dire."""
    demande = dossier.demande
    match voulu.geste:
        case Geste.SOUMETTRE:
            return voulu.gestes(demande, acte, faits=await _faits(demande, ports, acte))
        case Geste.APPROUVER | Geste.REFUSER:
            signature = await _signature(voulu, dossier, organisme, ports, acte)
            return voulu.gestes(demande, acte, signature=signature)
        case _:
            return voulu.gestes(demande, acte)


async def _exiger_tarifs(
    demande: Demande, poses: Sequence[tuple[GestePose, datetime]], ports: Ports
) -> None:
    """Lève `Conflit` (CAT-9) si des heures, à l'instant dit, n'ont de tarif dans nulle fiche."""
    travaux = [(pose, pose.travail, le) for pose, le in poses if pose.travail is not None]
    horaires = await ports.tarifs.horaires() if travaux else None
    for pose, travail, le in travaux:
        faits: dict[str, FaitNomme] = {
            "organisme": demande.organisme,
            "demande_id": str(demande.id),
            "article_id": str(pose.article_id),
            "tarif": travail.tarif,
            "minutes": travail.minutes,
        }
        jour = jour_de_quebec(le)
        if horaires is not None and not horaires.admettent(faits, jour):
            raise Conflit(
                f"Aucune fiche en vigueur le {jour} ne donne le tarif {travail.tarif} à ce temps"
                " travaillé.",
                regle="CAT-9",
                details={"tarif": travail.tarif},
            )


async def _faits(demande: Demande, ports: Ports, acte: Acte) -> FaitsDeMesure:
    """Les faits de mesure, et les refus de produits, sont ceux de ce jour (DEM-2, CAT-1)."""
    codes = {a.produit for a in demande.articles if a.produit is not None}
    produits = await ports.produits.au(codes, jour_de_quebec(acte.le))
    return constater(demande.sorte, demande.articles, produits)


async def _signature(
    voulu: Intention, dossier: Dossier, organisme: Organisme, ports: Ports, acte: Acte
) -> Signature:
    """Lève `Interdit` si l'acteur n'a pas ce jour-là mandat pour les demandes (DEM-3, DEM-8).

    De même s'il approuve sa propre demande quand son organisme l'interdit (DEM-14).
    """
    registre = await ports.organismes.registre(organisme.code)
    signature = registre.signature(
        acte.acteur, Famille.DEMANDES_DE_SERVICE, jour_de_quebec(acte.le)
    )
    if voulu.geste is Geste.APPROUVER:
        signataires = registre.au_nom_de(signature) | {acte.acteur.sujet}
        organisme.exiger_autrui(signataires, dossier.auteurs)
    return signature


async def _attente(
    demande: Demande, organisme: Organisme, ports: Ports, acte: Acte
) -> list[GestePose]:
    """Les gestes différés qui peuvent s'inscrire : inactif, l'organisme ne reçoit rien (DEM-14)."""
    differes = await ports.attente.gestes(demande, acte.le)
    return [
        pose
        for pose in differes
        if pose.geste not in NOUVEAUX or organisme.actif_le(pose.survenu_le)
    ]


async def _avancer(
    avancer: Callable[[Sequence[GestePose]], Avancee],
    attente: Sequence[GestePose],
    ports: Ports,
    acte: Acte,
) -> Resultat[Demande]:
    """Avance avec ce qui attendait; si une répercussion le refuse, sans lui."""
    avancee = avancer(attente)
    if avancee.regles:
        with suppress(Refus):
            async with ports.demandes.tentative():
                return await _conclure(avancee, ports, acte)
        avancee = avancer(())
    return await _conclure(avancee, ports, acte)


async def _conclure(avancee: Avancee, ports: Ports, acte: Acte) -> Resultat[Demande]:
    """Écrit ce qui s'ajoute, règle l'attente, et rend les faits, répercussions comprises."""
    faits = list(avancee.faits)
    if avancee.inscrits or avancee.rectifications:
        demande = avancee.demande
        await ports.demandes.enregistrer(avancee)
        await ports.rectifications.ajouter(demande.organisme, demande.id, avancee.rectifications)
        for repercuter in ports.repercussions:
            faits += (await repercuter(avancee, acte)).faits
    faits += (await ports.attente.regler(avancee, acte)).faits
    return Resultat(avancee.demande, *faits)
