"""Ce que les écrans et les tâches lisent des simulations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from facturation.simulations.adaptateurs import tables as t
from facturation.simulations.cas_usage import SimulerOrganisme
from facturation.simulations.domaine.bilans import Sommes
from facturation.simulations.domaine.budgets import Budget
from facturation.simulations.domaine.simulations import Avancement, EtatVolet, Simulation, Volet
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet, une
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet
from socle.conservation import Famille

_s, _v, _c, _b = t.simulations.c, t.volets.c, t.chiffres.c, t.budgets.c

COURANT = (
    select(t.budgets)
    .where(_b.organisme == bindparam("organisme"), _b.exercice == bindparam("exercice"))
    .order_by(_b.version.desc())
    .limit(1)
)
"""Le dernier budget dit d'un exercice."""
LOT: Final = 20
"""Les organismes d'une passe de la tâche : une petite simulation n'attend pas toute une grande."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreSimulations:
    """Celles que demande un organisme; vide : le MCN."""

    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreVolets:
    """Ceux d'une simulation."""

    simulation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreChiffres:
    """Ceux d'une simulation : d'un organisme, d'un tarif, d'un mois."""

    simulation_id: UUID
    vise: str | None = None
    tarif: str | None = None
    periode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreBudgets:
    """Ceux d'un organisme; ceux d'un exercice."""

    organisme: str | None = None
    exercice: str | None = None


ABSENTE: Final = "Cette simulation n'existe pas."
_UNE = VueObjet(select(t.simulations), _s.id, ABSENTE)
SIMULATIONS = VueListe(
    requete=select(
        _s.id, _s.organisme, _s.vise, _s.effet, _s.exercice, _s.premier, _s.dernier,
        _s.demandee_le, _s.demandee_par, _s.arretee_le, _s.terminee_le, _s.empreinte,
    ),
    filtre=FiltreSimulations,
    cles=(_s.id,),
    decroissant=True,
)  # fmt: skip
_budget = (
    select(_b.montant)
    .join_from(t.budgets, t.simulations, _s.exercice == _b.exercice)
    .where(_s.id == _v.simulation_id, _b.organisme == _v.vise)
    .order_by(_b.version.desc())
    .limit(1)
    .correlate(t.volets)
    .scalar_subquery()
    .label("budget")
)
VOLETS = VueListe(requete=select(t.volets, _budget), filtre=FiltreVolets, cles=(_v.vise,))
CHIFFRES = VueListe(
    requete=select(t.chiffres), filtre=FiltreChiffres, cles=(_c.vise, _c.periode, _c.tarif)
)
BUDGETS = VueListe(
    requete=select(t.budgets), filtre=FiltreBudgets, cles=(_b.organisme, _b.exercice, _b.version)
)
_SOMMES = tuple(func.sum(c).label(c.key) for c in (_c.facture, _c.avant, _c.apres))
_DE_LA_SIMULATION = _c.simulation_id == bindparam("simulation")
_PAR_MOIS = (
    select(_c.periode.label("poste"), *_SOMMES)
    .where(_DE_LA_SIMULATION)
    .group_by(_c.periode)
    .order_by(_c.periode)
)
_PAR_TARIF = (
    select(_c.tarif.label("poste"), *_SOMMES)
    .where(_DE_LA_SIMULATION)
    .group_by(_c.tarif)
    .order_by(_c.tarif)
)
_TOUS_LES_VOLETS = (
    select(t.volets, _budget).where(_v.simulation_id == bindparam("simulation")).order_by(_v.vise)
)
_D_UN_VOLET = (
    select(t.chiffres)
    .where(_DE_LA_SIMULATION, _c.vise == bindparam("vise"))
    .order_by(_c.periode, _c.tarif)
)
_A_FAIRE = (
    select(_v.simulation_id, _v.vise, _v.essais)
    .join(t.simulations)
    .where(_v.etat == EtatVolet.A_FAIRE, _s.arretee_le.is_(None))
    .order_by(_v.essais, _s.vise.is_(None), _s.demandee_le, _v.simulation_id, _v.vise)
    .limit(LOT)
)
_ECHUES = select(_s.id).where(_s.demandee_le < bindparam("avant")).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resultat:
    """Une simulation, et ce qu'elle a trouvé jusqu'ici."""

    simulation: Simulation
    avancement: Avancement
    volets: Sequence[Ligne]
    par_mois: Mapping[str, Sommes]
    par_tarif: Mapping[str, Sommes]

    @property
    def totaux(self) -> Sommes:
        """De tous les mois."""
        return sum(self.par_mois.values(), Sommes())

    @property
    def touches(self) -> Counter[str]:
        """Les abonnements touchés, par tarif."""
        touches: Counter[str] = Counter()
        for volet in self.volets:
            touches.update(volet.touches)
        return touches


def resultat(identifiant: UUID) -> Vue[Resultat]:
    """La lecture d'une simulation; elle lève `Introuvable`."""

    async def vue(connexion: Connexion) -> Resultat:
        simulation = objet(Simulation, await _UNE.de(identifiant)(connexion))
        vise = {"simulation": identifiant}
        volets = await connexion.lignes(_TOUS_LES_VOLETS, vise)
        return Resultat(
            simulation=simulation,
            avancement=Avancement.de([objet(Volet, volet) for volet in volets]),
            volets=volets,
            par_mois=_sommes(await connexion.lignes(_PAR_MOIS, vise)),
            par_tarif=_sommes(await connexion.lignes(_PAR_TARIF, vise)),
        )

    return vue


def sommes_de(ligne: Ligne) -> Sommes:
    """Celles d'une ligne; nulles tant que rien n'est calculé."""
    dites = {nom: getattr(ligne, nom) for nom in ("facture", "avant", "apres")}
    return Sommes(**{nom: somme for nom, somme in dites.items() if somme is not None})


def _sommes(lignes: Sequence[Ligne]) -> dict[str, Sommes]:
    return {ligne.poste: sommes_de(ligne) for ligne in lignes}


def existe(identifiant: UUID) -> Vue[object]:
    """Lève `Introuvable` si la simulation n'est pas visible."""
    return _UNE.de(identifiant)


def chiffres_de(identifiant: UUID, vise: str) -> Vue[Sequence[Ligne]]:
    """Les chiffres d'un organisme d'une simulation, par mois et tarif."""

    async def vue(connexion: Connexion) -> Sequence[Ligne]:
        return await connexion.lignes(_D_UN_VOLET, {"simulation": identifiant, "vise": vise})

    return vue


def budget(organisme: str, exercice: str) -> Vue[Budget]:
    """Le dernier dit; la vue lève `Introuvable` si aucun ne l'est."""

    async def vue(connexion: Connexion) -> Budget:
        dit = {"organisme": organisme, "exercice": exercice}
        return objet(Budget, await une(connexion, COURANT, "Ce budget n'est pas dit.", **dit))

    return vue


async def a_simuler(connexion: Connexion) -> Sequence[SimulerOrganisme]:
    """Ce qui reste à faire : d'abord ce qui ne vise qu'un organisme, puis le plus ancien."""
    lignes = await connexion.lignes(_A_FAIRE)
    return [objet(SimulerOrganisme, ligne) for ligne in lignes]


def echues(avant: datetime) -> Vue[bool]:
    """Vrai si une simulation fut demandée avant cet instant."""

    async def vue(connexion: Connexion) -> bool:
        return await connexion.ligne(_ECHUES, {"avant": avant}) is not None

    return vue


def conservation(jours: int) -> Sequence[Famille]:
    """Les simulations et leurs chiffres; les budgets restent (FAC-11)."""

    def echue(maintenant: datetime) -> str:
        return f"demandee_le < '{(maintenant - timedelta(days=jours)).isoformat()}'"

    simulations = Famille(
        nom="simulations",
        libelle="les simulations et leurs chiffres; les budgets restent",
        duree=f"{jours} jours",
        table=t.simulations.name,
        echue=echue,
        porte_par="tâche oubli-simulations",
    )
    return (simulations,)
