"""Recevoir ce que l'ITSM annonce : idempotent, hors ordre toléré (DEM-10, DEM-12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from demandes.demande.domaine.demande import Demande
from demandes.demande.domaine.gestes import GestePose
from demandes.demande.domaine.histoire import Avancee
from demandes.itsm.domaine import ITSM, PREMATURES, ActeItsm, EtatActe
from demandes.itsm.ports import Actes, Mouvoir, Ports
from demandes.parc.domaine.actif import Actif
from demandes.parc.domaine.voulus import MouvementVoulu
from demandes.parc.ports import Actifs
from demandes.soutien.domaine import InterventionAnnoncee
from noyau import Acte, Fait, Refus, Resultat, TransitionImpossible


async def recevoir_evenement(
    annonce: ActeItsm | InterventionAnnoncee, ports: Ports, acte: Acte
) -> Resultat[EtatActe]:
    """Pose ce qui est annoncé, ou le diffère; lève ce que lève l'aire qui le refuse."""
    match annonce:
        case InterventionAnnoncee():
            return Resultat(EtatActe.APPLIQUE, *(await ports.intervenir(annonce, acte)).faits)
        case ActeItsm(actif_id=None):
            recu = await recevoir_acte(annonce, ports, acte)
            return Resultat(recu.valeur.sort, *recu.faits)
        case ActeItsm():
            recu = await recevoir_mouvement(annonce, ports, acte)
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


async def recevoir_mouvement(annonce: ActeItsm, ports: Ports, acte: Acte) -> Resultat[ActeItsm]:
    """Inscrit le mouvement d'un actif, ou le diffère si sa livraison est encore attendue.

    Lève `Introuvable`, ou le refus de tout autre (DEM-7, DEM-12).
    """
    deja = await ports.actes.trouver(annonce.id)
    if deja is not None:
        return Resultat(deja)
    if annonce.mouvement is None:
        raise ValueError("Cette annonce ne vise pas d'actif.")
    actif = await ports.actifs.lire(annonce.mouvement.actif_id)
    # La demande d'abord : c'est l'ordre où une livraison verrouille.
    demande = (await ports.demandes.charger(actif.demande_id)).demande
    recu = replace(annonce, demande_id=demande.id).recu(demande, acte)
    try:
        async with ports.actes.tentative():
            faits = (await ports.mouvoir(annonce.mouvement, acte)).faits
    except TransitionImpossible:
        if not _attend_livraison(demande, actif):
            raise
        await ports.actes.ajouter(recu)
        return Resultat(recu)
    applique = recu.devenu(EtatActe.APPLIQUE)
    await ports.actes.ajouter(applique)
    return Resultat(applique, *faits)


def _attend_livraison(demande: Demande, actif: Actif) -> bool:
    """Vrai si une livraison encore possible permettrait un mouvement de l'actif (DEM-12)."""
    return demande.livrable and demande.article(actif.article_id) in demande.a_livrer


@dataclass(frozen=True, slots=True)
class Differes:
    """Tient `Attente` de l'aire des demandes : les actes différés de l'ITSM."""

    actes: Actes
    actifs: Actifs
    mouvoir: Mouvoir

    async def gestes(self, demande: Demande, le: datetime) -> Sequence[GestePose]:
        """Les gestes différés d'une demande, tels qu'ils s'inscriraient à cet instant."""
        differes = await self.actes.differes(demande.id)
        return [pose for differe in differes for pose in differe.gestes(demande, le)]

    async def regler(self, avancee: Avancee, acte: Acte) -> Resultat[None]:
        """Garde ce que deviennent les actes que l'avancée inscrit, contredit ou permet."""
        if not (avancee.regles or avancee.contredits or avancee.inscrits or avancee.rectifications):
            return Resultat(None)
        faits: list[Fait] = []
        differes = await self.actes.differes(avancee.demande.id)
        for differe in sorted(differes, key=lambda differe: (differe.survenu_le, differe.id)):
            if differe.mouvement is None:
                devenu = differe.apres(avancee)
            else:
                repris = await self._reprendre(differe, differe.mouvement, avancee.demande, acte)
                devenu = repris.valeur
                faits += repris.faits
            if devenu != differe:
                await self.actes.enregistrer(devenu)
        return Resultat(None, *faits)

    async def _reprendre(
        self, differe: ActeItsm, voulu: MouvementVoulu, demande: Demande, acte: Acte
    ) -> Resultat[ActeItsm]:
        """Le mouvement différé s'inscrit, attend encore sa livraison, ou se refuse (DEM-12)."""
        try:
            async with self.actes.tentative():
                mu = await self.mouvoir(voulu, Acte(ITSM, differe.recu_le or acte.le))
        except Refus as refus:
            if _attend_livraison(demande, await self.actifs.lire(voulu.actif_id)):
                return Resultat(differe)
            return Resultat(differe.devenu(EtatActe.REFUSE, refus.message))
        return Resultat(differe.devenu(EtatActe.APPLIQUE), *mu.faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class EcarterActe:
    """L'acte différé, ou refusé ensuite, qu'un opérateur écarte, et pourquoi."""

    id: str
    motif: str


async def ecarter_acte(commande: EcarterActe, ports: Ports, _: Acte) -> Resultat[ActeItsm]:
    """L'acte n'attend plus (DEM-12); lève `Introuvable`, ou `Conflit` s'il n'attendait pas."""
    ecarte = (await ports.actes.charger(commande.id)).ecarter(commande.motif)
    await ports.actes.enregistrer(ecarte)
    return Resultat(ecarte)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerDifferes:
    """Au-delà de cette durée, un acte en souffrance demande qu'on le regarde."""

    patience: timedelta = timedelta(hours=4)


async def signaler_differes(
    commande: SignalerDifferes, ports: Ports, acte: Acte
) -> Resultat[Sequence[ActeItsm]]:
    """Marque, une fois chacun, les actes qui restent différés, ou refusés ensuite; les rend."""
    return Resultat(await ports.actes.signaler(acte.le - commande.patience, acte.le))
