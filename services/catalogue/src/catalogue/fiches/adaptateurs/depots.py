"""Les dépôts des fiches : ligne ↔ agrégat."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from catalogue.base import ajouter_version, effective, versions_de
from catalogue.fiches.adaptateurs.tables import codes_reserves, fiche_versions, fiches, tarif_de
from catalogue.fiches.domaine.chronologie import Parutions
from catalogue.fiches.domaine.contenu import ContenuFiche, Tarif
from catalogue.fiches.domaine.fiche import Fiche, FichePubliee, FicheRetiree
from catalogue.fiches.ports import CodeReserve
from noyau import Chronologie, Version
from socle.bd.connexion import Connexion
from socle.bd.instructions import parmi

_CONTENU: Final = TypeAdapter(ContenuFiche)
"""Le contenu d'une fiche ↔ son JSON, décimaux en texte."""
_TARIF: Final = TypeAdapter(Tarif)


@dataclass(frozen=True, slots=True)
class FichesSql:
    """Tient `ports.Fiches`."""

    connexion: Connexion

    async def verrouiller(self) -> None:
        # Ce mode s'exclut lui-même et n'empêche aucune lecture.
        await self.connexion.ecrire(text("LOCK TABLE fiches IN SHARE ROW EXCLUSIVE MODE"))

    async def lire(self) -> Mapping[str, Fiche]:
        c = fiche_versions.c
        derniers = await self.connexion.lignes(
            select(c.code, func.max(c.version).label("dernier")).group_by(c.code)
        )
        versions = defaultdict[str, list[Version[ContenuFiche]]](list)
        for v in await self.connexion.lignes(
            select(fiche_versions).where(effective(fiche_versions))
        ):
            contenu = _CONTENU.validate_python(v.contenu)
            versions[v.code].append(Version(v.version, v.debut, contenu))
        return {
            code: Fiche(code=code, parutions=Parutions(Chronologie.de(versions[code]), dernier))
            for code, dernier in derniers
        }

    async def reserves(self, codes: Collection[str]) -> Mapping[str, CodeReserve]:
        lignes = await self.connexion.lignes(
            select(codes_reserves).where(parmi(codes_reserves.c.code, codes))
        )
        return {ligne.code: CodeReserve(ligne.fiche, ligne.nature) for ligne in lignes}

    async def ajouter_version(self, fait: FichePubliee) -> None:
        await self.connexion.ecrire(insert(fiches).values(code=fait.code).on_conflict_do_nothing())
        if natures := fait.contenu.natures:
            await self.connexion.ecrire_lot(
                insert(codes_reserves).on_conflict_do_nothing(),
                [
                    {"code": code, "fiche": fait.code, "nature": nature}
                    for code, nature in sorted(natures.items())
                ],
            )
        await ajouter_version(
            self.connexion,
            fiche_versions,
            code=fait.code,
            version=fait.version,
            debut=fait.debut,
            contenu=_CONTENU.dump_python(fait.contenu, mode="json"),
            publie_le=fait.survenu_le,
        )

    async def retirer_version(self, fait: FicheRetiree) -> None:
        c = fiche_versions.c
        await self.connexion.ecrire(
            fiche_versions.update()
            .where(c.code == fait.code, c.debut == fait.debut, c.retiree_le.is_(None))
            .values(retiree_le=fait.survenu_le)
        )


@dataclass(frozen=True, slots=True)
class TarifsSql:
    """Tient `ports.Tarifs`."""

    connexion: Connexion

    async def en_vigueur(self, codes: Collection[str], le: date) -> Mapping[str, Tarif]:
        versions = versions_de(fiche_versions)
        tarif = tarif_de(versions.c.contenu)
        lignes = await self.connexion.colonne(
            select(tarif)
            .select_from(versions)
            .where(
                effective(versions),
                or_(versions.c.fin.is_(None), versions.c.fin > le),
                parmi(tarif["code"].astext, codes),
            )
            .order_by(versions.c.debut)
        )
        lus = [_TARIF.validate_python(lu) for lu in lignes]
        return {lu.code: lu for lu in lus}
