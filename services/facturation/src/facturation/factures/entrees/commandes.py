"""Les numéros retenus, en ligne de commande : les lister, en annuler un (FAC-6)."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer

from facturation.factures.cas_usage import AnnulerNumero, annuler_numero
from facturation.factures.domaine.retenus import NumeroRetenu
from facturation.factures.ports import Ports
from noyau import Refus
from socle.operateur import visible
from socle.service import Commande, Contexte, Groupe

Dire = Callable[[str], None]
LIMITE: Final = 200
Numero = Annotated[str, typer.Argument(metavar="NUMERO", help="« 2026-2027-000123 ».")]
Motif = Annotated[str, typer.Option("--motif", help="Pourquoi; la base le garde.")]


async def lister(contexte: Contexte, dire: Dire) -> bool:
    """Les numéros publiés qu'aucun document ne porte plus ici."""

    async def lire(ports: Ports) -> Sequence[NumeroRetenu]:
        return await ports.retenus.attendus(LIMITE)

    retenus = await contexte.consulter(Ports, lire)
    for r in retenus:
        corrige = f"  corrige {r.corrige}" if r.corrige else ""
        dire(f"{r.numero}  {r.organisme}  {r.periode}  total {r.total}{corrige}")
    dire(f"Numéros retenus : {len(retenus)} (au plus {LIMITE}).")
    return not retenus


async def annuler(contexte: Contexte, dire: Dire, numero: Numero, motif: Motif) -> bool:
    """Renonce à un numéro retenu : il ne servira plus à rien."""
    commande = AnnulerNumero(numero=numero, motif=motif)
    try:
        await contexte.executer("numeros.annuler", Ports, annuler_numero, commande, cle=numero)
    except Refus as refus:
        dire(f"refusé : {visible(refus.message)}")
        return False
    dire(f"{visible(numero)} : annulé, ne servira plus.")
    return True


COMMANDES: Final = (
    Groupe(
        "numeros",
        "Les numéros publiés, perdus par une restauration : lister, annuler.",
        (
            Commande("lister", "Liste ceux qu'une réémission reprendra.", lister),
            Commande("annuler", "Renonce à un numéro, avec un motif.", annuler),
        ),
    ),
)
