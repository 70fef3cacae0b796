"""La signature du client, et ce qui l'empêche aujourd'hui : les mêmes contrôles (CI-14 à CI-16)."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.etats import ActeContrat
from courtier.contrats.ports import Ports
from courtier.dossiers.domaine.actes import Geste
from courtier.dossiers.domaine.demarrage import SignatureClient
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import avancer, exiger
from noyau import Acte, Acteur, Introuvable, Refus, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerParClient:
    """Les empreintes des documents signés; `engagement` absent : il n'a pas été signé."""

    contrat_id: UUID
    contrat: str
    annexe_modificative: str
    engagement: str | None


async def signer_par_client(
    commande: SignerParClient, ports: Ports, acte: Acte
) -> Resultat[Contrat]:
    """Revoit le mandat, les offres et les prix publiés le jour de l'acte, puis signe.

    La règle du plus bas prix se rejoue sur tout le dossier. Lève `Introuvable`,
    `TransitionImpossible`, `Interdit` (DEM-3, DEM-8, CI-16) ou `Conflit` (CI-10, CI-13 à CI-16,
    DEM-14).
    """
    contrat = acte.sur(await ports.contrats.charger(commande.contrat_id))
    await ports.clients.exiger(contrat.organisme, acte.le)
    signe, fait = contrat.signer_par_client(
        contrat=commande.contrat,
        annexe_modificative=commande.annexe_modificative,
        engagement=commande.engagement,
        entente=await ports.catalogue.entente(contrat.entente_id),
        catalogue=await ports.catalogue.offres(contrat.termes.offres),
        registre=await ports.mandats.registre(contrat.organisme, acte.acteur.sujet),
        acte=acte,
    )
    await _exiger_annexe(contrat, ports, acte)
    if signe.dossier_id is not None:
        dossier = await ports.acquisitions.dossiers.charger(signe.dossier_id)
        avance = await _avance(dossier, signe.id, ports, acte)
        await ports.acquisitions.dossiers.enregistrer(avance)
    await ports.contrats.enregistrer(signe)
    return Resultat(signe, fait)


@dataclass(frozen=True, slots=True)
class Signabilite:
    """Ce qui empêche le client de signer ce contrat, à cet instant; rien : il peut signer."""

    contrat: Contrat
    refus: tuple[Refus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LireSignabilite:
    """Le contrat, et ce qui se juge : un instant (UTC), et qui regarde."""

    contrat_id: UUID
    acteur: Acteur
    le: datetime


async def lire_signabilite(commande: LireSignabilite, ports: Ports) -> Signabilite:
    """Chaque contrôle de `signer_par_client`, tous joués, sans rien écrire.

    Le mandat n'en est pas : il est d'une personne. Lève `Introuvable`.
    """
    acte = Acte(acteur=commande.acteur, le=commande.le)
    contrat = await ports.contrats.lire(commande.contrat_id)
    if not {ActeContrat.VALIDATION, ActeContrat.SIGNATURE_CLIENT} & {*contrat.actes_permis}:
        return Signabilite(contrat, (contrat.refus_de(ActeContrat.SIGNATURE_CLIENT),))
    controles = [
        ports.clients.exiger(contrat.organisme, acte.le),
        _exiger_valide(contrat),
        _exiger_a_commencer(contrat, acte),
        _exiger_prix(contrat, ports, acte),
        _exiger_annexe(contrat, ports, acte),
        _exiger_dossier(contrat, ports, acte),
    ]
    return Signabilite(contrat, await _refus(controles))


async def _refus(controles: Sequence[Awaitable[None]]) -> tuple[Refus, ...]:
    refus: list[Refus] = []
    for controle in controles:
        try:
            await controle
        except Refus as leve:
            refus.append(leve)
    return tuple(refus)


async def _exiger_valide(contrat: Contrat) -> None:
    if ActeContrat.SIGNATURE_CLIENT not in contrat.actes_permis:
        raise contrat.refus_de(ActeContrat.SIGNATURE_CLIENT)


async def _exiger_a_commencer(contrat: Contrat, acte: Acte) -> None:
    contrat.exiger_a_commencer(jour_de_quebec(acte.le))


async def _exiger_prix(contrat: Contrat, ports: Ports, acte: Acte) -> None:
    contrat.exiger_prix_du_jour(
        entente=await ports.catalogue.entente(contrat.entente_id),
        catalogue=await ports.catalogue.offres(contrat.termes.offres),
        le=jour_de_quebec(acte.le),
    )


async def _exiger_annexe(contrat: Contrat, ports: Ports, acte: Acte) -> None:
    publies = await ports.catalogue.documents(contrat.fournisseur_id)
    contrat.documents.exiger_annexe_publiee(publies, jour_de_quebec(acte.le))


async def _exiger_dossier(contrat: Contrat, ports: Ports, acte: Acte) -> None:
    contrat.exiger_dossier()
    if contrat.dossier_id is not None:
        dossier = await ports.acquisitions.dossiers.lire(contrat.dossier_id)
        await _avance(dossier, contrat.id, ports, acte)


async def _avance(dossier: Dossier, contrat_id: UUID, ports: Ports, acte: Acte) -> Dossier:
    """Rejoue aux prix du jour la règle du plus bas prix, et revoit EFVP, budget, admissibilité."""
    circonstances = await ports.acquisitions.circonstances(dossier, acte.le)
    exiger(Geste.SIGNATURE_CLIENT, dossier, circonstances)
    if dossier.besoins is None:
        raise Introuvable("Le dossier n'a pas de besoins.")
    calculs = await ports.acquisitions.calculs(
        list(dossier.scenarios.values()), dossier.besoins, acte.le
    )
    signature = SignatureClient(
        contrat_id=contrat_id,
        calculs=calculs,
        planchers=await ports.acquisitions.planchers(dossier, acte.le),
    )
    return avancer(dossier, signature, circonstances, acte)
