"""Les dépôts des clients."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from facturation.clients.adaptateurs.tables import clients
from facturation.clients.domaine import Client
from noyau import Conflit, elider
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver
from socle.bd.copies import Copie

_COPIE = Copie(clients, rang="sequence")
_UN = select(clients).where(clients.c.organisme == bindparam("organisme"))
_ORGANISMES = select(clients.c.organisme)


@dataclass(frozen=True, slots=True)
class ClientsSql:
    """Voir `ports.Clients`."""

    connexion: Connexion

    async def synchroniser(self, clients: Sequence[Client]) -> None:
        await _COPIE.synchroniser(self.connexion, [colonnes(client) for client in clients])

    async def organismes(self) -> Sequence[str]:
        return await self.connexion.colonne(_ORGANISMES)

    async def charger(self, organisme: str, *, verrouiller: bool = False) -> Client:
        requete = _UN.with_for_update() if verrouiller else _UN
        ligne = await trouver(self.connexion, requete, organisme=organisme)
        if ligne is None:
            qui = elider("de", organisme)
            raise Conflit(f"Le fichier client {qui} n'est pas encore connu.", regle="DEM-8")
        return objet(Client, ligne)
