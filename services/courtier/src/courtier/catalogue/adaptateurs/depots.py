"""Le Catalogue sur PostgreSQL."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.base import remplacer
from courtier.catalogue.adaptateurs import tables as t
from courtier.catalogue.adaptateurs.conversion import (
    fournisseur_de,
    ligne_de_fournisseur,
    ligne_de_prix,
    ligne_de_version,
    offre_de,
    prix_de,
)
from courtier.catalogue.adaptateurs.vues import ENTENTE, PRESENTES, entente_de
from courtier.catalogue.domaine import (
    EntenteCadre,
    Fiche,
    Fournisseur,
    GrillePrix,
    Offre,
    OffreAuCatalogue,
    Prix,
)
from noyau import Conflit, Introuvable
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, une
from socle.bd.instructions import parmi
from socle.bd.pannes import est_unicite

_NEQ_PRIS = "Un autre fournisseur porte ce NEQ."
_UN_FOURNISSEUR = (
    select(t.fournisseurs).where(t.fournisseurs.c.id == bindparam("id")).with_for_update()
)
_VERROU = select(t.offres.c.id).where(t.offres.c.id == bindparam("id")).with_for_update()
_UNE_OFFRE = PRESENTES.where(t.offres.c.id == bindparam("id"))
_DES_OFFRES = PRESENTES.where(parmi(t.offres.c.id, "ids"))
_DES_FOURNISSEURS = select(t.fournisseurs).where(parmi(t.fournisseurs.c.id, "ids"))
_DES_PRIX = (
    select(t.offres_prix)
    .where(parmi(t.offres_prix.c.offre_id, "ids"))
    .order_by(t.offres_prix.c.version)
)


@dataclass(frozen=True, slots=True)
class FournisseursSql:
    """Tient `ports.Fournisseurs`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Fournisseur:
        ligne = await une(
            self.connexion, _UN_FOURNISSEUR, "Fournisseur introuvable.", id=identifiant
        )
        return fournisseur_de(ligne)

    async def ajouter(self, fournisseur: Fournisseur) -> None:
        with _unique(_NEQ_PRIS):
            await self.connexion.ecrire(insert(t.fournisseurs), ligne_de_fournisseur(fournisseur))

    async def enregistrer(self, fournisseur: Fournisseur) -> None:
        with _unique(_NEQ_PRIS):
            await remplacer(self.connexion, t.fournisseurs, ligne_de_fournisseur(fournisseur))

    async def ajouter_entente(self, entente: EntenteCadre) -> None:
        with _unique(f"L'entente-cadre {entente.numero} existe déjà."):
            await self.connexion.ecrire(insert(t.ententes), colonnes(entente))


@dataclass(frozen=True, slots=True)
class OffresSql:
    """Tient `ports.Offres`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Offre:
        # D'abord le verrou : relue après une attente, la jointure raterait la version d'un autre.
        absent = "Offre introuvable."
        await une(self.connexion, _VERROU, absent, id=identifiant)
        return offre_de(await une(self.connexion, _UNE_OFFRE, absent, id=identifiant))

    async def ajouter(self, offre: Offre) -> None:
        ligne = {"id": offre.id, "fournisseur_id": offre.fournisseur_id, "version": offre.version}
        await self.connexion.ecrire(insert(t.offres), ligne)
        await self.connexion.ecrire(insert(t.offres_versions), ligne_de_version(offre))

    async def enregistrer(self, offre: Offre) -> None:
        await remplacer(self.connexion, t.offres, {"id": offre.id, "version": offre.version})
        await self.connexion.ecrire(insert(t.offres_versions), ligne_de_version(offre))

    async def grille(self, identifiant: UUID) -> GrillePrix:
        return (await _grilles(self.connexion, [identifiant]))[identifiant]

    async def ajouter_prix(self, identifiant: UUID, prix: Prix) -> None:
        await self.connexion.ecrire(insert(t.offres_prix), ligne_de_prix(identifiant, prix))


@dataclass(frozen=True, slots=True)
class CatalogueSql:
    """Tient `ports.Catalogue`."""

    connexion: Connexion

    async def entente(self, identifiant: UUID) -> EntenteCadre:
        return entente_de(await ENTENTE.de(identifiant)(self.connexion))

    async def offres(self, identifiants: Collection[UUID]) -> Mapping[UUID, OffreAuCatalogue]:
        lignes = await self.connexion.lignes(_DES_OFFRES, {"ids": list(identifiants)})
        offres = [offre_de(ligne) for ligne in lignes]
        absentes = set(identifiants) - {offre.id for offre in offres}
        if absentes:
            raise Introuvable(f"Offre inconnue : {', '.join(sorted(map(str, absentes)))}.")
        grilles = await _grilles(self.connexion, identifiants)
        return {offre.id: OffreAuCatalogue(offre, grilles[offre.id]) for offre in offres}

    async def fiches(self, identifiants: Collection[UUID]) -> Mapping[UUID, Fiche]:
        lignes = await self.connexion.lignes(_DES_FOURNISSEURS, {"ids": list(identifiants)})
        fiches = {ligne.id: fournisseur_de(ligne).fiche for ligne in lignes}
        absentes = set(identifiants) - fiches.keys()
        if absentes:
            raise Introuvable(f"Fournisseur inconnu : {', '.join(sorted(map(str, absentes)))}.")
        return fiches


async def _grilles(
    connexion: Connexion, identifiants: Collection[UUID]
) -> Mapping[UUID, GrillePrix]:
    """La grille de prix de chaque offre, vide si rien n'est publié."""
    prix: dict[UUID, list[Prix]] = {identifiant: [] for identifiant in identifiants}
    for ligne in await connexion.lignes(_DES_PRIX, {"ids": list(identifiants)}):
        prix[ligne.offre_id].append(prix_de(ligne._asdict()))
    return {
        identifiant: GrillePrix(identifiant, tuple(dates)) for identifiant, dates in prix.items()
    }


@contextmanager
def _unique(message: str) -> Iterator[None]:
    """Lève `Conflit` (CI-11) quand la base refuse un double."""
    try:
        yield
    except Exception as erreur:
        if est_unicite(erreur):
            raise Conflit(message, regle="CI-11") from erreur
        raise
