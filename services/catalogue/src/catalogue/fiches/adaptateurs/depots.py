"""Les dépôts des fiches : ligne ↔ agrégat. Une fiche se verrouille dès qu'on la charge."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.base import ajouter_version, lire_chronologie
from catalogue.fiches.adaptateurs.tables import codes_reserves, fiche_versions, fiches, tarif_de
from catalogue.fiches.domaine import ContenuFiche, Fiche, FichePubliee, Source

_CONTENU: Final = TypeAdapter(ContenuFiche)
"""Le contenu d'une fiche ↔ son JSON, décimaux en texte."""


@dataclass(frozen=True, slots=True)
class FichesSql:
    """Tient `ports.Fiches`."""

    connexion: AsyncConnection

    async def charger(self, code: str) -> Fiche:
        # La ligne d'une fiche nouvelle naît ici; un refus l'annule avec le reste.
        await self.connexion.execute(insert(fiches).values(code=code).on_conflict_do_nothing())
        await self.connexion.execute(select(fiches).where(fiches.c.code == code).with_for_update())
        versions = await lire_chronologie(
            self.connexion, fiche_versions, code, lambda v: _CONTENU.validate_python(v.contenu)
        )
        return Fiche(code=code, versions=versions)

    async def ajouter_version(self, fait: FichePubliee) -> None:
        await ajouter_version(
            self.connexion,
            fiche_versions,
            code=fait.code,
            version=fait.version,
            debut=fait.debut,
            contenu=_CONTENU.dump_python(fait.contenu, mode="json"),
            publie_le=fait.survenu_le,
        )

    async def reserver(self, code: str, codes: Collection[str]) -> Mapping[str, str]:
        if not codes:
            return {}
        await self.connexion.execute(
            insert(codes_reserves).on_conflict_do_nothing(),
            [{"code": reserve, "fiche": code} for reserve in sorted(codes)],
        )
        lignes = await self.connexion.execute(
            select(codes_reserves).where(codes_reserves.c.code.in_(codes))
        )
        return {ligne.code: ligne.fiche for ligne in lignes}


@dataclass(frozen=True, slots=True)
class TarifsSql:
    """Tient `ports.Tarifs`."""

    connexion: AsyncConnection

    async def sources(self, codes: Collection[str]) -> Mapping[str, Source]:
        tarif = tarif_de(fiche_versions.c.contenu)
        code, source = tarif["code"].astext, tarif["source"].astext
        lignes = await self.connexion.execute(
            select(code, source)
            .select_from(fiche_versions)
            .where(fiche_versions.c.remplace_par.is_(None), code.in_(codes))
            .order_by(fiche_versions.c.debut)
        )
        return dict(lignes.all())
