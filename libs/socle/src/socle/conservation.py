"""La conservation : ce qui ne sert plus part par petits lots, sans gêner les écritures.

Une table de familles par service : le socle a les siennes, chaque aire déclare les autres, et leurs
durées sont des réglages. Interrompue, une passe reprend où elle en est : elle ne tient rien.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from noyau import Horloge
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.execution.sceaux import oublier
from socle.horloge import horloge_systeme

LOT: Final = 2_000
COMPTE_MAXIMAL: Final = 100_000
"""On ne compte pas plus d'échus : au-delà, « 100 000 » veut dire « au moins »."""
PURGE: Final = "purge"
PERSONNE: Final = "une personne"
"""Ce que rien n'efface de soi-même : on dit ce qui est échu, quelqu'un le détruit et l'atteste."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Famille:
    """Des lignes d'une table qui se gardent un temps; échues, elles partent ou s'effacent."""

    nom: str
    libelle: str
    """Ce que c'est, et ce qu'il en reste ensuite."""
    jours: int | None
    """Absent : selon ce que disent d'autres données; on n'en compte pas les échus."""
    table: str
    age: str
    """L'instant d'où compter, en SQL; d'une date de Québec, voir `depuis_le_jour`."""
    et: str = "true"
    """Ce qu'il faut encore pour qu'une ligne soit échue, en SQL; `$1` est l'instant d'échéance."""
    effacer: str = ""
    """Ce qui s'efface d'une ligne échue (SQL, après « SET »); vide : la ligne part."""
    echeance_dite: bool = False
    """Vrai si `age` est déjà l'instant où la ligne échoit."""
    affaires: bool = False
    """Vrai si `age` est de l'heure d'affaires."""
    porte_par: str = PURGE
    passe: Callable[[Moteur, timedelta], Awaitable[int]] | None = None
    """Une passe à elle, qui rend combien de lignes elle a prises."""

    @property
    def duree(self) -> timedelta:
        return timedelta() if self.echeance_dite else timedelta(days=self.jours or 0)

    @property
    def echues(self) -> str:
        """La condition d'une ligne échue."""
        return f"{self.age} < $1 AND {self.et}"

    @property
    def un_lot(self) -> str:
        """L'instruction d'un lot : `$1` l'échéance, `$2` le nombre."""
        # Par leur place : sur une clé, la base lirait à chaque lot toute une table moyenne.
        prises = f"""WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM {self.table} WHERE {self.echues}
            ORDER BY {self.age} LIMIT $2 FOR UPDATE SKIP LOCKED))"""  # noqa: S608 -- nos tables
        if self.effacer:
            return f"UPDATE {self.table} SET {self.effacer} {prises}"  # noqa: S608 -- nos tables
        return f"DELETE FROM {self.table} {prises}"  # noqa: S608 -- nos tables


def depuis_le_jour(colonne: str) -> str:
    """L'instant où commence une date de Québec, en SQL."""
    return f"({colonne}::timestamp AT TIME ZONE 'America/Toronto')"


class Durees(Protocol):
    """Combien de jours se garde ce que tout service garde un temps."""

    reponses: int
    receptions: int
    audit: int


def du_socle(reglages: Durees) -> tuple[Famille, ...]:
    """Ce que tout service garde un temps."""
    return (
        Famille(
            nom="reponses",
            libelle="les réponses gardées pour un même appel répété",
            jours=reglages.reponses,
            table="socle_idempotence",
            age="garde_jusqua",
            echeance_dite=True,
        ),
        Famille(
            nom="receptions",
            libelle="les identifiants d'événements reçus",
            jours=reglages.receptions,
            table="socle_inbox",
            age="garde_jusqua",
            echeance_dite=True,
        ),
        Famille(
            nom="audit",
            libelle="les écritures scellées, par sceaux entiers; la chaîne demeure",
            jours=reglages.audit,
            table="socle_audit",
            age="le",
            affaires=True,
            passe=oublier,
        ),
    )


async def purger(
    moteur: Moteur, familles: Sequence[Famille], affaires: Horloge = horloge_systeme
) -> int:
    """Un lot de chaque famille que la purge porte; rend combien de lignes partent ou s'effacent.

    La boîte d'envoi n'a rien à purger : l'accusé du bus en retire les lignes.
    """
    total = 0
    for famille in familles:
        if famille.porte_par != PURGE:
            continue
        if famille.passe is not None:
            total += await famille.passe(moteur, famille.duree)
            continue
        echeance = _maintenant(famille, affaires) - famille.duree
        async with transaction(moteur, INTERNE) as connexion:
            fait = await connexion.pilote.execute(famille.un_lot, echeance, LOT)
        total += int(fait.rpartition(" ")[2])
    return total


async def compter_les_echus(
    moteur: Moteur, famille: Famille, affaires: Horloge = horloge_systeme
) -> int | None:
    """Combien de lignes d'une famille sont échues, à `COMPTE_MAXIMAL` près; rien si nul ne sait."""
    if famille.jours is None:
        return None
    requete = f"""SELECT count(*) FROM (
        SELECT FROM {famille.table} WHERE {famille.echues} LIMIT {COMPTE_MAXIMAL}) AS echues"""  # noqa: S608 -- nos tables
    async with transaction(moteur, INTERNE) as connexion:
        echeance = _maintenant(famille, affaires) - famille.duree
        nombre: int = await connexion.pilote.fetchval(requete, echeance)
    return nombre


def _maintenant(famille: Famille, affaires: Horloge) -> datetime:
    return affaires() if famille.affaires else horloge_systeme()
