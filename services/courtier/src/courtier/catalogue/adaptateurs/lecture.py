"""Ce qui se lit du Catalogue sans rien verrouiller, pour lui et pour les aires plus hautes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from courtier.catalogue.adaptateurs import tables as t
from courtier.catalogue.adaptateurs import vues
from courtier.catalogue.adaptateurs.conversion import (
    document_de,
    entente_de,
    fournisseur_de,
    offre_de,
    prix_de,
)
from courtier.catalogue.adaptateurs.vues_fournisseurs import ENTENTE, FOURNISSEUR
from courtier.catalogue.domaine import (
    Criteres,
    DocumentsPublies,
    EntenteCadre,
    Fiche,
    GrillePrix,
    OffreAuCatalogue,
    OffreTrouvee,
    Prix,
    VersionAuCatalogue,
)
from noyau import Conflit, Introuvable, jour_de_quebec
from socle.bd.connexion import Connexion
from socle.bd.conversion import trouver, une
from socle.bd.instructions import parmi
from socle.bd.recherche import motifs

TROUVEES = 500
"""Les offres que garde au plus une consultation."""

UNE_OFFRE = vues.PRESENTES.where(t.offres.c.id == bindparam("id"))
"""Une offre dans sa version présente."""
_DES_FOURNISSEURS = select(t.fournisseurs).where(parmi(t.fournisseurs.c.id, "ids"))
_DES_OFFRES = vues.PRESENTES.where(parmi(t.offres.c.id, "ids"))
_UNE_VERSION = vues.VERSIONS.requete.where(
    t.offres.c.id == bindparam("id"), t.offres_versions.c.version == bindparam("rang")
)
_SUIVANTE = select(t.offres_versions.c.depuis).where(
    t.offres_versions.c.offre_id == bindparam("id"),
    t.offres_versions.c.version == bindparam("rang"),
)
_DES_PRIX = (
    select(t.offres_prix)
    .where(parmi(t.offres_prix.c.offre_id, "ids"))
    .order_by(t.offres_prix.c.version)
)
_DES_DOCUMENTS = (
    select(t.documents)
    .where(t.documents.c.fournisseur_id == bindparam("id"))
    .order_by(t.documents.c.nature, t.documents.c.version)
)


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
        grilles = await grilles_de(self.connexion, identifiants)
        return {offre.id: OffreAuCatalogue(offre, grilles[offre.id]) for offre in offres}

    async def fiches(self, identifiants: Collection[UUID]) -> Mapping[UUID, Fiche]:
        lignes = await self.connexion.lignes(_DES_FOURNISSEURS, {"ids": list(identifiants)})
        fiches = {ligne.id: fournisseur_de(ligne).fiche for ligne in lignes}
        absentes = set(identifiants) - fiches.keys()
        if absentes:
            raise Introuvable(f"Fournisseur inconnu : {', '.join(sorted(map(str, absentes)))}.")
        return fiches

    async def documents(self, fournisseur_id: UUID) -> DocumentsPublies:
        return await documents_de(self.connexion, fournisseur_id)

    async def exiger_offre_publiee(self, identifiant: UUID) -> None:
        absente = "Offre introuvable."
        if not (await une(self.connexion, UNE_OFFRE, absente, id=identifiant)).publiee:
            raise Introuvable(absente)

    async def exiger_fournisseur(self, identifiant: UUID) -> None:
        _ = await FOURNISSEUR.de(identifiant)(self.connexion)

    async def consulter(self, criteres: Criteres, le: datetime) -> tuple[OffreTrouvee, ...]:
        filtre = vues.FiltreDatees(
            le=jour_de_quebec(le),
            instant=le,
            publiee=True,
            categorie=criteres.categorie,
            fournisseur_id=criteres.fournisseur_id,
            qualification=criteres.qualification,
            zone=criteres.zone,
            prix_maximum=criteres.prix_maximum,
            mots=motifs(criteres.q),
        )
        lue = await vues.OFFRES_DATEES.lire(self.connexion, filtre, TROUVEES)
        if lue.suivant is not None:
            raise Conflit(
                f"Plus de {TROUVEES} offres répondent à ces critères : précisez-les.",
                regle="CI-11",
            )
        return tuple(OffreTrouvee(o.id, o.version, o.prix_version) for o in lue.lignes)

    async def version(
        self, identifiant: UUID, version: int, *, le: date, publiee: bool
    ) -> VersionAuCatalogue:
        absente = "Version introuvable."
        ligne = await une(self.connexion, _UNE_VERSION, absente, id=identifiant, rang=version)
        if publiee and not ligne.publiee:
            raise Introuvable(absente)
        suivante = await trouver(self.connexion, _SUIVANTE, id=identifiant, rang=version + 1)
        jour = le if suivante is None else _veille(suivante.depuis)
        grille = (await grilles_de(self.connexion, [identifiant]))[identifiant]
        return VersionAuCatalogue(offre_de(ligne), grille.en_vigueur(jour))


async def grilles_de(
    connexion: Connexion, identifiants: Collection[UUID]
) -> Mapping[UUID, GrillePrix]:
    """La grille de prix de chaque offre, vide si rien n'est publié."""
    prix: dict[UUID, list[Prix]] = {identifiant: [] for identifiant in identifiants}
    for ligne in await connexion.lignes(_DES_PRIX, {"ids": list(identifiants)}):
        prix[ligne.offre_id].append(prix_de(ligne._asdict()))
    return {
        identifiant: GrillePrix(identifiant, tuple(dates)) for identifiant, dates in prix.items()
    }


async def documents_de(connexion: Connexion, fournisseur_id: UUID) -> DocumentsPublies:
    """Les documents publiés d'un fournisseur."""
    lignes = await connexion.lignes(_DES_DOCUMENTS, {"id": fournisseur_id})
    return DocumentsPublies(tuple(map(document_de, lignes)))


def _veille(depuis: datetime) -> date:
    """Le jour de Québec du dernier instant d'avant."""
    return jour_de_quebec(depuis - timedelta(microseconds=1))
