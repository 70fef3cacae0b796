"""Mener l'évaluation de fin d'un contrat, de son rapport à sa transmission (CI-21)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from courtier.evaluations.domaine.annuelles import REGLE
from courtier.evaluations.domaine.finales import EvaluationFinale, Rendement
from courtier.evaluations.domaine.produites import EvaluationProduite
from courtier.evaluations.domaine.silences import conclure
from courtier.evaluations.ports import Ports
from courtier.normes.domaine import NormesEvaluation
from courtier.obligations.domaine import NatureObligation, Obligation
from courtier.pieces.domaine import GenrePiece, Piece
from courtier.suivi.domaine import ContratConclu, instant_de
from courtier.suivi.ports import abandonner, redater, remplir
from noyau import Acte, Resultat, debut_du_jour, exiger_une_personne, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Une pièce à déposer avec l'acte : son identité, son titre, son empreinte."""

    piece_id: UUID
    titre: str
    empreinte: str


@dataclass(frozen=True, slots=True)
class EvaluerALaFin:
    """Ce qui suit un contrat, dans sa transaction : l'évaluation de fin qu'il fait devoir."""

    ports: Ports

    async def conclu(self, contrat_id: UUID, acte: Acte) -> None:
        """L'organisme assujetti au RCTI doit l'évaluation de fin du contrat qu'il conclut."""
        contrat = await self.ports.contrats.lire(contrat_id)
        if not (await self.ports.organismes.lire(contrat.organisme)).assujetti_rcti:
            return
        attendue = EvaluationFinale.attendre(contrat, _normes(self.ports, acte))
        if await self.ports.evaluations.ajouter(attendue):
            await self.ports.obligations.ouvrir(_rapport_du(contrat, attendue, self.ports, acte))

    async def change(self, contrat_id: UUID, _: datetime, acte: Acte) -> None:
        """La fin du contrat a changé : le rapport encore attendu se date de la nouvelle."""
        evaluation = await self.ports.evaluations.finale_du_contrat(contrat_id)
        if evaluation is None:
            return
        contrat = await self.ports.contrats.lire(contrat_id)
        redatee = evaluation.redater(contrat.fin)
        if redatee == evaluation:
            return
        await self.ports.evaluations.enregistrer(redatee)
        due = _rapport_du(contrat, redatee, self.ports, acte)
        await redater(self.ports.obligations, due, acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispenser:
    """L'évaluation de fin que l'organisme dit non requise, et pourquoi."""

    evaluation_id: UUID
    motif: str


async def dispenser(commande: Dispenser, ports: Ports, acte: Acte) -> Resultat[EvaluationFinale]:
    """Lève `Introuvable`, `Interdit` ou `TransitionImpossible`."""
    exiger_une_personne(acte.acteur, REGLE)
    evaluation = acte.sur(await ports.evaluations.finale(commande.evaluation_id))
    dispensee = evaluation.dispenser(commande.motif, acte)
    await ports.evaluations.enregistrer(dispensee)
    due = (dispensee.organisme, dispensee.id, NatureObligation.EVALUATION_FIN)
    await abandonner(ports.obligations, *due, acte)
    return Resultat(dispensee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rapporter:
    """Le rapport signé, et le jour où le fournisseur l'a reçu."""

    evaluation_id: UUID
    rendement: Rendement
    signe_le: date
    remis_le: date
    document: Document


async def rapporter(commande: Rapporter, ports: Ports, acte: Acte) -> Resultat[EvaluationFinale]:
    """Inscrit le rapport et sa pièce; les délais du fournisseur et du dirigeant commencent.

    Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` de dates hors d'ordre.
    """
    evaluation = acte.sur(await ports.evaluations.finale(commande.evaluation_id))
    normes = _normes(ports, acte)
    rapportee = evaluation.rapporter(
        commande.rendement,
        signe_le=commande.signe_le,
        remis_le=commande.remis_le,
        piece_id=commande.document.piece_id,
        normes=normes,
        acte=acte,
    )
    contrat = await ports.contrats.lire(rapportee.contrat_id)
    await _deposer(commande.document, commande.signe_le, contrat, ports, acte)
    await ports.evaluations.enregistrer(rapportee)
    await remplir(
        ports.obligations,
        rapportee.organisme,
        rapportee.id,
        NatureObligation.EVALUATION_FIN,
        acte.le,
    )
    if rapportee.rapport:
        commentaires_au = rapportee.rapport.commentaires_au
        await _ouvrir(
            NatureObligation.COMMENTAIRES, commentaires_au, rapportee, contrat, ports, acte
        )
    await _ouvrir(NatureObligation.DECISION, rapportee.decision_au, rapportee, contrat, ports, acte)
    return Resultat(rapportee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commenter:
    """Les commentaires du fournisseur et leur pièce; sans jour, il n'en a pas fait."""

    evaluation_id: UUID
    recus_le: date | None
    document: Document | None


async def commenter(commande: Commenter, ports: Ports, acte: Acte) -> Resultat[EvaluationFinale]:
    """Inscrit ce que dit le fournisseur, qui n'a pas d'accès; le délai du dirigeant en part.

    Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` de dates hors d'ordre.
    """
    evaluation = acte.sur(await ports.evaluations.finale(commande.evaluation_id))
    piece_id = commande.document.piece_id if commande.document else None
    commentee = evaluation.commenter(commande.recus_le, piece_id, acte)
    contrat = await ports.contrats.lire(commentee.contrat_id)
    jour = commande.recus_le or jour_de_quebec(acte.le)
    if commande.document:
        await _deposer(commande.document, jour, contrat, ports, acte)
    await ports.evaluations.enregistrer(commentee)
    await _remplir_les_commentaires(commentee, instant_de(jour, acte), contrat, ports, acte)
    if commentee.decision_au:
        rappels = _rappels(commentee.decision_au, ports, acte)
        neuve = contrat.doit(
            NatureObligation.DECISION, commentee.id, commentee.decision_au, acte, rappels
        )
        await redater(ports.obligations, neuve, acte)
    return Resultat(commentee)


async def _remplir_les_commentaires(
    commentee: EvaluationFinale,
    le: datetime,
    contrat: ContratConclu,
    ports: Ports,
    acte: Acte,
) -> None:
    """Reçus à temps, inscrits après, ils étaient tus : l'obligation s'ouvre de nouveau, remplie."""
    nature, rapport = NatureObligation.COMMENTAIRES, commentee.rapport
    courantes = await ports.obligations.courantes(commentee.organisme, commentee.id)
    if any(due.nature is nature for due in courantes):
        await remplir(ports.obligations, commentee.organisme, commentee.id, nature, le)
    elif rapport and commentee.commentaires and commentee.commentaires.recus_le:
        due = contrat.doit(nature, commentee.id, rapport.commentaires_au, acte, ()).remplir(le)
        if not due.tardive:
            await ports.obligations.ouvrir(due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """La décision que le dirigeant a signée; sans document, il la pose lui-même."""

    evaluation_id: UUID
    rendement: Rendement
    signee_le: date
    document: Document | None


async def decider(commande: Decider, ports: Ports, acte: Acte) -> Resultat[EvaluationFinale]:
    """Inscrit la décision : l'évaluation est produite, et due au Courtier.

    Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` (hors délai, trop sévère).
    """
    evaluation = acte.sur(await ports.evaluations.finale(commande.evaluation_id))
    decidee = evaluation.decider(
        commande.rendement,
        signee_le=commande.signee_le,
        piece_id=commande.document.piece_id if commande.document else None,
        calendrier=await ports.calendriers.applique(),
        normes=_normes(ports, acte),
        acte=acte,
    )
    contrat = await ports.contrats.lire(decidee.contrat_id)
    if commande.document:
        await _deposer(commande.document, commande.signee_le, contrat, ports, acte)
    await ports.evaluations.enregistrer(decidee)
    # Le délai du fournisseur est échu : son silence n'est plus attendu.
    de = (decidee.organisme, decidee.id)
    await abandonner(ports.obligations, *de, NatureObligation.COMMENTAIRES, acte)
    await remplir(ports.obligations, *de, NatureObligation.DECISION, acte.le)
    attendue = decidee.attendue_le
    await _ouvrir(NatureObligation.TRANSMISSION_EVALUATION, attendue, decidee, contrat, ports, acte)
    produite = EvaluationProduite(
        evaluation=decidee, dossier_id=contrat.dossier_id, survenu_le=acte.le
    )
    return Resultat(decidee, produite)


@dataclass(frozen=True, slots=True)
class ConclureParSilence:
    """Une évaluation de fin dont le délai du dirigeant semble échu."""

    evaluation_id: UUID


async def conclure_par_silence(
    commande: ConclureParSilence, ports: Ports, acte: Acte
) -> Resultat[bool]:
    """L'inscrit, la publie et la fait devoir au Courtier, une fois; faux s'il n'y a rien à dire."""
    evaluation = await ports.evaluations.finale(commande.evaluation_id)
    calendrier = await ports.calendriers.applique()
    conclue = conclure(evaluation, calendrier, _normes(ports, acte), acte)
    if conclue is None:
        return Resultat(False)
    acquise, silence = conclue
    contrat = await ports.contrats.lire(acquise.contrat_id)
    await ports.evaluations.enregistrer(acquise)
    for nature in (NatureObligation.COMMENTAIRES, NatureObligation.DECISION):
        await abandonner(ports.obligations, acquise.organisme, acquise.id, nature, acte)
    due = NatureObligation.TRANSMISSION_EVALUATION
    await _ouvrir(due, silence.transmission_au, acquise, contrat, ports, acte)
    produite = EvaluationProduite(
        evaluation=acquise,
        dossier_id=contrat.dossier_id,
        survenu_le=debut_du_jour(silence.acquis_le),
    )
    return Resultat(True, produite)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmettre:
    """L'évaluation qui parvient au Courtier; sans jour, aujourd'hui."""

    evaluation_id: UUID
    le: date | None


async def transmettre(
    commande: Transmettre, ports: Ports, acte: Acte
) -> Resultat[EvaluationFinale]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` (date hors d'ordre)."""
    evaluation = acte.sur(await ports.evaluations.finale(commande.evaluation_id))
    le = commande.le or jour_de_quebec(acte.le)
    transmise = evaluation.transmettre(le, acte)
    await ports.evaluations.enregistrer(transmise)
    due = (transmise.organisme, transmise.id, NatureObligation.TRANSMISSION_EVALUATION)
    await remplir(ports.obligations, *due, instant_de(le, acte))
    return Resultat(transmise)


def _normes(ports: Ports, acte: Acte) -> NormesEvaluation:
    return ports.normes.le(jour_de_quebec(acte.le)).evaluation


def _rappels(due_le: date, ports: Ports, acte: Acte) -> tuple[date, ...]:
    return (due_le - timedelta(days=_normes(ports, acte).rappel_jours),)


def _rapport_du(
    contrat: ContratConclu, evaluation: EvaluationFinale, ports: Ports, acte: Acte
) -> Obligation:
    rappels = (evaluation.fin, *_rappels(evaluation.rapport_au, ports, acte))
    return contrat.doit(
        NatureObligation.EVALUATION_FIN, evaluation.id, evaluation.rapport_au, acte, rappels
    )


async def _ouvrir(
    nature: NatureObligation,
    due_le: date | None,
    evaluation: EvaluationFinale,
    contrat: ContratConclu,
    ports: Ports,
    acte: Acte,
) -> None:
    if due_le is not None:
        rappels = _rappels(due_le, ports, acte)
        await ports.obligations.ouvrir(contrat.doit(nature, evaluation.id, due_le, acte, rappels))


async def _deposer(
    document: Document, datee_le: date, contrat: ContratConclu, ports: Ports, acte: Acte
) -> None:
    """La pièce d'une évaluation, qui se conserve comme le rapport (CI-23)."""
    await ports.pieces.ajouter(
        Piece.deposer(
            document.piece_id,
            contrat.organisme,
            GenrePiece.EVALUATION_RENDEMENT,
            titre=document.titre,
            empreinte=document.empreinte,
            datee_le=datee_le,
            contrat_id=contrat.id,
            acte=acte,
        )
    )
