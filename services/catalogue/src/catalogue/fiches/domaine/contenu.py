"""Ce que dit une version d'une fiche : ses tarifs, ses indicateurs, en entier (CAT-5, CAT-9)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TypeVar

from noyau import TOUJOURS, Predicat

T = TypeVar("T", "Tarif", "Indicateur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """Un type d'événement, et ce que doivent dire ses faits nommés."""

    evenement: str
    si: Predicat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declencheur:
    """Ce qui rend un tarif dû : un fait, ou la livraison d'un produit qui le porte."""

    livraison: bool = False
    evenement: str | None = None
    si: Predicat | None = None

    @property
    def predicat(self) -> Predicat:
        """À quoi les faits répondent."""
        return TOUJOURS if self.si is None else self.si


@dataclass(frozen=True, slots=True, kw_only=True)
class Palier:
    """À partir d'une quantité, chaque pas entamé coûte `montant` (dollars)."""

    a_partir_de: int
    pas: int
    montant: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """À partir d'un seuil, les frais sont `montant + taux × valeur` (dollars)."""

    a_partir_de: Decimal
    montant: Decimal
    taux: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantite:
    """Comment un tarif se compte : une forme, les faits nommés qu'elle lit; durées en minutes."""

    forme: str
    fois: str | None = None
    fait: str | None = None
    pas: int = 1
    minimum: int | None = None
    maximum: int | None = None
    par: tuple[str, ...] = ()
    a_la_cloture: str | None = None
    signale_apres_jours: int | None = None
    paliers: tuple[Palier, ...] = ()
    grille: tuple[Tranche, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FraisUniques:
    """Des frais dus une fois par source, avec son premier mois (dollars)."""

    libelle: str
    montant: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """La durée qu'un abonnement s'engage à courir (FAC-5)."""

    mois: int
    reconduit: bool
    preavis_jours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarif:
    """Un tarif; montants en dollars, majoration en part (0,10 = 10 %).

    `precision` complète le libellé neutre quand la source ne nomme pas l'objet : vide tant que
    le MCN ne l'a pas dite. `cumule_avec` nomme les tarifs dus avec lui pour un même fait.
    """

    code: str
    libelle: str
    du: Declencheur
    quantite: Quantite
    precision: str = ""
    source: str = "fiche"
    montant: Decimal | None = None
    majoration: Decimal = Decimal(0)
    mois_si_perte: int = 0
    frais_uniques: FraisUniques | None = None
    engagement: Engagement | None = None
    abonnements_ouverts: str | None = None
    cumule_avec: tuple[str, ...] = ()

    @property
    def vides(self) -> frozenset[str]:
        """Les montants que la fiche devrait dire, et ne dit pas encore."""
        frais = self.frais_uniques
        manques = {
            "montant": self.source == "fiche"
            and self.montant is None
            and self.quantite.forme not in {"grille", "paliers", "saisi"},
            "grille": self.quantite.forme == "grille" and not self.quantite.grille,
            "frais_uniques": frais is not None and frais.montant is None,
        }
        return frozenset(partie for partie, manque in manques.items() if manque)

    def se_comble_par(self, nouveau: "Tarif") -> bool:
        """Vrai si le nouveau ne fait que donner des montants qui manquaient (CAT-2)."""
        ramene = nouveau
        if "montant" in self.vides:
            ramene = replace(ramene, montant=None)
        if "grille" in self.vides:
            ramene = replace(ramene, quantite=replace(ramene.quantite, grille=()))
        if "frais_uniques" in self.vides and ramene.frais_uniques:
            frais = replace(ramene.frais_uniques, montant=None)
            ramene = replace(ramene, frais_uniques=frais)
        return ramene == self


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Ce qui sort une mesure du taux ajusté; `signale` : on ne peut conclure (SLA-8)."""

    code: str
    libelle: str
    exclut: Predicat
    signale: Predicat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicateur:
    """Un indicateur de niveau de service (SLA-10).

    `delai` et `a_risque` sont dans l'unité de l'horloge; sans délai, il est suivi, jamais mesuré.
    `cible` est une part entre 0 et 1 (absente : on compte, sans verdict).
    """

    code: str
    libelle: str
    sujet: str
    horloge: str
    couvre: Predicat | None = None
    ouvre: tuple[Borne, ...] = ()
    suspend: tuple[str, ...] = ()
    reprend: tuple[str, ...] = ()
    ferme: tuple[str, ...] = ()
    rouvre: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    calendrier: str = "csc"
    delai: int | None = None
    cible: Decimal | None = None
    a_risque: int | None = None
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
    """Tout ce que dit une version d'une fiche; `finis` nomme ce qui cesse à son début."""

    titre: str
    description: Description
    tarifs: tuple[Tarif, ...]
    indicateurs: tuple[Indicateur, ...]
    finis: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Les codes de ses tarifs et de ses indicateurs."""
        return (*(t.code for t in self.tarifs), *(i.code for i in self.indicateurs))

    @property
    def natures(self) -> dict[str, str]:
        """Ce qu'est chaque code, pour toujours : des produits portent le premier (CAT-1)."""
        return {
            **{t.code: "tarif de produit" if t.du.livraison else "tarif" for t in self.tarifs},
            **{i.code: "indicateur" for i in self.indicateurs},
        }

    def se_comble_par(self, nouveau: "ContenuFiche") -> bool:
        """Vrai si des montants absents sont donnés, et que rien d'autre ne change."""
        return (
            replace(nouveau, tarifs=self.tarifs, finis=self.finis) == self
            and nouveau.tarifs != self.tarifs
            and len(nouveau.tarifs) == len(self.tarifs)
            and all(
                apres == avant or avant.se_comble_par(apres)
                for avant, apres in zip(self.tarifs, nouveau.tarifs, strict=True)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changement:
    """Ce qu'une publication change d'un tarif ou d'un indicateur."""

    code: str
    genre: str
    nature: str
    champs: tuple[str, ...] = ()


def changements(avant: ContenuFiche | None, apres: ContenuFiche) -> tuple[Changement, ...]:
    """Ce que `apres` ajoute, modifie, comble ou finit de ce que disait `avant`."""
    tarifs = avant.tarifs if avant else ()
    indicateurs = avant.indicateurs if avant else ()
    return (
        *_differences("tarif", tarifs, apres.tarifs, Tarif.se_comble_par),
        *_differences("indicateur", indicateurs, apres.indicateurs, lambda _avant, _apres: False),
    )


def _differences(
    genre: str, avant: Iterable[T], apres: Iterable[T], comble: Callable[[T, T], bool]
) -> Iterator[Changement]:
    anciens: Mapping[str, T] = {x.code: x for x in avant}
    nouveaux: Mapping[str, T] = {x.code: x for x in apres}
    for code, nouveau in nouveaux.items():
        ancien = anciens.get(code)
        if ancien is None:
            yield Changement(code=code, genre=genre, nature="ajoute")
        elif ancien != nouveau:
            champs = tuple(
                c.name
                for c in fields(nouveau)
                if getattr(ancien, c.name) != getattr(nouveau, c.name)
            )
            nature = "comble" if comble(ancien, nouveau) else "modifie"
            yield Changement(code=code, genre=genre, nature=nature, champs=champs)
    for code in sorted(anciens.keys() - nouveaux.keys()):
        yield Changement(code=code, genre=genre, nature="finit")
