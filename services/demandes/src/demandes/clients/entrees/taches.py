"""La tâche de l'aire : dire ce qu'un registre a de neuf, acte posé ou date venue."""

from demandes.clients.adaptateurs import vues
from demandes.clients.cas_usage import suivre_registre
from demandes.clients.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun


async def suivre_les_registres(contexte: Contexte) -> int:
    """Suit chaque organisme dont on n'a pas tout dit, chacun dans sa transaction.

    L'échec de l'un n'arrête pas les autres; ils se disent ensemble, et se retentent.
    """
    codes = await contexte.lire(vues.a_suivre(jour_de_quebec(contexte.horloge())))

    async def suivre(code: str) -> None:
        await contexte.executer(
            "suivre_registre", Ports, suivre_registre, code, cle=str(uuid7()), organisme=code
        )

    return await chacun(codes, suivre, contexte.prolonger, "Des registres restent à suivre.")


TACHES = (Tache("registres", 30.0, suivre_les_registres),)
