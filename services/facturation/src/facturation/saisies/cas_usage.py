"""Ce qu'on peut demander aux saisies."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from facturation.creances.domaine.faits import Rectification
from facturation.factures.domaine.ajustements import Ajustement, AjustementVoulu
from facturation.saisies.domaine.decisions import (
    Decision,
    EtatDecision,
    NatureDecision,
    Pose,
    etat_initial,
)
from facturation.saisies.domaine.saisies import (
    Juge,
    LigneSaisie,
    LigneVoulue,
    Saisie,
    SaisieAnnulee,
    etablir,
    exiger_toutes,
    juger,
)
from facturation.saisies.ports import Ports
from noyau import ZERO, Acte, Resultat, exiger_une_personne, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class SaisirLignes:
    """Les lignes d'une saisie ou d'un lot, et l'identité que chacune prend."""

    decision_id: UUID
    nature: NatureDecision
    lignes: Sequence[tuple[UUID, LigneVoulue]]


@dataclass(frozen=True, slots=True)
class Posee:
    """Une décision, et les saisies qu'elle pose."""

    decision: Decision
    saisies: tuple[Saisie, ...]


async def saisir_lignes(commande: SaisirLignes, ports: Ports, acte: Acte) -> Resultat[Posee]:
    """Pose des montants, tous ou aucun; sous le seuil, ils sont dus aussitôt (FAC-2, FAC-13).

    Lève `Conflit`, qui dit chaque ligne refusée, `Interdit` si une machine décide.
    """
    exiger_une_personne(acte.acteur, "FAC-13")
    lignes = [ligne for _, ligne in commande.lignes]
    organismes = {ligne.organisme for ligne in lignes}
    await _verrouiller(organismes, ports)
    auteur = acte.acteur.sujet
    poses = [Pose(auteur, ligne.organisme, ligne.tarif, ligne.montant) for ligne in lignes]
    decision = Decision(
        id=commande.decision_id,
        nature=commande.nature,
        organisme=_le_seul(organismes),
        tarif=_le_seul({ligne.tarif for ligne in lignes}),
        montant=sum((ligne.montant for ligne in lignes), ZERO),
        lignes=len(lignes),
        etat=await _etat_initial(poses, ports, acte),
        proposee_le=acte.le,
        proposee_par=auteur,
    )
    saisies = tuple(
        Saisie.de(identifiant, ligne, rang, decision)
        for rang, (identifiant, ligne) in enumerate(commande.lignes, start=1)
    )
    await _exiger_saisissables(saisies, ports, acte)
    await ports.decisions.ajouter(decision)
    await ports.saisies.ajouter(saisies)
    faits = await _appliquer(decision, saisies, ports, acte)
    return Resultat(Posee(decision, saisies), *faits)


@dataclass(frozen=True, slots=True)
class AjustementDecide:
    """Un ajustement, et où en est la décision qui le pose."""

    ajustement: Ajustement
    etat: EtatDecision


async def decider_ajustement(
    voulu: AjustementVoulu, ports: Ports, acte: Acte
) -> Resultat[AjustementDecide]:
    """Ajuste le dû d'une ligne, ou le fait attendre une seconde personne (FAC-13).

    Lève `Introuvable` si la ligne n'existe pas, `Conflit` si le montant n'est pas permis,
    `Interdit` si une machine décide.
    """
    exiger_une_personne(acte.acteur, "FAC-13")
    ajustement = (await ports.preparer(voulu, acte)).valeur
    auteur, organisme, tarif = acte.acteur.sujet, ajustement.organisme, ajustement.identite.tarif
    decision = Decision(
        id=voulu.id,
        nature=NatureDecision.AJUSTEMENT,
        organisme=organisme,
        tarif=tarif,
        montant=voulu.montant,
        lignes=1,
        numero=voulu.numero,
        rang=voulu.rang,
        motif=voulu.motif,
        etat=await _etat_initial([Pose(auteur, organisme, tarif, voulu.montant)], ports, acte),
        proposee_le=acte.le,
        proposee_par=auteur,
    )
    await ports.decisions.ajouter(decision)
    await _appliquer(decision, (), ports, acte)
    return Resultat(AjustementDecide(ajustement, decision.etat))


@dataclass(frozen=True, slots=True)
class ConfirmerDecision:
    """La décision à laquelle une seconde personne consent."""

    id: UUID


async def confirmer_decision(
    commande: ConfirmerDecision, ports: Ports, acte: Acte
) -> Resultat[Decision]:
    """Donne effet à une décision, si ce qui la permettait la permet encore (FAC-13).

    Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` : elle n'est plus permise,
    et attend toujours.
    """
    decision = (await ports.decisions.charger(commande.id)).confirmer(acte)
    saisies = await ports.saisies.de(decision.id)
    await _verrouiller({saisie.organisme for saisie in saisies}, ports)
    await _exiger_saisissables(saisies, ports, acte)
    faits = await _appliquer(decision, saisies, ports, acte)
    await _garder(decision, saisies, ports)
    return Resultat(decision, *faits)


@dataclass(frozen=True, slots=True)
class RefuserDecision:
    """La décision à laquelle une seconde personne s'oppose, et pourquoi."""

    id: UUID
    motif: str


async def refuser_decision(
    commande: RefuserDecision, ports: Ports, acte: Acte
) -> Resultat[Decision]:
    """Rien n'en est dû; lève `Introuvable`, `Interdit`, `TransitionImpossible`."""
    decision = (await ports.decisions.charger(commande.id)).refuser(commande.motif, acte)
    await _garder(decision, await ports.saisies.de(decision.id), ports)
    return Resultat(decision)


@dataclass(frozen=True, slots=True)
class RetirerDecision:
    """La décision à laquelle son auteur renonce."""

    id: UUID


async def retirer_decision(
    commande: RetirerDecision, ports: Ports, acte: Acte
) -> Resultat[Decision]:
    """Rien n'en est dû; lève `Introuvable`, `Interdit`, `TransitionImpossible`."""
    decision = (await ports.decisions.charger(commande.id)).retirer(acte)
    await _garder(decision, await ports.saisies.de(decision.id), ports)
    return Resultat(decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnulerSaisie:
    """La saisie qui n'avait pas lieu d'être, et pourquoi; `evenement` : l'acte qui l'annule."""

    id: UUID
    evenement: UUID
    motif: str


async def annuler_saisie(commande: AnnulerSaisie, ports: Ports, acte: Acte) -> Resultat[Saisie]:
    """Rend nulle une saisie que nul document ne porte encore (FAC-13).

    Lève `Introuvable`, `Interdit` si une machine décide, `TransitionImpossible` si elle ne vaut
    pas, `Conflit` si elle est facturée : une facture émise ne change plus, sa ligne s'ajuste.
    """
    exiger_une_personne(acte.acteur, "FAC-13")
    organisme = (await ports.saisies.charger(commande.id)).organisme
    # L'émission attend, ou a fini : la saisie se relit sous le verrou de son client.
    await _verrouiller({organisme}, ports)
    saisie = await ports.saisies.charger(commande.id)
    facturees = await ports.factures.deja_facture(organisme, [saisie.source])
    annulee = saisie.annuler(commande.motif, acte, facturee=bool(facturees))
    nulle = Rectification(
        organisme=organisme,
        acte_id=saisie.id,
        rang=1,
        survenu_le=None,
        evenement=commande.evenement,
    )
    await ports.faits.ajouter([nulle])
    await ports.touches.toucher({(organisme, saisie.source)})
    await ports.saisies.enregistrer([annulee])
    fait = SaisieAnnulee(survenu_le=acte.le, acte_id=commande.evenement, saisie=annulee)
    return Resultat(annulee, fait)


async def _verrouiller(organismes: Collection[str], ports: Ports) -> None:
    """Deux décisions d'un même organisme s'attendent, et son émission avec elles."""
    for organisme in sorted(organismes):
        await ports.clients.charger(organisme, verrouiller=True)


async def _etat_initial(poses: Sequence[Pose], ports: Ports, acte: Acte) -> EtatDecision:
    """Ce qui fut posé seul, ces jours-ci, s'ajoute à ce qui se pose; sous le verrou."""
    seuil = ports.seuils.le(jour_de_quebec(acte.le))
    organismes = {pose.organisme for pose in poses}
    deja = await ports.decisions.poses_seul(organismes, acte.le - seuil.fenetre)
    return etat_initial(poses, deja, seuil.seul)


async def _exiger_saisissables(saisies: Sequence[Saisie], ports: Ports, acte: Acte) -> None:
    """Lève `Conflit` si l'une ne se pose pas."""
    jour = jour_de_quebec(acte.le)
    connues = await ports.saisies.connues(
        {saisie.organisme for saisie in saisies}, [saisie.empreinte for saisie in saisies]
    )
    siennes = {saisie.id for saisie in saisies}
    juge = Juge(
        await ports.tarifications.charger(()),
        ports.seuils.le(jour),
        jour,
        {dit: deja for dit, deja in connues.items() if deja.id not in siennes},
        await _demandes_connues(saisies, ports),
        await _actifs_connus(saisies, ports),
    )
    lus = list(map(ports.lire, etablir(saisies, acte)))
    exiger_toutes([*juger(juge, saisies, lus)], len(saisies))


async def _demandes_connues(
    saisies: Sequence[Saisie], ports: Ports
) -> Collection[tuple[str, UUID]]:
    """De celles que nomment ces saisies, les demandes qui sont bien de l'organisme."""
    dites = _par_organisme((s.organisme, s.demande_id) for s in saisies)
    return {
        (organisme, demande)
        for organisme, siennes in dites.items()
        for demande in await ports.demandes.numeros(organisme, siennes)
    }


async def _actifs_connus(saisies: Sequence[Saisie], ports: Ports) -> Collection[tuple[str, UUID]]:
    """De même, les actifs : ceux dont un fait de l'organisme est connu."""
    dits = _par_organisme((s.organisme, s.actif_id) for s in saisies)
    return {
        (organisme, UUID(nom))
        for organisme, siens in dits.items()
        for nom in await ports.faits.connues(organisme, list(map(str, siens)))
    }


def _par_organisme(vises: Iterable[tuple[str, UUID | None]]) -> Mapping[str, set[UUID]]:
    dits: defaultdict[str, set[UUID]] = defaultdict(set)
    for organisme, vise in vises:
        if vise:
            dits[organisme].add(vise)
    return dits


async def _appliquer(
    decision: Decision, saisies: Sequence[Saisie], ports: Ports, acte: Acte
) -> Sequence[LigneSaisie]:
    """Ce que la décision rend dû, si elle vaut : un ajustement, ou les faits de ses saisies."""
    if not decision.vaut:
        return ()
    if decision.ajustement:
        await ports.ajuster(decision.ajustement, acte)
    faits = etablir(saisies, acte)
    await ports.faits.ajouter(list(map(ports.lire, faits)))
    await ports.touches.toucher({(s.organisme, s.source) for s in saisies})
    return faits


async def _garder(decision: Decision, saisies: Sequence[Saisie], ports: Ports) -> None:
    await ports.decisions.enregistrer(decision)
    await ports.saisies.enregistrer([saisie.suivre(decision) for saisie in saisies])


def _le_seul(valeurs: Collection[str]) -> str | None:
    """La valeur qu'ils ont tous; aucune s'ils en ont plusieurs."""
    return next(iter(valeurs)) if len(valeurs) == 1 else None
