"""Les offres consultées, ce qu'on en demande, et lesquelles satisfont (CI-10, CI-13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from courtier.catalogue.domaine import Criteres, OffreTrouvee
from courtier.dossiers.domaine.besoins import Besoins
from noyau import Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """Le Catalogue consulté : ce qu'on y cherchait, ce qu'il répondait, ce qu'on en retient.

    Elle se relit sans lui. Lève `Conflit` (CI-10) si une offre retenue n'y a pas été trouvée.
    """

    criteres: Criteres
    le: date
    trouvees: tuple[OffreTrouvee, ...]
    retenues: tuple[UUID, ...]

    def __post_init__(self) -> None:
        trouvees = {o.offre_id for o in self.trouvees}
        autres = sorted(str(o) for o in self.retenues if o not in trouvees)
        if autres:
            raise Conflit(
                "Une offre se retient de celles que la recherche trouve : élargissez-la pour"
                f" retenir {', '.join(autres)}.",
                regle="CI-10",
                details={"offres": autres},
            )

    @property
    def non_retenues(self) -> tuple[OffreTrouvee, ...]:
        """Les offres trouvées que l'on n'a pas retenues."""
        return tuple(o for o in self.trouvees if o.offre_id not in self.retenues)

    def exiger(self, offres: Collection[UUID]) -> None:
        """Lève `Conflit` (CI-10) si l'une d'elles n'a pas été retenue."""
        autres = sorted(str(o) for o in offres if o not in self.retenues)
        if autres:
            raise Conflit(
                "Une offre se retient d'abord à la consultation du Catalogue.",
                regle="CI-10",
                details={"offres": autres},
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Une précision demandée à un fournisseur sur une offre; sans frais ni engagement."""

    id: UUID
    offre_id: UUID
    texte: str
    posee_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reponse:
    """Ce que le fournisseur répond à une précision."""

    question_id: UUID
    texte: str
    recue_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BancEssai:
    """Un banc d'essai d'une offre, sur `[debut, fin]`, dates de Québec.

    Lève `Conflit` (CI-13) s'il use de renseignements personnels, coûte ou engage.
    """

    id: UUID
    offre_id: UUID
    debut: date
    fin: date
    conclusion: str
    renseignements_personnels: bool
    frais: Decimal
    engagement: bool

    def __post_init__(self) -> None:
        if self.renseignements_personnels:
            raise Conflit(
                "Un banc d'essai n'use d'aucun renseignement personnel : nulle condition ne les"
                " protège encore.",
                regle="CI-13",
            )
        if self.frais:
            raise Conflit("Un banc d'essai est gratuit.", regle="CI-13")
        if self.engagement:
            raise Conflit("Un banc d'essai n'engage à rien.", regle="CI-13")
        if self.fin < self.debut:
            raise Conflit("La fin d'un banc d'essai suit son début.", regle="CI-13")


class Source(StrEnum):
    """D'où l'on tient qu'une exigence est satisfaite, ou non."""

    FICHE = "fiche"
    REPONSE = "reponse"
    BANC_ESSAI = "banc_essai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Une exigence, satisfaite ou non par une offre, et d'où on le tient."""

    exigence: str
    satisfaite: bool
    source: Source
    source_id: UUID | None
    """La précision ou le banc d'essai; aucun : la fiche."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformite:
    """Une ligne de la matrice : une offre, et chaque exigence des besoins."""

    offre_id: UUID
    verdicts: tuple[Verdict, ...]

    @property
    def satisfaites(self) -> frozenset[str]:
        """Les codes des exigences que l'offre satisfait."""
        return frozenset(v.exigence for v in self.verdicts if v.satisfaite)

    @property
    def conforme(self) -> bool:
        """Vrai si l'offre, seule, satisfait toutes les exigences."""
        return all(v.satisfaite for v in self.verdicts)

    def exiger(
        self,
        besoins: Besoins,
        reponses: Mapping[UUID, UUID],
        bancs: Mapping[UUID, UUID],
    ) -> None:
        """Lève `Conflit` (CI-10) : une exigence oubliée, redite ou inconnue; une source qui manque.

        `reponses` et `bancs` : les précisions répondues et les bancs d'essai, avec leur offre.
        """
        dites = [v.exigence for v in self.verdicts]
        if len(set(dites)) < len(dites) or set(dites) != besoins.codes:
            raise Conflit(
                "La matrice juge une fois chaque exigence des besoins.",
                regle="CI-10",
                details={"exigences": sorted(besoins.codes)},
            )
        connues = {Source.REPONSE: reponses, Source.BANC_ESSAI: bancs}
        for verdict in self.verdicts:
            tenues = connues.get(verdict.source)
            dite = tenues is None or (
                verdict.source_id is not None and tenues.get(verdict.source_id) == self.offre_id
            )
            if not dite or (tenues is None and verdict.source_id is not None):
                raise Conflit(
                    "La source d'un verdict est la fiche, une réponse ou un banc d'essai de cette"
                    " offre.",
                    regle="CI-10",
                    details={"exigence": verdict.exigence},
                )


def conformes_ensemble(satisfaites: Collection[frozenset[str]], besoins: Besoins) -> bool:
    """Vrai si des offres, ensemble, répondent aux besoins (CI-14); chacune satisfait ces codes.

    Chaque fonction est tenue par l'une d'elles; toute autre exigence, par chacune.
    """
    return frozenset[str]().union(*satisfaites) >= besoins.codes and all(
        siennes >= besoins.codes - besoins.fonctions for siennes in satisfaites
    )
