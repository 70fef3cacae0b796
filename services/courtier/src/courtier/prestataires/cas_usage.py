"""Ce qu'on peut faire d'un prestataire qualifié (CI-11).

Tout acte lève aussi `VersionPerimee`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from courtier.prestataires.domaine import FichePrestataire, Prestataire
from courtier.prestataires.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrirePrestataire:
    """La fiche d'un prestataire qualifié."""

    prestataire_id: UUID
    fiche: FichePrestataire


async def inscrire_prestataire(
    commande: InscrirePrestataire, ports: Ports, _: Acte
) -> Resultat[Prestataire]:
    """Lève `Conflit` (CI-11) si un autre prestataire porte ce NEQ."""
    prestataire = Prestataire(id=commande.prestataire_id, version=1, fiche=commande.fiche)
    await ports.prestataires.ajouter(prestataire)
    return Resultat(prestataire)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierPrestataire:
    """Les champs de la fiche à remplacer, par leur nom."""

    prestataire_id: UUID
    changements: Mapping[str, Any]


async def modifier_prestataire(
    commande: ModifierPrestataire, ports: Ports, acte: Acte
) -> Resultat[Prestataire]:
    """Lève `Introuvable`, ou `Conflit` (CI-11)."""
    prestataire = acte.sur(await ports.prestataires.charger(commande.prestataire_id))
    modifie = prestataire.modifier(commande.changements, acte)
    if modifie != prestataire:
        await ports.prestataires.enregistrer(modifie)
    return Resultat(modifie)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerPrestataire:
    """Le premier jour où il n'est plus qualifié, et pourquoi."""

    prestataire_id: UUID
    le: date
    motif: str


async def retirer_prestataire(
    commande: RetirerPrestataire, ports: Ports, acte: Acte
) -> Resultat[Prestataire]:
    """Lève `Introuvable`, `Conflit` ou `TransitionImpossible` (CI-11)."""
    prestataire = acte.sur(await ports.prestataires.charger(commande.prestataire_id))
    retire = prestataire.retirer(commande.le, commande.motif, acte)
    await ports.prestataires.enregistrer(retire)
    return Resultat(retire)
