"""Constater des usages, un ou un lot, et les corriger (CAT-9, DEM-12, DEM-13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from demandes.clients.domaine.organismes import Organisme
from demandes.usages.domaine import (
    Constat,
    Correction,
    Usage,
    UsageAnnule,
    UsageConstate,
    UsageVoulu,
    exiger_mcn,
)
from demandes.usages.ports import Ports
from noyau import Acte, Fait, Introuvable, Refus, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneConstatee:
    """Ce qu'il advient d'une ligne d'un lot : l'usage, ou pourquoi elle est refusée."""

    usage: Usage | None = None
    neuf: bool = False
    """Faux : il était déjà constaté."""
    refus: Refus | None = None


async def constater_usage(voulu: UsageVoulu, ports: Ports, acte: Acte) -> Resultat[LigneConstatee]:
    """Inscrit l'usage; déjà constaté de même, il est le même fait (DEM-12).

    Lève `Introuvable`, `Interdit` ou `Conflit` (CAT-9, DEM-12, DEM-13, DEM-14).
    """
    resultat = await constater_lot((voulu,), ports, acte)
    (ligne,) = resultat.valeur
    if ligne.refus is not None:
        raise ligne.refus
    return Resultat(ligne, *resultat.faits)


async def constater_lot(
    voulus: Sequence[UsageVoulu], ports: Ports, acte: Acte
) -> Resultat[Sequence[LigneConstatee]]:
    """Inscrit chaque ligne permise; une ligne refusée n'arrête pas les autres.

    Lève `Interdit` (CAT-9) si l'appelant n'est pas du MCN.
    """
    exiger_mcn(acte.acteur)
    organismes = await _verrouiller((v.organisme for v in voulus), ports)
    connus = dict(await ports.usages.connus({v.id for v in voulus}))
    neufs: dict[UUID, tuple[Usage, Constat]] = {}
    lignes = []
    for voulu in voulus:
        try:
            if (deja := connus.get(voulu.id)) is not None:
                premier, usage = deja
                voulu.exiger_meme(premier, usage)
            else:
                usage, constat = _constater(voulu, organismes, ports, acte)
                neufs[usage.id], connus[usage.id] = (usage, constat), (constat, usage)
            lignes.append(LigneConstatee(usage=usage, neuf=deja is None))
        except Refus as refus:
            lignes.append(LigneConstatee(refus=refus))
    await ports.usages.ajouter(list(neufs.values()))
    return Resultat(lignes, *(_constate(usage) for usage, _ in neufs.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrigerUsage:
    """L'usage, et ce qui est juste."""

    usage_id: UUID
    correction: Correction


async def corriger_usage(commande: CorrigerUsage, ports: Ports, acte: Acte) -> Resultat[Usage]:
    """Annule ce qui était dit de l'usage, et dit ce qui est juste (DEM-13).

    Lève `Introuvable`, ou `Conflit` (CAT-9, DEM-12, DEM-14).
    """
    usage = acte.sur(await ports.usages.charger(commande.usage_id))
    constat = commande.correction.constat(usage, ports.bornes, acte)
    if constat is None:
        return Resultat(usage)
    corrige = usage.apres(constat)
    if corrige.quantite is not None:
        (await ports.organismes.lire(usage.organisme)).exiger_actif(corrige.survenu_le)
    await ports.usages.corriger(corrige, constat)
    faits: list[Fait] = []
    if usage.quantite is not None:
        faits.append(UsageAnnule(usage=usage, survenu_le=acte.le))
    if corrige.quantite is not None:
        faits.append(_constate(corrige))
    return Resultat(corrige, *faits)


async def lire_constats(usage_id: UUID, ports: Ports) -> Sequence[Constat]:
    """Tout ce qu'on a dit d'un usage, dans l'ordre; lève `Introuvable`."""
    return await ports.usages.constats((await ports.usages.lire(usage_id)).id)


async def _verrouiller(codes: Iterable[str], ports: Ports) -> Mapping[str, Organisme]:
    """Les organismes connus, verrouillés toujours dans le même ordre."""
    connus = {}
    for code in sorted(set(codes)):
        try:
            connus[code] = await ports.organismes.charger(code)
        except Introuvable:
            continue
    return connus


def _constater(
    voulu: UsageVoulu, organismes: Mapping[str, Organisme], ports: Ports, acte: Acte
) -> tuple[Usage, Constat]:
    organisme = organismes.get(voulu.organisme)
    if organisme is None:
        raise Introuvable("Organisme introuvable.")
    usage, constat = voulu.constater(ports.bornes, acte)
    organisme.exiger_actif(usage.survenu_le)
    return usage, constat


def _constate(usage: Usage) -> Fait:
    return UsageConstate(usage=usage, acte_id=usage.acte_id, survenu_le=usage.survenu_le)
