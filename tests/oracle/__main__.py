"""`make oracle` : deux cent cinquante mille histoires, que lisent aussi des seconds lecteurs naïfs.

Interrompu, `--reprendre` repart du dernier lot écrit dans `sortie/oracle.json`.
"""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tests.oracle import aval, epreuve
from tests.oracle.courtier import epreuve as courtier
from tests.oracle.courtier import mutants as du_courtier
from tests.oracle.epreuve import Desaccord
from tests.oracle.factures import epreuve as factures
from tests.oracle.factures import mutants as de_facturation
from tests.oracle.mesures import epreuve as mesures
from tests.oracle.mesures import epreuve_pannes, lots
from tests.oracle.mesures import mutants as de_mesure
from tests.oracle.mutants import Mutant, juges
from tests.oracle.tirage import tirer

SORTIE = Path("sortie/oracle.json")
LOT = 500
console = Console(highlight=False)


@dataclass(slots=True)
class Constat:
    """Ce qu'une épreuve a lu depuis sa première graine, et ce qui diffère."""

    domaine: str
    graine: int
    histoires: int = 0
    ecarts: list[str] = field(default_factory=list)
    vus: dict[str, int] = field(default_factory=dict)
    """Ce qu'on y a tiré, quand l'épreuve le compte."""


def un_ordre(graine: int) -> None:
    """Une histoire possible, annoncée dans un ordre tiré au sort, doubles compris."""
    tirage, hasard = tirer(graine, longueur=6), Random(graine)
    monde = epreuve.jouer(tirage, hasard)
    epreuve.confronter(tirage, monde)
    aval.confronter_tout(tirage, monde, hasard)


def contredite(graine: int) -> None:
    """Une histoire où l'on glisse des actes qui la contredisent."""
    hasard = Random(graine)
    tirage, monde, _ = epreuve.contredire(tirer(graine, longueur=5), hasard)
    epreuve.confronter_inscrits(tirage, monde)
    aval.confronter_tout(tirage, monde, hasard)


def tous_les_ordres(graine: int) -> None:
    """Une histoire, dans tous ses ordres d'arrivée."""
    tirage = tirer(graine, longueur=7)
    (monde,) = epreuve.explorer(tirage)
    epreuve.confronter(tirage, monde)


def un_facturier(graine: int) -> None:
    """Des mois d'organismes, facturés par le service et par un facturier naïf."""
    _ = factures.eprouver(graine)


def un_juge(graine: int) -> None:
    """Une demande ou un contrat, mesurés par le service et par un juge naïf."""
    _ = mesures.eprouver(graine)


def un_ruban(graine: int) -> None:
    """Un mois de service, compté par le service et sur le ruban du juge naïf."""
    _ = epreuve_pannes.eprouver(graine)


def un_dossier(graine: int) -> Counter[str]:
    """Un dossier d'acquisition, acte après acte, face à un juge naïf des règles."""
    return courtier.eprouver(graine)


FACTURIER = "facturation : un facturier naïf"
JUGE = "sla : un juge naïf, heure par heure"
RUBAN = "sla : un mois de service, seconde par seconde"
PAR_LOTS = "sla : des faits reçus par lots, ou recalculés d'un bloc"
DOSSIERS = "courtier : des dossiers d'acquisition, jugés naïvement"
EPREUVES: dict[str, tuple[Callable[[int], Counter[str] | None], float]] = {
    "demandes, sla, facturation : un ordre et ses doubles": (un_ordre, 0.75),
    "demandes, sla, facturation : actes contredits": (contredite, 0.22),
    "demandes : tous les ordres d'arrivée": (tous_les_ordres, 0.03),
    FACTURIER: (un_facturier, 0),
    JUGE: (un_juge, 0),
    RUBAN: (un_ruban, 0),
    DOSSIERS: (un_dossier, 0),
}
"""Chaque épreuve, et sa part des histoires de demandes; les quatre dernières ont les leurs."""
_DESACCORDS = (
    Desaccord, factures.Desaccord, mesures.Desaccord, courtier.Desaccord, ValueError,
)  # fmt: skip


def jouer_lot(domaine: str, debut: int, combien: int) -> tuple[list[str], Counter[str]]:
    """Les désaccords d'un lot de graines qui se suivent, et ce qu'on y a tiré."""
    epreuve_, _ = EPREUVES[domaine]
    ecarts, vus = [], Counter[str]()
    for graine in range(debut, debut + combien):
        try:
            vus.update(epreuve_(graine) or ())
        except _DESACCORDS as desaccord:
            ecarts.append(f"{domaine}, graine {graine} : {desaccord}")
    return ecarts, vus


def main(
    histoires: Annotated[int, typer.Option(help="Combien d'histoires de demandes.")] = 100_000,
    facturees: Annotated[int, typer.Option(help="Combien de mois d'organismes.")] = 50_000,
    mesurees: Annotated[int, typer.Option(help="Combien de vies mesurées.")] = 100_000,
    mois: Annotated[int, typer.Option(help="Combien de mois de service.")] = 8_000,
    dossiers: Annotated[int, typer.Option(help="Combien de dossiers d'acquisition.")] = 10_000,
    graine: Annotated[int, typer.Option(help="La première graine.")] = 1,
    evenements: Annotated[int, typer.Option(help="Combien de faits reçus par lots.")] = 50_000,
    mutants: Annotated[bool, typer.Option(help="Fausser aussi les règles, une à une.")] = True,
    reprendre: Annotated[bool, typer.Option(help="Repartir où l'on s'est arrêté.")] = False,
    long: Annotated[bool, typer.Option(help="Un million de faits reçus par lots.")] = False,
) -> None:
    """Joue les épreuves, écrit `sortie/oracle.json`, sort 1 s'il y a un écart ou un survivant."""
    debut = time.monotonic()
    voulues = {nom: round(histoires * part) for nom, (_, part) in EPREUVES.items()}
    voulues |= {FACTURIER: facturees, JUGE: mesurees, RUBAN: mois, DOSSIERS: dossiers}
    constats = {nom: Constat(nom, graine) for nom, combien in voulues.items() if combien}
    if reprendre:
        constats |= {c.domaine: c for c in _deja() if c.graine == graine and c.domaine in constats}
    _jouer(constats, {nom: -(-voulues[nom] // LOT) * LOT for nom in constats})
    if evenements := 1_000_000 if long else evenements:
        constats[PAR_LOTS] = _recevoir(evenements, graine)
        _ecrire(constats)
    if DOSSIERS in constats:
        _exiger_les_planchers(constats[DOSSIERS])
    for constat in constats.values():
        console.print(f"{constat.histoires:>7} {constat.domaine} : {len(constat.ecarts)} écart(s)")
    ecarts = list(chain.from_iterable(c.ecarts for c in constats.values()))
    for ligne in ecarts[:20]:
        console.print(ligne)
    survit = _fausser() if mutants else False
    console.print(f"{SORTIE}, en {time.monotonic() - debut:.0f} s")
    raise typer.Exit(int(bool(ecarts) or survit))


def _jouer(constats: dict[str, Constat], voulues: dict[str, int]) -> None:
    """Joue ce qui reste, un lot de graines par tâche; écrit où l'on en est après chacun."""
    lots = [
        (constat, constat.graine + rang)
        for nom, constat in constats.items()
        for rang in range(constat.histoires, voulues[nom], LOT)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as processus, Progress(console=console) as barre:
        deja = sum(c.histoires for c in constats.values())
        etape = barre.add_task("Histoires", total=deja + LOT * len(lots), completed=deja)
        futurs = [(c, processus.submit(jouer_lot, c.domaine, de, LOT)) for c, de in lots]
        for constat, futur in futurs:
            ecarts, vus = futur.result()
            constat.ecarts += ecarts
            constat.vus = dict(Counter(constat.vus) + vus)
            constat.histoires += LOT
            _ecrire(constats)
            barre.advance(etape, LOT)


def _exiger_les_planchers(constat: Constat) -> None:
    """Dit ce que les dossiers ont tiré; en tirer trop peu est un écart."""
    dits = [f"{nom} {constat.vus.get(nom, 0)}" for nom in ("tentés", *courtier.PLANCHERS)]
    console.print(f"{constat.domaine} : {', '.join(dits)}")
    constat.ecarts += courtier.manquent(constat.vus, constat.histoires)


def _recevoir(evenements: int, graine: int) -> Constat:
    """Un flot reçu par lots, et le même recalculé d'un bloc."""
    with Progress(console=console) as barre:
        etape = barre.add_task("Événements", total=evenements)
        ecarts = asyncio.run(lots.comparer(evenements, graine, partial(barre.advance, etape)))
    return Constat(PAR_LOTS, graine, evenements, ecarts)


def _deja() -> Iterator[Constat]:
    """Ce qu'une exécution d'avant a écrit."""
    if SORTIE.exists():
        yield from (Constat(**dit) for dit in json.loads(SORTIE.read_text("utf-8")))


def _ecrire(constats: dict[str, Constat]) -> None:
    SORTIE.parent.mkdir(exist_ok=True)
    dits = [asdict(constat) for constat in constats.values()]
    SORTIE.write_text(json.dumps(dits, ensure_ascii=False, indent=2), "utf-8")


def _fausser() -> bool:
    """Vrai si l'oracle laisse passer une règle faussée."""
    survivants: list[Mutant] = []
    for module in (de_facturation, de_mesure, du_courtier):
        for mutant, survit in juges(module.MUTANTS, module.JOUER):
            console.print(f"{'survit' if survit else 'tué'} : {mutant.regle}, {mutant.faute}")
            survivants += [mutant] if survit else []
    return bool(survivants)


if __name__ == "__main__":
    typer.run(main)
