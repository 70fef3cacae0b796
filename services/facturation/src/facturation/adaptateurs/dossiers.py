"""Lire le dossier d'un organisme : tout ce que demande le calcul, en six requêtes."""

from collections.abc import Sequence

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from facturation.adaptateurs import tables as t
from facturation.adaptateurs.lignes import fait_de, tarifs_de
from facturation.domaine.dus import Identite, Nature
from facturation.domaine.factures import Client, Dossier
from facturation.domaine.faits import FaitRecu, Livraison
from facturation.domaine.tarifs import EtatProduit, Tarification, VersionFiche, VersionPrix
from socle.noyau import Conflit, Mois, Montant


async def organismes_connus(connexion: AsyncConnection) -> Sequence[str]:
    """Les organismes connus par un fait ou par leur fichier client, triés."""
    connus = union(select(t.clients.c.organisme), select(t.faits.c.organisme)).subquery()
    requete = select(connus.c.organisme).order_by(connus.c.organisme)
    return (await connexion.execute(requete)).scalars().all()


async def lire_dossier(
    connexion: AsyncConnection, organisme: str, *, verrouiller: bool = False
) -> Dossier:
    """Le dossier; verrouillé d'abord s'il sert à émettre. Lève `Conflit` sans fichier client."""
    client = await _client(connexion, organisme, verrouiller=verrouiller)
    lignes = await connexion.execute(
        select(t.faits.c.donnees).where(t.faits.c.organisme == organisme)
    )
    faits = tuple(fait_de(donnees) for donnees in lignes.scalars())
    return Dossier(
        client=client,
        faits=faits,
        tarification=await _tarification(connexion, faits),
        deja_facture=await _deja_facture(connexion, organisme),
        emises=await _emises(connexion, organisme),
    )


async def _client(connexion: AsyncConnection, organisme: str, *, verrouiller: bool) -> Client:
    requete = select(t.clients).where(t.clients.c.organisme == organisme)
    lignes = await connexion.execute(requete.with_for_update() if verrouiller else requete)
    ligne = lignes.one_or_none()
    if ligne is None:
        raise Conflit(f"Le fichier client de {organisme} n'est pas encore connu.", regle="DEM-8")
    return Client(
        organisme=ligne.organisme,
        nom=ligne.nom,
        adresse=ligne.adresse,
        interlocuteur=ligne.interlocuteur,
        courriel=ligne.courriel,
        taxable=ligne.taxable,
    )


async def _tarification(connexion: AsyncConnection, faits: tuple[FaitRecu, ...]) -> Tarification:
    """Toutes les fiches; les prix et les états des seuls produits livrés."""
    codes = {fait.produit for fait in faits if isinstance(fait, Livraison)}
    fiches = await connexion.execute(select(t.fiches))
    prix = await connexion.execute(select(t.prix).where(t.prix.c.produit.in_(codes)))
    produits = await connexion.execute(select(t.produits).where(t.produits.c.code.in_(codes)))
    return Tarification(
        fiches=tuple(
            VersionFiche(
                fiche=v.fiche, version=v.version, debut=v.debut, tarifs=tarifs_de(v.tarifs)
            )
            for v in fiches
        ),
        prix_ropn=tuple(
            VersionPrix(produit=v.produit, version=v.version, debut=v.debut, prix=v.prix)
            for v in prix
        ),
        produits=tuple(
            EtatProduit(code=e.code, libelle=e.libelle, depuis=e.depuis, tarifs=tuple(e.tarifs))
            for e in produits
        ),
    )


async def _deja_facture(connexion: AsyncConnection, organisme: str) -> dict[Identite, Montant]:
    identite = (t.lignes.c.source, t.lignes.c.tarif, t.lignes.c.nature, t.lignes.c.debut)
    sommes = await connexion.execute(
        select(*identite, func.sum(t.lignes.c.montant))
        .where(t.lignes.c.organisme == organisme)
        .group_by(*identite)
    )
    return {
        Identite(source, tarif, Nature(nature), debut): Montant.de(somme)
        for source, tarif, nature, debut, somme in sommes
    }


async def _emises(connexion: AsyncConnection, organisme: str) -> dict[Mois, str]:
    emises = await connexion.execute(
        select(t.factures.c.periode, t.factures.c.numero).where(t.factures.c.organisme == organisme)
    )
    return {Mois.lire(periode): numero for periode, numero in emises}
