"""Retoucher une réponse d'un seul tenant, avant qu'elle parte."""

from collections.abc import Callable

from starlette.types import Message, Send

Retouche = Callable[[Message, Message], tuple[Message, Message]]
"""D'un départ et de son corps, ceux qu'on envoie."""


def retoucher(send: Send, vise: Callable[[Message], bool], retouche: Retouche) -> Send:
    """Envoie, après la retouche, les réponses dont le départ est visé.

    Celle qui vient par morceaux passe telle quelle : nul ne la retient en mémoire.
    """
    retenu: Message | None = None

    async def envoyer(message: Message) -> None:
        nonlocal retenu
        if message["type"] == "http.response.start" and vise(message):
            retenu = message
            return
        if retenu is not None:
            depart, retenu = retenu, None
            if not message.get("more_body"):
                depart, message = retouche(depart, message)
            await send(depart)
        await send(message)

    return envoyer
