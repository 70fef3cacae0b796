"""Les lectures : une requête par écran. Du Catalogue, un organisme ne voit que le publié."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from courtier.adaptateurs import tables as t
from courtier.adaptateurs.depots import offres_presentes
from courtier.adaptateurs.lignes import Ligne, offre_de
from courtier.domaine.contrats import Etat
from courtier.domaine.offres import Offre, Qualification
from courtier.domaine.prix import Prix, dollars
from socle.noyau import Introuvable, debut_du_jour

T = TypeVar("T")


async def un(
    connexion: AsyncConnection, requete: Select[Any], presenter: Callable[[Ligne], T]
) -> T:
    """Ce que dit l'unique ligne d'une requête; lève `Introuvable` s'il n'y en a pas."""
    ligne: Ligne | None = (await connexion.execute(requete)).one_or_none()
    if ligne is None:
        raise Introuvable("Cet objet n'existe pas.")
    return presenter(ligne)


def fournisseur(identifiant: UUID) -> Select[Any]:
    """Un fournisseur."""
    return select(t.fournisseurs).where(t.fournisseurs.c.id == identifiant)


def fournisseurs() -> Select[Any]:
    """Tous les fournisseurs."""
    return select(t.fournisseurs)


def entente(identifiant: UUID) -> Select[Any]:
    """Une entente-cadre."""
    return select(t.ententes).where(t.ententes.c.id == identifiant)


def ententes(*, fournisseur_id: UUID | None, le: date | None) -> Select[Any]:
    """Les ententes-cadres; `le` : celles en vigueur ce jour-là."""
    requete = select(t.ententes)
    if fournisseur_id:
        requete = requete.where(t.ententes.c.fournisseur_id == fournisseur_id)
    if le:
        requete = requete.where(t.ententes.c.debut <= le, t.ententes.c.fin > le)
    return requete


def offre(identifiant: UUID, *, le: date, publiee: bool) -> Select[Any]:
    """La version d'une offre et le prix qui valent ce jour-là."""
    lendemain = debut_du_jour(le + timedelta(days=1))
    nees = offre_versions(identifiant, publiee=publiee).where(
        t.offres_versions.c.depuis < lendemain
    )
    return _avec_prix(nees.order_by(t.offres_versions.c.version.desc()).limit(1), le)


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


def contrat(identifiant: UUID) -> Select[Any]:
    """Un contrat spécifique."""
    return select(t.contrats).where(t.contrats.c.id == identifiant)


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
