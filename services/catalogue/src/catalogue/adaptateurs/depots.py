"""Les dépôts : ligne ↔ agrégat. Une fiche ou un produit se verrouille dès qu'on le charge."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row, Table, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.adaptateurs.recherche import plier
from catalogue.adaptateurs.tables import (
    codes_reserves,
    fiche_versions,
    fiches,
    produit_prix,
    produits,
)
from catalogue.adaptateurs.vues import tarif_de
from catalogue.cas_usage.ports import Depots
from catalogue.domaine.chronologie import Chronologie, Version
from catalogue.domaine.fiche import ContenuFiche, Fiche, FichePubliee
from catalogue.domaine.produit import Descriptif, PrixPublie, Produit
from catalogue.domaine.tarif import Source
from socle.noyau import Introuvable, VersionPerimee

CONTENU: Final = TypeAdapter(ContenuFiche)
"""Le contenu d'une fiche ↔ son JSON, décimaux en texte."""


class DepotFiches:
    """Les fiches en PostgreSQL."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def charger(self, code: str) -> Fiche:
        # La ligne d'une fiche nouvelle naît ici; un refus l'annule avec le reste.
        await self._connexion.execute(insert(fiches).values(code=code).on_conflict_do_nothing())
        await self._connexion.execute(select(fiches).where(fiches.c.code == code).with_for_update())
        lignes = await _effectives(self._connexion, fiche_versions, code)
        versions = (
            Version(ligne.version, ligne.debut, CONTENU.validate_python(ligne.contenu))
            for ligne in lignes
        )
        return Fiche(code=code, versions=Chronologie(tuple(versions)))

    async def ajouter_version(self, fait: FichePubliee) -> None:
        contenu = CONTENU.dump_python(fait.contenu, mode="json")
        await _ajouter_version(self._connexion, fiche_versions, fait.code, fait, contenu=contenu)

    async def reserver(self, code: str, codes: Collection[str]) -> Mapping[str, str]:
        if not codes:
            return {}
        await self._connexion.execute(
            insert(codes_reserves).on_conflict_do_nothing(),
            [{"code": reserve, "fiche": code} for reserve in sorted(codes)],
        )
        lignes = await self._connexion.execute(
            select(codes_reserves).where(codes_reserves.c.code.in_(codes))
        )
        return {ligne.code: ligne.fiche for ligne in lignes}

    async def sources(self, tarifs: Collection[str]) -> Mapping[str, Source]:
        tarif = tarif_de(fiche_versions.c.contenu)
        code, source = tarif["code"].astext, tarif["source"].astext
        lignes = await self._connexion.execute(
            select(code, source)
            .select_from(fiche_versions)
            .where(fiche_versions.c.remplace_par.is_(None), code.in_(tarifs))
            .order_by(fiche_versions.c.debut)
        )
        return dict(lignes.all())


class DepotProduits:
    """Les produits en PostgreSQL."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def charger(self, code: str, *, version: int | None = None) -> Produit:
        lignes = await self._connexion.execute(
            select(produits).where(produits.c.code == code).with_for_update()
        )
        ligne = lignes.one_or_none()
        if ligne is None:
            raise Introuvable(f"Le produit {code} n'est pas inscrit au ROPN.")
        if version not in {None, ligne.version}:
            raise VersionPerimee(f"Le produit {code} en est à la version {ligne.version}.")
        prix = await _effectives(self._connexion, produit_prix, code)
        return Produit(
            code=ligne.code,
            sorte=ligne.sorte,
            statut=ligne.statut,
            version=ligne.version,
            prix=Chronologie(tuple(Version(p.version, p.debut, p.prix) for p in prix)),
            descriptif=Descriptif(
                libelle=ligne.libelle,
                categorie=ligne.categorie,
                noyau=ligne.noyau,
                normalise=ligne.normalise,
                gamme=ligne.gamme,
                reserve_hauts_dirigeants=ligne.reserve_hauts_dirigeants,
                tarifs=tuple(ligne.tarifs),
            ),
        )

    async def ajouter(self, produit: Produit) -> bool:
        ajoutes = await self._connexion.execute(
            insert(produits)
            .values(code=produit.code, sorte=produit.sorte, **_colonnes(produit))
            .on_conflict_do_nothing()
            .returning(produits.c.code)
        )
        return ajoutes.one_or_none() is not None

    async def enregistrer(self, produit: Produit) -> None:
        await self._connexion.execute(
            update(produits).where(produits.c.code == produit.code).values(**_colonnes(produit))
        )

    async def ajouter_prix(self, fait: PrixPublie) -> None:
        await _ajouter_version(self._connexion, produit_prix, fait.produit, fait, prix=fait.prix)


def _colonnes(produit: Produit) -> dict[str, object]:
    decrit = produit.descriptif
    return {
        "statut": produit.statut,
        "libelle": decrit.libelle,
        "categorie": decrit.categorie,
        "noyau": decrit.noyau,
        "normalise": decrit.normalise,
        "gamme": decrit.gamme,
        "reserve_hauts_dirigeants": decrit.reserve_hauts_dirigeants,
        "tarifs": list(decrit.tarifs),
        "recherche": plier(f"{produit.code} {decrit.libelle} {decrit.categorie}"),
        "version": produit.version,
    }


async def _effectives(connexion: AsyncConnection, table: Table, code: str) -> Sequence[Row[Any]]:
    """Les versions d'un agrégat que nulle autre n'a remplacées, par début."""
    requete = select(table).where(table.c.code == code, table.c.remplace_par.is_(None))
    return (await connexion.execute(requete.order_by(table.c.debut))).all()


async def _ajouter_version(
    connexion: AsyncConnection,
    table: Table,
    code: str,
    fait: FichePubliee | PrixPublie,
    **valeur: object,
) -> None:
    """Ajoute une version; celle qu'elle remplace, de même début, reste et le dit."""
    remplacee = (table.c.code == code, table.c.debut == fait.debut, table.c.remplace_par.is_(None))
    await connexion.execute(update(table).where(*remplacee).values(remplace_par=fait.version))
    await connexion.execute(
        insert(table).values(
            code=code,
            version=fait.version,
            debut=fait.debut,
            publie_le=fait.survenu_le,
            **valeur,
        )
    )


def ouvrir_depots(connexion: AsyncConnection) -> Depots:
    """Les dépôts d'une transaction."""
    return Depots(fiches=DepotFiches(connexion), produits=DepotProduits(connexion))
