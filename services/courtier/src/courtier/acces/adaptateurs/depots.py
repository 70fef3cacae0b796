"""L'accès au Catalogue sur PostgreSQL."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.acces.adaptateurs import tables as t
from courtier.acces.adaptateurs.vues import admissibilite_de, compte_de, inscription_de
from courtier.acces.domaine import (
    Admissibilite,
    Admissibilites,
    Compte,
    Droit,
    EtatCompte,
    Inscription,
    Prononce,
)
from courtier.base import remplacer, sans_double
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, trouver, une

_UN_COMPTE = select(t.comptes).where(t.comptes.c.id == bindparam("id")).with_for_update()
_ACCORDE = select(t.comptes.c.id).where(
    t.comptes.c.organisme == bindparam("organisme"),
    t.comptes.c.sujet == bindparam("sujet"),
    t.comptes.c.etat == EtatCompte.ACCORDE.value,
)
_DECISIONS = (
    select(t.admissibilites)
    .where(t.admissibilites.c.organisme == bindparam("organisme"))
    .order_by(t.admissibilites.c.rang)
)
_UNE_INSCRIPTION = (
    select(t.inscriptions).where(t.inscriptions.c.id == bindparam("id")).with_for_update()
)
_ACTIVE = (
    select(t.inscriptions)
    .where(
        t.inscriptions.c.organisme == bindparam("organisme"),
        t.inscriptions.c.sujet == bindparam("sujet"),
        t.inscriptions.c.retiree_le.is_(None),
    )
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class ComptesSql:
    """Tient `ports.Comptes`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Compte:
        absent = "Compte d'accès introuvable."
        return compte_de(await une(self.connexion, _UN_COMPTE, absent, id=identifiant))

    async def ajouter(self, compte: Compte) -> None:
        with sans_double("Vous avez déjà un compte, demandé ou accordé.", "CI-11"):
            await self.connexion.ecrire(insert(t.comptes), _ligne_de_compte(compte))

    async def enregistrer(self, compte: Compte) -> None:
        await remplacer(self.connexion, t.comptes, _ligne_de_compte(compte))


@dataclass(frozen=True, slots=True)
class AdmissibilitesSql:
    """Tient `ports.AdmissibilitesGardees` et `ports.Droits`."""

    connexion: Connexion

    async def charger(self, organisme: str) -> Admissibilites:
        return await self._lire(organisme)

    async def ajouter(self, decision: Admissibilite) -> None:
        prononcee = _prononce("decidee", decision.decidee)
        ligne = {n: v for n, v in colonnes(decision).items() if n != "decidee"} | prononcee
        with sans_double("Une autre décision vient d'être prise sur cet organisme.", "CI-11"):
            await self.connexion.ecrire(insert(t.admissibilites), ligne)

    async def droit(self, organisme: str, sujet: str) -> Droit:
        qui = {"organisme": organisme, "sujet": sujet}
        accorde = await self.connexion.ligne(_ACCORDE, qui)
        return Droit(accorde is not None, await self._lire(organisme))

    async def _lire(self, organisme: str) -> Admissibilites:
        lignes = await self.connexion.lignes(_DECISIONS, {"organisme": organisme})
        return Admissibilites(tuple(map(admissibilite_de, lignes)))


@dataclass(frozen=True, slots=True)
class DiffusionSql:
    """Tient `ports.Inscriptions`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Inscription:
        absent = "Inscription introuvable."
        return inscription_de(await une(self.connexion, _UNE_INSCRIPTION, absent, id=identifiant))

    async def active(self, organisme: str, sujet: str) -> Inscription | None:
        ligne = await trouver(self.connexion, _ACTIVE, organisme=organisme, sujet=sujet)
        return None if ligne is None else inscription_de(ligne)

    async def ajouter(self, inscription: Inscription) -> None:
        with sans_double("Vous êtes déjà de la liste de diffusion.", "CI-12"):
            await self.connexion.ecrire(insert(t.inscriptions), colonnes(inscription))

    async def enregistrer(self, inscription: Inscription) -> None:
        await remplacer(self.connexion, t.inscriptions, colonnes(inscription))


def _ligne_de_compte(compte: Compte) -> dict[str, Any]:
    return {
        **{n: v for n, v in colonnes(compte).items() if n not in {"decidee", "retrait"}},
        "etat": compte.etat,
        **_prononce("decidee", compte.decidee),
        **_prononce("retrait", compte.retrait),
    }


def _prononce(acte: str, dit: Prononce | None) -> dict[str, Any]:
    return {f"{acte}_{nom}": dit and getattr(dit, nom) for nom in ("par", "le", "motif")}
