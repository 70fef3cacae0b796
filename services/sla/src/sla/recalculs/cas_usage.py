"""Ce qu'on peut demander aux recalculs : un rapport, puis l'accepter (SLA-7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from calendrier import VersionCalendrier
from noyau import Acte, Conflit, Resultat, exiger_une_personne
from sla.fiches.domaine import Fiche
from sla.histoires.domaine import Sujet
from sla.mesures.domaine.verdict import rejouer_lot
from sla.recalculs.domaine import (
    Candidat,
    Mouvement,
    Paire,
    Recalcul,
    TauxDeplace,
    apparier,
    mouvements,
)
from sla.recalculs.ports import Ports
from sla.taux.domaine.corrections import Constat, Publie, corriger
from sla.taux.domaine.lus import AUCUN


@dataclass(frozen=True, slots=True, kw_only=True)
class DemanderRecalcul:
    """Dire ce que ce candidat changerait."""

    id: UUID
    candidat: Candidat


async def demander_recalcul(
    commande: DemanderRecalcul, ports: Ports, acte: Acte
) -> Resultat[Recalcul]:
    """Inscrit le rapport; la tâche relit ensuite les sujets, par lots.

    Lève `Conflit` si son nom est pris par une version qui dit autre chose.
    """
    candidat = commande.candidat
    await ports.fiches.tenir()
    await _refuser_homonyme(candidat, ports)
    recalcul = Recalcul(
        id=commande.id,
        sorte=candidat.sorte.value,
        nom=candidat.nom,
        debut=candidat.debut,
        empreinte=candidat.empreinte,
        demande_le=acte.le,
        demande_par=acte.acteur.sujet,
        communs=await ports.recalculs.communs(),
    )
    await ports.recalculs.ajouter(recalcul, candidat)
    return Resultat(recalcul)


async def _refuser_homonyme(candidat: Candidat, ports: Ports) -> None:
    deja: VersionCalendrier | Fiche | None = None
    if candidat.calendrier is not None:
        deja = await ports.calendriers.nommee(candidat.nom)
    elif candidat.fiche is not None:
        cle = (candidat.fiche.code, candidat.fiche.version)
        deja = next((await ports.fiches.toutes()).versions({cle}), None)
    if deja is not None and deja != (candidat.calendrier or candidat.fiche):
        raise Conflit(
            f"La version « {candidat.nom} » est déjà publiée, et dit autre chose :"
            " un candidat prend un nouveau nom.",
            regle="SLA-7",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalculerLot:
    """Des sujets qu'un rapport n'a pas encore relus."""

    recalcul_id: UUID
    candidat: Candidat
    sujets: Sequence[Sujet]


async def recalculer_lot(commande: RecalculerLot, ports: Ports, acte: Acte) -> Resultat[int]:
    """Rejoue ces sujets tels qu'ils sont, et comme si le candidat valait; n'enregistre que l'écart.

    Rend combien de verdicts bougeraient.
    """
    candidat, sujets = commande.candidat, commande.sujets
    await ports.fiches.tenir()
    await ports.histoires.tenir(sujets)
    calendrier = await ports.calendriers.applique()
    suppose = await ports.calendriers.applique(candidat.calendrier)
    bouges: list[Mouvement] = []
    if suppose is not None:
        histoires = await ports.histoires.charger(sujets)
        decisions = await ports.decisions.des_sujets(sujets)
        fiches, autres = await ports.fiches.toutes(), await ports.fiches.toutes(candidat.fiche)
        avant = rejouer_lot(histoires, fiches, calendrier, decisions) if calendrier else []
        apres = rejouer_lot(histoires, autres, suppose, decisions)
        appris = {(h.sujet, h.organisme): h.appris_le for h in histoires}
        paires = apparier(avant, apres)
        constats = await _juger(paires, ports)
        bouges = [
            await _corrige(
                m,
                appris[Sujet(m.mesuree.sujet, m.mesuree.sujet_id), m.mesuree.organisme],
                ports,
                acte.le,
            )
            for m in constats
        ]
    await ports.recalculs.noter(commande.recalcul_id, sujets, bouges, acte.le)
    return Resultat(len(bouges))


async def _juger(paires: Sequence[Paire], ports: Ports) -> list[Mouvement]:
    avant = ports.mesures.decrire([p.avant for p in paires if p.avant is not None])
    apres = ports.mesures.decrire([p.apres for p in paires if p.apres is not None])
    juges = await ports.corrections.juger(avant), await ports.corrections.juger(apres)
    return list(mouvements(paires, *juges))


async def _corrige(
    mouvement: Mouvement, appris_le: datetime | None, ports: Ports, le: datetime
) -> Mouvement:
    """Le mouvement, avec ce qu'il corrigerait des mois fermés."""
    cle = (mouvement.mesuree.mesure_id, mouvement.mesuree.organisme)
    publies = list((await ports.corrections.publies([cle])).get(cle, ()))
    entre = mouvement.periode_apres
    if entre is not None and entre not in [p.periode for p in publies]:
        ferme = await ports.fermetures.charger(entre)
        publies += [Publie(periode=entre, jugement=None, dit_le=ferme.fermee_le)] if ferme else []
    constat = Constat(
        mesuree=mouvement.mesuree,
        periode=entre,
        jugement=mouvement.apres,
        appris_le=appris_le,
    )
    return replace(mouvement, corrections=tuple(corriger(constat, publies, le)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EcarterSujet:
    """Le sujet qui n'a pu se rejouer, et pourquoi."""

    recalcul_id: UUID
    sujet: Sujet
    raison: str


async def ecarter_sujet(commande: EcarterSujet, ports: Ports, acte: Acte) -> Resultat[None]:
    """Les autres sujets continuent; le rapport dit combien il n'a pu en relire."""
    await ports.recalculs.ecarter(commande.recalcul_id, commande.sujet, commande.raison, acte.le)
    return Resultat(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcheverRecalcul:
    """Le rapport dont tous les sujets sont relus."""

    recalcul_id: UUID


async def achever_recalcul(commande: AcheverRecalcul, ports: Ports, acte: Acte) -> Resultat[None]:
    """Dit les taux qui bougeraient, de tous ensemble, mois par mois."""
    recalcul = await ports.recalculs.charger(commande.recalcul_id)
    ecarts = await ports.recalculs.ecarts(recalcul.id)
    fiches = await ports.fiches.toutes()
    connus = {
        (lu.indicateur, mois): lu.actuel
        for mois in sorted({mois for _, mois in ecarts})
        for lu in await ports.taux.du_mois(None, mois, fiches)
    }
    deplaces = [
        TauxDeplace(
            indicateur=cle[0],
            periode=str(cle[1]),
            avant=connus.get(cle, AUCUN),
            apres=connus.get(cle, AUCUN).avec(siens),
        )
        for cle, siens in sorted(ecarts.items())
    ]
    await ports.recalculs.achever(recalcul, deplaces, acte.le)
    return Resultat(None)


@dataclass(frozen=True, slots=True)
class AccepterRecalcul:
    """Le rapport dont on veut ce qu'il annonce."""

    id: UUID


async def accepter_recalcul(
    commande: AccepterRecalcul, ports: Ports, acte: Acte
) -> Resultat[Recalcul]:
    """Accepte le rapport : son candidat peut se publier. Déjà accepté, il le reste, sans redite.

    Lève `Interdit` si une machine le demande, `Introuvable`, ou `Conflit` s'il n'est pas achevé,
    ou si ce qu'il a lu a changé depuis.
    """
    exiger_une_personne(acte.acteur, "SLA-7")
    await ports.fiches.tenir()
    recalcul = await ports.recalculs.charger(commande.id)
    if recalcul.accepte_le is not None:
        return Resultat(recalcul)
    changements = await ports.recalculs.changements(recalcul)
    accepte, fait = recalcul.accepter(changements, acte.acteur.sujet, acte.le)
    await ports.recalculs.accepter(accepte)
    return Resultat(accepte, fait)
