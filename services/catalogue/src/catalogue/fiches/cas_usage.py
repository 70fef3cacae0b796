"""Ce que l'on peut demander d'une fiche de service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.fiches.domaine.fiche import Fiche, FicheRetiree, Prevision, Publication
from catalogue.fiches.ports import CodeReserve, Ports
from noyau import Acte, Conflit, Introuvable, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierFiche:
    """Une version d'une fiche; la première crée la fiche."""

    code: str
    publication: Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayerPublication:
    """La même, telle que le jour dit la verrait."""

    voulue: PublierFiche
    aujourdhui: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerVersion:
    """Une version à venir, par son numéro."""

    code: str
    version: int


async def publier_fiche(commande: PublierFiche, ports: Ports, acte: Acte) -> Resultat[Prevision]:
    """Publie une version d'une fiche (CAT-5); inchangée, ne publie rien.

    Lève `PublicationRefusee`, `FicheRefusee`, ou `Conflit` si un code est à une autre fiche.
    """
    await ports.fiches.verrouiller()
    prevision = await _prevoir(commande, ports, jour_de_quebec(acte.le))
    if prevision.inchangee:
        return Resultat(prevision)
    fait = prevision.fait(acte)
    await ports.fiches.ajouter_version(fait)
    return Resultat(prevision, fait)


async def essayer_publication(commande: EssayerPublication, ports: Ports) -> Prevision:
    """Ce que publier donnerait, sans rien écrire; lève les mêmes refus."""
    return await _prevoir(commande.voulue, ports, commande.aujourdhui)


async def retirer_version(
    commande: RetirerVersion, ports: Ports, acte: Acte
) -> Resultat[FicheRetiree]:
    """Retire une version à venir (CAT-2); lève comme `Fiche.retirer`."""
    await ports.fiches.verrouiller()
    fiches = dict(await ports.fiches.lire())
    fiche = fiches.pop(commande.code, None)
    if fiche is None:
        raise Introuvable("Cette fiche n'existe pas.")
    autres = {code: autre.parutions.effectives for code, autre in fiches.items()}
    _, fait = fiche.retirer(commande.version, autres, acte)
    await ports.fiches.retirer_version(fait)
    return Resultat(fait, fait)


async def _prevoir(commande: PublierFiche, ports: Ports, aujourdhui: date) -> Prevision:
    fiches = dict(await ports.fiches.lire())
    fiche = fiches.pop(commande.code, Fiche(code=commande.code))
    autres = {code: autre.parutions.effectives for code, autre in fiches.items()}
    natures = commande.publication.contenu.natures
    _refuser_codes_pris(fiche.code, natures, await ports.fiches.reserves(natures))
    _, prevision = fiche.publier(commande.publication, autres, ports.annuaire, aujourdhui)
    return prevision


def _refuser_codes_pris(
    fiche: str, natures: Mapping[str, str], reserves: Mapping[str, CodeReserve]
) -> None:
    """Un code ne change ni de fiche ni de nature : des produits, des factures le citent."""
    ailleurs = {code: r.fiche for code, r in reserves.items() if r.fiche != fiche}
    if ailleurs:
        raise Conflit(
            "Un code appartient à une seule fiche; ceux-ci sont pris : "
            + ", ".join(f"{code} ({autre})" for code, autre in sorted(ailleurs.items())),
            regle="CAT-2",
            details={"codes": ailleurs},
        )
    changes = {code: r.nature for code, r in reserves.items() if r.nature != natures[code]}
    if changes:
        raise Conflit(
            "Un code garde sa nature pour toujours : "
            + ", ".join(f"{code} ({nature})" for code, nature in sorted(changes.items()))
            + ". Publiez sous un autre code.",
            regle="CAT-9",
            details={"codes": changes},
        )
