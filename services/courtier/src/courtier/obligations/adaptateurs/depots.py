"""Les obligations sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from courtier.obligations.adaptateurs.tables import obligations
from courtier.obligations.domaine import NatureObligation, Obligation
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.instructions import Ligne

_COURANTES = (
    select(obligations)
    .where(
        obligations.c.organisme == bindparam("organisme"),
        obligations.c.objet_id == bindparam("objet_id"),
        obligations.c.remplie_le.is_(None),
        obligations.c.abandonnee_le.is_(None),
    )
    .order_by(obligations.c.id)
    .with_for_update()
)
_OUVRIR = insert(obligations).on_conflict_do_nothing()
_ACHEVER = (
    update(obligations)
    .where(obligations.c.organisme == bindparam("de"), obligations.c.id == bindparam("celle"))
    .values(
        remplie_le=bindparam("remplie"),
        abandonnee_le=bindparam("abandonnee"),
        rappelee=bindparam("rappelee_le", type_=Date()),
        rappel_le=bindparam("prochain", type_=Date()),
    )
)
_UNE = (
    select(obligations)
    .where(
        obligations.c.organisme == bindparam("organisme"),
        obligations.c.id == bindparam("id"),
    )
    .with_for_update()
)


def obligation_de(ligne: Ligne) -> Obligation:
    """L'obligation d'une ligne de `obligations`."""
    return objet(Obligation, ligne, nature=NatureObligation(ligne.nature))


@dataclass(frozen=True, slots=True)
class ObligationsSql:
    """Tient `ports.Obligations`."""

    connexion: Connexion

    async def ouvrir(self, obligation: Obligation) -> None:
        ligne = {**colonnes(obligation), "rappel_le": obligation.rappel_le}
        await self.connexion.ecrire(_OUVRIR, ligne)

    async def charger(self, organisme: str, identifiant: UUID) -> Obligation:
        absente = "Obligation introuvable."
        return obligation_de(
            await une(self.connexion, _UNE, absente, organisme=organisme, id=identifiant)
        )

    async def courantes(self, organisme: str, objet_id: UUID) -> Sequence[Obligation]:
        lues = await self.connexion.lignes(
            _COURANTES, {"organisme": organisme, "objet_id": objet_id}
        )
        return [obligation_de(ligne) for ligne in lues]

    async def enregistrer(self, obligation: Obligation) -> None:
        await self.connexion.ecrire(
            _ACHEVER,
            {
                "de": obligation.organisme,
                "celle": obligation.id,
                "remplie": obligation.remplie_le,
                "abandonnee": obligation.abandonnee_le,
                "rappelee_le": obligation.rappelee,
                "prochain": obligation.rappel_le,
            },
        )
