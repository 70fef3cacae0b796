"""Des scénarios, avec les noms qui les font reconnaître."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from courtier.catalogue.domaine import Offre
from courtier.dossiers.domaine.comparatif import ScenarioCompare, comparer
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.reserves import Reserve, reserves
from courtier.dossiers.domaine.scenarios import frais_estimes
from courtier.dossiers.ports import Ports
from noyau import Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Confrontation:
    """Les scénarios d'un dossier; les noms et les offres sont ceux d'aujourd'hui."""

    dossier: Dossier
    scenarios: Mapping[UUID, ScenarioCompare]
    fournisseurs: Mapping[UUID, str]
    offres: Mapping[UUID, Offre]
    frais: Mapping[UUID, Montant | None]
    """Ceux du Courtier, estimés."""
    reserves: tuple[Reserve, ...] = ()
    """Celles du choix (CI-15)."""


async def confronter(dossier_id: UUID, ports: Ports) -> Confrontation:
    """Tous les scénarios d'un dossier, à leur dernier calcul; lève `Introuvable`."""
    dossier = await ports.acquisitions.dossiers.lire(dossier_id)
    scenarios = dossier.scenarios.values()
    catalogue = ports.acquisitions.catalogue
    dites = reserves(dossier)
    offres = await catalogue.offres(
        {o for s in scenarios for o in s.offres_ids} | {o for r in dites for o in r.offres}
    )
    fiches = await catalogue.fiches(
        {s.fournisseur_id for s in scenarios} | {r.fournisseur_id for r in dites}
    )
    frais = await ports.grilles.lire()
    return Confrontation(
        dossier=dossier,
        scenarios=comparer(dossier),
        fournisseurs={identifiant: fiche.nom for identifiant, fiche in fiches.items()},
        offres={identifiant: lue.offre for identifiant, lue in offres.items()},
        frais={i: frais_estimes(dossier.calculs[i], frais) for i in dossier.scenarios},
        reserves=dites,
    )
