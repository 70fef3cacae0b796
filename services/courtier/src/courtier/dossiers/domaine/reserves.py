"""Les réserves d'un choix : les offres que ce que dit l'organisme a peut-être renchéries (CI-15).

Nul n'empêche un organisme de mal dire ses besoins; ceci le donne à voir à qui autorise et signe.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from courtier.catalogue.domaine import BASE
from courtier.dossiers.domaine.actes import ScenarioChiffre
from courtier.dossiers.domaine.choix import Choix
from courtier.dossiers.domaine.conformite import Conformite, Consultation
from courtier.dossiers.domaine.demarrage import Confirmation
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.planchers import Plancher, conversions_dites
from courtier.dossiers.domaine.scenarios import Chiffrage, OffreVoulue, Provenance, Scenario
from noyau import Montant


class CauseReserve(StrEnum):
    """Ce qui sépare le plancher d'une offre de ce qu'en dit le dossier."""

    NON_RETENUE = "non_retenue"
    """Jugée conforme, puis laissée hors de la consultation."""
    DEJUGEE = "dejugee"
    """Jugée conforme, puis non conforme."""
    SANS_PRIX = "sans_prix"
    """Son scénario ne se chiffre plus; sa base, si."""
    COMPOSANTES = "composantes"
    """Son scénario porte plus que sa base."""
    QUANTITES_DITES = "quantites_dites"
    CONVERSION_DITE = "conversion_dite"
    """Ce que sert une unité n'est pas publié : l'organisme le dit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Une offre dont la seule base coûterait moins que le choix, et nul scénario ne le montre."""

    offre_id: UUID
    fournisseur_id: UUID
    plancher: Decimal
    provenance: Provenance
    sert: Decimal
    """Ce que sert une unité, au plancher."""
    scenario_id: UUID | None
    """Le moins cher de ceux faits d'elle seule; aucun s'il n'y en a pas."""
    total: Decimal | None
    choix: Decimal
    """Le total du scénario choisi."""
    causes: tuple[CauseReserve, ...]
    composantes: tuple[str, ...]
    """Celles que son scénario porte de plus que la base."""
    motif: str | None
    """Ce qu'en écrit l'organisme."""


def conversions_a_eprouver(dossier: Dossier) -> Mapping[UUID, Decimal | None]:
    """Les offres que le dossier a jugées conformes, même défaites, et ce qu'une unité sert.

    À défaut d'une conversion publiée : la plus avantageuse qu'un scénario du dossier dise, ou qu'un
    scénario défait ait dite de cette offre.
    """
    defaites = [d for a in dossier.actes for d in conversions_dites(_voulues(a.contenu))]
    valant = [d for s in dossier.scenarios.values() for d in conversions_dites(s.offres)]
    du_dossier = max((sert for _, sert in valant), default=None)
    return {
        offre: max(
            [sert for dite, sert in defaites if dite == offre]
            + ([] if du_dossier is None else [du_dossier]),
            default=None,
        )
        for offre in dict.fromkeys(
            a.contenu.offre_id
            for a in dossier.actes
            if isinstance(a.contenu, Conformite) and a.contenu.conforme
        )
    }


def reserves(dossier: Dossier) -> tuple[Reserve, ...]:
    """Celles du choix, au dernier calcul; aucune d'un choix qui ne se compare pas.

    Un scénario fait de l'offre seule, conforme et au plus au prix du choix, parle pour elle : la
    règle du plus bas prix le juge déjà.
    """
    choisi, totaux = dossier.choisi, dossier.comparaison.totaux
    total = totaux.get(choisi.id) if choisi else None
    if total is None:
        return ()
    motifs = _motifs(dossier)
    seuls = _seuls(dossier)
    return tuple(
        _reserve(dossier, plancher, seuls.get(plancher.offre_id), total, motifs)
        for plancher in dossier.planchers
        if plancher.total < total.decimal
        and not any(
            totaux[s.id] <= total
            for s in dossier.scenarios.values()
            if s.offres_ids == (plancher.offre_id,) and s.id in totaux
        )
    )


def sans_motif(dossier: Dossier) -> tuple[Reserve, ...]:
    """Les réserves que rien n'explique encore."""
    return tuple(r for r in reserves(dossier) if r.motif is None)


def motifs_sans_reserve(dossier: Dossier) -> tuple[UUID, ...]:
    """Les offres que le dernier choix, ou la dernière confirmation, motive sans qu'il le faille.

    Un motif écrit d'avance ne couvre pas ce qui n'est pas encore arrivé.
    """
    dits = next(
        (
            a.contenu
            for a in reversed(dossier.valant)
            if isinstance(a.contenu, Choix | Confirmation)
        ),
        None,
    )
    attendues = {r.offre_id for r in reserves(dossier)}
    return tuple(
        j.offre_id for j in (dits.justifications if dits else ()) if j.offre_id not in attendues
    )


def _motifs(dossier: Dossier) -> Mapping[UUID, str]:
    choix = dossier.dernier(Choix)
    dites = choix.justifications if choix else ()
    confirmees = (j for c in dossier.tous(Confirmation) for j in c.justifications)
    return {j.offre_id: j.motif for j in (*dites, *confirmees)}


def _seuls(dossier: Dossier) -> Mapping[UUID, Scenario]:
    """Par offre, le moins cher des scénarios faits d'elle seule; sinon, un qui ne compte pas."""
    totaux = dossier.comparaison.totaux
    rangs = sorted(
        (s for s in dossier.scenarios.values() if len(s.offres) == 1),
        key=lambda s: (s.id in totaux, -totaux[s.id].cents if s.id in totaux else 0),
    )
    return {s.offres_ids[0]: s for s in rangs}


def _reserve(
    dossier: Dossier,
    plancher: Plancher,
    seul: Scenario | None,
    choix: Montant,
    motifs: Mapping[UUID, str],
) -> Reserve:
    calcul = dossier.calculs.get(seul.id) if seul else None
    chiffrage = calcul if isinstance(calcul, Chiffrage) else None
    return Reserve(
        offre_id=plancher.offre_id,
        fournisseur_id=plancher.fournisseur_id,
        plancher=plancher.total,
        provenance=plancher.provenance,
        sert=plancher.sert,
        scenario_id=seul.id if seul else None,
        total=chiffrage.total.decimal if chiffrage else None,
        choix=choix.decimal,
        causes=tuple(_causes(dossier, plancher, seul, chiffrage)),
        composantes=tuple(
            c.code for o in (seul.offres if seul else ()) for c in o.composantes if c.code != BASE
        ),
        motif=motifs.get(plancher.offre_id),
    )


def _causes(
    dossier: Dossier, plancher: Plancher, seul: Scenario | None, chiffrage: Chiffrage | None
) -> Iterator[CauseReserve]:
    consultation, ligne = dossier.dernier(Consultation), dossier.matrice.get(plancher.offre_id)
    if consultation is None or plancher.offre_id not in consultation.retenues:
        yield CauseReserve.NON_RETENUE
    elif ligne is not None and not ligne.conforme:
        yield CauseReserve.DEJUGEE
    if seul is not None and chiffrage is None:
        yield CauseReserve.SANS_PRIX
    dites = [c for o in (seul.offres if seul else ()) for c in o.composantes]
    if any(c.code != BASE for c in dites):
        yield CauseReserve.COMPOSANTES
    if any(c.quantites is not None for c in dites):
        yield CauseReserve.QUANTITES_DITES
    if plancher.provenance is Provenance.CONVERSION_DITE:
        yield CauseReserve.CONVERSION_DITE


def _voulues(contenu: object) -> tuple[OffreVoulue, ...]:
    """Les offres que dit un acte : un scénario, ou la confirmation du choisi."""
    match contenu:
        case ScenarioChiffre(scenario=scenario):
            return scenario.offres
        case Confirmation(offres=offres):
            return offres or ()
        case _:
            return ()
