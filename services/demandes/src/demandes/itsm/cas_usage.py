"""Recevoir ce que l'ITSM annonce : idempotent, hors ordre toléré (DEM-10, DEM-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from demandes.demande.domaine.demande import Demande
from demandes.demande.domaine.gestes import GestePose
from demandes.demande.domaine.histoire import Avancee
from demandes.itsm.domaine import PREMATURES, ActeItsm, EtatActe
from demandes.itsm.ports import Actes, Ports
from demandes.parc.domaine import MouvementVoulu
from demandes.soutien.domaine import InterventionAnnoncee
from noyau import Acte, Resultat


async def recevoir_evenement(
    annonce: ActeItsm | InterventionAnnoncee | MouvementVoulu, ports: Ports, acte: Acte
) -> Resultat[EtatActe]:
    """Pose ce qui est annoncé, ou le diffère; lève ce que lève l'aire qui le refuse."""
    match annonce:
        case InterventionAnnoncee():
            return Resultat(EtatActe.APPLIQUE, *(await ports.intervenir(annonce, acte)).faits)
        case MouvementVoulu():
            return Resultat(EtatActe.APPLIQUE, *(await ports.mouvoir(annonce, acte)).faits)
        case ActeItsm():
            recu = await recevoir_acte(annonce, ports, acte)
            return Resultat(recu.valeur.sort, *recu.faits)


async def recevoir_acte(annonce: ActeItsm, ports: Ports, acte: Acte) -> Resultat[ActeItsm]:
    """Inscrit l'acte à sa place, ou le diffère si des actes encore possibles le permettraient.

    Lève le refus de tout autre, l'acte contredit nommé (DEM-12).
    """
    deja = await ports.actes.trouver(annonce.id)
    if deja is not None:
        return Resultat(deja)
    dossier = await ports.demandes.charger(annonce.demande_id)
    recu = annonce.recu(dossier.brouillon, acte)
    try:
        async with ports.actes.tentative():
            faits = (await ports.poser(recu.intention, acte)).faits
    except PREMATURES:
        if not dossier.histoire.attendrait(recu.gestes(dossier.brouillon, acte.le)):
            raise
        await ports.actes.ajouter(recu)
        return Resultat(recu)
    applique = recu.devenu(EtatActe.APPLIQUE)
    await ports.actes.ajouter(applique)
    return Resultat(applique, *faits)


@dataclass(frozen=True, slots=True)
class Differes:
    """Tient `Attente` de l'aire des demandes : les actes différés de l'ITSM."""

    actes: Actes

    async def gestes(self, demande: Demande, le: datetime) -> Sequence[GestePose]:
        """Les gestes différés d'une demande, tels qu'ils s'inscriraient à cet instant."""
        differes = await self.actes.differes(demande.id)
        return [pose for differe in differes for pose in differe.gestes(demande, le)]

    async def regler(self, avancee: Avancee) -> None:
        """Garde ce que deviennent les actes que l'avancée inscrit ou contredit."""
        if not avancee.regles and not avancee.contredits:
            return
        for differe in await self.actes.differes(avancee.demande.id):
            devenu = differe.apres(avancee)
            if devenu != differe:
                await self.actes.enregistrer(devenu)


@dataclass(frozen=True, slots=True, kw_only=True)
class EcarterActe:
    """L'acte différé qu'un opérateur écarte, et pourquoi."""

    id: str
    motif: str


async def ecarter_acte(commande: EcarterActe, ports: Ports, _: Acte) -> Resultat[ActeItsm]:
    """L'acte n'attend plus (DEM-12); lève `Introuvable`, ou `Conflit` s'il n'attendait pas."""
    ecarte = (await ports.actes.charger(commande.id)).ecarter(commande.motif)
    await ports.actes.enregistrer(ecarte)
    return Resultat(ecarte)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerDifferes:
    """Au-delà de cette durée, un acte différé demande qu'on le regarde."""

    patience: timedelta = timedelta(hours=4)


async def signaler_differes(
    commande: SignalerDifferes, ports: Ports, acte: Acte
) -> Resultat[Sequence[ActeItsm]]:
    """Marque, une fois chacun, les actes différés qui durent; les rend."""
    return Resultat(await ports.actes.signaler(acte.le - commande.patience, acte.le))
