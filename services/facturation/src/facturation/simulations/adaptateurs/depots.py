"""Les dépôts des simulations et des budgets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg

from facturation.simulations.adaptateurs import tables as t
from facturation.simulations.adaptateurs import vues
from facturation.simulations.domaine.bilans import Bilan
from facturation.simulations.domaine.budgets import Budget
from facturation.simulations.domaine.simulations import Simulation, Volet
from noyau import VersionPerimee
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver, une

_s, _v = t.simulations.c, t.volets.c
_AJOUTER, _AJOUTER_VOLETS = insert(t.simulations), insert(t.volets)
_AJOUTER_CHIFFRES = insert(t.chiffres)
_UNE = select(t.simulations).where(_s.id == bindparam("simulation"))
_VERROUILLER = _UNE.with_for_update()
_EN_COURS = (
    select(func.count())
    .where(_s.organisme == bindparam("organisme"))
    .where(_s.terminee_le.is_(None), _s.arretee_le.is_(None))
)
_VOLETS = select(t.volets).where(_v.simulation_id == bindparam("simulation")).order_by(_v.vise)
_ENREGISTRER = update(t.volets).where(
    _v.simulation_id == bindparam("de_la_simulation"), _v.vise == bindparam("de")
)
_CLORE = update(t.simulations).where(_s.id == bindparam("de"))
_OUBLIER = delete(t.simulations).where(_s.demandee_le < bindparam("avant"))
_DIRE = insert_pg(t.budgets).on_conflict_do_nothing()
_RIEN: dict[str, Any] = {"touches": {}, "statu_quos": ()}


@dataclass(frozen=True, slots=True)
class SimulationsSql:
    """Voir `ports.Simulations`."""

    connexion: Connexion

    async def ajouter(self, simulation: Simulation, vises: Collection[str]) -> None:
        await self.connexion.ecrire(_AJOUTER, colonnes(simulation))
        a_qui = {"simulation_id": simulation.id, "organisme": simulation.organisme}
        lignes = [{**a_qui, **colonnes(Volet(vise=vise)), **_RIEN} for vise in vises]
        await self.connexion.ecrire_lot(_AJOUTER_VOLETS, lignes)

    async def en_cours(self, organisme: str) -> int:
        nombre: int = await self.connexion.valeur(_EN_COURS, {"organisme": organisme})
        return nombre

    async def charger(self, identifiant: UUID, *, verrouiller: bool = False) -> Simulation:
        requete = _VERROUILLER if verrouiller else _UNE
        lue = await une(self.connexion, requete, vues.ABSENTE, simulation=identifiant)
        return objet(Simulation, lue)

    async def volets(self, identifiant: UUID) -> Sequence[Volet]:
        lignes = await self.connexion.lignes(_VOLETS, {"simulation": identifiant})
        return [objet(Volet, ligne) for ligne in lignes]

    async def enregistrer(self, simulation: Simulation, volet: Volet, bilan: Bilan | None) -> None:
        vise = {"de_la_simulation": simulation.id, "de": volet.vise}
        valeurs = colonnes(volet) | vise
        if bilan is None:
            await self.connexion.ecrire(_ENREGISTRER, valeurs)
            return
        attentes_avant, attentes_apres = bilan.attentes
        valeurs |= colonnes(bilan.totaux)
        valeurs |= {"attentes_avant": attentes_avant, "attentes_apres": attentes_apres}
        valeurs |= {"touches": dict(bilan.touches), "statu_quos": bilan.statu_quos}
        await self.connexion.ecrire(_ENREGISTRER, valeurs)
        await self.connexion.ecrire_lot(_AJOUTER_CHIFFRES, _chiffres(simulation, volet, bilan))

    async def clore(self, simulation: Simulation) -> None:
        noms = ("arretee_le", "terminee_le", "empreinte")
        fin = {nom: getattr(simulation, nom) for nom in noms}
        await self.connexion.ecrire(_CLORE, {"de": simulation.id, **fin})

    async def oublier(self, avant: datetime) -> int:
        return await self.connexion.ecrire(_OUBLIER, {"avant": avant})


def _chiffres(simulation: Simulation, volet: Volet, bilan: Bilan) -> list[dict[str, Any]]:
    return [
        {
            "simulation_id": simulation.id,
            "vise": volet.vise,
            "periode": str(mois),
            "tarif": tarif,
            "organisme": simulation.organisme,
            **colonnes(sommes),
        }
        for (mois, tarif), sommes in bilan.postes.items()
    ]


@dataclass(frozen=True, slots=True)
class BudgetsSql:
    """Voir `ports.Budgets`."""

    connexion: Connexion

    async def courant(self, organisme: str, exercice: str) -> Budget:
        dit = {"organisme": organisme, "exercice": exercice}
        ligne = await trouver(self.connexion, vues.COURANT, **dit)
        return objet(Budget, ligne) if ligne else Budget(organisme=organisme, exercice=exercice)

    async def ajouter(self, budget: Budget) -> None:
        if not await self.connexion.ecrire(_DIRE, colonnes(budget)):
            raise VersionPerimee("Le budget vient d'être dit autrement : relisez-le.")
