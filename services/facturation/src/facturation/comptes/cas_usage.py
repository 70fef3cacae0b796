"""Ce qu'on peut demander aux comptes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from facturation.comptes.domaine.a_facturer import AFacturer, LigneConnue, rassembler
from facturation.comptes.domaine.reglements import (
    AInscrire,
    Compte,
    CreditApplique,
    Inscrit,
    Partie,
    Reglement,
    ReglementConsigne,
)
from facturation.comptes.ports import Ports
from noyau import Acte, Conflit, Mois, Refus, Resultat, jour_de_quebec

VERDICTS = 100
"""Les refus d'un lot que l'on dit; au-delà, leur nombre seulement."""


async def inscrire_reglement(commande: AInscrire, ports: Ports, acte: Acte) -> Resultat[Inscrit]:
    """Consigne un règlement et le répartit (FAC-17).

    Lève `Conflit` ou `Introuvable`, comme `Compte.regler`.
    """
    compte = await _ouvrir(commande.organisme, [commande.le], ports, acte)
    inscrit = compte.regler(commande, acte)
    await ports.reglements.ajouter([inscrit.reglement])
    return Resultat(inscrit, _consigne(inscrit.reglement, acte))


async def _ouvrir(organisme: str, jours: Collection[date], ports: Ports, acte: Acte) -> Compte:
    """Le compte, verrouillé jusqu'au commit : deux règlements s'attendent, et l'émission aussi."""
    await ports.clients.charger(organisme, verrouiller=True)
    soldes = await ports.documents.soldes(organisme)
    deja = await ports.reglements.empreintes(organisme, jours)
    return Compte(
        organisme=organisme,
        soldes={solde.numero: solde for solde in soldes},
        anciennete=_anciennete(ports, jour_de_quebec(acte.le)),
        deja=frozenset((le, reference.casefold(), montant) for le, reference, montant in deja),
    )


def _anciennete(ports: Ports, jour: date) -> timedelta:
    version = ports.anciennetes.en_vigueur(jour)
    if version is None:
        raise Conflit(
            f"Rien ne dit, le {jour}, jusqu'où un règlement peut remonter.", regle="FAC-17"
        )
    return version.valeur


def _consigne(reglement: Reglement, acte: Acte) -> ReglementConsigne:
    return ReglementConsigne(reglement=reglement, survenu_le=acte.le)


@dataclass(frozen=True, slots=True)
class ReglementDuLot:
    """Un règlement d'un lot, et les lignes du fichier qui le disent."""

    reglement: AInscrire
    lignes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InscrireLot:
    """Les règlements d'un fichier, dans son ordre."""

    reglements: tuple[ReglementDuLot, ...]


@dataclass(frozen=True, slots=True)
class InscritDuLot:
    """Un règlement du lot, inscrit."""

    inscrit: Inscrit
    lignes: tuple[int, ...]


async def inscrire_lot(
    commande: InscrireLot, ports: Ports, acte: Acte
) -> Resultat[Sequence[InscritDuLot]]:
    """Consigne tout le lot, ou rien : une ligne refusée le refuse, et toutes sont jugées (FAC-17).

    Lève `Conflit`, dont les détails disent ce qu'on reproche à chaque ligne.
    """
    par_organisme: defaultdict[str, list[ReglementDuLot]] = defaultdict(list)
    for un in commande.reglements:
        par_organisme[un.reglement.organisme].append(un)
    faits: list[InscritDuLot] = []
    refus: list[tuple[tuple[int, ...], str]] = []
    # Toujours dans le même ordre : deux lots qui se croisent s'attendent, sans s'étreindre.
    for organisme in sorted(par_organisme):
        try:
            jours = {un.reglement.le for un in par_organisme[organisme]}
            compte = await _ouvrir(organisme, jours, ports, acte)
        except Refus as raison:
            refus += ((un.lignes, raison.message) for un in par_organisme[organisme])
            continue
        for un in par_organisme[organisme]:
            try:
                inscrit = compte.regler(un.reglement, acte)
            except Refus as raison:
                refus.append((un.lignes, raison.message))
                continue
            compte = compte.avec(inscrit.reglement)
            faits.append(InscritDuLot(inscrit, un.lignes))
    _exiger_sans_refus(refus)
    await ports.reglements.ajouter([fait.inscrit.reglement for fait in faits])
    ranges = sorted(faits, key=lambda fait: fait.lignes)
    return Resultat(ranges, *(_consigne(fait.inscrit.reglement, acte) for fait in ranges))


def _exiger_sans_refus(refus: Sequence[tuple[tuple[int, ...], str]]) -> None:
    if not refus:
        return
    dits = [{"lignes": [*lignes], "faute": faute} for lignes, faute in sorted(refus)]
    raise Conflit(
        f"Aucun règlement n'est consigné : le fichier en a {len(refus)} qu'on ne peut admettre.",
        regle="FAC-17",
        details={"refus": dits[:VERDICTS], "refuses": len(refus)},
    )


@dataclass(frozen=True, slots=True)
class AppliquerCredit:
    """Le règlement dont le crédit paie d'autres documents."""

    id: UUID
    parties: tuple[Partie, ...]


async def appliquer_credit(
    commande: AppliquerCredit, ports: Ports, acte: Acte
) -> Resultat[Inscrit]:
    """Acquitte des documents avec le crédit d'un règlement (FAC-17).

    Lève `Conflit` ou `Introuvable`, comme `Compte.appliquer`.
    """
    organisme = (await ports.reglements.charger(commande.id)).organisme
    compte = await _ouvrir(organisme, (), ports, acte)
    avant = await ports.reglements.charger(commande.id)
    inscrit = compte.appliquer(avant, commande.parties, acte)
    neufs = inscrit.reglement.acquittements[len(avant.acquittements) :]
    await ports.reglements.acquitter(avant, neufs)
    fait = CreditApplique(reglement=inscrit.reglement, acquittements=neufs, survenu_le=acte.le)
    return Resultat(inscrit, *([fait] if neufs else ()))


@dataclass(frozen=True, slots=True)
class Contrepasser:
    """Le règlement à défaire, l'identité de sa contre-écriture, et pourquoi."""

    id: UUID
    contre_ecriture: UUID
    motif: str


async def contrepasser(commande: Contrepasser, ports: Ports, acte: Acte) -> Resultat[Inscrit]:
    """Défait un règlement, une seule fois : ce qu'il payait est dû de nouveau (FAC-17).

    Lève `Introuvable`, ou `Conflit` comme `Reglement.contrepasser`.
    """
    organisme = (await ports.reglements.charger(commande.id)).organisme
    await ports.clients.charger(organisme, verrouiller=True)
    reglement = await ports.reglements.charger(commande.id)
    contraire = reglement.contrepasser(commande.contre_ecriture, commande.motif, acte)
    await ports.reglements.ajouter([contraire])
    return Resultat(Inscrit(contraire), _consigne(contraire, acte))


async def organismes_apres(apres: str, ports: Ports) -> Sequence[str]:
    """Les organismes dont quelque chose peut se facturer, après celui-là, par code."""
    connus = {*await ports.clients.organismes(), *await ports.faits.organismes()}
    return sorted(organisme for organisme in connus if organisme > apres)


@dataclass(frozen=True, slots=True)
class ChercherAFacturer:
    """Un organisme, et la période à la fin de laquelle on compte."""

    organisme: str
    periode: Mois


async def chercher_a_facturer(commande: ChercherAFacturer, ports: Ports) -> AFacturer:
    """Ce qui est dû à la fin de la période et que nul document émis alors ne porte.

    Le même calcul que l'émission, sans rien écrire : ce qui reste à émettre de ces périodes, et ce
    qui en fut émis depuis. Un organisme qu'on ne peut calculer le dit, et n'arrête pas les autres.
    """
    organisme, periode = commande.organisme, commande.periode
    lignes = list(await ports.documents.emises_depuis(organisme, periode.fin))
    attentes = 0
    try:
        client = await ports.clients.charger(organisme)
        derniere = max(await ports.factures.numeros(organisme), default=periode.precedent)
        visees = await ports.touches.etendue(organisme)
        a_projeter = max(periode, derniere.suivant)
        async for situation in ports.situations.de(client, visees):
            projet = await ports.a_l_ecart(situation.projeter, a_projeter)
            lignes += (
                LigneConnue(x.identite.tarif, x.identite.periode, x.montant) for x in projet.lignes
            )
            attentes += sum(a.identite.periode <= periode for a in projet.attentes)
    except Conflit as refus:
        return AFacturer(organisme=organisme, periode=periode, raison=refus.message)
    return AFacturer(
        organisme=organisme,
        periode=periode,
        parts=tuple(rassembler(lignes, periode)),
        attentes=attentes,
    )
