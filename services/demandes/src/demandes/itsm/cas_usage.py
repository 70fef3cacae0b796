"""Recevoir ce que l'ITSM annonce : idempotent, hors ordre toléré (DEM-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from demandes.demande.domaine.demande import Avancee, Demande
from demandes.itsm.domaine import PREMATURES, ActeItsm, EtatActe
from demandes.itsm.ports import Ports, PortsReprise
from demandes.parc.domaine import Recuperation
from demandes.soutien.domaine import Intervention
from noyau import Acte, Fait, Refus, Resultat


async def recevoir_evenement(
    annonce: ActeItsm | Intervention | Recuperation, ports: Ports, acte: Acte
) -> Resultat[EtatActe]:
    """Pose ce qui est annoncé, ou le diffère; lève ce que lève l'aire qui le refuse."""
    match annonce:
        case Intervention():
            return Resultat(EtatActe.APPLIQUE, *(await ports.intervenir(annonce, acte)).faits)
        case Recuperation():
            return Resultat(EtatActe.APPLIQUE, *(await ports.recuperer(annonce, acte)).faits)
        case ActeItsm():
            recu = await recevoir_acte(annonce, ports, acte)
            return Resultat(recu.valeur.sort, *recu.faits)


async def recevoir_acte(annonce: ActeItsm, ports: Ports, acte: Acte) -> Resultat[ActeItsm]:
    """Applique l'acte, ou le diffère si son prédécesseur manque; refuse depuis un état final."""
    deja = await ports.actes.trouver(annonce.id)
    if deja is not None:
        return Resultat(deja)
    demande = await ports.demandes.charger(annonce.demande_id)
    recu = annonce.recu(demande, acte)
    faits: Sequence[Fait] = ()
    if not recu.deja_dit(demande):
        try:
            async with ports.actes.tentative():
                faits = (await ports.poser(recu.intention, acte)).faits
        except PREMATURES:
            if demande.est_finale_pour(recu.survenu_le):
                raise
            await ports.actes.ajouter(recu)
            return Resultat(recu)
    applique = recu.devenu(EtatActe.APPLIQUE)
    await ports.actes.ajouter(applique)
    return Resultat(applique, *faits)


async def reessayer_differes(
    avancee: Avancee, ports: PortsReprise, acte: Acte
) -> Resultat[Demande]:
    """Répercussion : les actes différés d'une demande que son avancée permet enfin.

    Ils se réessaient dans l'ordre où ils sont survenus, le premier de nouveau après chaque succès.
    """
    demande, faits = avancee.demande, list[Fait]()
    differes = sorted(await ports.actes.differes(demande.id), key=lambda differe: differe.ordre)
    position = 0
    while position < len(differes):
        essai = await _reessayer(differes[position], demande, ports, acte)
        if essai is None:
            position += 1
            continue
        demande = essai.valeur
        faits += essai.faits
        del differes[position]
        position = 0
    return Resultat(demande, *faits)


async def _reessayer(
    differe: ActeItsm, demande: Demande, ports: PortsReprise, acte: Acte
) -> Resultat[Demande] | None:
    """Ce que devient un acte différé; rien s'il attend encore. Son refus reste le sien."""
    if differe.deja_dit(demande):
        await ports.actes.enregistrer(differe.devenu(EtatActe.APPLIQUE))
        return Resultat(demande)
    try:
        async with ports.actes.tentative():
            essai = await ports.poser(differe.intention, acte)
    except Refus as refus:
        if isinstance(refus, PREMATURES) and not demande.est_finale_pour(differe.survenu_le):
            return None
        await ports.actes.enregistrer(differe.devenu(EtatActe.REFUSE, refus.message))
        return Resultat(demande)
    await ports.actes.enregistrer(differe.devenu(EtatActe.APPLIQUE))
    return essai


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerDifferes:
    """Au-delà de cette durée, un acte différé demande qu'on le regarde."""

    patience: timedelta = timedelta(hours=4)


async def signaler_differes(
    commande: SignalerDifferes, ports: PortsReprise, acte: Acte
) -> Resultat[Sequence[ActeItsm]]:
    """Marque, une fois chacun, les actes différés qui durent; les rend."""
    return Resultat(await ports.actes.signaler(acte.le - commande.patience, acte.le))
