"""Les dossiers d'acquisition sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql

from courtier.base import remplacer
from courtier.dossiers.adaptateurs import tables as t
from courtier.dossiers.adaptateurs.conversion import (
    EN_COURS,
    dossier_de,
    ligne_d_acte,
    ligne_de_dossier,
    offres_citees_par,
)
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.faits import DossierAvise
from courtier.dossiers.domaine.vehicules import Decret596, Obligation596
from courtier.pieces.domaine import Visa
from noyau import Acte, Fait
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet, une
from socle.bd.instructions import Requete, parmi

_ABSENT = "Dossier introuvable."
_UN = select(t.dossiers).where(t.dossiers.c.id == bindparam("id"))
_VERROU = _UN.with_for_update()
_ACTES = select(t.actes).where(t.actes.c.dossier_id == bindparam("id")).order_by(t.actes.c.rang)
_CITER = postgresql.insert(t.offres_citees).on_conflict_do_nothing()
_CITANT = (
    select(t.dossiers.c.organisme, t.dossiers.c.id)
    .join(
        t.offres_citees,
        (t.offres_citees.c.organisme == t.dossiers.c.organisme)
        & (t.offres_citees.c.dossier_id == t.dossiers.c.id),
    )
    .where(t.offres_citees.c.offre_id == bindparam("offre_id"), t.dossiers.c.etat == EN_COURS)
    .order_by(t.dossiers.c.id)
    .with_for_update(of=t.dossiers)
)
"""Dans un même ordre pour tous : deux publications ne s'attendent pas l'une l'autre."""
_AVISER = update(t.dossiers).where(parmi(t.dossiers.c.id, "ids")).values(avise=True)
_DECRETS = (
    select(t.decrets)
    .where(t.decrets.c.organisme == bindparam("organisme"))
    .order_by(t.decrets.c.rang)
)


@dataclass(frozen=True, slots=True)
class DossiersSql:
    """Tient `ports.Dossiers`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Dossier:
        # D'abord le verrou : lus avant lui, les actes seraient ceux d'avant l'attente.
        return await self._lire(_VERROU, identifiant)

    async def lire(self, identifiant: UUID) -> Dossier:
        return await self._lire(_UN, identifiant)

    async def _lire(self, requete: Requete, identifiant: UUID) -> Dossier:
        ligne = await une(self.connexion, requete, _ABSENT, id=identifiant)
        return dossier_de(ligne, await self.connexion.lignes(_ACTES, {"id": identifiant}))

    async def ajouter(self, dossier: Dossier) -> None:
        await self.connexion.ecrire(insert(t.dossiers), ligne_de_dossier(dossier))

    async def enregistrer(self, dossier: Dossier) -> None:
        await remplacer(self.connexion, t.dossiers, ligne_de_dossier(dossier))
        acte = dossier.actes[-1]
        await self.connexion.ecrire(insert(t.actes), ligne_d_acte(dossier, acte))
        citees = [
            {"organisme": dossier.organisme, "dossier_id": dossier.id, "offre_id": offre_id}
            for offre_id in sorted(offres_citees_par(acte.contenu))
        ]
        await self.connexion.ecrire_lot(_CITER, citees)


@dataclass(frozen=True, slots=True)
class AvertisseurSql:
    """Tient `catalogue.ports.Avertisseur` : avise les dossiers en cours (CI-12)."""

    connexion: Connexion

    async def aviser(self, offre_id: UUID, nature: str, version: int, acte: Acte) -> Sequence[Fait]:
        citant = await self.connexion.lignes(_CITANT, {"offre_id": offre_id})
        if not citant:
            return ()
        lignes = [
            {
                "organisme": ligne.organisme,
                "dossier_id": ligne.id,
                "offre_id": offre_id,
                "nature": nature,
                "version": version,
                "le": acte.le,
            }
            for ligne in citant
        ]
        await self.connexion.ecrire_lot(insert(t.avis), lignes)
        await self.connexion.ecrire(_AVISER, {"ids": [ligne.id for ligne in citant]})
        return [
            DossierAvise(
                dossier_id=ligne.id,
                organisme=ligne.organisme,
                offre_id=offre_id,
                nature=nature,
                version=version,
                survenu_le=acte.le,
            )
            for ligne in citant
        ]


@dataclass(frozen=True, slots=True)
class DecretsSql:
    """Tient `ports.Decrets`."""

    connexion: Connexion

    async def lire(self, organisme: str) -> Decret596:
        lignes = await self.connexion.lignes(_DECRETS, {"organisme": organisme})
        return Decret596(
            tuple(objet(Obligation596, ligne, dite=Visa(ligne.par, ligne.le)) for ligne in lignes)
        )

    async def ajouter(self, dite: Obligation596) -> None:
        ligne = {
            "organisme": dite.organisme,
            "rang": dite.rang,
            "oblige": dite.oblige,
            "depuis": dite.depuis,
            "motif": dite.motif,
            "par": dite.dite.par,
            "le": dite.dite.le,
        }
        await self.connexion.ecrire(insert(t.decrets), ligne)
