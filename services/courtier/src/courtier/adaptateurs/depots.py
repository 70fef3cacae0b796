"""Les dépôts : PostgreSQL, une requête par question."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from courtier.adaptateurs import tables as t
from courtier.adaptateurs.lignes import (
    contrat_de,
    entente_de,
    fournisseur_de,
    ligne_contrat,
    ligne_fournisseur,
    ligne_version,
    offre_de,
    prix_de,
)
from courtier.adaptateurs.reference import Reference
from courtier.cas_usage.ports import Depots
from courtier.domaine.contrats import Contrat
from courtier.domaine.ententes import EntenteCadre
from courtier.domaine.fournisseurs import Fournisseur
from courtier.domaine.offres import Offre
from courtier.domaine.organismes import Organisme
from courtier.domaine.prix import GrillePrix, Prix
from courtier.domaine.termes import OffreAuCatalogue
from socle.bd.pannes import est_unicite
from socle.noyau import Conflit, Introuvable, VersionPerimee


def ouvrir_depots(connexion: AsyncConnection, reference: Reference) -> Depots:
    """Les dépôts d'une transaction."""
    return Depots(
        fournisseurs=FournisseursSql(connexion),
        ententes=EntentesSql(connexion),
        offres=OffresSql(connexion),
        contrats=ContratsSql(connexion),
        organismes=OrganismesSql(connexion),
        calendriers=reference.calendriers,
        categories=reference.categories,
    )


@dataclass(frozen=True, slots=True)
class FournisseursSql:
    """Voir `ports.Fournisseurs`; lève `Conflit` si le NEQ est déjà inscrit."""

    connexion: AsyncConnection

    async def charger(self, identifiant: UUID) -> Fournisseur:
        lignes = await self.connexion.execute(
            select(t.fournisseurs).where(t.fournisseurs.c.id == identifiant).with_for_update()
        )
        ligne = lignes.one_or_none()
        if ligne is None:
            raise Introuvable("Ce fournisseur n'existe pas.")
        return fournisseur_de(ligne)

    async def ajouter(self, fournisseur: Fournisseur) -> None:
        with _neq_unique():
            await self.connexion.execute(
                insert(t.fournisseurs).values(ligne_fournisseur(fournisseur))
            )

    async def enregistrer(self, fournisseur: Fournisseur) -> None:
        with _neq_unique():
            await _remplacer(
                self.connexion,
                t.fournisseurs,
                t.fournisseurs.c.id == fournisseur.id,
                ligne_fournisseur(fournisseur),
            )


@dataclass(frozen=True, slots=True)
class EntentesSql:
    """Voir `ports.Ententes`; lève `Conflit` si le numéro est déjà pris."""

    connexion: AsyncConnection

    async def lire(self, identifiant: UUID) -> EntenteCadre:
        lignes = await self.connexion.execute(
            select(t.ententes).where(t.ententes.c.id == identifiant)
        )
        ligne = lignes.one_or_none()
        if ligne is None:
            raise Introuvable("Cette entente-cadre n'existe pas.")
        return entente_de(ligne)

    async def ajouter(self, entente: EntenteCadre) -> None:
        with _unique(f"L'entente-cadre {entente.numero} existe déjà."):
            await self.connexion.execute(
                insert(t.ententes).values(
                    id=entente.id,
                    numero=entente.numero,
                    fournisseur_id=entente.fournisseur_id,
                    debut=entente.debut,
                    fin=entente.fin,
                )
            )


@dataclass(frozen=True, slots=True)
class OffresSql:
    """Voir `ports.Offres`."""

    connexion: AsyncConnection

    async def charger(self, identifiant: UUID) -> Offre:
        # D'abord le verrou : relue après une attente, la jointure raterait la version d'un autre.
        await self.connexion.execute(
            select(t.offres.c.id).where(t.offres.c.id == identifiant).with_for_update()
        )
        lignes = await self.connexion.execute(
            offres_presentes().where(t.offres.c.id == identifiant)
        )
        ligne = lignes.one_or_none()
        if ligne is None:
            raise Introuvable("Cette offre n'existe pas.")
        return offre_de(ligne)

    async def ajouter(self, offre: Offre) -> None:
        await self.connexion.execute(
            insert(t.offres).values(
                id=offre.id, fournisseur_id=offre.fournisseur_id, version=offre.version
            )
        )
        await self.connexion.execute(insert(t.offres_versions).values(ligne_version(offre)))

    async def enregistrer(self, offre: Offre) -> None:
        await _remplacer(
            self.connexion, t.offres, t.offres.c.id == offre.id, {"version": offre.version}
        )
        await self.connexion.execute(insert(t.offres_versions).values(ligne_version(offre)))

    async def grille(self, identifiant: UUID) -> GrillePrix:
        return (await self._grilles([identifiant]))[identifiant]

    async def ajouter_prix(self, identifiant: UUID, prix: Prix) -> None:
        await self.connexion.execute(
            insert(t.offres_prix).values(
                offre_id=identifiant,
                version=prix.version,
                en_vigueur_le=prix.en_vigueur_le,
                prix=prix.prix,
                publie_le=prix.publie_le,
            )
        )

    async def au_catalogue(self, identifiants: Collection[UUID]) -> Mapping[UUID, OffreAuCatalogue]:
        lignes = await self.connexion.execute(
            offres_presentes().where(t.offres.c.id.in_(identifiants))
        )
        offres = [offre_de(ligne) for ligne in lignes]
        absentes = set(identifiants) - {offre.id for offre in offres}
        if absentes:
            raise Introuvable(f"Offre inconnue : {', '.join(sorted(map(str, absentes)))}.")
        grilles = await self._grilles(identifiants)
        return {offre.id: OffreAuCatalogue(offre, grilles[offre.id]) for offre in offres}

    async def _grilles(self, identifiants: Collection[UUID]) -> Mapping[UUID, GrillePrix]:
        prix = t.offres_prix
        lignes = await self.connexion.execute(
            select(prix).where(prix.c.offre_id.in_(identifiants)).order_by(prix.c.version)
        )
        versions: dict[UUID, list[Prix]] = defaultdict(list)
        for ligne in lignes:
            versions[ligne.offre_id].append(prix_de(ligne))
        return {i: GrillePrix(i, tuple(versions[i])) for i in identifiants}


@dataclass(frozen=True, slots=True)
class ContratsSql:
    """Voir `ports.Contrats`."""

    connexion: AsyncConnection

    async def charger(self, identifiant: UUID) -> Contrat:
        lignes = await self.connexion.execute(
            select(t.contrats).where(t.contrats.c.id == identifiant).with_for_update()
        )
        ligne = lignes.one_or_none()
        if ligne is None:
            raise Introuvable("Ce contrat n'existe pas.")
        return contrat_de(ligne)

    async def ajouter(self, contrat: Contrat) -> None:
        await self.connexion.execute(insert(t.contrats).values(ligne_contrat(contrat)))

    async def enregistrer(self, contrat: Contrat) -> None:
        await _remplacer(
            self.connexion, t.contrats, t.contrats.c.id == contrat.id, ligne_contrat(contrat)
        )


@dataclass(frozen=True, slots=True)
class OrganismesSql:
    """Voir `ports.Organismes`."""

    connexion: AsyncConnection

    async def est_inscrit(self, code: str) -> bool:
        lignes = await self.connexion.execute(
            select(t.organismes.c.organisme).where(t.organismes.c.organisme == code)
        )
        return lignes.scalar_one_or_none() is not None

    async def retenir(self, organismes: Sequence[Organisme]) -> None:
        derniers = {o.code: o for o in sorted(organismes, key=lambda o: o.sequence)}
        ajout = insert_pg(t.organismes)
        ecrase = {c: ajout.excluded[c] for c in ("nom", "assujetti_rcti", "sequence")}
        await self.connexion.execute(
            ajout.on_conflict_do_update(
                index_elements=["organisme"],
                set_=ecrase,
                where=t.organismes.c.sequence < ajout.excluded.sequence,
            ),
            [
                {
                    "organisme": o.code,
                    "nom": o.nom,
                    "assujetti_rcti": o.assujetti_rcti,
                    "sequence": o.sequence,
                }
                for o in derniers.values()
            ],
        )


def offres_presentes() -> Select[Any]:
    """Chaque offre dans sa version présente, colonnes d'`offres_versions` et fournisseur."""
    versions = t.offres_versions
    return select(versions, t.offres.c.fournisseur_id).join_from(
        t.offres,
        versions,
        (versions.c.offre_id == t.offres.c.id) & (versions.c.version == t.offres.c.version),
    )


async def _remplacer(
    connexion: AsyncConnection, table: Table, cle: ColumnElement[bool], valeurs: dict[str, Any]
) -> None:
    """Écrit la version suivante d'un agrégat; lève `VersionPerimee` si une autre l'a précédée."""
    resultat = await connexion.execute(
        update(table).where(cle, table.c.version == valeurs["version"] - 1).values(valeurs)
    )
    if resultat.rowcount != 1:
        raise VersionPerimee("L'objet a changé entre-temps.")


def _neq_unique() -> AbstractContextManager[None]:
    return _unique("Un autre fournisseur porte ce NEQ.")


@contextmanager
def _unique(message: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as erreur:
        if est_unicite(erreur):
            raise Conflit(message, regle="CI-11") from erreur
        raise
