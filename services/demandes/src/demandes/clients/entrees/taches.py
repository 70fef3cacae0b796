"""La tâche de l'aire : dire ce qu'un registre a de neuf, acte posé ou date venue."""

from demandes.clients.adaptateurs import vues
from demandes.clients.cas_usage import suivre_registre
from demandes.clients.ports import Ports
from noyau import jour_de_quebec
from socle.identifiants import uuid7
from socle.service import Contexte, Tache


async def suivre_les_registres(contexte: Contexte) -> int:
    """Suit chaque organisme dont on n'a pas tout dit, chacun dans sa transaction.

    L'échec de l'un n'arrête pas les autres; ils se disent ensemble, et se retentent.
    """
    codes = await contexte.lire(vues.a_suivre(jour_de_quebec(contexte.horloge())))
    echecs: list[Exception] = []
    for code in codes:
        try:
            await contexte.executer(
                "suivre_registre", Ports, suivre_registre, code, cle=str(uuid7()), organisme=code
            )
        except Exception as erreur:  # noqa: BLE001 -- relevée plus bas
            echecs.append(erreur)
    if echecs:
        raise ExceptionGroup("Des registres restent à suivre.", echecs)
    return len(codes)


TACHES = (Tache("registres", 30.0, suivre_les_registres),)
