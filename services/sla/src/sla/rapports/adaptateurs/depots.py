"""Ce qu'un rapport raconte, sur PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from noyau import Mois
from sla.rapports.adaptateurs import vues
from sla.rapports.domaine.rapport import Bornee, Corrigee, Exclue, FermetureCitee, Manquee
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class FaitsSql:
    """Voir `ports.Faits`."""

    connexion: Connexion

    async def fermeture(self, mois: Mois) -> FermetureCitee | None:
        ligne = await self.connexion.ligne(vues.FERMETURE, {"periode": str(mois)})
        return None if ligne is None else objet(FermetureCitee, ligne)

    async def manquees(self, mois: Mois, organisme: str | None, *, ferme: bool) -> Bornee[Manquee]:
        vue = vues.MANQUEES_FERMEES if ferme else vues.MANQUEES
        return await self._bornee(Manquee, vue, organisme, periode=str(mois))

    async def exclues(self, mois: Mois, organisme: str | None) -> Bornee[Exclue]:
        return await self._bornee(Exclue, vues.EXCLUES, organisme, periode=str(mois))

    async def corrigees(self, mois: Sequence[Mois], organisme: str | None) -> Bornee[Corrigee]:
        periodes = [str(m) for m in mois]
        return await self._bornee(Corrigee, vues.CORRIGEES, organisme, periodes=periodes)

    async def regimes(self, mois: Mois, organisme: str | None) -> Collection[tuple[str, int]]:
        lignes = await vues.REGIMES.lire(self.connexion, organisme, periode=str(mois))
        return {(ligne.fiche, ligne.fiche_version) for ligne in lignes}

    async def _bornee(
        self, forme: type[T], vue: vues.Lecture, organisme: str | None, **valeurs: object
    ) -> Bornee[T]:
        lignes = await vue.lire(self.connexion, organisme, **valeurs)
        return Bornee([objet(forme, ligne) for ligne in lignes], lignes[0].nombre if lignes else 0)
