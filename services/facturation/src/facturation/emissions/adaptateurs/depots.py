"""Les dépôts des émissions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, func, insert, or_, select, update

from facturation.emissions.adaptateurs import tables as t
from facturation.emissions.adaptateurs import vues
from facturation.emissions.domaine.approbations import Approbation, Horizon, Retrait
from facturation.emissions.domaine.executions import EtatTraitement, Traitement
from facturation.emissions.domaine.parcours import Parcours
from facturation.emissions.domaine.suivi import Execution, MisDeCote, Suivi
from noyau import Introuvable, Mois, sujet_de
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver
from socle.bd.instructions import Ligne
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
_CLORE = (
    update(t.approbations)
    .where(_p.id == bindparam("de"))
    .values(sources_apprises_depuis=bindparam("combien"), apprises_depuis=bindparam("premieres"))
)
_PRESENT = select(cast(func.pg_current_snapshot(), Text))
_LIRE_A = select(func.set_config("sbg.horizon", bindparam("instantane", type_=Text), True))


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

    async def inachevees(self, periode: Mois, limite: int) -> Sequence[Execution]:
        vises = {"periode": periode, "limite": limite}
        lignes = await self.connexion.lignes(vues.INACHEVEES, vises)
        return [objet(Execution, ligne) for ligne in lignes]

    async def mis_de_cote(self, periode: Mois, limite: int) -> Sequence[MisDeCote]:
        vises = {"periode": periode, "limite": limite}
        lignes = await self.connexion.lignes(vues.MIS_DE_COTE, vises)
        return [objet(MisDeCote, ligne) for ligne in lignes]

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        vise = {"de_l_execution": execution_id, "de": traitement.organisme}
        requete = _ENREGISTRER
        if traitement.raison is not None:
            requete, vise = _METTRE_DE_COTE, {**vise, "du_tour": traitement.tour}
        await self.connexion.ecrire(requete, {**colonnes(traitement), **vise})

    async def parcours(self, organismes: Sequence[str], periode: Mois) -> Sequence[Parcours]:
        vises = {"organismes": list(organismes), "periode": periode}
        return [
            Parcours.de(
                x.organisme,
                arrete=x.arrete,
                plus_avance=x.plus_avance,
                demandes=x.demandes or (),
            )
            for x in await self.connexion.lignes(vues.PARCOURS, vises)
        ]

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

    async def clore(self, approbation: Approbation) -> None:
        instantane = approbation.horizon.instantane
        combien, premieres = await vues.apprises_depuis(
            self.connexion, approbation.organisme, instantane
        )
        valeurs = {"de": approbation.id, "combien": combien, "premieres": premieres}
        await self.connexion.ecrire(_CLORE, valeurs)


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
