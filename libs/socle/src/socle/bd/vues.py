"""Les vues : ce qu'un écran lit, déclaré une fois, bâti une fois par jeu de filtres présents."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnCollection,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    column,
    false,
    tuple_,
)
from sqlalchemy.sql.visitors import iterate

from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.curseurs import ecrire_curseur, lire_curseur, type_de_cle
from socle.bd.instructions import Ligne

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
F = TypeVar("F", bound="DataclassInstance")
F_contra = TypeVar("F_contra", bound="DataclassInstance", contravariant=True)
Vue = Callable[[Connexion], Awaitable[T]]
"""Une lecture : une connexion sous portée, ce qu'on en tire."""

_LIMITE = bindparam("limite", type_=Integer())
_RANG = column("rang", Integer())


@dataclass(frozen=True, slots=True)
class SansFiltre:
    """Le filtre d'une liste qui n'en a pas."""


@dataclass(frozen=True, slots=True)
class PageLue:
    """Les éléments d'une page, et le curseur de la suivante s'il y en a une."""

    lignes: Sequence[Any]
    suivant: str | None
    colonnes: Sequence[str] = ()
    """De lignes lues de la base, le nom de chaque colonne."""


class VuePaginee(Protocol[F_contra]):
    """Ce qui se lit page par page."""

    async def lire(
        self,
        connexion: Connexion,
        filtre: F_contra,
        limite: int,
        curseur: str | None = None,
        organisme: str | None = None,
        /,
    ) -> PageLue:
        """Une page au plus de `limite` éléments, de cet organisme seul s'il est nommé.

        Lève `CurseurIllisible`.
        """


def colonne_organisme(requete: Select[Any]) -> ColumnElement[str] | None:
    """La colonne `organisme` de ce que lit une requête; rien si elle ne lit rien d'un organisme.

    Lève `ValueError` si une table d'organismes se lit sans que la requête en donne la colonne.
    """
    for source in requete.columns_clause_froms:
        if "organisme" in source.c:
            return source.c.organisme
    if caches := {t.name for t in iterate(requete) if isinstance(t, Table) and "organisme" in t.c}:
        raise ValueError(f"Sans leur colonne « organisme » : {', '.join(sorted(caches))}.")
    return None


@dataclass(frozen=True, slots=True)
class VueCalculee(Generic[F]):
    """Une liste que le domaine calcule tout entière, dans son ordre : elle se montre par pages."""

    calculer: Callable[[Connexion, F], Awaitable[Sequence[Any]]]

    async def lire(
        self,
        connexion: Connexion,
        filtre: F,
        limite: int,
        curseur: str | None = None,
        _organisme: str | None = None,
    ) -> PageLue:
        """Une page au plus de `limite` éléments; lève `CurseurIllisible`."""
        debut = 0 if curseur is None else int(str(lire_curseur(curseur, (_RANG,))[0]))
        elements = await self.calculer(connexion, filtre)
        fin = debut + limite
        suivant = ecrire_curseur((_RANG,), (fin,)) if 0 < fin < len(elements) else None
        return PageLue(elements[max(debut, 0) : max(fin, 0)], suivant)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VueListe(Generic[F]):
    """Une liste triée par des clés uniques, présentes dans la requête.

    `filtre` est une dataclasse dont chaque champ est une égalité avec la colonne du même nom, sauf
    si `conditions` en dit autrement, sur `bindparam(nom)`; un champ nul ne filtre pas. Un champ que
    la requête lie elle-même (`parametres`) est toujours donné. Une colonne, une clé, un nom de
    champ qui n'existe pas, une clé qu'un curseur ne saurait relire lève à l'import; un filtre
    inconnu, à la vérification des types.

    Une liste de ce qui appartient à des organismes se restreint toujours à celui qui lit, par une
    égalité : la politique de la table, qui laisse aussi passer le MCN, ne sert aucun index.

    `completer` joint à une page déjà coupée ce qui ne la choisit ni ne l'ordonne : il ne se lit que
    pour elle, quoi qu'en pense le planificateur.
    """

    requete: Select[Any]
    filtre: type[F]
    cles: tuple[ColumnElement[Any], ...]
    decroissant: bool = False
    conditions: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    parametres: frozenset[str] = frozenset()
    completer: Callable[[FromClause], Select[Any]] | None = None
    _conditions: Mapping[str, ColumnElement[bool]] = field(init=False, repr=False)
    _noms: tuple[str, ...] = field(init=False, repr=False)
    _baties: dict[tuple[frozenset[str], bool], Select[Any]] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        colonnes = self.requete.selected_columns
        if absentes := [str(cle) for cle in self.cles if not colonnes.contains_column(cle)]:
            raise ValueError(f"Clés absentes de la requête : {', '.join(absentes)}.")
        for cle in self.cles:
            type_de_cle(cle)
        noms = {champ.name for champ in fields(self.filtre)}
        if inconnus := (self.conditions.keys() | self.parametres) - noms:
            raise ValueError(f"Champs absents du filtre : {', '.join(sorted(inconnus))}.")
        du_lecteur = {}
        if "organisme" not in self.parametres:
            organisme = colonne_organisme(self.requete)
            if organisme is not None:
                du_lecteur = {"organisme": organisme == bindparam("organisme", type_=Text())}
        egalites = {
            nom: colonnes[nom] == bindparam(nom, type_=colonnes[nom].type)
            for nom in noms - self.conditions.keys() - self.parametres - du_lecteur.keys()
        }
        object.__setattr__(self, "_conditions", {**egalites, **self.conditions, **du_lecteur})
        object.__setattr__(self, "_noms", tuple(_nom(colonnes, cle) for cle in self.cles))

    async def lire(
        self,
        connexion: Connexion,
        filtre: F,
        limite: int,
        curseur: str | None = None,
        organisme: str | None = None,
    ) -> PageLue:
        """Une page au plus de `limite` lignes; lève `CurseurIllisible`."""
        valeurs = {champ.name: getattr(filtre, champ.name) for champ in fields(self.filtre)}
        if organisme is not None and "organisme" in self._conditions:
            valeurs["organisme"] = organisme
        donnes = {nom: v for nom, v in valeurs.items() if v is not None or nom in self.parametres}
        if curseur is not None:
            bornes = lire_curseur(curseur, self.cles)
            donnes |= {f"apres_{rang}": borne for rang, borne in enumerate(bornes)}
        requete = self._batir(frozenset(donnes) & set(self._conditions), curseur is not None)
        lues = await connexion.lignes(requete, {**donnes, "limite": limite + 1})
        suivant = None
        if len(lues) > limite:
            derniere = lues[limite - 1]
            suivant = ecrire_curseur(self.cles, [getattr(derniere, nom) for nom in self._noms])
        colonnes = lues[0]._fields if lues else ()
        return PageLue(lues[:limite], suivant, colonnes)

    def _batir(self, presents: frozenset[str], apres: bool) -> Select[Any]:
        """L'instruction d'un jeu de filtres; une ligne de plus que la limite dit s'il y a suite."""
        if (presents, apres) not in self._baties:
            requete = self.requete.where(*(self._conditions[nom] for nom in sorted(presents)))
            if apres:
                requete = requete.where(*self._apres(presents))
            page = requete.order_by(*self._ordre(self.cles)).limit(_LIMITE)
            self._baties[presents, apres] = self._completee(page)
        return self._baties[presents, apres]

    def _apres(self, presents: frozenset[str]) -> Iterator[ColumnElement[bool]]:
        """Ce qui vient après le curseur, borné comme un index peut le suivre.

        Une clé qu'une égalité fixe ne s'y compare pas : l'index partirait de l'égalité, non du
        curseur. Une clé calculée n'est d'aucun index : la première se borne alors seule aussi.
        """
        fixees = presents - self.conditions.keys()
        comparees = [
            (cle, bindparam(f"apres_{rang}", type_=type_de_cle(cle)))
            for rang, (nom, cle) in enumerate(zip(self._noms, self.cles, strict=True))
            if nom not in fixees
        ]
        if not comparees:
            yield false()
            return
        cles, bornes = zip(*comparees, strict=True)
        if not all(isinstance(getattr(cle, "element", cle), ColumnClause) for cle in cles):
            yield cles[0] <= bornes[0] if self.decroissant else cles[0] >= bornes[0]
        gauche, droite = tuple_(*cles), tuple_(*bornes)
        yield gauche < droite if self.decroissant else gauche > droite

    def _completee(self, page: Select[Any]) -> Select[Any]:
        if self.completer is None:
            return page
        lue = page.subquery("page")
        return self.completer(lue).order_by(*self._ordre(lue.c[nom] for nom in self._noms))

    def _ordre(self, cles: Iterable[ColumnElement[Any]]) -> Iterator[ColumnElement[Any]]:
        return (cle.desc() if self.decroissant else cle.asc() for cle in cles)


def _nom(colonnes: ColumnCollection[str, Any], cle: ColumnElement[Any]) -> str:
    """Le nom sous lequel une ligne lue donne cette clé."""
    return next(nom for nom, colonne in colonnes.items() if colonne is cle)


@dataclass(frozen=True, slots=True, eq=False)
class VueObjet:
    """Un objet lu par sa clé; `absent` est le message de son absence, ou de son invisibilité."""

    requete: Select[Any]
    cle: ColumnElement[Any]
    absent: str
    _batie: Select[Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        batie = self.requete.where(self.cle == bindparam("cle", type_=self.cle.type))
        object.__setattr__(self, "_batie", batie)

    def de(self, cle: object, **autres: object) -> Vue[Ligne]:
        """La lecture de l'objet de cette clé; elle lève `Introuvable`."""

        async def vue(connexion: Connexion) -> Ligne:
            return await une(connexion, self._batie, self.absent, cle=cle, **autres)

        return vue
