"""Le plan que PostgreSQL retient pour une instruction, et ce qu'il y lit d'un bout à l'autre."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import asyncpg

GRANDE: Final = 100_000
"""Au-delà, une table ne se parcourt pas en entier."""
PAGE: Final = 51
"""Ce que lit une page de cinquante : une ligne de plus dit s'il y a suite."""
_PLANIFIER: Final = 1000 * 0.0025
"""Ce que PostgreSQL compte pour planifier de nouveau, par relation (`cached_plan_cost`)."""
_GENERIQUE: Final = "SET LOCAL plan_cache_mode = force_generic_plan;"
_TOUT_LIRE: Final = frozenset({"Aggregate", "Hash", "Sort", "WindowAgg", "ModifyTable"})
"""Ces étapes consomment tout ce qui est dessous : la limite d'au-dessus n'y abrège rien.

Sauf un groupement qui suit l'ordre de ce qu'il lit : il rend chaque groupe aussitôt fini.
"""

Plan: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Enonce:
    """Une instruction et ses valeurs, telles qu'envoyées à PostgreSQL."""

    sql: str
    valeurs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Parcours:
    """Un parcours de table ou d'index; `part` : ce que le plan compte en lire, sans condition."""

    genre: str
    table: str
    index: str
    part: float

    @property
    def nom(self) -> str:
        """La table, ou l'index : un index partiel a moins de lignes que sa table."""
        return self.index or self.table

    def __str__(self) -> str:
        return f"{self.genre} {self.nom}"


@dataclass(frozen=True, slots=True)
class Lu:
    """Les lignes lues, écartées comprises, et les blocs de huit kibioctets."""

    lignes: float = 0
    blocs: float = 0


@dataclass(frozen=True, slots=True)
class Plans:
    """Ce que font les instructions d'une liste."""

    parcours: tuple[Parcours, ...]
    fautifs: tuple[Parcours, ...]
    """Ceux qui lisent plus de `GRANDE` lignes sans condition d'index."""
    lu: Lu
    """Ce qui a été lu pour de bon, si l'on a exécuté."""

    def __str__(self) -> str:
        return " + ".join(dict.fromkeys(map(str, self.parcours)))

    def __add__(self, autres: "Plans") -> "Plans":
        """Ceux de la première page, qu'on a exécutée, puis d'une autre."""
        return Plans(self.parcours + autres.parcours, self.fautifs + autres.fautifs, self.lu)

    @classmethod
    def de(cls, plans: list[Plan], tailles: Mapping[str, float], lu: Lu) -> "Plans":
        """Ce que disent ces plans, sur des tables de ces tailles."""
        parcours = tuple(p for plan in plans for p in _parcours(plan, 1.0))
        fautifs = tuple(p for p in parcours if tailles.get(p.nom, 0) * p.part > GRANDE)
        return cls(parcours, fautifs, lu)


async def retenus(cx: asyncpg.Connection, enonce: Enonce, *, propres: bool) -> list[Plan]:
    """Les plans d'une instruction : celui de ces valeurs, et le générique s'il coûte moins.

    PostgreSQL joue cinq fois le premier sur une connexion de la réserve, puis compare les deux;
    `propres` : la transaction veut toujours le premier.
    """
    propre = _lu(await cx.fetchval(f"EXPLAIN (FORMAT JSON) {enonce.sql}", *enonce.valeurs))
    if propres:
        return [propre]
    await cx.execute(f"{_GENERIQUE} PREPARE generique AS {enonce.sql}")
    inconnues = ", ".join(["NULL"] * len(enonce.valeurs))
    execution = f"EXECUTE generique{inconnues and f'({inconnues})'}"
    generique = _lu(await cx.fetchval(f"EXPLAIN (FORMAT JSON) {execution}"))
    await cx.execute("DEALLOCATE generique")
    planifier = _PLANIFIER * (1 + len(list(_parcours(propre, 1.0))))
    moindre = generique["Total Cost"] < propre["Total Cost"] + planifier
    return [propre, generique] if moindre else [propre]


async def executer(cx: asyncpg.Connection, enonces: Sequence[Enonce]) -> Lu:
    """Exécute ces instructions, et dit ce qu'elles ont lu."""
    lignes = blocs = 0.0
    for enonce in enonces:
        options = "ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON"
        plan = _lu(await cx.fetchval(f"EXPLAIN ({options}) {enonce.sql}", *enonce.valeurs))
        lignes += _lues(plan)
        blocs += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return Lu(lignes, blocs)


def _lu(dit: str) -> Plan:
    (document,) = json.loads(dit)
    plan: Plan = document["Plan"]
    return plan


def _lues(plan: Plan) -> float:
    siennes = 0.0
    if "Relation Name" in plan:
        ecartees = sum(v for nom, v in plan.items() if nom.startswith("Rows Removed by"))
        siennes = (plan["Actual Rows"] + ecartees) * plan["Actual Loops"]
    return siennes + sum(_lues(enfant) for enfant in plan.get("Plans", ()))


def _parcours(plan: Plan, part: float) -> Iterator[Parcours]:
    """Les parcours d'un plan; `part` : ce qu'une limite laisse lire de celui-ci."""
    genre = plan["Node Type"]
    enfants = plan.get("Plans", ())
    if "Scan" in genre and ("Relation Name" in plan or "Index Name" in plan):
        borne = "Index Cond" in plan or genre in {"Bitmap Heap Scan", "Tid Scan"}
        table = plan.get("Relation Name", "")
        yield Parcours(genre, table, plan.get("Index Name", ""), 0.0 if borne else part)
    if genre == "Limit":
        # Un plan générique ne connaît pas la limite et la suppose d'un dixième : c'est une page.
        part *= min(1.0, PAGE / max(enfants[0]["Plan Rows"], 1))
    elif genre in _TOUT_LIRE and plan.get("Strategy") != "Sorted":
        part = 1.0
    for enfant in enfants:
        yield from _parcours(enfant, part)
