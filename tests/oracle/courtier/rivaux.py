"""Les réserves du choix, relues à chaque question : rivaux, conversions dites, motifs (CI-15)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from tests.oracle.courtier.etat import RECALCULENT, Lu
from tests.oracle.courtier.marche import Dit, Prise, Voulue

Groupe = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Base:
    """Ce que coûte la base seule d'une offre, ce qu'une unité sert, et si l'organisme le dit."""

    cents: int
    sert: Decimal
    dite: bool


@dataclass(frozen=True, slots=True)
class Gene:
    """Ce qui gêne un choix : la tête du groupe, son prix, ce que sert une unité, le choix."""

    tete: UUID
    cents: int
    sert: Decimal
    choix: int
    motif: str | None = None

    def pire_que(self, avant: "Gene") -> bool:
        """Une unité sert plus, ou le prix baisse au regard de celui du choix."""
        return self.sert > avant.sert or self.cents * avant.choix < avant.cents * self.choix


def bases(lu: Lu) -> dict[UUID, Base]:
    """Celle de chaque offre jugée, au dernier calcul d'ensemble; rien de qui ne se vend pas."""
    rangs = [r for r in lu.valent() if lu.actes[r].quoi in RECALCULENT]
    if not rangs:
        return {}
    alors, le = lu.jusqu_a(rangs[-1]), lu.actes[rangs[-1]].le
    trouvees = {}
    for offre in dict.fromkeys(d["offre"] for d in alors.actes if d.quoi == "conformite"):
        publie = lu.marche.offres[offre].etat(le).par_unite
        sert = publie or max(_dites(alors, offre), default=None)
        seule = (Voulue(offre, None, (Prise("base", sert),)),)
        cents = alors.cout(lu.marche.offres[offre].entente, seule, le)
        if cents is not None and sert is not None:
            trouvees[offre] = Base(cents, sert, dite=publie is None)
    return trouvees


def _dites(lu: Lu, offre: UUID) -> Iterator[Decimal]:
    """Ce que servirait une unité : de tout scénario qui vaut, ou dit un jour de cette offre."""
    voulues = [v for _, offres in lu.scenarios.values() for v in offres]
    for dit in lu.actes:
        if dit.quoi in {"scenario", "confirmation"}:
            voulues += [v for v in dit["offres"] or () if v.offre == offre]
    for voulue in voulues:
        yield from (p.sert for p in voulue.prises if p.code == "base" and p.sert)


def repondit(lu: Lu, offres: tuple[UUID, ...]) -> bool:
    """Ces offres ont, ensemble, répondu à des besoins dits, quoi qu'on ait dit ensuite."""
    debuts = [r for r, d in enumerate(lu.actes) if d.quoi == "besoins"]
    for debut, fin in zip(debuts, [*debuts[1:], len(lu.actes)], strict=True):
        lignes = [d for d in lu.actes[debut:fin] if d.quoi == "conformite"]
        exigences = lu.actes[debut]["exigences"]
        if all(_tenue(code, nature, offres, lignes) for code, nature in exigences):
            return True
    return False


def _tenue(code: str, nature: str, offres: tuple[UUID, ...], lignes: list[Dit]) -> bool:
    dits = [
        any(d["offre"] == o and any(c == code and oui for c, oui, *_ in d["verdicts"])
            for d in lignes)
        for o in offres
    ]  # fmt: skip
    jugees = {d["offre"] for d in lignes} >= set(offres)
    return jugees and (any(dits) if nature == "fonction" else all(dits))


def rivaux(lu: Lu) -> list[tuple[UUID, ...]]:
    """Les offres qui répondent seules; par fournisseur, deux ou trois autres, au plus bas prix."""
    dites = bases(lu)
    seules = [o for o in dites if repondit(lu, (o,))]
    trouves: list[tuple[UUID, ...]] = [(o,) for o in seules]
    restent = [o for o in dites if o not in seules]
    for fournisseur in {lu.marche.entente_de(o).fournisseur for o in restent}:
        siennes = [o for o in restent if lu.marche.entente_de(o).fournisseur == fournisseur]
        groupes = [*combinations(siennes, 2), *combinations(siennes, 3)]
        prix = {g: sum(dites[o].cents for o in g) for g in groupes if repondit(lu, g)}
        trouves += [g for g in prix if prix[g] == min(prix.values())][:1]
    return trouves


def genes(lu: Lu) -> dict[Groupe, Gene]:
    """Ce que le choix doit expliquer, sans ses motifs."""
    return lu.retenir("genes", lambda: _genes(lu))


def _genes(lu: Lu) -> dict[Groupe, Gene]:
    totaux = lu.comparables
    choix = totaux.get(lu.choisi) if lu.choisi else None
    if choix is None:
        return {}
    dites = bases(lu)
    montres = {
        frozenset(v.offre for v in offres)
        for i, (_, offres) in lu.scenarios.items()
        if i in totaux and totaux[i] <= choix
    }
    trouvees: dict[Groupe, tuple[UUID, ...]] = {}
    for offre in (v.offre for v in lu.voulues):
        if offre in dites and dites[offre].dite:
            trouvees[frozenset({offre})] = (offre,)
    for groupe in rivaux(lu):
        cents = sum(dites[o].cents for o in groupe)
        douteux = any(dites[o].dite for o in groupe) or cents < choix
        if douteux and frozenset(groupe) not in montres:
            trouvees[frozenset(groupe)] = groupe
    return {
        cle: Gene(groupe[0], sum(dites[o].cents for o in groupe), dites[groupe[0]].sert, choix)
        for cle, groupe in trouvees.items()
    }


def reserves(lu: Lu) -> dict[Groupe, Gene]:
    """Chaque gêne, et le motif qui l'explique encore."""
    return lu.retenir("reserves", lambda: _reserves(lu))


def _reserves(lu: Lu) -> dict[Groupe, Gene]:
    ecrits: dict[Groupe, Gene] = {}
    choix = [r for r in lu.valent() if lu.actes[r].quoi == "choix"][-1:]
    for rang in [r for r in lu.valent() if r in choix or lu.actes[r].quoi == "confirmation"]:
        dit = lu.actes[rang]
        if dit["motifs"]:
            for groupe, gene in genes(lu.jusqu_a(rang)).items():
                if groupe & set(dit["motifs"]):
                    texte = dit.champs.get("texte", "M.")
                    ecrits[groupe] = Gene(gene.tete, gene.cents, gene.sert, gene.choix, texte)
    rendues = {}
    for groupe, gene in genes(lu).items():
        avant = ecrits.get(groupe)
        motif = avant.motif if avant and not gene.pire_que(avant) else None
        rendues[groupe] = Gene(gene.tete, gene.cents, gene.sert, gene.choix, motif)
    return rendues


def tetes(lu: Lu) -> set[UUID]:
    return {g.tete for g in reserves(lu).values()}


def motivables(lu: Lu) -> set[UUID]:
    """Toute offre d'une réserve : un motif peut la nommer."""
    return {offre for groupe in reserves(lu) for offre in groupe}


def muettes(lu: Lu) -> set[UUID]:
    """Les têtes de celles que rien n'explique."""
    return {g.tete for g in reserves(lu).values() if g.motif is None}


def autorisations(lu: Lu) -> list[Dit]:
    """Celles du dirigeant qui a vu tout ce qui gêne le choix d'aujourd'hui, et chaque motif."""
    presentes = reserves(lu)
    valent = []
    for rang in lu.valent():
        if lu.actes[rang].quoi != "autorisation":
            continue
        vues = reserves(lu.jusqu_a(rang))
        if all(
            groupe in vues and vues[groupe].motif == gene.motif and not gene.pire_que(vues[groupe])
            for groupe, gene in presentes.items()
        ):
            valent.append(lu.actes[rang])
    return valent
