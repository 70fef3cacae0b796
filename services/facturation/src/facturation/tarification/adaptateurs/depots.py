"""Les dépôts de la tarification."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import Text, and_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import connu
from facturation.tarification.adaptateurs import tables as t
from facturation.tarification.domaine.bornes import SANS_BORNE, Bornes
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import (
    ElementCatalogue,
    EtatProduit,
    FinStatuQuo,
    StatuQuo,
    VersionFiche,
    VersionPrix,
    VersionRetiree,
)
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_COPIES = MappingProxyType(
    {
        VersionFiche: Copie(t.fiches),
        VersionRetiree: Copie(t.retraits),
        VersionPrix: Copie(t.prix),
        EtatProduit: Copie(t.produits),
        StatuQuo: Copie(t.statu_quos),
        FinStatuQuo: Copie(t.fins_statu_quo, rang="sequence"),
    }
)
_VISES = any_(bindparam("produits", type_=ARRAY(Text)))
_FICHES = select(t.fiches).where(connu(t.fiches.c.appris))
_RETRAITS = select(t.retraits).where(connu(t.retraits.c.appris))
_s, _x = t.statu_quos.c, t.fins_statu_quo.c
_STATU_QUOS = (
    select(t.statu_quos, _x.fin)
    .join_from(
        t.statu_quos,
        t.fins_statu_quo,
        and_(_x.statu_quo_id == _s.statu_quo_id, _x.organisme == _s.organisme, connu(_x.appris)),
        isouter=True,
    )
    .where(connu(_s.appris))
)
_PRIX = select(t.prix).where(t.prix.c.produit == _VISES, connu(t.prix.c.appris))
_PRODUITS = select(t.produits).where(t.produits.c.code == _VISES, connu(t.produits.c.appris))
_APPRIS_DEPUIS = MappingProxyType(
    {
        classe: select(copie.table).where(~connu(copie.table.c.appris))
        for classe, copie in _COPIES.items()
    }
)


@dataclass(slots=True)
class TarificationsSql:
    """Voir `ports.Tarifications`; garde ce que sa transaction a déjà lu."""

    connexion: Connexion
    bornes: Bornes = SANS_BORNE
    _produits: set[str] = field(default_factory=set)
    _lue: Tarification | None = None

    async def synchroniser(self, elements: Sequence[ElementCatalogue]) -> None:
        self._lue = None
        for classe, copie in _COPIES.items():
            lignes = [colonnes(e) for e in elements if isinstance(e, classe)]
            await copie.synchroniser(self.connexion, lignes)

    async def charger(self, produits: Collection[str]) -> Tarification:
        if self._lue is None or not self._produits.issuperset(produits):
            self._produits.update(produits)
            self._lue = await self._lire()
        return self._lue

    def oublier(self) -> None:
        """Ce qui est lu ne vaut plus : la transaction lit désormais à un autre horizon."""
        self._lue = None

    async def appris_depuis(self) -> Sequence[ElementCatalogue]:
        return [
            objet(classe, ligne)
            for classe, requete in _APPRIS_DEPUIS.items()
            for ligne in await self.connexion.lignes(requete)
        ]

    async def _lire(self) -> Tarification:
        vises = {"produits": sorted(self._produits)}
        fiches = await self.connexion.lignes(_FICHES)
        retraits = await self.connexion.lignes(_RETRAITS)
        prix = await self.connexion.lignes(_PRIX, vises)
        etats = await self.connexion.lignes(_PRODUITS, vises)
        statu_quos = await self.connexion.lignes(_STATU_QUOS)
        return Tarification(
            fiches=tuple(objet(VersionFiche, ligne) for ligne in fiches),
            retraits=tuple(objet(VersionRetiree, ligne) for ligne in retraits),
            prix_ropn=tuple(objet(VersionPrix, ligne) for ligne in prix),
            produits=tuple(objet(EtatProduit, ligne) for ligne in etats),
            statu_quos=tuple((objet(StatuQuo, ligne), ligne.fin) for ligne in statu_quos),
            bornes=self.bornes,
        )
