"""Les instructions de SQLAlchemy Core, compilées une fois pour asyncpg."""

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Executable,
    Insert,
    Table,
    any_,
    bindparam,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import asyncpg as pilote
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

Convertir = Callable[[Any], Any]
Requete = Executable
"""Une instruction de SQLAlchemy Core. Bâtie une fois, en constante : elle se compile une fois."""

_NUMERIC: Final = 1700
"""L'OID de `numeric`, que le type décimal de SQLAlchemy veut connaître pour n'y rien changer."""

DIALECTE: Final = pilote.dialect(  # type: ignore[no-untyped-call]  # SQLAlchemy ne l'annote pas
    json_serializer=lambda valeur: orjson.dumps(valeur).decode()
)


class Ligne(Protocol):
    """Une ligne lue : un n-uplet dont chaque colonne est aussi un attribut."""

    def __getattr__(self, colonne: str) -> Any: ...  # noqa: ANN401 -- ce que tient la colonne
    def __getitem__(self, rang: int) -> Any: ...  # noqa: ANN401
    def __len__(self) -> int: ...
    def __iter__(self) -> Any: ...  # noqa: ANN401
    @property
    def _fields(self) -> tuple[str, ...]: ...
    def _asdict(self) -> dict[str, Any]: ...


@dataclass(slots=True, eq=False)
class Instruction:
    """Le texte d'une instruction, ses paramètres dans l'ordre, ce que deviennent ses colonnes."""

    texte: str
    _liens: Sequence[tuple[str, Convertir | None]]
    _fixes: Mapping[str, Any]
    """Les valeurs que l'instruction porte elle-même."""
    _lectures: Mapping[int, Convertir]
    _faire: Callable[[Iterable[Any]], Ligne] | None = field(default=None)

    def lier(self, valeurs: Mapping[str, Any]) -> list[Any]:
        """Les paramètres, dans l'ordre du texte; lève `KeyError` s'il en manque un."""
        if self._fixes:
            valeurs = {**self._fixes, **valeurs}
        return [
            valeurs[nom] if convertir is None else convertir(valeurs[nom])
            for nom, convertir in self._liens
        ]

    def lire(self, lues: Sequence[asyncpg.Record]) -> list[Ligne]:
        """Les lignes lues, leurs valeurs converties."""
        if not lues:
            return []
        if self._faire is None:
            self._faire = _fabrique(lues[0].keys())
        if not self._lectures:
            return list(map(self._faire, lues))
        return [self._faire(self._converties(ligne)) for ligne in lues]

    def _converties(self, ligne: asyncpg.Record) -> list[Any]:
        valeurs = list(ligne)
        for rang, convertir in self._lectures.items():
            valeurs[rang] = convertir(valeurs[rang])
        return valeurs


def _fabrique(colonnes: Iterable[str]) -> Callable[[Iterable[Any]], Ligne]:
    # Les colonnes ne sont connues qu'à la première lecture.
    creer: Any = namedtuple  # noqa: PYI024
    faire: Callable[[Iterable[Any]], Ligne] = creer("Ligne", colonnes, rename=True)._make
    return faire


_COMPILEES: WeakKeyDictionary[ClauseElement, dict[object, Instruction]] = WeakKeyDictionary()


def instruction(requete: Requete, valeurs: Mapping[str, Any]) -> Instruction:
    """L'instruction compilée, une fois par objet et, d'une écriture, par jeu de noms donnés."""
    connues = _COMPILEES.setdefault(requete, {})  # type: ignore[arg-type]
    noms = tuple(sorted(valeurs)) if requete.is_dml else ()
    if noms not in connues:
        connues[noms] = _compiler(requete, noms)
    return connues[noms]


def ajout_d_un_coup(ajout: Insert, noms: Sequence[str]) -> Instruction | None:
    """Le même ajout pour des lignes en nombre : ses paramètres sont des tableaux (`unnest`).

    Rien si une de ces colonnes tient un tableau, que `unnest` déplierait.
    """
    connues, cle = _COMPILEES.setdefault(ajout, {}), ("lot", *noms)
    if cle not in connues:
        colonnes = [ajout.table.c[nom] for nom in noms]
        if any(isinstance(type_garde(colonne), ARRAY) for colonne in colonnes):
            return None
        tableaux = (bindparam(c.name, type_=ARRAY(c.type, dimensions=1)) for c in colonnes)
        lignes = (
            func.unnest(*tableaux)
            .table_valued(*(column(c.name, c.type) for c in colonnes))
            .render_derived()
        )
        connues[cle] = _compiler(ajout.from_select(list(noms), select(*lignes.c)), ())
    return connues[cle]


def ajout_par_document(table: Table) -> postgresql.Insert:
    """Un ajout dont les lignes, toutes colonnes, sont un seul document : le paramètre `lignes`.

    Pour les tables larges : asyncpg éprouve chaque élément de chaque tableau, et un document coûte
    moins, base comprise. Un décimal s'y donne en texte, un identifiant en `uuid.UUID`.
    """
    lignes = (
        func.jsonb_to_recordset(bindparam("lignes", type_=postgresql.JSONB))
        .table_valued(*(column(c.name, c.type) for c in table.columns), name="lignes")
        .render_derived(with_types=True)
    )
    noms = [c.name for c in table.columns]
    return postgresql.insert(table).from_select(noms, select(*lignes.c))


def parmi(colonne: ColumnElement[Any], valeurs: str | Collection[Any]) -> ColumnElement[bool]:
    """Vrai si la colonne vaut une de ces valeurs, ou de celles du paramètre de ce nom.

    Un `IN` changerait de texte avec leur nombre : l'instruction ne se compilerait pas d'avance.
    """
    genre = ARRAY(colonne.type, dimensions=1)
    if isinstance(valeurs, str):
        return colonne == any_(bindparam(valeurs, type_=genre))
    return colonne == any_(literal(list(valeurs), genre))


def _compiler(requete: Requete, noms: Sequence[str]) -> Instruction:
    compilee = requete.compile(  # type: ignore[attr-defined]
        dialect=DIALECTE,
        column_keys=noms or None,
    )
    ordre, fixes = compilee.positiontup or (), compilee.params
    if any(compilee.binds[nom].expanding for nom in ordre):
        raise TypeError("Un IN sur des valeurs ne se compile pas d'avance : voir `parmi`.")
    return Instruction(
        str(compilee),
        [(nom, _ecriture(compilee.binds[nom])) for nom in ordre],
        {nom: fixes[nom] for nom in ordre if _est_fixe(compilee, nom)},
        _lectures(requete),
    )


def _est_fixe(compilee: SQLCompiler, nom: str) -> bool:
    return not compilee.binds[nom].required


def _ecriture(lien: BindParameter[Any]) -> Convertir | None:
    return _propre(lien.type).bind_processor(DIALECTE)


def _lectures(requete: Requete) -> dict[int, Convertir]:
    colonnes = getattr(requete, "exported_columns", ())
    lues = (_propre(colonne.type).result_processor(DIALECTE, _NUMERIC) for colonne in colonnes)
    return {rang: convertir for rang, convertir in enumerate(lues) if convertir is not None}


def type_garde(colonne: ColumnElement[Any]) -> TypeEngine[Any]:
    """Le type que tient la base sous une colonne, quoi que le domaine y lise."""
    genre = colonne.type
    return genre.load_dialect_impl(DIALECTE) if isinstance(genre, TypeDecorator) else genre


def _propre(genre: TypeEngine[Any]) -> TypeEngine[Any]:
    return genre.dialect_impl(DIALECTE)
