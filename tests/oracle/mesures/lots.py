"""SLA-3 : reçu par lots, répété et en désordre, un flot donne les mesures d'un seul recalcul.

Deux bases : l'une reçoit le flot par le vrai chemin; l'autre tient d'abord tous les faits, dans
l'ordre, puis rejoue chaque sujet une seule fois. Leurs mesures et leurs comptes sont les mêmes.
"""

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import text

from contrats import EVENEMENTS
from noyau import Acte, Resultat
from outils.emetteur import Emetteur
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from outils.moteurs import ServeurPostgres
from sla.histoires.domaine import EpisodeDe, RectificationDe, Sujet
from sla.histoires.entrees import ECOUTES
from sla.histoires.ports import Ports
from sla.main import service
from socle.bus.enveloppe import Message as MessageDuBus
from tests.oracle.mesures.epreuve import recu
from tests.oracle.mesures.flot import Annonce, annonces, melange, uniques
from tests.oracle.mesures.naif import Message

LOT: Final = 500
D_UN_COUP: Final = 2_000
"""Les sujets que le recalcul rejoue dans une même transaction."""
TABLES: Final = {"mesures": "id, organisme", "comptes": "comptes::text", "sujets": "sorte, id"}
Dire = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Empreinte:
    """Ce que tiennent les tables d'une base, et combien de lignes."""

    lignes: dict[str, int]
    sommes: dict[str, str]


async def par_lots(banc: Banc, graine: int, combien: int, dire: Dire = lambda _: None) -> int:
    """Reçoit le flot et, au milieu, ce que publie le catalogue; rend combien d'événements."""
    hasard, parues = Random(graine), annonces(graine)
    hasard.shuffle(parues)
    # La plupart tôt : chaque parution tardive rejoue tout ce qui l'a précédée.
    quand = sorted(hasard.choices(range(max(combien // LOT // 10, 1)), k=len(parues) - 2))
    quand += [combien // LOT // 2, combien // LOT]
    recus = 0
    for rang, lot in enumerate(_lots(chain.from_iterable(melange(graine, combien)), LOT)):
        while quand and quand[0] <= rang:
            quand.pop(0)
            await banc.recevoir_messages([_annonce(banc, parues.pop())])
        await banc.recevoir_messages([_fait(banc, m) for m in lot])
        recus += len(lot)
        dire(len(lot))
    await banc.recevoir_messages([_annonce(banc, a) for a in parues])
    await banc.tache("rejeu")
    return recus


async def d_un_bloc(banc: Banc, graine: int, combien: int) -> None:
    """Tous les faits, chacun une fois; puis chaque sujet, une fois."""
    await banc.recevoir_messages([_annonce(banc, a) for a in annonces(graine)])
    executer = banc.contexte.executer
    sujets: set[Sujet] = set()
    for rang, bloc in enumerate(uniques(graine, combien)):
        faits = list(filter(None, map(_traduire, bloc)))
        sujets |= {f.sujet for f in faits if isinstance(f, EpisodeDe)}
        await executer("bloc-faits", Ports, _tenir_pour_faits, faits, cle=f"faits {rang}")
    ranges = sorted(sujets)
    for rang, lot in enumerate(_lots(ranges, D_UN_COUP)):
        await executer("bloc-rejeu", Ports, _rejouer, lot, cle=f"rejeu {rang}")


async def empreinte(banc: Banc) -> Empreinte:
    """Ce que les tables tiennent, lu par la base."""
    lignes, sommes = {}, {}
    async with banc.interne() as connexion:
        for table, ordre in TABLES.items():
            garde = "WHERE nombre <> 0" if table == "comptes" else ""
            lu = await connexion.ligne(
                text(
                    f"SELECT count(*) AS n, md5(coalesce(string_agg(md5({table}::text), ''"
                    f" ORDER BY {ordre}), '')) AS somme FROM {table} {garde}"
                )
            )
            assert lu is not None
            lignes[table], sommes[table] = lu.n, lu.somme
    return Empreinte(lignes, sommes)


async def _tenir_pour_faits(
    faits: Sequence[EpisodeDe | RectificationDe], ports: Ports, _: Acte
) -> Resultat[None]:
    await ports.histoires.ajouter([f for f in faits if isinstance(f, EpisodeDe)])
    await ports.histoires.rectifier([f for f in faits if isinstance(f, RectificationDe)])
    return Resultat(None)


async def _rejouer(sujets: Sequence[Sujet], ports: Ports, _: Acte) -> Resultat[None]:
    await ports.rejeu.des_sujets(sujets)
    return Resultat(None)


def _traduire(message: Message) -> Any:  # noqa: ANN401 -- ce que l'aire retient
    un = recu(message.type, message.corps, message.id, message.le, message.sequence)
    return ECOUTES[type(un.evenement)].traduire(un)


def _fait(banc: Banc, m: Message) -> MessageDuBus:
    evenement = EVENEMENTS[m.type, 1].model_validate(m.corps)
    return banc.message(
        evenement, survenu_le=m.le, enregistre_le=m.le, sequence=m.sequence, id=UUID(m.id)
    )


def _annonce(banc: Banc, annonce: Annonce) -> MessageDuBus:
    evenement = EVENEMENTS[annonce.type, 1].model_validate(annonce.corps)
    return banc.message(evenement, sequence=annonce.sequence)


def _lots(suite: Iterable[Any], taille: int) -> Iterable[list[Any]]:
    restant = iter(suite)
    while lot := list(islice(restant, taille)):
        yield lot


async def comparer(combien: int, graine: int = 1, dire: Dire = lambda _: None) -> list[str]:
    """Les deux façons, sur un PostgreSQL à nous; rend ce qui diffère."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with TemporaryDirectory() as dossier, ServeurPostgres() as serveur:
        emetteur, jwks = Emetteur(), Path(dossier) / "jwks.json"
        emetteur.publier(jwks)
        modeles = Modeles(serveur.dsn, jwks, emetteur, f"lots_{os.getpid()}")
        incremental, d_un_coup = [await _monter(modeles) for _ in range(2)]
        try:
            await par_lots(incremental, graine, combien, dire)
            await d_un_bloc(d_un_coup, graine, combien)
            rebuts = [*await incremental.rebuts(), *await d_un_coup.rebuts()]
            obtenue, attendue = await empreinte(incremental), await empreinte(d_un_coup)
        finally:
            await incremental.fermer()
            await d_un_coup.fermer()
    ecarts = [
        f"{table} : {obtenue.lignes[table]} lignes, et {attendue.lignes[table]} d'un bloc"
        for table, somme in attendue.sommes.items()
        if obtenue.sommes[table] != somme
    ]
    return [*rebuts, *ecarts]


async def _monter(modeles: Modeles) -> Banc:
    declaration = service()
    acces = await modeles.copie(declaration)
    reglages = reglages_d_essai(declaration.reglages, acces, str(modeles.jwks))
    return monter(declaration, reglages, modeles.emetteur, HorlogeConduite())
