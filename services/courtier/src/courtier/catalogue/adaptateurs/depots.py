"""Le Catalogue sur PostgreSQL : les fournisseurs et les offres, écrits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from courtier.base import remplacer, sans_double
from courtier.catalogue.adaptateurs import tables as t
from courtier.catalogue.adaptateurs.conversion import (
    entente_de,
    fournisseur_de,
    ligne_de_fournisseur,
    ligne_de_prix,
    ligne_de_version,
    offre_de,
)
from courtier.catalogue.adaptateurs.lecture import UNE_OFFRE, documents_de, grilles_de
from courtier.catalogue.adaptateurs.vues import PRESENTES
from courtier.catalogue.adaptateurs.vues_fournisseurs import ENTENTE
from courtier.catalogue.domaine import (
    DocumentPublie,
    DocumentsPublies,
    EntenteCadre,
    Fournisseur,
    GrillePrix,
    Offre,
    PreuveSecurite,
    Prix,
)
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, une

_NEQ_PRIS = "Un autre fournisseur porte ce NEQ."
_UN_FOURNISSEUR = (
    select(t.fournisseurs).where(t.fournisseurs.c.id == bindparam("id")).with_for_update()
)
_NOM = select(t.fournisseurs.c.nom).where(t.fournisseurs.c.id == bindparam("id"))
_DU_FOURNISSEUR = PRESENTES.where(t.offres.c.fournisseur_id == bindparam("fournisseur_id"))
_INDEXER = (
    update(t.offres_versions)
    .where(
        t.offres_versions.c.offre_id == bindparam("dans"),
        t.offres_versions.c.version == bindparam("rang"),
    )
    .values(recherche=bindparam("texte"))
)
_VERROU_ENTENTE = (
    select(t.ententes.c.id).where(t.ententes.c.id == bindparam("id")).with_for_update()
)
_VERROU_OFFRE = select(t.offres.c.id).where(t.offres.c.id == bindparam("id")).with_for_update()


@dataclass(frozen=True, slots=True)
class FournisseursSql:
    """Tient `ports.Fournisseurs`."""

    connexion: Connexion
    categories: Mapping[str, str]

    async def charger(self, identifiant: UUID) -> Fournisseur:
        ligne = await une(
            self.connexion, _UN_FOURNISSEUR, "Fournisseur introuvable.", id=identifiant
        )
        return fournisseur_de(ligne)

    async def ajouter(self, fournisseur: Fournisseur) -> None:
        with sans_double(_NEQ_PRIS, "CI-11"):
            await self.connexion.ecrire(insert(t.fournisseurs), ligne_de_fournisseur(fournisseur))

    async def enregistrer(self, fournisseur: Fournisseur) -> None:
        with sans_double(_NEQ_PRIS, "CI-11"):
            await remplacer(self.connexion, t.fournisseurs, ligne_de_fournisseur(fournisseur))
        # Ses offres se cherchent par son nom d'aujourd'hui; ce qu'elles décrivent n'a pas changé.
        lues = await self.connexion.lignes(_DU_FOURNISSEUR, {"fournisseur_id": fournisseur.id})
        for offre in map(offre_de, lues):
            ligne = _ligne(offre, self.categories, fournisseur.fiche.nom)
            dit = {"dans": offre.id, "rang": offre.version, "texte": ligne["recherche"]}
            await self.connexion.ecrire(_INDEXER, dit)

    async def documents(self, identifiant: UUID) -> DocumentsPublies:
        return await documents_de(self.connexion, identifiant)

    async def ajouter_document(self, identifiant: UUID, document: DocumentPublie) -> None:
        ligne = {"fournisseur_id": identifiant, **colonnes(document)}
        await self.connexion.ecrire(insert(t.documents), ligne)

    async def ajouter_preuve(self, preuve: PreuveSecurite) -> None:
        await self.connexion.ecrire(insert(t.preuves), colonnes(preuve))

    async def charger_entente(self, identifiant: UUID) -> EntenteCadre:
        # D'abord le verrou : relus après une attente, ses actes manqueraient celui d'un autre.
        absent = "Entente-cadre introuvable."
        await une(self.connexion, _VERROU_ENTENTE, absent, id=identifiant)
        return entente_de(await ENTENTE.de(identifiant)(self.connexion))

    async def ajouter_entente(self, entente: EntenteCadre) -> None:
        with sans_double(f"L'entente-cadre {entente.numero} existe déjà.", "CI-11"):
            await self.connexion.ecrire(insert(t.ententes), _ligne_d_entente(entente))

    async def poser(self, entente: EntenteCadre) -> None:
        await remplacer(self.connexion, t.ententes, _ligne_d_entente(entente))
        rang = len(entente.actes)
        ligne = {"entente_id": entente.id, "rang": rang, **colonnes(entente.actes[-1])}
        await self.connexion.ecrire(insert(t.ententes_actes), ligne)


@dataclass(frozen=True, slots=True)
class OffresSql:
    """Tient `ports.Offres`."""

    connexion: Connexion
    categories: Mapping[str, str]

    async def charger(self, identifiant: UUID) -> Offre:
        # D'abord le verrou : relue après une attente, la jointure raterait la version d'un autre.
        absent = "Offre introuvable."
        await une(self.connexion, _VERROU_OFFRE, absent, id=identifiant)
        return offre_de(await une(self.connexion, UNE_OFFRE, absent, id=identifiant))

    async def ajouter(self, offre: Offre) -> None:
        ligne = {"id": offre.id, "fournisseur_id": offre.fournisseur_id, "version": offre.version}
        await self.connexion.ecrire(insert(t.offres), ligne)
        await self._ajouter_version(offre)

    async def enregistrer(self, offre: Offre) -> None:
        await remplacer(self.connexion, t.offres, {"id": offre.id, "version": offre.version})
        await self._ajouter_version(offre)

    async def grille(self, identifiant: UUID) -> GrillePrix:
        return (await grilles_de(self.connexion, [identifiant]))[identifiant]

    async def ajouter_prix(self, identifiant: UUID, prix: Prix) -> None:
        await self.connexion.ecrire(insert(t.offres_prix), ligne_de_prix(identifiant, prix))

    async def _ajouter_version(self, offre: Offre) -> None:
        nom = await self.connexion.valeur(_NOM, {"id": offre.fournisseur_id})
        ligne = _ligne(offre, self.categories, nom)
        await self.connexion.ecrire(insert(t.offres_versions), ligne)


def _ligne(offre: Offre, categories: Mapping[str, str], fournisseur: str) -> dict[str, Any]:
    code = offre.caracteristiques.categorie
    return ligne_de_version(offre, categorie=categories.get(code, code), fournisseur=fournisseur)


def _ligne_d_entente(entente: EntenteCadre) -> dict[str, Any]:
    return {nom: v for nom, v in colonnes(entente).items() if nom != "actes"}
