"""Ce que porte le bus, relu en entier."""

from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus, message_de, nouveau_consommateur


async def lire_le_bus(bus: ReglagesBus, *sujets: str) -> list[Message]:
    """Tout ce que ces sujets portent, jalons compris."""
    lecteur = nouveau_consommateur(bus, sujets, None)
    await lecteur.start()
    try:
        fins = await lecteur.end_offsets(lecteur.assignment())
        restantes = {place for place, fin in fins.items() if fin}
        lus: list[Message] = []
        while restantes:
            lots = await lecteur.getmany(timeout_ms=500)
            lus += [message_de(r) for lot in lots.values() for r in lot]
            restantes = {p for p in restantes if await lecteur.position(p) < fins[p]}
        return lus
    finally:
        await lecteur.stop()
