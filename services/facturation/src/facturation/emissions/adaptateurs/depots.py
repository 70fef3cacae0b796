"""Les dépôts des émissions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, func, insert, select, update

from facturation.emissions.adaptateurs import tables as t
from facturation.emissions.domaine.approbations import Approbation, Horizon, Retrait
from facturation.emissions.domaine.executions import Execution, Traitement
from noyau import Introuvable, Mois, sujet_de
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver
from socle.bd.instructions import Ligne
from socle.reception.jalons import jalon_atteint

_EXECUTER, _TRAITER = insert(t.executions), insert(t.traitements)
_ENREGISTRER = update(t.traitements).where(
    t.traitements.c.execution_id == bindparam("de_l_execution"),
    t.traitements.c.organisme == bindparam("de"),
)
_p = t.approbations.c
_QUI_VAUT = select(t.approbations).where(
    _p.organisme == bindparam("organisme"),
    _p.periode == bindparam("periode"),
    _p.retiree_le.is_(None),
)
_APPROBATION = select(t.approbations).where(_p.id == bindparam("id")).with_for_update()
_APPROUVER = insert(t.approbations)
_RETIRER = (
    update(t.approbations)
    .where(_p.id == bindparam("de"))
    .values(
        retiree_le=bindparam("le"),
        retiree_par=bindparam("par"),
        motif_du_retrait=bindparam("motif"),
    )
)
_PRESENT = select(cast(func.pg_current_snapshot(), Text))
_LIRE_A = select(func.set_config("sbg.horizon", bindparam("instantane", type_=Text), True))


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`."""

    connexion: Connexion

    async def ajouter(self, execution: Execution) -> None:
        entete = colonnes(execution)
        traitements = entete.pop("traitements")
        await self.connexion.ecrire(_EXECUTER, entete)
        lignes = [{"execution_id": execution.id, **colonnes(x)} for x in traitements]
        await self.connexion.ecrire_lot(_TRAITER, lignes)

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        vise = {"de_l_execution": execution_id, "de": traitement.organisme}
        await self.connexion.ecrire(_ENREGISTRER, {**colonnes(traitement), **vise})

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        return {nom: await jalon_atteint(self.connexion, [sujet_de(nom)]) for nom in producteurs}


@dataclass(frozen=True, slots=True)
class ApprobationsSql:
    """Voir `ports.Approbations`."""

    connexion: Connexion

    async def qui_vaut(self, organisme: str, periode: Mois) -> Approbation | None:
        ligne = await trouver(self.connexion, _QUI_VAUT, organisme=organisme, periode=str(periode))
        return None if ligne is None else approbation(ligne)

    async def charger(self, identifiant: UUID) -> Approbation:
        ligne = await trouver(self.connexion, _APPROBATION, id=identifiant)
        if ligne is None:
            raise Introuvable("Cette approbation n'existe pas.")
        return approbation(ligne)

    async def ajouter(self, approbation: Approbation) -> None:
        valeurs = colonnes(approbation)
        valeurs |= colonnes(valeurs.pop("horizon"))
        del valeurs["retrait"]
        await self.connexion.ecrire(_APPROUVER, {**valeurs, "periode": str(approbation.periode)})

    async def retirer(self, approbation: Approbation) -> None:
        if approbation.retrait is not None:
            valeurs = {"de": approbation.id, **colonnes(approbation.retrait)}
            await self.connexion.ecrire(_RETIRER, valeurs)


@dataclass(frozen=True, slots=True)
class HorizonsSql:
    """Voir `ports.Horizons`; ce qui garde ce qu'il a lu l'oublie."""

    connexion: Connexion
    oublier: Callable[[], None]

    async def present(self) -> str:
        instantane: str = await self.connexion.valeur(_PRESENT)
        return instantane

    async def lire_a(self, instantane: str | None) -> None:
        self.oublier()
        await self.connexion.valeur(_LIRE_A, {"instantane": instantane or ""})


def approbation(ligne: Ligne) -> Approbation:
    """L'approbation d'une ligne de la table."""
    retrait = None
    if ligne.retiree_le is not None:
        retrait = Retrait(le=ligne.retiree_le, par=ligne.retiree_par, motif=ligne.motif_du_retrait)
    horizon, periode = objet(Horizon, ligne), Mois.lire(ligne.periode)
    return objet(Approbation, ligne, periode=periode, horizon=horizon, retrait=retrait)
