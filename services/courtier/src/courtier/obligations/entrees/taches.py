"""Les tâches qui rappellent ce qui est dû, et closent ce dont le silence vaut réponse."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from courtier.obligations.adaptateurs import vues
from courtier.obligations.cas_usage import Revoir, clore, rappeler
from courtier.obligations.ports import Ports
from noyau import Acte, Resultat, jour_de_quebec
from socle.bd.vues import Vue
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun, par_lots


@dataclass(frozen=True, slots=True)
class Passage:
    """Ce qui se fait de chaque obligation dont une date est venue, chacune dans sa transaction.

    Celle qui échoue n'arrête pas les autres; on y revient, et la santé le dit.
    """

    operation: str
    verbe: Callable[[Revoir, Ports, Acte], Awaitable[Resultat[bool]]]
    echues: Callable[[date, vues.Echue | None], Vue[Sequence[vues.Echue]]]
    reste: str

    async def faire(self, contexte: Contexte) -> int:
        """Fait toutes celles du jour; rend combien."""
        jour = jour_de_quebec(contexte.horloge())
        return await chacun(
            par_lots(lambda apres: contexte.lire(self.echues(jour, apres))),
            partial(self._une, contexte),
            contexte.prolonger,
            self.reste,
        )

    async def guetter(self, contexte: Contexte) -> bool:
        """Vrai s'il y en a."""
        return bool(await contexte.lire(self.echues(jour_de_quebec(contexte.horloge()), None)))

    async def _une(self, contexte: Contexte, echue: vues.Echue) -> bool:
        # Ce qui ne se fait qu'une fois l'est par l'obligation, que le verbe verrouille.
        fait = await contexte.executer(
            self.operation,
            Ports,
            self.verbe,
            Revoir(echue.organisme, echue.obligation_id),
            cle=f"{echue.obligation_id}:{uuid7()}",
            organisme=echue.organisme,
        )
        return bool(fait)


DES_RAPPELS = Passage(
    "rappeler-obligation", rappeler, vues.a_rappeler, "Des rappels restent à publier."
)
DES_SILENCES = Passage(
    "clore-obligation", clore, vues.tues, "Des obligations tues restent à clore."
)
RAPPELS = Tache("rappels", 60.0, DES_RAPPELS.faire, DES_RAPPELS.guetter)
SILENCES = Tache("silences", 60.0, DES_SILENCES.faire, DES_SILENCES.guetter)
