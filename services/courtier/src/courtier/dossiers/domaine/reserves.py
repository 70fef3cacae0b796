"""Les réserves d'un choix : ce qui ne tient qu'à ce que dit l'organisme (CI-15).

Nul n'empêche un organisme de mal dire ses besoins; ceci le donne à voir à qui autorise et signe.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import TypeAlias
from uuid import UUID

from courtier.catalogue.domaine import BASE
from courtier.dossiers.domaine.actes import ActePose, ScenarioChiffre
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.choix import Autorisation, Choix
from courtier.dossiers.domaine.conformite import (
    Conformite,
    Consultation,
    conformes_ensemble,
)
from courtier.dossiers.domaine.demarrage import Confirmation
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.planchers import Plancher, conversions_dites
from courtier.dossiers.domaine.scenarios import Chiffrage, OffreVoulue, Provenance, Scenario
from noyau import Montant

Jugements: TypeAlias = Sequence[tuple[Besoins, Mapping[UUID, frozenset[str]]]]
ENSEMBLE_MAXIMUM = 3
"""Les offres d'un même fournisseur que l'on joint, au plus, pour chercher un rival."""


class CauseReserve(StrEnum):
    """Ce qui sépare le plancher d'un rival de ce qu'en dit le dossier."""

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
class Rival:
    """Des offres qui répondent aux besoins à leur base seule; une seule, le plus souvent."""

    planchers: tuple[Plancher, ...]

    @property
    def offres(self) -> frozenset[UUID]:
        return frozenset(p.offre_id for p in self.planchers)

    @property
    def total(self) -> Decimal:
        return sum((p.total for p in self.planchers), Decimal(0))

    @property
    def conversion_dite(self) -> bool:
        return any(p.provenance is Provenance.CONVERSION_DITE for p in self.planchers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Un rival dont la base coûterait moins que le choix, et que nul scénario ne montre.

    Ou une offre, du choix ou d'un rival plus cher, dont le prix tient à une conversion dite.
    """

    offre_id: UUID
    avec: tuple[UUID, ...] = ()
    """Les offres qui la complètent, si elle ne répond pas seule aux besoins."""
    fournisseur_id: UUID
    plancher: Decimal
    provenance: Provenance
    sert: Decimal
    """Ce que sert une unité, au plancher."""
    scenario_id: UUID | None
    """Le moins cher de ceux faits d'elle seule, ou d'elle et de celles-là; aucun s'il n'y en a pas.
    """
    total: Decimal | None
    choix: Decimal
    """Le total du scénario choisi."""
    causes: tuple[CauseReserve, ...]
    composantes: tuple[str, ...]
    """Celles que son scénario porte de plus que la base."""
    motif: str | None
    """Ce qu'en écrit l'organisme, tant que la réserve ne s'aggrave pas."""

    @property
    def offres(self) -> frozenset[UUID]:
        return frozenset({self.offre_id, *self.avec})

    def aggrave(self, autre: "Reserve") -> bool:
        """Vrai si celle-ci en dit plus que l'autre : un rival moins cher, ou une unité sert plus.

        En proportion du choix : le besoin qui grandit ou rapetisse n'y change rien.
        """
        return self.sert > autre.sert or self.plancher * autre.choix < autre.plancher * self.choix


def conversions_a_eprouver(dossier: Dossier) -> Mapping[UUID, Decimal | None]:
    """Les offres que le dossier a jugées, même défaites, et ce qu'une unité sert.

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
        for _, lignes in _jugements(dossier)
        for offre in lignes
    }


def conversions_du_choix(dossier: Dossier) -> frozenset[UUID]:
    """Les offres du scénario choisi dont le prix tient à une conversion que dit l'organisme."""
    calcul = dossier.calculs.get(dossier.choisi.id) if dossier.choisi else None
    return frozenset(
        u.offre_id
        for u in (calcul.unites if isinstance(calcul, Chiffrage) else ())
        if u.composante == BASE and u.provenance is Provenance.CONVERSION_DITE
    )


def rivaux(dossier: Dossier) -> tuple[Rival, ...]:
    """Chaque offre jugée conforme une fois; et, par fournisseur, le moins cher des ensembles.

    Un ensemble joint des offres dont nulle ne répond seule aux besoins (CI-14). Ce qu'une ligne de
    la matrice a dit satisfait le reste, même défaite, pour les besoins dits alors.
    """
    jugements = _jugements(dossier)

    def repondent(planchers: tuple[Plancher, ...]) -> bool:
        return any(
            all(p.offre_id in lignes for p in planchers)
            and conformes_ensemble([lignes[p.offre_id] for p in planchers], besoins)
            for besoins, lignes in jugements
        )

    seules = [(p,) for p in dossier.planchers if repondent((p,))]
    restent: dict[UUID, list[Plancher]] = {}
    for plancher in dossier.planchers:
        if (plancher,) not in seules:
            restent.setdefault(plancher.fournisseur_id, []).append(plancher)
    joints = (
        min(filter(repondent, _ensembles(_utiles(siens, jugements))), key=_total, default=None)
        for siens in restent.values()
    )
    return tuple(Rival(planchers=p) for p in (*seules, *joints) if p is not None)


def reserves(dossier: Dossier) -> tuple[Reserve, ...]:
    """Celles du choix, au dernier calcul; aucune d'un choix qui ne se compare pas.

    Un scénario fait des mêmes offres, conforme et au plus au prix du choix, parle pour un rival :
    la règle du plus bas prix le juge déjà. Il ne répond pas d'une conversion que dit le choix.
    """
    ecrits = _motifs(dossier)

    def motivee(reserve: Reserve) -> Reserve:
        alors, motif = ecrits.get(reserve.offres, (reserve, None))
        return replace(reserve, motif=None if reserve.aggrave(alors) else motif)

    return tuple(motivee(r) for r in _sans_leurs_motifs(dossier))


def sans_motif(dossier: Dossier) -> tuple[Reserve, ...]:
    """Les réserves que rien n'explique encore, ou qui ont empiré depuis qu'on les expliquait."""
    return tuple(r for r in reserves(dossier) if r.motif is None)


def motifs_sans_reserve(dossier: Dossier) -> tuple[UUID, ...]:
    """Les offres que le dernier choix, ou la dernière confirmation, motive sans qu'il le faille.

    Un motif écrit d'avance ne couvre pas ce qui n'est pas encore arrivé.
    """
    dits = next(reversed([a for _, a in _motivants(dossier)]), None)
    attendues = {offre for r in reserves(dossier) for offre in r.offres}
    return tuple(
        j.offre_id for j in (dits.justifications if dits else ()) if j.offre_id not in attendues
    )


def autorisations_valant(dossier: Dossier) -> tuple[Autorisation, ...]:
    """Celles dont le dirigeant a vu chaque réserve du choix, et le motif qu'elle a encore.

    Un motif récrit, une réserve neuve ou pire : l'autorisation est à redonner.
    """
    presentes = reserves(dossier)

    def a_tout_vu(acte: ActePose) -> bool:
        vues = {r.offres: r for r in reserves(dossier.jusqu_a(acte))}
        return all(
            (vue := vues.get(r.offres)) is not None and vue.motif == r.motif and not r.aggrave(vue)
            for r in presentes
        )

    return tuple(
        a.contenu for a in dossier.valant if isinstance(a.contenu, Autorisation) and a_tout_vu(a)
    )


def _utiles(planchers: Sequence[Plancher], jugements: Jugements) -> Sequence[Plancher]:
    """Sans les offres qu'une autre, qui satisfait au moins autant, bat au prix.

    Nul ensemble le moins cher n'en tient une : l'autre y prendrait sa place.
    """
    rangs = {p.offre_id: (p.total, rang) for rang, p in enumerate(planchers)}

    def bat(une: UUID, autre: UUID) -> bool:
        return rangs[une] < rangs[autre] and all(
            autre not in lignes or (une in lignes and lignes[une] >= lignes[autre])
            for _, lignes in jugements
        )

    return [p for p in planchers if not any(bat(q.offre_id, p.offre_id) for q in planchers)]


def _jugements(dossier: Dossier) -> Jugements:
    """Chaque fois que les besoins ont été dits, ce qu'une ligne, même défaite, disait satisfait."""
    dits: list[tuple[Besoins, dict[UUID, frozenset[str]]]] = []
    for acte in dossier.actes:
        match acte.contenu:
            case Besoins() as besoins:
                dits.append((besoins, {}))
            case Conformite(offre_id=offre) as ligne:
                lignes = dits[-1][1]
                lignes[offre] = lignes.get(offre, frozenset()) | ligne.satisfaites
            case _:
                pass
    return dits


def _ensembles(planchers: Sequence[Plancher]) -> Iterator[tuple[Plancher, ...]]:
    for taille in range(2, ENSEMBLE_MAXIMUM + 1):
        yield from combinations(planchers, taille)


def _total(planchers: Iterable[Plancher]) -> Decimal:
    return sum((p.total for p in planchers), Decimal(0))


def _sans_leurs_motifs(dossier: Dossier) -> tuple[Reserve, ...]:
    choisi, totaux = dossier.choisi, dossier.comparaison.totaux
    total = totaux.get(choisi.id) if choisi else None
    if total is None:
        return ()
    vus = {
        frozenset(s.offres_ids)
        for s in dossier.scenarios.values()
        if s.id in totaux and totaux[s.id] <= total
    }
    dites = conversions_du_choix(dossier)
    du_choix = (Rival(planchers=(p,)) for p in dossier.planchers if p.offre_id in dites)
    retenus = {r.offres: r for r in du_choix} | {
        r.offres: r
        for r in rivaux(dossier)
        if r.offres not in vus and (r.conversion_dite or r.total < total.decimal)
    }
    faits = _moins_chers(dossier)
    return tuple(_reserve(dossier, r, faits.get(r.offres), total) for r in retenus.values())


def _motivants(dossier: Dossier) -> Iterator[tuple[ActePose, Choix | Confirmation]]:
    """Le choix et les confirmations qui le suivent : ce qui porte des motifs."""
    choix = dossier.dernier(Choix)
    for acte in dossier.valant:
        contenu = acte.contenu
        if isinstance(contenu, Confirmation) or (contenu is choix and isinstance(contenu, Choix)):
            yield acte, contenu


def _motifs(dossier: Dossier) -> Mapping[frozenset[UUID], tuple[Reserve, str]]:
    """Le dernier motif de chaque réserve, et la réserve telle qu'elle était quand il s'écrivit."""
    return {
        reserve.offres: (reserve, dite.motif)
        for acte, contenu in _motivants(dossier)
        if contenu.justifications
        for reserve in _sans_leurs_motifs(dossier.jusqu_a(acte))
        for dite in contenu.justifications
        if dite.offre_id in reserve.offres
    }


def _moins_chers(dossier: Dossier) -> Mapping[frozenset[UUID], Scenario]:
    """Par ensemble d'offres, le moins cher des scénarios; sinon, un qui ne compte pas."""
    totaux = dossier.comparaison.totaux
    rangs = sorted(
        dossier.scenarios.values(),
        key=lambda s: (s.id in totaux, -totaux[s.id].cents if s.id in totaux else 0),
    )
    return {frozenset(s.offres_ids): s for s in rangs}


def _reserve(dossier: Dossier, rival: Rival, fait: Scenario | None, choix: Montant) -> Reserve:
    calcul = dossier.calculs.get(fait.id) if fait else None
    chiffrage = calcul if isinstance(calcul, Chiffrage) else None
    premier, *autres = rival.planchers
    return Reserve(
        offre_id=premier.offre_id,
        avec=tuple(p.offre_id for p in autres),
        fournisseur_id=premier.fournisseur_id,
        plancher=rival.total,
        provenance=Provenance.CONVERSION_DITE if rival.conversion_dite else Provenance.PUBLIEE,
        sert=premier.sert,
        scenario_id=fait.id if fait else None,
        total=chiffrage.total.decimal if chiffrage else None,
        choix=choix.decimal,
        causes=tuple(_causes(dossier, rival, fait, chiffrage)),
        composantes=tuple(
            c.code for o in (fait.offres if fait else ()) for c in o.composantes if c.code != BASE
        ),
        motif=None,
    )


def _causes(
    dossier: Dossier, rival: Rival, fait: Scenario | None, chiffrage: Chiffrage | None
) -> Iterator[CauseReserve]:
    consultation, besoins = dossier.dernier(Consultation), dossier.besoins
    lignes = [dossier.matrice[o].satisfaites for o in rival.offres if o in dossier.matrice]
    if consultation is None or not rival.offres <= set(consultation.retenues):
        yield CauseReserve.NON_RETENUE
    elif besoins and len(lignes) == len(rival.offres) and not conformes_ensemble(lignes, besoins):
        yield CauseReserve.DEJUGEE
    if fait is not None and chiffrage is None:
        yield CauseReserve.SANS_PRIX
    dites = [c for o in (fait.offres if fait else ()) for c in o.composantes]
    if any(c.code != BASE for c in dites):
        yield CauseReserve.COMPOSANTES
    if any(c.quantites is not None for c in dites):
        yield CauseReserve.QUANTITES_DITES
    if rival.conversion_dite:
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
