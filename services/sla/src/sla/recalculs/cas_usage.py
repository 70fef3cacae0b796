"""Ce qu'on peut demander aux recalculs : un rapport, puis l'accepter (SLA-7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from calendrier import VersionCalendrier
from noyau import (
    Acte,
    Conflit,
    Mois,
    Resultat,
    debut_du_jour,
    exiger_une_personne,
    jour_de_quebec,
)
from sla.disponibilites.domaine.minutes import (
    Donnees,
    Minutes,
    compter,
    dernier_jour,
    limite_de,
)
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
    mouvements_de_durees,
)
from sla.recalculs.ports import Ports
from sla.taux.domaine.attendus import SECONDES
from sla.taux.domaine.corrections import Constat, Publie, corriger
from sla.taux.domaine.lus import AUCUN, Chiffres


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
        durees=await ports.recalculs.durees(),
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
        juges = await _juger(apparier(avant, apres), ports)
        bouges = await _corriger(juges, ports, acte.le)
    await ports.recalculs.noter(commande.recalcul_id, sujets, bouges, acte.le)
    return Resultat(len(bouges))


async def _juger(paires: Sequence[Paire], ports: Ports) -> list[Mouvement]:
    avant = ports.mesures.decrire([p.avant for p in paires if p.avant is not None])
    apres = ports.mesures.decrire([p.apres for p in paires if p.apres is not None])
    juges = await ports.corrections.juger(avant), await ports.corrections.juger(apres)
    return list(mouvements(paires, *juges))


async def _corriger(bouges: Sequence[Mouvement], ports: Ports, le: datetime) -> list[Mouvement]:
    """Les mouvements, avec ce que chacun corrigerait des mois fermés."""
    disent = await ports.corrections.publies([m.cle for m in bouges])
    dates = await ports.corrections.derniers([m.mesuree for m in bouges])
    corriges: list[Mouvement] = []
    for mouvement in bouges:
        publies = list(disent.get(mouvement.cle, ()))
        entre = mouvement.periode_apres
        if entre is not None and entre not in [p.periode for p in publies]:
            ferme = await ports.fermetures.charger(entre)
            if ferme is not None:
                publies.append(Publie(periode=entre, jugement=None, dit_le=ferme.fermee_le))
        constat = Constat(
            mesuree=mouvement.mesuree,
            periode=entre,
            jugement=mouvement.apres,
            appris_le=dates[mouvement.cle].appris_le,
            decidee_le=dates[mouvement.cle].decidee_le,
        )
        corriges.append(replace(mouvement, corrections=tuple(corriger(constat, publies, le))))
    return corriges


@dataclass(frozen=True, slots=True, kw_only=True)
class RecompterMois:
    """Un mois dont un rapport n'a pas encore recompté les disponibilités."""

    recalcul_id: UUID
    candidat: Candidat
    mois: Mois


async def recompter_mois(commande: RecompterMois, ports: Ports, acte: Acte) -> Resultat[int]:
    """Compte ses disponibilités telles qu'elles sont, et comme si le candidat valait (SLA-5).

    Rend combien bougeraient; rien d'autre ne s'enregistre.
    """
    candidat, mois = commande.candidat, commande.mois
    await ports.fiches.tenir()
    comptees = [
        await ports.corrections.juger_durees(await _compter(mois, vaut, ports, acte.le))
        for vaut in (None, candidat)
    ]
    juges = list(mouvements_de_durees(mois, *comptees))
    bouges = await _corriger(juges, ports, acte.le)
    await ports.recalculs.enregistrer_mois(commande.recalcul_id, mois, bouges)
    return Resultat(len(bouges))


async def _compter(
    mois: Mois, vaut: Candidat | None, ports: Ports, le: datetime
) -> Sequence[Minutes]:
    """Les disponibilités de ce mois, si ce candidat valait; sans lui, telles qu'elles sont."""
    fiches = await ports.fiches.toutes(vaut.fiche if vaut else None)
    calendrier = await ports.calendriers.applique(vaut.calendrier if vaut else None)
    if calendrier is None:
        return ()
    jusqua = dernier_jour(mois, jour_de_quebec(le))
    touchent = await ports.indisponibilites.entre(debut_du_jour(mois.debut), limite_de(jusqua))
    donnees = Donnees(fiches, calendrier, await ports.services.tous(), touchent)
    return compter(mois, jusqua, await ports.clienteles.toutes(), donnees)


@dataclass(frozen=True, slots=True, kw_only=True)
class EcarterMois:
    """Le mois dont les disponibilités n'ont pu se recompter, et pourquoi."""

    recalcul_id: UUID
    mois: Mois
    raison: str


async def ecarter_mois(commande: EcarterMois, ports: Ports, acte: Acte) -> Resultat[None]:
    """Les autres mois continuent; le rapport le compte parmi ce qu'il n'a pu relire."""
    await ports.recalculs.ecarter_mois(
        commande.recalcul_id, commande.mois, commande.raison, acte.le
    )
    return Resultat(None)


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
    cibles = await ports.recalculs.cibles(recalcul.id)
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
            apres=connus.get(cle, AUCUN).avec(siens, cibles.get(cle, {})),
        )
        for cle, siens in ecarts.items()
    ]
    deplaces += [
        TauxDeplace(
            indicateur=code,
            periode=str(mois),
            unite=SECONDES,
            avant=Chiffres.des_durees(avant),
            apres=Chiffres.des_durees(apres),
        )
        for (code, mois), (avant, apres) in (await ports.recalculs.ensembles(recalcul.id)).items()
    ]
    # D'autres mesures peuvent garder au taux la cible que les unes perdent.
    ranges = sorted(
        (d for d in deplaces if d.avant != d.apres), key=lambda d: (d.indicateur, d.periode)
    )
    await ports.recalculs.achever(recalcul, ranges, acte.le)
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
