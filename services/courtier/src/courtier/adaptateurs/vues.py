"""Les lectures : une requête par écran. Du Catalogue, un organisme ne voit que le publié."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from courtier.adaptateurs import tables as t
from courtier.adaptateurs.depots import offres_presentes
from courtier.adaptateurs.lignes import Ligne, contrat_de, entente_de, fournisseur_de, offre_de
from courtier.domaine.contrats import Contrat, Etat
from courtier.domaine.ententes import EntenteCadre
from courtier.domaine.fournisseurs import Fournisseur
from courtier.domaine.offres import Offre, Qualification
from courtier.domaine.prix import Prix, dollars
from socle.noyau import Introuvable, debut_du_jour


async def fournisseur(connexion: AsyncConnection, identifiant: UUID) -> Fournisseur:
    """Un fournisseur; lève `Introuvable`."""
    return fournisseur_de(
        await _une(connexion, fournisseurs().where(t.fournisseurs.c.id == identifiant))
    )


def fournisseurs() -> Select[Any]:
    """Tous les fournisseurs."""
    return select(t.fournisseurs)


async def entente(connexion: AsyncConnection, identifiant: UUID) -> EntenteCadre:
    """Une entente-cadre; lève `Introuvable`."""
    return entente_de(
        await _une(connexion, select(t.ententes).where(t.ententes.c.id == identifiant))
    )


def ententes(*, fournisseur_id: UUID | None, le: date | None) -> Select[Any]:
    """Les ententes-cadres; `le` : celles en vigueur ce jour-là."""
    requete = select(t.ententes)
    if fournisseur_id:
        requete = requete.where(t.ententes.c.fournisseur_id == fournisseur_id)
    if le:
        requete = requete.where(t.ententes.c.debut <= le, t.ententes.c.fin > le)
    return requete


async def offre(
    connexion: AsyncConnection, identifiant: UUID, *, le: date, publiee: bool
) -> tuple[Offre, Prix | None]:
    """La version d'une offre et le prix qui valent ce jour-là; lève `Introuvable`."""
    versions = offre_versions(identifiant, publiee=publiee)
    lendemain = debut_du_jour(le + timedelta(days=1))
    nees = versions.where(t.offres_versions.c.depuis < lendemain)
    derniere = nees.order_by(t.offres_versions.c.version.desc()).limit(1)
    return offre_et_prix(await _une(connexion, _avec_prix(derniere, le)))


def offres(
    *,
    le: date,
    publiee: bool,
    categorie: str | None = None,
    fournisseur_id: UUID | None = None,
    qualification: Qualification | None = None,
) -> Select[Any]:
    """Les offres dans leur version présente, avec le prix qui vaut ce jour-là."""
    versions = t.offres_versions.c
    requete = _avec_prix(offres_presentes(), le)
    if publiee:
        requete = requete.where(versions.publiee)
    if categorie:
        requete = requete.where(versions.categorie == categorie)
    if fournisseur_id:
        requete = requete.where(t.offres.c.fournisseur_id == fournisseur_id)
    if qualification:
        requete = requete.where(versions.qualification == qualification)
    return requete


def offre_versions(identifiant: UUID, *, publiee: bool) -> Select[Any]:
    """Toutes les versions d'une offre."""
    versions = t.offres_versions
    requete = (
        select(versions, t.offres.c.fournisseur_id)
        .join_from(versions, t.offres, versions.c.offre_id == t.offres.c.id)
        .where(versions.c.offre_id == identifiant)
    )
    return requete.where(versions.c.publiee) if publiee else requete


def prix(identifiant: UUID, *, le: date | None) -> Select[Any]:
    """Toutes les versions du prix d'une offre; `le` : celle qui vaut ce jour-là."""
    if le is None:
        return select(t.offres_prix).where(t.offres_prix.c.offre_id == identifiant)
    du_jour = _en_vigueur(le).where(t.offres_prix.c.offre_id == identifiant).subquery()
    return select(du_jour)


async def contrat(connexion: AsyncConnection, identifiant: UUID) -> Contrat:
    """Un contrat spécifique; lève `Introuvable`."""
    return contrat_de(
        await _une(connexion, select(t.contrats).where(t.contrats.c.id == identifiant))
    )


def contrats(
    *, organisme: str | None, fournisseur_id: UUID | None, etat: Etat | None
) -> Select[Any]:
    """Les contrats que l'appelant peut voir."""
    requete = select(t.contrats)
    if organisme:
        requete = requete.where(t.contrats.c.organisme == organisme)
    if fournisseur_id:
        requete = requete.where(t.contrats.c.fournisseur_id == fournisseur_id)
    if etat:
        requete = requete.where(t.contrats.c.etat == etat)
    return requete


def offre_et_prix(ligne: Ligne) -> tuple[Offre, Prix | None]:
    """Une offre et son prix du jour, d'une ligne d'`offres`."""
    if ligne.prix is None:
        return offre_de(ligne), None
    prix = Prix(ligne.prix_version, ligne.en_vigueur_le, dollars(ligne.prix), ligne.publie_le)
    return offre_de(ligne), prix


def _en_vigueur(le: date) -> Select[Any]:
    """Le prix qui vaut ce jour-là, pour une offre à préciser; même règle que `GrillePrix`."""
    prix = t.offres_prix
    return (
        select(prix)
        .where(prix.c.en_vigueur_le <= le)
        .order_by(prix.c.en_vigueur_le.desc(), prix.c.version.desc())
        .limit(1)
    )


def _avec_prix(offres: Select[Any], le: date) -> Select[Any]:
    du_jour = (
        _en_vigueur(le)
        .where(t.offres_prix.c.offre_id == t.offres_versions.c.offre_id)
        .correlate(t.offres_versions)
        .lateral("du_jour")
    )
    return offres.add_columns(
        du_jour.c.version.label("prix_version"),
        du_jour.c.en_vigueur_le,
        du_jour.c.prix,
        du_jour.c.publie_le,
    ).outerjoin(du_jour, true())


async def _une(connexion: AsyncConnection, requete: Select[Any]) -> Ligne:
    ligne: Ligne | None = (await connexion.execute(requete)).one_or_none()
    if ligne is None:
        raise Introuvable("Cet objet n'existe pas.")
    return ligne
