"""Ce qu'on demande aux émissions en ligne de commande."""

from collections.abc import Callable
from functools import partial
from typing import Annotated
from uuid import UUID

import typer

from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    ArreterExecution,
    DemanderExecution,
    ReprendreExecution,
    VerifierFactures,
    arreter_execution,
    demander_execution,
    reprendre_execution,
    verifier_factures,
    viser,
)
from facturation.emissions.domaine.suivi import EtatExecution, Suivi
from facturation.emissions.entrees import terminal
from facturation.emissions.ports import Ports
from noyau import QUEBEC, Mois, Refus, jour_de_quebec
from socle.identifiants import uuid7
from socle.operateur import visible
from socle.service import Commande, Contexte, Groupe

Dire = Callable[[str], None]


def _mois(texte: str) -> Mois:
    try:
        return Mois.lire(texte)
    except ValueError:
        raise typer.BadParameter("un mois s'écrit « aaaa-mm »") from None


Periode = Annotated[Mois, typer.Argument(parser=_mois, metavar="PERIODE", help="« 2026-09 ».")]
Celle = Annotated[UUID, typer.Argument(metavar="EXECUTION", help="Son identifiant.")]
Detachee = Annotated[bool, typer.Option("--detacher", help="Rend la main sans suivre.")]
Seul = Annotated[str | None, typer.Option("--organisme", help="Lui seul; sinon, tous.")]
Approuves = Annotated[
    bool, typer.Option("--approuves-seulement", help="Met de côté les autres (FAC-7).")
]
Sauter = Annotated[
    list[Mois] | None,
    typer.Option(
        "--sauter",
        parser=_mois,
        metavar="PERIODE",
        help="Un mois jamais émis, que cette émission ferme; une fois par mois (FAC-6).",
    ),
]


async def verifier(contexte: Contexte, dire: Dire) -> bool:
    """Compare, organisme par organisme, l'émission qui vient au recalcul entier (FAC-14)."""
    periode = Mois.de(jour_de_quebec(contexte.horloge()))
    vises = await contexte.consulter(Ports, partial(viser, None))
    differents = 0
    for rang, organisme in enumerate(vises, start=1):
        try:
            ecarts = await contexte.consulter(
                Ports, partial(verifier_factures, VerifierFactures(organisme, periode))
            )
        except Refus as refus:
            dire(f"{rang}/{len(vises)} {organisme} : {refus.message}")
            continue
        differents += bool(ecarts)
        dire(f"{rang}/{len(vises)} {organisme} : créances qui diffèrent, {len(ecarts)}")
        for i in ecarts[:20]:
            dire(f"  {i.source} {i.tarif} {i.nature} {i.debut} {i.cle}")
    dire(f"Organismes vérifiés : {len(vises)}; qui diffèrent : {differents}.")
    return not differents


async def emettre(
    contexte: Contexte,
    dire: Dire,
    periode: Periode,
    *,
    organisme: Seul = None,
    approuves_seulement: Approuves = False,
    sauter: Sauter = None,
    detacher: Detachee = False,
) -> bool:
    """Émet une période et suit l'exécution; celle qui court déjà se suit, sans en demander d'autre.

    La demande est du relais : le terminal coupé, elle continue.
    """
    demande = DemanderExecution(
        id=uuid7(),
        periode=periode,
        organisme=organisme,
        approuves_seulement=approuves_seulement,
        sautes=tuple(sorted({*(sauter or ())})),
    )
    try:
        deja = await contexte.lire(vues.deja_demandee(demande))
        if deja is None:
            await contexte.executer(
                "demander_execution",
                Ports,
                demander_execution,
                demande,
                cle=str(demande.id),
                organisme=organisme or "*",
            )
        id_ = deja or demande.id
        dire(f"Exécution {id_}" + (", déjà demandée." if deja else ", demandée."))
        return detacher or await terminal.suivre(contexte, dire, id_)
    except Refus as refus:
        dire(refus.message)
        return False


async def lister(
    contexte: Contexte,
    dire: Dire,
    *,
    periode: Annotated[
        Mois | None, typer.Option("--periode", parser=_mois, metavar="PERIODE")
    ] = None,
    etat: Annotated[EtatExecution | None, typer.Option("--etat")] = None,
    limite: Annotated[int, typer.Option(min=1, max=1_000, help="Lignes, au plus.")] = 20,
) -> bool:
    """Dit les exécutions sur la sortie standard, la dernière d'abord."""
    filtre = vues.FiltreExecutions(periode=str(periode) if periode else None, etat=etat)
    page = await contexte.lire(lambda cx: vues.EXECUTIONS.lire(cx, filtre, limite))
    for ligne in page.lignes:
        typer.echo(_en_ligne(vues.suivi_de(ligne), contexte))
    dire(f"Exécutions : {len(page.lignes)} (au plus {limite} par appel).")
    return True


def _en_ligne(suivi: Suivi, contexte: Contexte) -> str:
    x = suivi.execution
    demandee = f"{x.demandee_le.astimezone(QUEBEC):%Y-%m-%d %H:%M}"
    return "  ".join(
        (
            str(x.id),
            str(x.periode),
            x.organisme or "tous",
            terminal.ETATS[x.etat],
            terminal.phrase(suivi, contexte.horloge()),
            f"demandée le {demandee} par {visible(x.demandee_par)}",
        )
    )


async def suivre(contexte: Contexte, dire: Dire, execution: Celle) -> bool:
    """Suit une exécution jusqu'à sa fin ou son arrêt."""
    try:
        return await terminal.suivre(contexte, dire, execution)
    except Refus as refus:
        dire(refus.message)
        return False


async def arreter(contexte: Contexte, dire: Dire, execution: Celle) -> bool:
    """Ce qui est émis le reste, le reste attend une reprise (FAC-6)."""
    try:
        arret = ArreterExecution(execution)
        await contexte.executer(
            "arreter_execution", Ports, arreter_execution, arret, cle=str(uuid7())
        )
    except Refus as refus:
        dire(refus.message)
        return False
    dire(f"Arrêtée. La reprendre : {terminal.commande('reprendre', execution)}")
    return True


async def reprendre(
    contexte: Contexte, dire: Dire, execution: Celle, *, detacher: Detachee = False
) -> bool:
    """N'émet que ce qui manque, mis de côté compris, puis suit l'exécution (FAC-6)."""
    try:
        reprise = ReprendreExecution(execution)
        await contexte.executer(
            "reprendre_execution", Ports, reprendre_execution, reprise, cle=str(uuid7())
        )
        return detacher or await terminal.suivre(contexte, dire, execution)
    except Refus as refus:
        dire(refus.message)
        return False


COMMANDES = (
    Commande(
        "verifier-factures",
        "Compare ce que l'émission calculerait au recalcul entier, organisme par organisme.",
        verifier,
    ),
    Commande("emettre", "Émet une période et suit l'exécution.", emettre),
    Groupe(
        "executions",
        "Les exécutions : lister, suivre, arrêter, reprendre.",
        (
            Commande("lister", "Liste les exécutions, la dernière d'abord.", lister),
            Commande("suivre", "Suit une exécution jusqu'à sa fin ou son arrêt.", suivre),
            Commande("arreter", "Arrête une exécution : ce qui reste attend.", arreter),
            Commande("reprendre", "Reprend ce qui manque, mis de côté compris.", reprendre),
        ),
    ),
)
