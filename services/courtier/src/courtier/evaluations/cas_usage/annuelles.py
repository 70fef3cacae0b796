"""Demander, relancer et rendre une évaluation annuelle (CI-21).

Tout acte sur une évaluation lève aussi `VersionPerimee`, comme au contrat.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from courtier.evaluations.domaine.annuelles import REGLE, EvaluationAnnuelle
from courtier.evaluations.domaine.criteres import ReponseEvaluation
from courtier.evaluations.domaine.produites import EvaluationProduite
from courtier.evaluations.ports import Ports
from courtier.obligations.domaine import NatureObligation
from courtier.suivi.domaine import ContratConclu, exiger_du_courtier
from courtier.suivi.ports import remplir
from noyau import Acte, Conflit, Resultat, exiger_une_personne, jour_de_quebec

LOT = 200
"""Contrats lus d'un appel d'une campagne."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demander:
    """Le contrat, et l'année civile à évaluer."""

    contrat_id: UUID
    annee: int


async def demander(commande: Demander, ports: Ports, acte: Acte) -> Resultat[EvaluationAnnuelle]:
    """Le Courtier demande l'évaluation d'une année; l'organisme la doit.

    Lève `Introuvable`, `Interdit`, ou `Conflit` : contrat non conclu, année où il n'a pas couru,
    évaluation déjà demandée.
    """
    exiger_une_personne(acte.acteur, REGLE)
    contrat = await ports.contrats.lire(commande.contrat_id)
    demandee = await _demander(contrat, commande.annee, ports, acte)
    if demandee is None:
        raise Conflit("L'évaluation de cette année est déjà demandée.", regle=REGLE)
    return Resultat(demandee)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenerCampagne:
    """L'année à évaluer; `apres` : le dernier contrat qu'un appel précédent a lu."""

    annee: int
    apres: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campagne:
    """Ce qu'un appel a demandé, et d'où reprendre s'il reste des contrats."""

    annee: int
    demandees: int
    deja: int
    suivant: UUID | None


async def mener_campagne(commande: MenerCampagne, ports: Ports, acte: Acte) -> Resultat[Campagne]:
    """Demande l'évaluation de l'année pour les contrats en cours, par lots; répétée, rien de plus.

    Lève `Interdit`, ou `Conflit` d'une année à venir.
    """
    exiger_une_personne(acte.acteur, REGLE)
    exiger_du_courtier(acte, REGLE)
    jour = jour_de_quebec(acte.le)
    if commande.annee > jour.year:
        raise Conflit("Une année à venir ne s'évalue pas.", regle=REGLE)
    lot = await ports.contrats.en_cours(jour, commande.apres, LOT)
    visees = [c for c in lot.contrats if c.debut.year <= commande.annee]
    demandees = [await _demander(c, commande.annee, ports, acte) for c in visees]
    neuves = sum(demandee is not None for demandee in demandees)
    return Resultat(
        Campagne(
            annee=commande.annee,
            demandees=neuves,
            deja=len(visees) - neuves,
            suivant=lot.suivant,
        )
    )


async def _demander(
    contrat: ContratConclu, annee: int, ports: Ports, acte: Acte
) -> EvaluationAnnuelle | None:
    """La demande et ce qu'elle fait devoir; rien si elle existe déjà."""
    jour = jour_de_quebec(acte.le)
    normes = ports.normes.le(jour).evaluation
    evaluation = EvaluationAnnuelle.demander(
        uuid5(contrat.id, f"evaluation-{annee}"),
        annee,
        contrat=contrat,
        criteres=ports.criteres.le(jour),
        normes=normes,
        acte=acte,
    )
    if not await ports.evaluations.ajouter(evaluation):
        return None
    rappels = [jour + timedelta(days=jours) for jours in normes.annuelle_rappels_jours]
    due = contrat.doit(
        NatureObligation.EVALUATION_ANNUELLE, evaluation.id, evaluation.due_le, acte, rappels
    )
    await ports.obligations.ouvrir(due)
    return evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Relancer:
    """L'évaluation que le Courtier réclame de nouveau."""

    evaluation_id: UUID


async def relancer(commande: Relancer, ports: Ports, acte: Acte) -> Resultat[EvaluationAnnuelle]:
    """Lève `Introuvable`, `Interdit`, ou `TransitionImpossible` d'une évaluation rendue."""
    evaluation = acte.sur(await ports.evaluations.annuelle(commande.evaluation_id))
    relancee = evaluation.relancer(acte)
    await ports.evaluations.enregistrer(relancee)
    return Resultat(relancee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendre:
    """Une note par critère de la demande."""

    evaluation_id: UUID
    reponses: tuple[ReponseEvaluation, ...]
    commentaire: str | None


async def rendre(commande: Rendre, ports: Ports, acte: Acte) -> Resultat[EvaluationAnnuelle]:
    """L'organisme répond : l'évaluation est produite.

    Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` de notes incomplètes.
    """
    evaluation = acte.sur(await ports.evaluations.annuelle(commande.evaluation_id))
    rendue = evaluation.rendre(commande.reponses, commande.commentaire, acte)
    await ports.evaluations.enregistrer(rendue)
    await remplir(
        ports.obligations,
        rendue.organisme,
        rendue.id,
        NatureObligation.EVALUATION_ANNUELLE,
        acte.le,
    )
    contrat = await ports.contrats.lire(rendue.contrat_id)
    produite = EvaluationProduite(
        evaluation=rendue, dossier_id=contrat.dossier_id, survenu_le=acte.le
    )
    return Resultat(rendue, produite)
