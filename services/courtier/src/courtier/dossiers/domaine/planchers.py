"""Ce que coûterait une offre à sa base seule : de quoi juger les scénarios dits (CI-15)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from courtier.catalogue.domaine import BASE, EntenteCadre, OffreAuCatalogue
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.scenarios import (
    ComposanteVoulue,
    OffreVoulue,
    Provenance,
    Scenario,
)
from noyau import Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Plancher:
    """La base seule d'une offre, pour tout le besoin, aux prix d'un jour (avant taxes)."""

    offre_id: UUID
    fournisseur_id: UUID
    version_offre: int
    version_prix: int
    provenance: Provenance
    """Publiée; ou dite : la plus avantageuse que le dossier dise de l'offre ou d'une autre."""
    sert: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Justification:
    """Pourquoi une offre que le plancher met sous le choix n'est pas retenue (CI-15)."""

    offre_id: UUID
    motif: str


def exiger_un_motif_chacune(justifications: Iterable[Justification]) -> None:
    """Lève `Conflit` (CI-15) si deux motifs portent sur la même offre."""
    dites = [j.offre_id for j in justifications]
    if len(set(dites)) < len(dites):
        raise Conflit("Une offre se motive une fois.", regle="CI-15")


def chiffrer_planchers(
    conversions: Mapping[UUID, Decimal | None],
    besoins: Besoins,
    *,
    ententes: Mapping[UUID, EntenteCadre],
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: datetime,
) -> tuple[Plancher, ...]:
    """Le plancher de chaque offre qui se vend ce jour-là; une autre n'en a pas.

    `conversions` : par offre, ce qu'une unité sert si l'offre ne le publie pas.
    """

    def chiffrer() -> Iterator[Plancher]:
        for offre_id, dite in conversions.items():
            entente = ententes[catalogue[offre_id].offre.caracteristiques.entente_id]
            for sert in (None, dite):
                try:
                    yield _plancher(offre_id, sert, besoins, entente, catalogue, le)
                except Conflit:
                    continue
                break

    return tuple(chiffrer())


def conversions_dites(offres: Iterable[OffreVoulue]) -> Iterator[tuple[UUID, Decimal]]:
    """Ce que des scénarios disent que sert une unité de leur base."""
    for offre in offres:
        for composante in offre.composantes:
            if composante.code == BASE and composante.sert is not None:
                yield offre.offre_id, composante.sert


def _plancher(
    offre_id: UUID,
    sert: Decimal | None,
    besoins: Besoins,
    entente: EntenteCadre,
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: datetime,
) -> Plancher:
    """Par les règles mêmes d'un scénario; lève `Conflit` si elle ne se chiffre pas ainsi."""
    seule = Scenario(
        id=offre_id,
        titre="",
        entente_id=entente.id,
        fournisseur_id=entente.fournisseur_id,
        offres=(
            OffreVoulue(
                offre_id=offre_id,
                lieu=None,
                composantes=(ComposanteVoulue(code=BASE, sert=sert),),
            ),
        ),
    )
    chiffrage = seule.chiffrer(besoins, entente=entente, catalogue=catalogue, le=le)
    (element,), (unites,) = chiffrage.elements, chiffrage.unites
    return Plancher(
        offre_id=offre_id,
        fournisseur_id=entente.fournisseur_id,
        version_offre=element.version_offre,
        version_prix=element.version_prix,
        provenance=unites.provenance,
        sert=unites.sert or Decimal(1),
        total=chiffrage.total.decimal,
    )
