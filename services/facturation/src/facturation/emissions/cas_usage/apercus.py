"""Voir l'aperçu d'un organisme, l'approuver, retirer son approbation (FAC-7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from facturation.emissions.cas_usage.emission import ProjeterFacture, projeter_facture
from facturation.emissions.domaine.approbations import (
    Approbation,
    Horizon,
    exiger_distincts,
    exiger_vu,
)
from facturation.emissions.domaine.executions import (
    PRODUCTEURS,
    Apercu,
    EtatApercu,
    exiger_recue,
)
from facturation.emissions.ports import Ports
from noyau import Acte, Conflit, Mois, Resultat, exiger_une_personne


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercevoirFacture:
    """Un organisme, et la période dont on voudrait voir la facture."""

    organisme: str
    periode: Mois


async def apercevoir_facture(commande: ApercevoirFacture, ports: Ports) -> Apercu:
    """Le même calcul que l'émission, au même horizon, sans rien verrouiller ni écrire (FAC-7)."""
    organisme = commande.organisme
    try:
        client = await ports.clients.charger(organisme)
        numero = (await ports.factures.numeros(organisme)).get(commande.periode)
        if numero is not None:
            return Apercu(organisme=organisme, etat="deja_emise", numero=numero)
        approbation = await ports.approbations.qui_vaut(organisme, commande.periode)
        if approbation is not None:
            await ports.horizons.lire_a(approbation.horizon.instantane)
            client = approbation.client
        visees = await ports.touches.etendue(organisme)
        projet = await projeter_facture(ProjeterFacture(client, visees, commande.periode), ports)
    except Conflit as refus:
        return Apercu(organisme=organisme, etat="en_attente", raison=refus.message)
    etat: EtatApercu = "a_emettre" if projet.lignes else "sans_ligne"
    suivie = approbation.id if approbation else None
    return Apercu(organisme=organisme, etat=etat, projet=projet, approbation=suivie)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercuVu:
    """L'aperçu que l'on a lu, par son empreinte; `id` : celui de son approbation."""

    id: UUID
    organisme: str
    empreinte: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprouverApercus:
    """Des aperçus d'une même période à approuver, chacun tel qu'on l'a lu."""

    periode: Mois
    vus: tuple[ApercuVu, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApercuTraite:
    """Ce qu'il est advenu d'un aperçu : approuvé, ou la raison du refus."""

    organisme: str
    approbation: Approbation | None = None
    raison: str | None = None


async def approuver_apercus(
    commande: ApprouverApercus, ports: Ports, acte: Acte
) -> Resultat[tuple[ApercuTraite, ...]]:
    """Fixe l'horizon de chaque aperçu; l'un refusé n'empêche pas les autres (FAC-7).

    Lève `Conflit` si la période n'est pas tout entière reçue, ou si le lot est mal formé.
    """
    exiger_une_personne(acte.acteur, "FAC-7")
    exiger_distincts([vu.organisme for vu in commande.vus])
    jalons = await ports.executions.jalons(PRODUCTEURS)
    exiger_recue(commande.periode, jalons, acte.le)
    sorts: list[ApercuTraite] = []
    for vu in sorted(commande.vus, key=lambda v: v.organisme):
        try:
            approbation = await _approuver(vu, commande.periode, jalons, ports, acte)
            sorts.append(ApercuTraite(organisme=vu.organisme, approbation=approbation))
        except Conflit as refus:
            sorts.append(ApercuTraite(organisme=vu.organisme, raison=refus.message))
    return Resultat(tuple(sorts))


async def _approuver(
    vu: ApercuVu,
    periode: Mois,
    jalons: Mapping[str, datetime | None],
    ports: Ports,
    acte: Acte,
) -> Approbation:
    """L'aperçu se recalcule à l'horizon que l'on fixe : l'émission le refera de même."""
    client = await ports.clients.charger(vu.organisme, verrouiller=True)
    if await ports.approbations.qui_vaut(vu.organisme, periode) is not None:
        raise Conflit("L'aperçu de cette période est déjà approuvé.", regle="FAC-7")
    horizon = Horizon(instantane=await ports.horizons.present(), jalons=jalons)
    await ports.horizons.lire_a(horizon.instantane)
    visees = await ports.touches.etendue(vu.organisme)
    projet = await projeter_facture(ProjeterFacture(client, visees, periode), ports)
    await ports.a_l_ecart(exiger_vu, projet, vu.empreinte)
    approbation = Approbation(
        id=vu.id,
        organisme=vu.organisme,
        periode=periode,
        empreinte=vu.empreinte,
        horizon=horizon,
        client=client,
        lignes=len(projet.lignes),
        total=projet.totaux.total,
        approuvee_le=acte.le,
        approuvee_par=acte.acteur.sujet,
    )
    await ports.approbations.ajouter(approbation)
    await ports.horizons.lire_a(None)
    return approbation


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerApprobation:
    """L'approbation qui ne doit plus valoir, et pourquoi."""

    id: UUID
    motif: str


async def retirer_approbation(
    commande: RetirerApprobation, ports: Ports, acte: Acte
) -> Resultat[Approbation]:
    """L'émission ne la suivra plus (FAC-7).

    Lève `Introuvable`, ou `Conflit` si elle est déjà retirée ou le document émis.
    """
    exiger_une_personne(acte.acteur, "FAC-7")
    approbation = await ports.approbations.charger(commande.id)
    _ = await ports.clients.charger(approbation.organisme, verrouiller=True)
    emises = await ports.factures.numeros(approbation.organisme)
    if (numero := emises.get(approbation.periode)) is not None:
        raise Conflit(f"Le document {numero} est émis : rien ne se retire.", regle="FAC-7")
    retiree = approbation.retirer(commande.motif, acte)
    await ports.approbations.retirer(retiree)
    return Resultat(retiree)
