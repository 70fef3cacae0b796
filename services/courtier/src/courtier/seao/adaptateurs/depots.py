"""Les publications au SEAO sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from courtier.base import remplacer
from courtier.seao.adaptateurs import tables as t
from courtier.seao.adaptateurs import vues
from courtier.seao.adaptateurs.conversion import (
    ligne_de_publication,
    lignes_d_etapes,
    publication_de,
)
from courtier.seao.domaine.publication import Partie, Publication
from noyau import Conflit
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.pannes import est_unicite

_VERROUILLER = (
    select(t.publications).where(t.publications.c.id == bindparam("id")).with_for_update()
)
_ETAPE = insert(t.etapes)
_AVIS = ("avis_publie_le", "avis_par", "avis_le")
_ECRIRE_ETAPE = _ETAPE.on_conflict_do_update(
    index_elements=list(t.etapes.primary_key.columns),
    set_={nom: _ETAPE.excluded[nom] for nom in _AVIS},
)


@dataclass(frozen=True, slots=True)
class PublicationsSql:
    """Tient `ports.Publications`."""

    connexion: Connexion

    async def charger(self, contrat_id: UUID) -> Publication:
        ligne = await une(self.connexion, _VERROUILLER, vues.ABSENTE, id=contrat_id)
        etapes = await self.connexion.lignes(vues.SES_ETAPES, {"id": contrat_id})
        return publication_de(ligne, etapes)

    async def ajouter(self, publication: Publication) -> None:
        await self.connexion.ecrire(insert(t.publications), ligne_de_publication(publication))
        await self._ecrire_etapes(publication)

    async def enregistrer(self, publication: Publication) -> None:
        try:
            await remplacer(self.connexion, t.publications, ligne_de_publication(publication))
        except Exception as erreur:
            if est_unicite(erreur):
                raise Conflit(
                    "Un autre contrat porte déjà ce numéro au SEAO.", regle="CI-18"
                ) from erreur
            raise
        await self._ecrire_etapes(publication)

    async def _ecrire_etapes(self, publication: Publication) -> None:
        await self.connexion.ecrire_lot(_ECRIRE_ETAPE, lignes_d_etapes(publication))


@dataclass(frozen=True, slots=True)
class FournisseursSql:
    """Tient `ports.Fournisseurs`."""

    connexion: Connexion

    async def partie(self, fournisseur_id: UUID) -> Partie:
        return vues.partie_de(await vues.FOURNISSEUR.de(fournisseur_id)(self.connexion))
