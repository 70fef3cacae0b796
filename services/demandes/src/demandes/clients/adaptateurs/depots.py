"""Le fichier client et le registre sur PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.clients.adaptateurs.tables import organismes, signataires, substitutions
from demandes.clients.domaine import (
    Inactivite,
    Interlocuteur,
    Organisme,
    Registre,
    Signataire,
    Substitution,
)
from noyau import Conflit
from socle.bd.conversion import Ligne, colonnes, objet, une

ABSENT = "Organisme introuvable."
# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_LIRE = select(organismes).where(organismes.c.organisme == bindparam("code"))
_CHARGER = _LIRE.with_for_update()
_MANDATS = select(signataires).where(signataires.c.organisme == bindparam("code"))
_REMPLACEMENTS = select(substitutions).where(substitutions.c.organisme == bindparam("code"))


@dataclass(frozen=True, slots=True)
class OrganismesSql:
    """Tient `ports.Organismes`."""

    connexion: AsyncConnection

    async def lire(self, code: str) -> Organisme:
        return _organisme(await une(self.connexion, _LIRE, ABSENT, code=code))

    async def charger(self, code: str) -> Organisme:
        return _organisme(await une(self.connexion, _CHARGER, ABSENT, code=code))

    async def ajouter(self, organisme: Organisme) -> None:
        ajout = insert_pg(organismes).values(**_ligne(organisme))
        ecrit = await self.connexion.execute(ajout.on_conflict_do_nothing())
        if not ecrit.rowcount:
            raise Conflit(f"L'organisme {organisme.code} est déjà inscrit.", regle="DEM-8")

    async def enregistrer(self, organisme: Organisme) -> None:
        await self.connexion.execute(
            update(organismes)
            .where(organismes.c.organisme == organisme.code)
            .values(**_ligne(organisme))
        )

    async def registre(self, code: str) -> Registre:
        mandats = await self.connexion.execute(_MANDATS, {"code": code})
        remplacements = await self.connexion.execute(_REMPLACEMENTS, {"code": code})
        return Registre(
            tuple(objet(Signataire, ligne) for ligne in mandats),
            tuple(objet(Substitution, ligne) for ligne in remplacements),
        )

    async def ajouter_signataire(self, signataire: Signataire) -> None:
        await self.connexion.execute(insert(signataires).values(**colonnes(signataire)))

    async def finir_signataire(self, signataire: Signataire) -> None:
        await self.connexion.execute(
            update(signataires).where(signataires.c.id == signataire.id).values(fin=signataire.fin)
        )

    async def ajouter_substitution(self, substitution: Substitution) -> None:
        await self.connexion.execute(insert(substitutions).values(**colonnes(substitution)))


def _organisme(ligne: Ligne) -> Organisme:
    """Le fichier client d'une ligne d'`organismes`."""
    valeurs = dict(ligne._mapping)
    interlocuteur = valeurs["interlocuteur"]
    valeurs["interlocuteur"] = interlocuteur and Interlocuteur(**interlocuteur)
    valeurs["inactivites"] = tuple(map(_inactivite, valeurs["inactivites"]))
    return Organisme(code=valeurs.pop("organisme"), **valeurs)


def _inactivite(garde: dict[str, str | None]) -> Inactivite:
    bornes = {nom: le and datetime.fromisoformat(le) for nom, le in garde.items()}
    return Inactivite(**bornes)  # type: ignore[arg-type]  # le début y est toujours


def _ligne(organisme: Organisme) -> dict[str, object]:
    """Les colonnes d'un fichier client."""
    champs = colonnes(organisme)
    return {"organisme": champs.pop("code"), **champs}
