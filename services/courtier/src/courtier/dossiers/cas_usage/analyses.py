"""Les gestes qui lisent le Catalogue : EFVP, consultation, scénarios, choix, confirmation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from courtier.catalogue.domaine import Criteres
from courtier.dossiers.domaine.actes import Geste, ScenarioChiffre
from courtier.dossiers.domaine.besoins import Besoins, PeriodeBesoin
from courtier.dossiers.domaine.choix import Autorisation, Choix
from courtier.dossiers.domaine.conformite import Consultation
from courtier.dossiers.domaine.demarrage import Confirmation
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.efvp import Efvp, Examen, conclure
from courtier.dossiers.domaine.etapes import DossierVu, exiger
from courtier.dossiers.domaine.planchers import Justification
from courtier.dossiers.domaine.scenarios import OffreVoulue, Scenario
from courtier.dossiers.ports import PieceDite, Ports
from noyau import Acte, Interdit, Introuvable, Resultat, exiger_une_personne, jour_de_quebec

_LISENT_LE_CATALOGUE: Final = frozenset(
    {Geste.CONSULTATION, Geste.SCENARIO, Geste.CHOIX, Geste.CONFIRMATION}
)
"""Les gestes de l'organisme qui répondent par les prix du jour (CI-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeposerEfvp:
    """Une EFVP et ce qu'elle conclut de chaque lieu."""

    dossier_id: UUID
    examens: tuple[Examen, ...]
    piece: PieceDite


async def deposer_efvp(commande: DeposerEfvp, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Lève `Introuvable`, ou `Conflit` (CI-13)."""
    dossier = await ports.charger(commande.dossier_id, acte)
    besoins = await _exiger(Geste.EFVP, dossier, ports, acte)
    catalogue = ports.acquisitions.catalogue
    lues = await catalogue.offres({e.offre_id for e in commande.examens})
    offres = {offre_id: lue.offre for offre_id, lue in lues.items()}
    fiches = await catalogue.fiches({o.fournisseur_id for o in offres.values()})
    efvp = Efvp(
        date=commande.piece.datee_le,
        empreinte=commande.piece.empreinte,
        donnees=besoins.donnees,
        conclusions=conclure(
            commande.examens, datee_du=commande.piece.datee_le, offres=offres, fiches=fiches
        ),
    )
    resultat = await ports.avancer(dossier, efvp, acte)
    await ports.ajouter_pieces(dossier, [commande.piece], acte)
    return resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsulterCatalogue:
    """Ce qu'on y cherchait, et les offres que l'on retient."""

    dossier_id: UUID
    criteres: Criteres
    offres: tuple[UUID, ...]


async def consulter_catalogue(
    commande: ConsulterCatalogue, ports: Ports, acte: Acte
) -> Resultat[DossierVu]:
    """Garde tout ce que le Catalogue répond à cet instant, et les offres qu'on en retient.

    Lève `Introuvable`, ou `Conflit` : une offre que la recherche ne trouve pas (CI-10), plus
    d'offres qu'un dossier n'en garde (CI-11).
    """
    dossier = await ports.charger(commande.dossier_id, acte)
    await _exiger(Geste.CONSULTATION, dossier, ports, acte)
    consultation = Consultation(
        criteres=commande.criteres,
        le=jour_de_quebec(acte.le),
        trouvees=await ports.acquisitions.catalogue.consulter(commande.criteres, acte.le),
        retenues=commande.offres,
    )
    return await ports.avancer(dossier, consultation, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class DireScenario:
    """Un scénario sous une entente-cadre, qui dit son fournisseur."""

    dossier_id: UUID
    scenario_id: UUID
    titre: str
    entente_id: UUID
    offres: tuple[OffreVoulue, ...]


async def dire_scenario(commande: DireScenario, ports: Ports, acte: Acte) -> Resultat[DossierVu]:
    """Le chiffre aux prix du jour; lève `Introuvable`, ou `Conflit` (CI-10, CI-13, CI-14)."""
    dossier = await ports.charger(commande.dossier_id, acte)
    besoins = await _exiger(Geste.SCENARIO, dossier, ports, acte)
    catalogue = ports.acquisitions.catalogue
    entente = await catalogue.entente(commande.entente_id)
    scenario = Scenario(
        id=commande.scenario_id,
        titre=commande.titre,
        entente_id=entente.id,
        fournisseur_id=entente.fournisseur_id,
        offres=commande.offres,
    )
    calcul = scenario.chiffrer(
        besoins,
        entente=entente,
        catalogue=await catalogue.offres(scenario.offres_ids),
        le=acte.le,
    )
    chiffre = ScenarioChiffre(scenario=scenario, calcul=calcul)
    return await ports.avancer(dossier, chiffre, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoisirScenario:
    """Le scénario retenu."""

    dossier_id: UUID
    scenario_id: UUID
    indicateur_responsable: str | None
    justifications: tuple[Justification, ...] = ()


async def choisir_scenario(
    commande: ChoisirScenario, ports: Ports, acte: Acte
) -> Resultat[DossierVu]:
    """Rechiffre d'abord tous les scénarios aux prix du jour (CI-14), et les planchers (CI-15).

    Lève `Introuvable`, ou `Conflit` (CI-10, CI-13, CI-14), CI-15 d'une réserve sans motif.
    """
    dossier = await ports.charger(commande.dossier_id, acte)
    besoins = await _exiger(Geste.CHOIX, dossier, ports, acte)
    if commande.scenario_id not in dossier.scenarios:
        raise Introuvable("Scénario introuvable.")
    choix = Choix(
        scenario_id=commande.scenario_id,
        indicateur_responsable=commande.indicateur_responsable,
        calculs=await ports.acquisitions.calculs(
            list(dossier.scenarios.values()), besoins, acte.le
        ),
        planchers=await ports.acquisitions.planchers(dossier, acte.le),
        justifications=commande.justifications,
    )
    return await ports.avancer(dossier, choix, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoriserScenario:
    """L'autorisation du dirigeant, et sa pièce signée s'il ne la pose pas lui-même."""

    dossier_id: UUID
    scenario_id: UUID
    date: date
    criteres: tuple[str, ...]
    justification: str
    ecart_autorise: Decimal
    piece: PieceDite | None


async def autoriser_scenario(
    commande: AutoriserScenario, ports: Ports, acte: Acte
) -> Resultat[DossierVu]:
    """Ni machine, ni substitut, ni Courtier : le dirigeant, ou un gestionnaire et sa pièce.

    Lève `Introuvable`, `Interdit` (CI-15) ou `Conflit` (CI-15).
    """
    exiger_une_personne(acte.acteur, "CI-15")
    dossier = await ports.charger(commande.dossier_id, acte)
    if acte.acteur.organisme != dossier.organisme:
        raise Interdit("L'organisme seul consigne l'autorisation de son dirigeant.", regle="CI-15")
    autorisation = Autorisation(
        scenario_id=commande.scenario_id,
        date=commande.date,
        criteres=commande.criteres,
        justification=commande.justification,
        ecart_autorise=commande.ecart_autorise,
        par_le_dirigeant="dirigeant" in acte.acteur.roles,
        empreinte=commande.piece.empreinte if commande.piece else None,
    )
    resultat = await ports.avancer(dossier, autorisation, acte)
    await ports.ajouter_pieces(dossier, [commande.piece] if commande.piece else [], acte)
    return resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmerBesoins:
    """Ce qui change des besoins et du scénario choisi; absent, rien ne change."""

    dossier_id: UUID
    duree_mois: int | None
    consommation: tuple[PeriodeBesoin, ...] | None
    offres: tuple[OffreVoulue, ...] | None
    justifications: tuple[Justification, ...] = ()


async def confirmer_besoins(
    commande: ConfirmerBesoins, ports: Ports, acte: Acte
) -> Resultat[DossierVu]:
    """Rechiffre tous les scénarios, et rejoue la règle du plus bas prix.

    Lève `Introuvable`, ou `Conflit` (CI-14, CI-15, CI-16, CI-17).
    """
    dossier = await ports.charger(commande.dossier_id, acte)
    await _exiger(Geste.CONFIRMATION, dossier, ports, acte)
    voulue = Confirmation(
        duree_mois=commande.duree_mois,
        consommation=commande.consommation,
        offres=commande.offres,
        calculs=(),
        justifications=commande.justifications,
    )
    essai = dossier.poser(voulue, acte)
    besoins = essai.besoins
    if besoins is None:
        raise Introuvable("Le dossier n'a pas de besoins.")
    calculs = await ports.acquisitions.calculs(list(essai.scenarios.values()), besoins, acte.le)
    planchers = await ports.acquisitions.planchers(essai, acte.le)
    return await ports.avancer(dossier, voulue.avec(calculs, planchers), acte)


async def _exiger(geste: Geste, dossier: Dossier, ports: Ports, acte: Acte) -> Besoins:
    """Les besoins du dossier, si ce geste se peut; lève `Conflit` (CI-10) sinon.

    Lève `Interdit` (CI-11) de qui n'a pas de compte, si le geste lit les prix du Catalogue.
    """
    if geste in _LISENT_LE_CATALOGUE:
        await ports.exiger_un_compte(acte)
    exiger(geste, dossier, await ports.acquisitions.circonstances(dossier, acte.le))
    if dossier.besoins is None:
        raise Introuvable("Le dossier n'a pas de besoins.")
    return dossier.besoins
