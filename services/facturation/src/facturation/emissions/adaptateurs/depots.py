"""Les dépôts des émissions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, update

from facturation.emissions.adaptateurs import tables as t
from facturation.emissions.adaptateurs import vues
from facturation.emissions.domaine.executions import EtatTraitement, Traitement
from facturation.emissions.domaine.suivi import Execution, Suivi
from noyau import sujet_de
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes
from socle.reception.jalons import jalon_atteint

_t, _x = t.traitements.c, t.executions.c
_EXECUTER, _TRAITER = insert(t.executions), insert(t.traitements)
_TENIR = select(_x.id).where(_x.id == bindparam("id")).with_for_update()
_GARDER = update(t.executions).where(_x.id == bindparam("celle"))
_GARDES = ("arretee_le", "reprise_le", "gestes")
_ENREGISTRER = (
    update(t.traitements)
    .where(_t.execution_id == bindparam("de_l_execution"), _t.organisme == bindparam("de"))
    .where(or_(_t.etat == EtatTraitement.A_FAIRE, _t.etat == EtatTraitement.EN_ATTENTE))
)
_METTRE_DE_COTE = _ENREGISTRER.where(
    _t.etat == EtatTraitement.A_FAIRE, _t.tour == bindparam("du_tour")
)
_COMMENCER = (
    update(t.executions)
    .where(_x.id == bindparam("celle"), _x.commencee_le.is_(None))
    .values(
        commencee_le=select(func.min(_t.traite_le))
        .where(_t.execution_id == bindparam("celle"))
        .scalar_subquery()
    )
)
_REMETTRE = (
    update(t.traitements)
    .where(_t.execution_id == bindparam("celle"), _t.etat == EtatTraitement.EN_ATTENTE)
    .values(etat=EtatTraitement.A_FAIRE, raison=None, essais=0, tour=_t.tour + 1, traite_le=None)
)
_ARRETEE = select(_x.arretee_le).where(_x.id == bindparam("id"))
_ARRETEE_TENUE = _ARRETEE.with_for_update(read=True)


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`."""

    connexion: Connexion

    async def ajouter(self, execution: Execution, organismes: Sequence[str]) -> None:
        entete = colonnes(execution)
        del entete["etat"]
        await self.connexion.ecrire(_EXECUTER, entete)
        lignes = [
            {"execution_id": execution.id, **colonnes(Traitement(organisme=organisme))}
            for organisme in organismes
        ]
        await self.connexion.ecrire_lot(_TRAITER, lignes)

    async def charger(self, identifiant: UUID) -> Execution:
        await self.connexion.ligne(_TENIR, {"id": identifiant})
        # Après le verrou : ce qui s'est commis d'ici là s'y voit.
        return (await self.suivre(identifiant)).execution

    async def garder(self, execution: Execution) -> None:
        valeurs = {nom: getattr(execution, nom) for nom in _GARDES}
        await self.connexion.ecrire(_GARDER, {"celle": execution.id, **valeurs})

    async def remettre(self, identifiant: UUID) -> int:
        await self.connexion.ecrire(_COMMENCER, {"celle": identifiant})
        return await self.connexion.ecrire(_REMETTRE, {"celle": identifiant})

    async def est_arretee(self, identifiant: UUID, *, tenir: bool) -> bool:
        requete = _ARRETEE_TENUE if tenir else _ARRETEE
        return await self.connexion.valeur(requete, {"id": identifiant}) is not None

    async def suivre(self, identifiant: UUID) -> Suivi:
        ligne = await vues.EXECUTION.de(identifiant)(self.connexion)
        sorts = await self.connexion.lignes(vues.SORTS, {"execution": identifiant})
        return vues.suivi_de(ligne, sorts)

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        vise = {"de_l_execution": execution_id, "de": traitement.organisme}
        requete = _ENREGISTRER
        if traitement.raison is not None:
            requete, vise = _METTRE_DE_COTE, {**vise, "du_tour": traitement.tour}
        await self.connexion.ecrire(requete, {**colonnes(traitement), **vise})

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        return {nom: await jalon_atteint(self.connexion, [sujet_de(nom)]) for nom in producteurs}
