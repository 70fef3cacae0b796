"""Ce qu'on peut demander aux taux : fermer une période, corriger ce qui en change."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from noyau import Acte, Mois, Resultat, exiger_une_personne
from sla.fiches.domaine import versions_du_mois
from sla.taux.domaine.attendus import Etendue
from sla.taux.domaine.citees import lues_de_chacun
from sla.taux.domaine.corrections import Constat, Publie, corriger
from sla.taux.domaine.fermetures import (
    PRODUCTEURS,
    Fermeture,
    exiger_entiere,
    exiger_mesuree,
    fermer,
)
from sla.taux.ports import Ports

LOT = 500
"""Mesures revues au plus par transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FermerPeriode:
    """`motif` : pourquoi fermer sans attendre les producteurs en retard."""

    periode: Mois
    motif: str | None = None


@dataclass(frozen=True, slots=True)
class Fermee:
    """Une période fermée; `neuve` : à l'instant."""

    fermeture: Fermeture
    neuve: bool


async def fermer_periode(commande: FermerPeriode, ports: Ports, acte: Acte) -> Resultat[Fermee]:
    """Ferme la période et publie ses taux (SLA-7); déjà fermée, la rend telle qu'elle est.

    Lève `Conflit` si elle ne se ferme pas encore, ou n'a rien à fermer; `Interdit` si une machine
    le demande.
    """
    exiger_une_personne(acte.acteur, "SLA-7")
    await ports.fermetures.reserver()
    deja = await ports.fermetures.charger(commande.periode)
    if deja is not None:
        return Resultat(Fermee(deja, neuve=False))
    etat = await ports.fermetures.etat(PRODUCTEURS)
    mois = Etendue(commande.periode, commande.periode)
    fiches = await ports.fiches.toutes()
    attendus = list(mois.par_mois(fiches))
    exiger_mesuree(commande.periode, etat, attendus)
    voulue = fermer(commande.periode, etat, motif=commande.motif, par=acte.acteur.sujet, le=acte.le)
    versions = versions_du_mois(await ports.calendriers.applique(), commande.periode)
    fermeture = await ports.fermetures.figer(voulue, attendus, versions)
    regimes = await ports.fermetures.regimes(commande.periode)
    lues = lues_de_chacun(fiches, commande.periode, regimes)
    await ports.fermetures.citer(commande.periode, lues)
    # Relus après ce qui fut figé : des copies qu'on aurait commencé à refaire s'y verraient.
    exiger_entiere((await ports.fermetures.etat(PRODUCTEURS)).jalons, etat.jalons)
    await ports.fermetures.retenir(etat.jalons)
    return Resultat(Fermee(fermeture, neuve=True), *await ports.fermetures.publies(fermeture))


@dataclass(frozen=True, slots=True)
class VoirJalons:
    """Jusqu'où tout est reçu, à cet instant."""


async def voir_jalons(_: VoirJalons, ports: Ports, _acte: Acte) -> Resultat[None]:
    """Retient jusqu'où tout est reçu : des copies qui se refont ne fermeront rien de moindre.

    Lève `Conflit` si elles se refont déjà.
    """
    etat = await ports.fermetures.etat(PRODUCTEURS)
    exiger_entiere(etat.jalons, etat.vus)
    await ports.fermetures.retenir(etat.jalons)
    return Resultat(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrigerPeriodes:
    """Au plus `limite` mesures à la fois."""

    limite: int = LOT


async def corriger_periodes(commande: CorrigerPeriodes, ports: Ports, acte: Acte) -> Resultat[int]:
    """Ajoute ce que des mesures récrites changent des mois fermés (SLA-7). Rend combien de vues.

    Lève `Conflit` tant que les copies se refont : ce qu'on y lirait n'est pas ce qu'on sait.
    """

    async def revoir() -> Sequence[tuple[Constat, Sequence[Publie]]]:
        marquees = await ports.corrections.marquees(commande.limite)
        constats = await ports.corrections.constats(marquees)
        await ports.corrections.oublier(marquees)
        vues.append(len(marquees))
        return constats

    vues: list[int] = []
    await _corriger(revoir, ports, acte)
    return Resultat(sum(vues))


async def corriger_disponibilites(
    commande: CorrigerPeriodes, ports: Ports, acte: Acte
) -> Resultat[int]:
    """Ajoute de même ce que des indisponibilités changent des mois fermés; rend combien."""
    return Resultat(
        await _corriger(lambda: ports.corrections.disponibilites(commande.limite), ports, acte)
    )


async def _corriger(
    revoir: Callable[[], Awaitable[Sequence[tuple[Constat, Sequence[Publie]]]]],
    ports: Ports,
    acte: Acte,
) -> int:
    """Compare ce qu'on sait à ce qui fut publié, entre deux lectures des jalons."""
    await ports.fermetures.reserver()
    etat = await ports.fermetures.etat(PRODUCTEURS)
    exiger_entiere(etat.jalons, etat.vus)
    constats = await revoir()
    ajoutees = [c for constat, publies in constats for c in corriger(constat, publies, acte.le)]
    exiger_entiere((await ports.fermetures.etat(PRODUCTEURS)).jalons, etat.jalons)
    if ajoutees:
        await ports.corrections.ajouter(ajoutees)
        await ports.fermetures.retenir(etat.jalons)
    return len(ajoutees)
