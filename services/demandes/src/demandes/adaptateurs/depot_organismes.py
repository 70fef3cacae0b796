"""Le fichier client et le registre des signataires."""

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.adaptateurs.lignes import colonnes, objet, organisme_de, une
from demandes.adaptateurs.tables import organismes, signataires, substitutions
from demandes.domaine.organisme import Organisme, Registre, Signataire, Substitution
from socle.noyau import Conflit

_LIRE = select(organismes).where(organismes.c.organisme == bindparam("code"))
_CHARGER = _LIRE.with_for_update()


@dataclass(frozen=True, slots=True)
class OrganismesSql:
    """Tient `DepotOrganismes`."""

    connexion: AsyncConnection

    async def lire(self, code: str) -> Organisme:
        return organisme_de(await une(self.connexion, _LIRE, "Organisme", code=code))

    async def charger(self, code: str) -> Organisme:
        return organisme_de(await une(self.connexion, _CHARGER, "Organisme", code=code))

    async def ajouter(self, organisme: Organisme) -> None:
        ecrit = await self.connexion.execute(
            insert_pg(organismes).values(**_ligne(organisme)).on_conflict_do_nothing()
        )
        if not ecrit.rowcount:
            raise Conflit(f"L'organisme {organisme.code} est déjà inscrit.", regle="DEM-8")

    async def enregistrer(self, organisme: Organisme) -> None:
        await self.connexion.execute(
            update(organismes)
            .where(organismes.c.organisme == organisme.code)
            .values(**_ligne(organisme))
        )

    async def registre(self, code: str) -> Registre:
        mandats = select(signataires).where(signataires.c.organisme == code)
        remplacements = select(substitutions).where(substitutions.c.organisme == code)
        return Registre(
            tuple(objet(Signataire, ligne) for ligne in await self.connexion.execute(mandats)),
            tuple(
                objet(Substitution, ligne) for ligne in await self.connexion.execute(remplacements)
            ),
        )

    async def ajouter_signataire(self, signataire: Signataire) -> None:
        await self.connexion.execute(insert(signataires).values(**colonnes(signataire)))

    async def finir_signataire(self, signataire: Signataire) -> None:
        await self.connexion.execute(
            update(signataires).where(signataires.c.id == signataire.id).values(fin=signataire.fin)
        )

    async def ajouter_substitution(self, substitution: Substitution) -> None:
        await self.connexion.execute(insert(substitutions).values(**colonnes(substitution)))


def _ligne(organisme: Organisme) -> dict[str, object]:
    champs = colonnes(organisme)
    return {"organisme": champs.pop("code"), **champs}
