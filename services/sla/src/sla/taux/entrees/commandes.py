"""Ce qu'on demande aux périodes en ligne de commande."""

from collections.abc import Callable
from typing import Annotated

import typer

from noyau import Mois, Refus
from sla.taux.adaptateurs import vues
from sla.taux.cas_usage import FermerPeriode, fermer_periode
from sla.taux.ports import Ports
from socle.identifiants import uuid7
from socle.operateur import visible
from socle.service import Commande, Contexte, Groupe

Dire = Callable[[str], None]
_TOUTES = 1_000


def _mois(texte: str) -> Mois:
    try:
        return Mois.lire(texte)
    except ValueError:
        raise typer.BadParameter("un mois s'écrit « aaaa-mm »") from None


Periode = Annotated[Mois, typer.Argument(parser=_mois, metavar="PERIODE", help="« 2026-09 ».")]


async def fermer(
    contexte: Contexte,
    dire: Dire,
    periode: Periode,
    *,
    motif: Annotated[
        str | None, typer.Option("--motif", help="Pourquoi sans attendre un producteur en retard.")
    ] = None,
) -> bool:
    """Ferme une période et publie ses taux (SLA-7); déjà fermée, ne change rien."""
    commande = FermerPeriode(periode=periode, motif=motif)
    try:
        fermee = await contexte.executer(
            "fermer_periode", Ports, fermer_periode, commande, cle=f"{periode}:{uuid7()}"
        )
    except Refus as refus:
        dire(refus.message)
        return False
    dire(f"Période {periode} fermée." if fermee and fermee.neuve else "Elle l'était déjà.")
    return True


async def lister(contexte: Contexte, dire: Dire) -> bool:
    """Dit les périodes fermées sur la sortie standard, de la plus ancienne à la plus récente."""
    filtre = vues.FiltreFermetures()
    page = await contexte.lire(lambda cx: vues.FERMETURES.lire(cx, filtre, _TOUTES))
    for f in page.lignes:
        sans = f"  sans {', '.join(f.manquants)} : {visible(f.motif)}" if f.manquants else ""
        typer.echo(f"{f.periode}  {f.fermee_le:%Y-%m-%dT%H:%MZ}  par {visible(f.fermee_par)}{sans}")
    dire(f"Périodes fermées : {len(page.lignes)}.")
    return True


COMMANDES = (
    Groupe(
        "periodes",
        "Les périodes fermées : lister, fermer.",
        (
            Commande("lister", "Liste les périodes fermées.", lister),
            Commande("fermer", "Ferme une période : ses taux ne changent plus.", fermer),
        ),
    ),
)
