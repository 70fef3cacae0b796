"""Ce qu'on demande aux émissions en ligne de commande."""

from collections.abc import Callable
from functools import partial

from facturation.emissions.cas_usage import VerifierFactures, verifier_factures, viser
from facturation.emissions.ports import Ports
from noyau import Mois, Refus, jour_de_quebec
from socle.service import Commande, Contexte


async def verifier(contexte: Contexte, dire: Callable[[str], None]) -> bool:
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


VERIFICATION = Commande(
    "verifier-factures",
    "Compare ce que l'émission calculerait au recalcul entier, organisme par organisme.",
    verifier,
)
