"""`make oracle` : cent cinquante mille histoires, que lisent aussi un pli et un facturier naïfs."""

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tests.oracle import aval, epreuve
from tests.oracle.epreuve import Desaccord
from tests.oracle.factures import epreuve as factures
from tests.oracle.factures.mutants import survivants
from tests.oracle.tirage import tirer

SORTIE = Path("sortie/oracle.json")
LOT = 500
console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Constat:
    """Ce qu'une épreuve a lu, et combien de lectures diffèrent."""

    domaine: str
    histoires: int
    ecarts: int
    graine: int


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


FACTURIER = "facturation : un facturier naïf"
EPREUVES = {
    "demandes, sla, facturation : un ordre et ses doubles": (un_ordre, 0.75),
    "demandes, sla, facturation : actes contredits": (contredite, 0.22),
    "demandes : tous les ordres d'arrivée": (tous_les_ordres, 0.03),
    FACTURIER: (un_facturier, 0),
}
"""Chaque épreuve, et sa part des histoires de demandes; le facturier a les siennes."""


def jouer_lot(domaine: str, debut: int, combien: int) -> list[str]:
    """Les désaccords d'un lot de graines qui se suivent."""
    epreuve_, _ = EPREUVES[domaine]
    ecarts = []
    for graine in range(debut, debut + combien):
        try:
            epreuve_(graine)
        except (Desaccord, factures.Desaccord, ValueError) as desaccord:
            ecarts.append(f"{domaine}, graine {graine} : {desaccord}")
    return ecarts


def main(
    histoires: Annotated[int, typer.Option(help="Combien d'histoires de demandes.")] = 100_000,
    facturees: Annotated[int, typer.Option(help="Combien de mois d'organismes.")] = 50_000,
    graine: Annotated[int, typer.Option(help="La première graine.")] = 1,
    mutants: Annotated[bool, typer.Option(help="Fausser aussi les règles, une à une.")] = True,
) -> None:
    """Joue les épreuves, écrit `sortie/oracle.json`, sort 1 s'il y a un écart ou un survivant."""
    debut = time.monotonic()
    voulues = {nom: round(histoires * part) for nom, (_, part) in EPREUVES.items()}
    voulues[FACTURIER] = facturees
    parts = {nom: -(-combien // LOT) * LOT for nom, combien in voulues.items()}
    ecarts: dict[str, list[str]] = {nom: [] for nom in EPREUVES}
    lots = [(nom, graine + d, LOT) for nom, n in parts.items() for d in range(0, n, LOT)]
    with ProcessPoolExecutor(os.cpu_count()) as processus, Progress(console=console) as barre:
        etape = barre.add_task("Histoires", total=sum(parts.values()))
        futurs = [(lot, processus.submit(jouer_lot, *lot)) for lot in lots]
        for (nom, _, combien), futur in futurs:
            ecarts[nom] += futur.result()
            barre.advance(etape, combien)
    constats = [Constat(nom, n, len(ecarts[nom]), graine) for nom, n in parts.items()]
    SORTIE.parent.mkdir(exist_ok=True)
    SORTIE.write_text(
        json.dumps([asdict(c) for c in constats], ensure_ascii=False, indent=2), "utf-8"
    )
    for constat in constats:
        console.print(f"{constat.histoires:>7} {constat.domaine} : {constat.ecarts} écart(s)")
    for ligne in [un for lignes in ecarts.values() for un in lignes][:20]:
        console.print(ligne)
    survit = _fausser() if mutants else False
    console.print(f"{SORTIE}, en {time.monotonic() - debut:.0f} s")
    raise typer.Exit(int(any(ecarts.values()) or survit))


def _fausser() -> bool:
    """Vrai si l'oracle laisse passer une règle faussée."""
    survivent = []
    for mutant, survit in survivants():
        console.print(f"{'survit' if survit else 'tué'} : {mutant.regle}, {mutant.faute}")
        survivent += [mutant] if survit else []
    return bool(survivent)


if __name__ == "__main__":
    typer.run(main)
