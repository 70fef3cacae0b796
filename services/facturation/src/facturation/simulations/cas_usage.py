"""Ce qu'on peut demander aux simulations."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from facturation.creances.domaine.faits import produits_livres
from facturation.simulations.domaine.bilans import (
    Bilan,
    Comparaison,
    a_venir,
    reunir,
    statu_quos_tenus,
)
from facturation.simulations.domaine.budgets import Budget
from facturation.simulations.domaine.hypotheses import (
    Hypothese,
    exiger_a_venir,
    exiger_publiable,
    proposer_montants,
)
from facturation.simulations.domaine.simulations import (
    DU_MCN,
    EtatVolet,
    Simulation,
    Volet,
    exiger_patience,
    fenetre_d_exercice,
    fenetre_d_hypothese,
    sceller,
)
from facturation.simulations.ports import Ports
from facturation.tarification.domaine.tarifs import VersionFiche, VersionPrix
from noyau import Acte, Conflit, Interdit, Introuvable, Mois, Montant, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition:
    """Ce que l'on suppose à partir d'un jour : une fiche entière ou des montants; et des prix ($).

    `finis` : les tarifs que la fiche proposée ne porte plus.
    """

    effet: date
    mois: int | None = None
    fiche: VersionFiche | None = None
    finis: tuple[str, ...] = ()
    montants: Mapping[str, Decimal]
    prix: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderSimulation:
    """Ce que l'on propose, pour un organisme ou pour tous; sans proposition, une projection."""

    id: UUID
    organisme: str | None
    proposition: Proposition | None


async def demander_simulation(
    commande: DemanderSimulation, ports: Ports, acte: Acte
) -> Resultat[Simulation]:
    """Inscrit la simulation; ses organismes se calculent ensuite, un à un (FAC-11).

    Un organisme ne simule que lui, et suppose des prix, jamais une fiche. Lève `Conflit` si la
    proposition ne tient pas, `Interdit` ou `Introuvable`.
    """
    aujourdhui, proposition = jour_de_quebec(acte.le), commande.proposition
    demandeur = acte.acteur.organisme or DU_MCN
    exiger_patience(await ports.simulations.en_cours(demandeur))
    hypothese, effet = Hypothese(), None
    fenetre = fenetre_d_exercice(Mois.de(aujourdhui))
    if proposition is not None:
        effet = proposition.effet
        exiger_a_venir(effet, aujourdhui)
        fenetre = fenetre_d_hypothese(effet, proposition.mois)
        hypothese = await _supposer(proposition, ports, acte)
    vises = await _viser(commande.organisme, ports, acte)
    simulation = Simulation(
        id=commande.id,
        organisme=demandeur,
        vise=commande.organisme,
        effet=effet,
        exercice=None if effet else fenetre.premier.exercice,
        premier=fenetre.premier,
        dernier=fenetre.dernier,
        hypothese=hypothese,
        instantane=await ports.horizons.present(),
        demandee_le=acte.le,
        demandee_par=acte.acteur.sujet,
    ).terminer([Volet(vise=vise) for vise in vises], acte.le)
    await ports.simulations.ajouter(simulation, vises)
    return Resultat(simulation)


async def _supposer(p: Proposition, ports: Ports, acte: Acte) -> Hypothese:
    """L'hypothèse, confrontée à ce qui est publié."""
    tarification = await ports.tarifications.charger(p.prix.keys())
    if p.fiche is not None:
        if not acte.acteur.est_mcn:
            raise Interdit("Un organisme suppose des montants et des prix, non une fiche.")
        exiger_publiable(p.fiche, p.finis, tarification)
        fiches: tuple[VersionFiche, ...] = (p.fiche,)
    else:
        fiches = proposer_montants(p.montants, p.effet, tarification)
    connus = {etat.code for etat in tarification.produits}
    if inconnus := sorted(p.prix.keys() - connus):
        raise Conflit(f"Le ROPN n'a pas de produit {', '.join(inconnus)}.", regle="FAC-11")
    prix = (VersionPrix(produit=x, version=0, debut=p.effet, prix=v) for x, v in p.prix.items())
    hypothese = Hypothese(fiches=fiches, prix=tuple(sorted(prix, key=lambda un: un.produit)))
    return hypothese.confrontee(tarification)


async def _viser(organisme: str | None, ports: Ports, acte: Acte) -> Collection[str]:
    """Le sien, celui que nomme le MCN, sinon tous ceux que l'on connaît."""
    if acte.acteur.organisme is not None:
        return [acte.acteur.organisme]
    connus = sorted({*await ports.clients.organismes(), *await ports.faits.organismes()})
    if organisme is None:
        return connus
    if organisme not in connus:
        raise Introuvable("Cet organisme n'existe pas.")
    return [organisme]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulerOrganisme:
    """Un organisme d'une simulation; `essais` : combien de calculs ont déjà échoué."""

    simulation_id: UUID
    vise: str
    essais: int = 0


async def simuler_organisme(
    commande: SimulerOrganisme, ports: Ports, acte: Acte
) -> Resultat[Volet]:
    """Calcule et garde le bilan d'un organisme, sans rien changer de ce qui se facture (FAC-11).

    Lève `Conflit` si son fichier client manque à une projection.
    """
    simulation, vise = await ports.simulations.charger(commande.simulation_id), commande.vise
    if simulation.effet is None:
        bilan = await _projeter(simulation, vise, ports)
    else:
        bilan = await _comparer(simulation, simulation.effet, vise, ports)
    volet = Volet(vise=vise, etat=EtatVolet.FAIT, traite_le=acte.le, empreinte=sceller(vise, bilan))
    await _garder(simulation.id, volet, bilan, ports, acte)
    return Resultat(volet)


async def _comparer(simulation: Simulation, effet: date, vise: str, ports: Ports) -> Bilan:
    """Ce que doivent, avant et après, les sources qui peuvent devoir du neuf (FAC-14)."""
    await ports.horizons.lire_a(simulation.instantane)
    hypothese, fenetre = simulation.hypothese, simulation.fenetre
    comparaison: Comparaison | None = None
    tarification = await ports.tarifications.charger(())
    bilans: list[Bilan] = []
    async for etendue in ports.touches.relire(vise, await ports.touches.etendue(vise)):
        lue = await ports.tarifications.charger(produits_livres(etendue.sources))
        if comparaison is None or lue is not tarification:
            tarification = lue
            comparaison = Comparaison.de(vise, lue, hypothese, effet, fenetre)
        bilans.append(await ports.a_l_ecart(comparaison.comparer, etendue.sources))
    tenus = statu_quos_tenus(vise, tarification, hypothese, fenetre)
    return replace(reunir(bilans), statu_quos=tenus)


async def _projeter(simulation: Simulation, vise: str, ports: Ports) -> Bilan:
    """Ce que l'exercice a facturé, et ce que factureront ses documents à venir.

    Verrouille l'organisme : une émission ne passe pas entre les deux.
    """
    client = await ports.clients.charger(vise, verrouiller=True)
    visees = await ports.touches.etendue(vise)
    emises = await ports.factures.numeros(vise)
    premier, dernier = simulation.premier, simulation.dernier
    facture = await ports.factures.sommes(vise, premier, dernier)
    bilans = [Bilan(facture=Counter({poste: somme.cents for poste, somme in facture.items()}))]
    ouverte = max(premier, Mois.de(visees.arrete), *(mois.suivant for mois in emises))
    if ouverte <= dernier:
        bilans += [
            await ports.a_l_ecart(a_venir, situation, ouverte, dernier)
            async for situation in ports.situations.de(client, visees)
        ]
    return reunir(bilans)


@dataclass(frozen=True, slots=True)
class EcarterOrganisme:
    """L'organisme dont le calcul a échoué, et pourquoi; `a_reprendre` : après les autres."""

    simulation_id: UUID
    vise: str
    raison: str
    essais: int = 0
    a_reprendre: bool = False


async def ecarter_organisme(
    commande: EcarterOrganisme, ports: Ports, acte: Acte
) -> Resultat[Volet]:
    """Met l'organisme de côté avec sa raison; les autres continuent (FAC-6)."""
    volet = Volet(
        vise=commande.vise,
        etat=EtatVolet.A_FAIRE if commande.a_reprendre else EtatVolet.MIS_DE_COTE,
        raison=commande.raison,
        essais=commande.essais,
        traite_le=None if commande.a_reprendre else acte.le,
    )
    await _garder(commande.simulation_id, volet, None, ports, acte)
    return Resultat(volet)


async def _garder(
    identifiant: UUID, volet: Volet, bilan: Bilan | None, ports: Ports, acte: Acte
) -> None:
    """Garde un volet, et scelle la simulation si c'est le dernier."""
    simulation = await ports.simulations.charger(identifiant, verrouiller=True)
    await ports.simulations.enregistrer(simulation, volet, bilan)
    volets: Sequence[Volet] = await ports.simulations.volets(identifiant)
    if (finie := simulation.terminer(volets, acte.le)) is not simulation:
        await ports.simulations.clore(finie)


@dataclass(frozen=True, slots=True)
class ArreterSimulation:
    """La simulation dont on ne veut plus."""

    id: UUID


async def arreter_simulation(
    commande: ArreterSimulation, ports: Ports, acte: Acte
) -> Resultat[Simulation]:
    """Les organismes qui restent ne se calculent pas; ce qui est fait demeure (FAC-11).

    Lève `Introuvable`, ou `Conflit` si la simulation est terminée.
    """
    simulation = await ports.simulations.charger(commande.id, verrouiller=True)
    arretee = simulation.arreter(acte.le)
    await ports.simulations.clore(arretee)
    return Resultat(arretee)


@dataclass(frozen=True, slots=True)
class OublierSimulations:
    """Le temps de les garder est passé pour celles demandées avant cet instant."""

    avant: datetime


async def oublier_simulations(
    commande: OublierSimulations, ports: Ports, _acte: Acte
) -> Resultat[int]:
    """Rend combien sont oubliées."""
    return Resultat(await ports.simulations.oublier(commande.avant))


@dataclass(frozen=True, slots=True, kw_only=True)
class DireBudget:
    """Ce que l'organisme prévoit de payer pendant un exercice."""

    organisme: str
    exercice: str
    montant: Montant


async def dire_budget(commande: DireBudget, ports: Ports, acte: Acte) -> Resultat[Budget]:
    """Remplace le budget tel qu'on l'a lu; les précédents restent. Lève `VersionPerimee`."""
    courant = acte.sur(await ports.budgets.courant(commande.organisme, commande.exercice))
    budget = courant.redire(commande.montant, acte.le, acte.acteur.sujet)
    await ports.budgets.ajouter(budget)
    return Resultat(budget)
