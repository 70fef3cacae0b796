"""La fiche de service exécutable : versionnée, datée, elle porte tarifs et indicateurs (CAT-5)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from catalogue.domaine.chronologie import Chronologie, PublicationRefusee, Version
from catalogue.domaine.tarif import Tarif
from socle.noyau import Acte, Conflit, Fait, jour_de_quebec

Mesure = Literal["delai", "disponibilite", "date_convenue"]
UniteDelai = Literal["jours_ouvrables", "jours_civils"]
Condition = Literal["a", "b", "c", "d", "e"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicateur:
    """Un indicateur de niveau de service (CAT-5).

    `cible` est une part entre 0 et 1 (absente : on compte, sans verdict); `delai`, un nombre de
    jours; `sortes`, les demandes mesurées; `fin`, les événements qui ferment la mesure.
    """

    code: str
    libelle: str
    mesure: Mesure
    cible: Decimal | None = None
    delai: int | None = None
    unite_delai: UniteDelai = "jours_ouvrables"
    sortes: tuple[str, ...] = ()
    fin: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Ce que la fiche promet, en clair."""

    resume: str
    inclus: tuple[str, ...] = ()
    exclus: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContenuFiche:
    """Tout ce que dit une version d'une fiche; un code n'y paraît qu'une fois (CAT-5)."""

    titre: str
    description: Description
    tarifs: tuple[Tarif, ...]
    indicateurs: tuple[Indicateur, ...]

    def __post_init__(self) -> None:
        doubles = sorted(code for code, fois in Counter(self.codes).items() if fois > 1)
        if doubles:
            raise Conflit(
                f"Codes répétés dans la fiche : {', '.join(doubles)}.",
                regle="CAT-5",
                details={"codes": doubles},
            )

    @property
    def codes(self) -> tuple[str, ...]:
        """Les codes de ses tarifs et de ses indicateurs."""
        return (*(t.code for t in self.tarifs), *(i.code for i in self.indicateurs))

    def se_comble_par(self, nouveau: "ContenuFiche") -> bool:
        """Vrai si des tarifs sans montant en reçoivent un, et que rien d'autre ne change."""
        return (
            nouveau != self
            and replace(nouveau, tarifs=self.tarifs) == self
            and len(nouveau.tarifs) == len(self.tarifs)
            and all(
                apres == avant or avant.se_comble_par(apres)
                for avant, apres in zip(self.tarifs, nouveau.tarifs, strict=True)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FichePubliee(Fait):
    """Une version de la fiche vaut sur `[debut, fin)`; `fin` absente : jusqu'à nouvel ordre."""

    code: str
    version: int
    debut: date
    fin: date | None
    contenu: ContenuFiche
    survenu_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Une fiche de service et toutes ses versions effectives."""

    code: str
    versions: Chronologie[ContenuFiche] = field(default_factory=Chronologie)

    def publier(
        self, debut: date, fin: date | None, contenu: ContenuFiche, acte: Acte
    ) -> "tuple[Fiche, FichePubliee]":
        """Publie une version (CAT-5), à venir; ou passée, si elle ne fait que combler des vides.

        Lève `PublicationRefusee` (CAT-2), aussi quand un tarif, ou le montant d'un tarif,
        disparaîtrait d'une version à la suivante : il laisserait un trou.
        """
        versions, publiee = self.versions.publier(
            debut,
            fin,
            contenu,
            aujourdhui=jour_de_quebec(acte.le),
            comble=ContenuFiche.se_comble_par,
        )
        for avant, apres in pairwise(versions.versions):
            _refuser_trous(avant.valeur.tarifs, apres)
        fait = FichePubliee(
            code=self.code,
            version=publiee.numero,
            debut=debut,
            fin=fin,
            contenu=contenu,
            survenu_le=acte.le,
        )
        return replace(self, versions=versions), fait


def _refuser_trous(avant: Iterable[Tarif], apres: Version[ContenuFiche]) -> None:
    suite = {tarif.code: tarif for tarif in apres.valeur.tarifs}
    perdus = sorted(
        t.code for t in avant if t.code not in suite or (suite[t.code].est_vide and not t.est_vide)
    )
    if perdus:
        raise PublicationRefusee(
            "trou",
            f"À partir du {apres.debut}, plus aucun montant pour : {', '.join(perdus)}.",
            debut=apres.debut,
        )
