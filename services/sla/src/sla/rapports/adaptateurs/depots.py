"""Ce qu'un rapport raconte, ce qui s'en garde et leurs exécutions, sur PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from noyau import Mois
from sla.base import VERROU_RAPPORTS
from sla.rapports.adaptateurs import conversion, vues
from sla.rapports.adaptateurs.tables import (
    executions_rapports,
    rapports,
    traitements_rapports,
)
from sla.rapports.domaine.executions import Execution, Garde
from sla.rapports.domaine.rapport import Bornee, Corrigee, Exclue, FermetureCitee, Manquee
from sla.taux.domaine.citees import FicheCitee
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

_x, _t = executions_rapports.c, traitements_rapports.c
_RESERVER = text("SELECT pg_advisory_xact_lock(:espace, hashtext(:periode))")
_DEMANDER, _VISER = insert(executions_rapports), insert(traitements_rapports)
_TENIR = select(_x.id).where(_x.id == bindparam("id")).with_for_update()
_ARRETEE = select(_x.arretee_le).where(_x.id == bindparam("id")).with_for_update(read=True)
_GARDER = (
    update(executions_rapports)
    .where(_x.id == bindparam("celle"))
    .values(arretee_le=bindparam("le"))
)
_CELUI = (
    _t.execution_id == bindparam("celle"),
    _t.organisme == bindparam("de", type_=Text),
    _t.traite_le.is_(None),
)
_ETABLI = update(traitements_rapports).where(*_CELUI)
_ECARTER = _ETABLI.values(essais=_t.essais + 1)
_REMETTRE = (
    update(traitements_rapports)
    .where(_t.execution_id == bindparam("celle"), _t.raison.is_not(None))
    .values(raison=None, traite_le=None)
)
_CONSERVER = insert(rapports).on_conflict_do_nothing()
_PURGER = delete(rapports).where(rapports.c.conserve_jusquau < bindparam("aujourdhui"))


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

    async def exclues(self, mois: Mois, organisme: str | None, *, ferme: bool) -> Bornee[Exclue]:
        vue = vues.EXCLUES_FERMEES if ferme else vues.EXCLUES
        return await self._bornee(Exclue, vue, organisme, periode=str(mois))

    async def corrigees(self, mois: Sequence[Mois], organisme: str | None) -> Bornee[Corrigee]:
        periodes = [str(m) for m in mois]
        lignes = await vues.CORRIGEES.lire(self.connexion, organisme, periodes=periodes)
        lues = [conversion.corrigee(ligne) for ligne in lignes]
        return Bornee(lues, lignes[0].nombre if lignes else 0)

    async def regimes(self, mois: Mois, organisme: str | None) -> Collection[tuple[str, int]]:
        lignes = await vues.REGIMES.lire(self.connexion, organisme, periode=str(mois))
        return {(ligne.fiche, ligne.fiche_version) for ligne in lignes}

    async def fiches_figees(self, mois: Mois, organisme: str | None) -> Sequence[FicheCitee] | None:
        cle = {"periode": str(mois), "organisme": organisme or ""}
        ligne = await self.connexion.ligne(vues.FICHES_FIGEES, cle)
        return None if ligne is None else list(map(conversion.fiche_citee, ligne.fiches))

    async def _bornee(
        self, forme: type[T], vue: vues.Lecture, organisme: str | None, **valeurs: object
    ) -> Bornee[T]:
        lignes = await vue.lire(self.connexion, organisme, **valeurs)
        return Bornee([objet(forme, ligne) for ligne in lignes], lignes[0].nombre if lignes else 0)


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`; le rapport de tous y est de l'organisme « »."""

    connexion: Connexion

    async def inachevee(self, mois: Mois) -> UUID | None:
        cle = {"espace": VERROU_RAPPORTS, "periode": str(mois)}
        await self.connexion.ecrire(_RESERVER, cle)
        trouvee: UUID | None = await self.connexion.valeur(vues.INACHEVEE, {"periode": str(mois)})
        return trouvee

    async def ajouter(self, execution: Execution, vises: Sequence[str | None]) -> None:
        noms = ("id", "periode", "demandee_le", "demandee_par")
        await self.connexion.ecrire(_DEMANDER, {nom: getattr(execution, nom) for nom in noms})
        lignes = [{"execution_id": execution.id, "organisme": vise or ""} for vise in vises]
        await self.connexion.ecrire_lot(_VISER, lignes)

    async def charger(self, identifiant: UUID) -> Execution:
        await self.connexion.ligne(_TENIR, {"id": identifiant})
        # Après le verrou : ce qui s'est commis d'ici là s'y voit.
        return vues.execution(await vues.EXECUTION.de(identifiant)(self.connexion))

    async def garder(self, execution: Execution) -> None:
        await self.connexion.ecrire(_GARDER, {"celle": execution.id, "le": execution.arretee_le})

    async def remettre(self, identifiant: UUID) -> None:
        await self.connexion.ecrire(_REMETTRE, {"celle": identifiant})

    async def est_arretee(self, identifiant: UUID) -> bool:
        return await self.connexion.valeur(_ARRETEE, {"id": identifiant}) is not None

    async def etabli(
        self, identifiant: UUID, organisme: str | None, empreinte: str, le: datetime
    ) -> None:
        celui = {"celle": identifiant, "de": organisme or ""}
        await self.connexion.ecrire(_ETABLI, {**celui, "empreinte": empreinte, "traite_le": le})

    async def ecarter(
        self, identifiant: UUID, organisme: str | None, raison: str, le: datetime
    ) -> None:
        celui = {"celle": identifiant, "de": organisme or ""}
        await self.connexion.ecrire(_ECARTER, {**celui, "raison": raison, "traite_le": le})


@dataclass(frozen=True, slots=True)
class GardesSql:
    """Voir `ports.Gardes`."""

    connexion: Connexion

    async def ajouter(self, garde: Garde) -> str:
        rapport = garde.rapport
        empreinte = conversion.empreinte(rapport)
        ligne = {
            "periode": rapport.periode,
            "organisme": rapport.organisme or "",
            "empreinte": empreinte,
            "etabli_le": rapport.etabli_le,
            "provisoire": rapport.provisoire,
            "conserve_jusquau": garde.conserve_jusquau,
            "document": conversion.document(rapport).decode(),
        }
        await self.connexion.ecrire(_CONSERVER, ligne)
        return empreinte

    async def purger(self, aujourdhui: date) -> int:
        return await self.connexion.ecrire(_PURGER, {"aujourdhui": aujourdhui})
