"""Exclure une mesure, revenir dessus, contester, décider (SLA-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from noyau import (
    Acte,
    Conflit,
    Fait,
    Introuvable,
    Resultat,
    exiger_une_personne,
    jour_de_quebec,
)
from sla.exclusions.domaine.contestations import (
    ActeVise,
    Contestation,
    ContestationOuverte,
    ContestationRetiree,
    ContestationTranchee,
    Conteste,
    Etat,
    Objet,
    exiger_contestable,
)
from sla.exclusions.domaine.exclusions import (
    Exclusion,
    ExclusionAnnulee,
    ExclusionPrononcee,
    exiger_excluable,
    exiger_tranchees,
)
from sla.exclusions.ports import Ports
from sla.histoires.domaine import Sujet


@dataclass(frozen=True, slots=True, kw_only=True)
class Prononcer:
    """La mesure à exclure, la condition invoquée, et ce qui l'établit."""

    id: UUID
    mesure_id: UUID
    condition: str
    motif: str
    preuve: str
    empreinte: str | None = None
    fait_nouveau: str | None = None


async def prononcer(commande: Prononcer, ports: Ports, acte: Acte) -> Resultat[Exclusion]:
    """Exclut une mesure du taux ajusté et rejoue son sujet.

    Lève `Introuvable`, ou `Conflit` si la condition ne s'invoque pas, si la mesure n'est d'aucun
    taux, si une personne l'exclut déjà, si une contestation en est ouverte, ou si l'une, acceptée,
    l'a rendue au taux et que rien de nouveau n'est dit.
    """
    exiger_une_personne(acte.acteur, "SLA-8")
    libelle = ports.regles.le(jour_de_quebec(acte.le)).libelle(commande.condition)
    visee = await ports.mesures.viser(commande.mesure_id)
    await _tenir(ports, visee.organisme, visee.sujet)
    deja = await ports.exclusions.de_la_mesure(visee.id)
    contestations = await ports.contestations.des_objets([visee.id, *(e.id for e in deja)])
    exiger_excluable(visee, deja, contestations, commande.fait_nouveau)
    exclusion = Exclusion(
        id=commande.id,
        organisme=visee.organisme,
        mesure_id=visee.id,
        sujet=visee.sujet.sorte,
        sujet_id=visee.sujet.id,
        fiche=visee.fiche,
        indicateur=visee.indicateur,
        condition=commande.condition,
        libelle=libelle,
        motif=commande.motif,
        preuve=commande.preuve,
        empreinte=commande.empreinte,
        prononcee_le=acte.le,
        prononcee_par=acte.acteur.sujet,
        fait_nouveau=commande.fait_nouveau,
    )
    await ports.exclusions.ajouter(exclusion)
    await ports.rejeu.des_sujets({exclusion.de})
    return Resultat(exclusion, ExclusionPrononcee(exclusion=exclusion, survenu_le=acte.le))


@dataclass(frozen=True, slots=True, kw_only=True)
class Annuler:
    """L'exclusion qu'une contre-écriture annule, et pourquoi."""

    id: UUID
    motif: str


async def annuler(commande: Annuler, ports: Ports, acte: Acte) -> Resultat[Exclusion]:
    """Annule une exclusion prononcée et rejoue son sujet; l'une et l'autre restent écrites.

    Lève `Introuvable`, ou `Conflit` si elle est déjà annulée, ou si une contestation en est
    ouverte : l'accepter l'annule.
    """
    exiger_une_personne(acte.acteur, "SLA-8")
    exclusion = await ports.exclusions.charger(commande.id)
    annulee = exclusion.annuler(commande.motif, acte)
    await _tenir(ports, annulee.organisme, annulee.de)
    exiger_tranchees(await ports.contestations.des_objets([annulee.id]))
    await ports.exclusions.annuler(annulee)
    await ports.rejeu.des_sujets({annulee.de})
    return Resultat(annulee, ExclusionAnnulee(exclusion=annulee, survenu_le=acte.le))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contester:
    """L'objet que l'organisme n'admet pas, et pourquoi; `condition` : d'une condition seulement."""

    id: UUID
    objet: Objet
    objet_id: UUID
    motif: str
    condition: str | None = None
    fait_nouveau: str | None = None
    preuve: str | None = None
    empreinte: str | None = None


async def contester(commande: Contester, ports: Ports, acte: Acte) -> Resultat[Contestation]:
    """Ouvre une contestation; rien ne change avant que le MCN en décide.

    Lève `Introuvable`, ou `Conflit` si l'objet ne se conteste pas, s'il l'est déjà, ou si
    l'organisme est à sa borne.
    """
    exiger_une_personne(acte.acteur, "SLA-8")
    conteste = await _conteste(commande, ports, acte)
    await ports.contestations.tenir(conteste.organisme)
    deja = await ports.contestations.des_objets([conteste.objet_id])
    exiger_contestable(
        conteste.objet,
        [c.etat for c in deja if c.porte_sur(conteste)],
        commande.fait_nouveau,
        await ports.contestations.compter_ouvertes(conteste.organisme),
        ports.regles.le(jour_de_quebec(acte.le)).contestations_ouvertes,
    )
    contestation = Contestation(
        id=commande.id,
        organisme=conteste.organisme,
        objet=conteste.objet,
        objet_id=conteste.objet_id,
        condition=conteste.condition,
        sujet=conteste.sujet.sorte,
        sujet_id=conteste.sujet.id,
        motif=commande.motif,
        fait_nouveau=commande.fait_nouveau,
        preuve=commande.preuve,
        empreinte=commande.empreinte,
        ouverte_le=acte.le,
        ouverte_par=acte.acteur.sujet,
        decideur=conteste.decideur,
        version_contestee=conteste.version,
    )
    await ports.contestations.ajouter(contestation)
    return Resultat(
        contestation, ContestationOuverte(contestation=contestation, survenu_le=acte.le)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trancher:
    """Ce que le MCN décide d'une contestation."""

    id: UUID
    acceptee: bool
    motif: str


async def trancher(commande: Trancher, ports: Ports, acte: Acte) -> Resultat[Contestation]:
    """Décide; acceptée, elle rejoue le sujet dans la même transaction.

    Lève `Introuvable`, `TransitionImpossible` si elle est finie, `Interdit` si l'auteur l'a
    ouverte, ou a posé ce qu'elle conteste, ou `Conflit` si ce que compte l'indisponibilité
    contestée n'a pas changé, ou si la suspension contestée est nulle.
    """
    exiger_une_personne(acte.acteur, "SLA-8")
    etat = Etat.ACCEPTEE if commande.acceptee else Etat.REJETEE
    contestation = await ports.contestations.charger(commande.id)
    actes = await _actes(contestation, ports)
    tranchee = contestation.trancher(etat, commande.motif, acte, [a.auteur for a in actes])
    await ports.contestations.finir(tranchee)
    faits: list[Fait] = [ContestationTranchee(contestation=tranchee, survenu_le=acte.le)]
    if commande.acceptee and actes:
        tranchee.exiger_corrigee(actes)
    elif commande.acceptee:
        faits += await _accueillir(tranchee, commande.motif, ports, acte)
    return Resultat(tranchee, *faits)


async def _actes(contestation: Contestation, ports: Ports) -> Sequence[ActeVise]:
    """D'une indisponibilité contestée, le fil, que nul n'allonge d'ici la décision."""
    if contestation.objet is not Objet.INDISPONIBILITE:
        return ()
    await ports.indisponibilites.reserver()
    return await ports.indisponibilites.actes(contestation.objet_id)


async def _accueillir(tranchee: Contestation, motif: str, ports: Ports, acte: Acte) -> list[Fait]:
    """Donne effet à une contestation acceptée; une exclusion déjà annulée le reste."""
    faits: list[Fait] = []
    if tranchee.objet is Objet.SUSPENSION:
        await _exiger_qui_suspende(tranchee, ports)
    if tranchee.objet is Objet.EXCLUSION:
        exclusion = await ports.exclusions.charger(tranchee.objet_id)
        if exclusion.annulation is None:
            annulee = exclusion.annuler(motif, acte, tranchee.id)
            await ports.exclusions.annuler(annulee)
            faits.append(ExclusionAnnulee(exclusion=annulee, survenu_le=acte.le))
    await ports.rejeu.des_sujets({tranchee.de})
    return faits


async def _exiger_qui_suspende(tranchee: Contestation, ports: Ports) -> None:
    """Lève `Conflit` si une rectification a rendu nul l'acte contesté (DEM-13)."""
    nuls = {e.acte_id for h in await ports.histoires.charger([tranchee.de]) for e in h.nuls}
    if tranchee.objet_id in nuls:
        raise Conflit(
            "Cette suspension est nulle depuis qu'on la conteste : rien n'en reste à écarter."
            " Rejetez la contestation, ou laissez l'organisme la retirer.",
            regle="SLA-8",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirer:
    """La contestation à laquelle l'organisme renonce."""

    id: UUID
    motif: str | None = None


async def retirer(commande: Retirer, ports: Ports, acte: Acte) -> Resultat[Contestation]:
    """Retire une contestation; lève `Introuvable`, ou `TransitionImpossible` si elle est finie."""
    exiger_une_personne(acte.acteur, "SLA-8")
    contestation = await ports.contestations.charger(commande.id)
    retiree = contestation.retirer(commande.motif, acte)
    await ports.contestations.finir(retiree)
    return Resultat(retiree, ContestationRetiree(contestation=retiree, survenu_le=acte.le))


async def _tenir(ports: Ports, organisme: str, sujet: Sujet) -> None:
    """Tient ce que l'organisme conteste, les fiches, puis le sujet : deux décisions se suivent."""
    await ports.contestations.tenir(organisme)
    await ports.fiches.tenir()
    await ports.histoires.tenir([sujet])


async def _conteste(commande: Contester, ports: Ports, acte: Acte) -> Conteste:
    """Ce que l'on conteste; lève `Introuvable` ou `Conflit`."""
    match commande.objet:
        case Objet.EXCLUSION:
            return await _exclusion(commande.objet_id, ports)
        case Objet.CONDITION:
            return await _condition(commande.objet_id, commande.condition or "", ports)
        case Objet.SUSPENSION:
            return await _suspension(commande.objet_id, ports)
        case Objet.INDISPONIBILITE:
            return await _indisponibilite(commande.objet_id, ports, acte)


async def _exclusion(id_: UUID, ports: Ports) -> Conteste:
    exclusion = await ports.exclusions.charger(id_)
    if exclusion.annulation is not None:
        raise Conflit("Cette exclusion est annulée : rien n'en reste à contester.", regle="SLA-8")
    return Conteste(
        objet=Objet.EXCLUSION,
        objet_id=id_,
        organisme=exclusion.organisme,
        sujet=exclusion.de,
        decideur=exclusion.prononcee_par,
    )


async def _condition(mesure_id: UUID, condition: str, ports: Ports) -> Conteste:
    visee = await ports.mesures.viser(mesure_id)
    if condition not in visee.conditions:
        raise Conflit(
            f"La condition « {condition} » n'exclut pas cette mesure.",
            regle="SLA-8",
            details={"conditions": sorted(visee.conditions)},
        )
    return Conteste(
        objet=Objet.CONDITION,
        objet_id=mesure_id,
        organisme=visee.organisme,
        sujet=visee.sujet,
        condition=condition,
    )


async def _suspension(acte_id: UUID, ports: Ports) -> Conteste:
    sujets = await ports.histoires.sujets_de([acte_id])
    for histoire in await ports.histoires.charger(sujets):
        episode = next((e for e in histoire.episodes if e.acte_id == acte_id), None)
        if episode is None:
            continue
        fiches = (await ports.fiches.toutes()).pour(histoire.organisme)
        if not fiches.suspend(histoire.sujet.sorte, episode.type):
            raise Conflit(f"Aucun indicateur n'est suspendu par « {episode.type} ».", regle="SLA-8")
        return Conteste(
            objet=Objet.SUSPENSION,
            objet_id=acte_id,
            organisme=histoire.organisme,
            sujet=histoire.sujet,
        )
    raise Introuvable("Cette suspension n'est pas connue.")


async def _indisponibilite(id_: UUID, ports: Ports, acte: Acte) -> Conteste:
    """L'organisme qui conteste en est ou en a été, et d'autres peut-être."""
    visee = await ports.indisponibilites.charger(id_)
    if visee.annulee:
        raise Conflit("Cette indisponibilité est annulée : rien n'en compte.", regle="SLA-8")
    return Conteste(
        objet=Objet.INDISPONIBILITE,
        objet_id=id_,
        organisme=acte.acteur.organisme or "",
        sujet=Sujet("service", visee.service),
        version=visee.version,
    )
