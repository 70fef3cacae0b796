"""La conservation : ce qui ne sert plus part par petits lots, sans gêner les écritures.

Une table de familles par service : le socle a les siennes, chaque aire déclare les autres.
Interrompue, une passe reprend où elle en est : elle ne tient rien.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Protocol, TypeAlias

from noyau import Conservation, Horloge, debut_du_jour, jour_de_quebec
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.durees import Durees
from socle.horloge import horloge_systeme

LOT: Final = 2_000
COMPTE_MAXIMAL: Final = 100_000
"""On ne compte pas plus d'échus : au-delà, « 100 000 » veut dire « au moins »."""
PURGE: Final = "purge"

EnSql: TypeAlias = Callable[[datetime], str]
"""Ce qui se dit en SQL à un instant d'affaires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Famille:
    """Des lignes d'une table qui se gardent un temps; échues, elles partent ou s'effacent."""

    nom: str
    libelle: str
    """Ce que c'est, et ce qu'il en reste ensuite."""
    duree: str
    """Combien de temps, en mots."""
    table: str
    echue: EnSql | None = None
    """La condition d'une ligne échue; absente : rien n'échoit, ou d'autres données le disent."""
    lot: EnSql | None = None
    """Ce qui emporte un lot et rend combien de lignes; absente : la purge n'y touche pas."""
    porte_par: str = PURGE


@dataclass(frozen=True, slots=True)
class Partie:
    """Comment s'efface le sujet d'une personne partie : ses faits restent, sous un nom à eux."""

    debut: str = "parti:"

    def encore(self, colonne: str) -> str:
        """La condition d'un sujet pas encore effacé, en SQL."""
        return f"NOT starts_with({colonne}, '{self.debut}')"

    def efface(self, colonne: str) -> str:
        """Ce qui l'efface, en SQL; la ligne a un `id`."""
        return f"{colonne} = '{self.debut}' || id"


PARTIE: Final = Partie()


def lot(table: str, age: str, echue: EnSql, effacer: str = "") -> EnSql:
    """Un lot des échues, la plus vieille d'abord : elles partent, ou s'effacent (après « SET »)."""
    acte = f"UPDATE {table} SET {effacer}" if effacer else f"DELETE FROM {table}"  # noqa: S608 -- nos tables

    def en_sql(maintenant: datetime) -> str:
        # Par leur place : sur une clé, la base lirait à chaque lot toute une table moyenne.
        return f"""WITH prises AS ({acte} WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM {table} WHERE {echue(maintenant)}
            ORDER BY {age} LIMIT {LOT} FOR UPDATE SKIP LOCKED)) RETURNING 1)
            SELECT count(*) FROM prises"""  # noqa: S608 -- nos tables

    return en_sql


def depuis_le_jour(colonne: str) -> str:
    """L'instant où commence une date de Québec, en SQL."""
    return f"({colonne}::timestamp AT TIME ZONE 'America/Toronto')"


def nees_avant(garde: Conservation, maintenant: datetime) -> tuple[datetime, str]:
    """L'instant d'où tout se garde encore, et tous les instants dont on garde ce qui y est né.

    Ceux-ci en `tstzmultirange`, écrit.
    """
    intervalles = garde.gardees(jour_de_quebec(maintenant))
    bornes = [(debut_du_jour(de), a and debut_du_jour(a)) for de, a in intervalles]
    ecrits = (f"[{de.isoformat()},{a.isoformat() if a else ''})" for de, a in bornes)
    return bornes[-1][0], f"{{{','.join(ecrits)}}}"


def passee(age: str, garde: Conservation, maintenant: datetime) -> str:
    """La condition de ce qui, né à cet instant (SQL), ne se garde plus."""
    avant, gardees = nees_avant(garde, maintenant)
    return f"({age} < '{avant.isoformat()}' AND NOT {age} <@ '{gardees}'::tstzmultirange)"


def en_mots(garde: Conservation) -> str:
    """« 7 ans », « 7 ans; dès le 2027-01-01, 18 mois »."""
    versions = garde.chronologie.versions
    changements = [
        (v.debut, v.valeur) for avant, v in pairwise(versions) if v.valeur != avant.valeur
    ]
    dites = [f"dès le {debut}, {_mois(mois)}" for debut, mois in changements]
    return "; ".join([_mois(versions[0].valeur), *dites])


def _mois(mois: int) -> str:
    annees, reste = divmod(mois, 12)
    return f"{mois} mois" if reste else f"{annees} an{'s' if annees > 1 else ''}"


class Reglages(Protocol):
    """Combien de temps se garde ce que tout service garde un temps; `reponses` etc. en jours."""

    reponses: int
    receptions: int

    @property
    def durees(self) -> Durees: ...


def du_socle(reglages: Reglages) -> tuple[Famille, ...]:
    """Ce que tout service garde un temps.

    Réponses et réceptions portent leur échéance depuis leur naissance : un réglage n'y change rien.
    """
    audit = reglages.durees.audit
    portees = (
        ("reponses", "socle_idempotence", reglages.reponses, "les réponses à un même appel répété"),
        ("receptions", "socle_inbox", reglages.receptions, "les identifiants d'événements reçus"),
    )
    return (
        *(_portee(*portee) for portee in portees),
        Famille(
            nom="audit",
            libelle="les écritures scellées, par sceaux entiers; la chaîne demeure",
            duree=en_mots(audit),
            table="socle_audit",
            echue=lambda maintenant: passee("le", audit, maintenant),
            lot=lambda maintenant: _oublier(audit, maintenant),
        ),
    )


def _portee(nom: str, table: str, jours: int, libelle: str) -> Famille:
    def echue(_: datetime) -> str:
        return "garde_jusqua < now()"

    return Famille(
        nom=nom,
        libelle=libelle,
        duree=f"{jours} jours",
        table=table,
        echue=echue,
        lot=lot(table, "garde_jusqua", echue),
    )


def _oublier(audit: Conservation, maintenant: datetime) -> str:
    """La chaîne part par son début : rien de ce qui suit une écriture gardée ne part avant elle."""
    premiere = debut_du_jour(audit.gardees(jour_de_quebec(maintenant))[0][0])
    age = maintenant - premiere
    return f"SELECT socle_oublier_audit(make_interval(secs => {age.total_seconds()}))"


async def purger(
    moteur: Moteur, familles: Sequence[Famille], affaires: Horloge = horloge_systeme
) -> int:
    """Un lot de chaque famille que la purge porte; rend combien de lignes partent ou s'effacent.

    La boîte d'envoi n'a rien à purger : l'accusé du bus en retire les lignes.
    """
    total = 0
    for famille in familles:
        if famille.lot is not None:
            total += await _compter(moteur, famille.lot(affaires()))
    return total


async def compter_les_echus(
    moteur: Moteur, famille: Famille, affaires: Horloge = horloge_systeme
) -> int | None:
    """Combien de lignes d'une famille sont échues, à `COMPTE_MAXIMAL` près; rien si nul ne sait."""
    if famille.echue is None:
        return None
    echues = f"SELECT FROM {famille.table} WHERE {famille.echue(affaires())} LIMIT {COMPTE_MAXIMAL}"
    return await _compter(moteur, f"SELECT count(*) FROM ({echues}) AS echues")  # noqa: S608 -- nos tables


async def _compter(moteur: Moteur, requete: str) -> int:
    async with transaction(moteur, INTERNE) as connexion:
        nombre: int = await connexion.pilote.fetchval(requete)
    return nombre
