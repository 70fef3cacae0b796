"""Les tarifs et les prix, datés : quel montant vaut quel jour, et d'après quelle version.

Et les nombres écrits à la française, dans les calculs en clair (FAC-9).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

from noyau import Chronologie, Version

T = TypeVar("T")
INSECABLE: Final = "\N{NO-BREAK SPACE}"


class Unite(StrEnum):
    """À quoi s'applique un tarif (CAT-5)."""

    MOIS = "mois"
    PRODUIT = "produit"
    HEURE = "heure"
    DEMANDE = "demande"
    INCIDENT = "incident"
    CONTRAT = "contrat"
    ACTE = "acte"


class Provenance(StrEnum):
    """D'où vient le montant d'un tarif."""

    FICHE = "fiche"
    ROPN = "ropn"
    GRILLE = "grille"
    SAISI = "saisi"


@dataclass(frozen=True, slots=True)
class Tranche:
    """Une tranche de grille : montant + taux × valeur, dès que la valeur atteint le seuil ($)."""

    a_partir_de: Decimal
    montant: Decimal
    taux: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarif:
    """Un tarif d'une fiche de service; montants en dollars, majoration en taux (0,10)."""

    code: str
    libelle: str
    unite: Unite
    source: Provenance
    montant: Decimal | None = None
    majoration: Decimal = Decimal(0)
    grille: tuple[Tranche, ...] = ()
    pas_minutes: int = 15
    minimum_minutes: int | None = None
    maximum_minutes: int | None = None
    mois_si_perte: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFiche:
    """Les tarifs d'une version de fiche, de `debut` au début de la suivante (CAT-5)."""

    fiche: str
    version: int
    debut: date
    tarifs: tuple[Tarif, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPrix:
    """Le prix d'un produit au ROPN ($), de `debut` au début du suivant (CAT-2)."""

    produit: str
    version: int
    debut: date
    prix: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EtatProduit:
    """Un produit du ROPN depuis un instant, et les tarifs que sa livraison déclenche.

    `sequence` croît d'un état au suivant.
    """

    code: str
    sequence: int
    libelle: str
    depuis: datetime
    tarifs: tuple[str, ...]


ElementCatalogue: TypeAlias = VersionFiche | VersionPrix | EtatProduit
"""Ce que publie le catalogue; chaque version, chaque état est daté et ne change plus."""


@dataclass(frozen=True, kw_only=True)
class Prix:
    """Le prix d'une unité, et de quoi l'expliquer (FAC-9)."""

    tarif: Tarif
    valeur: Decimal
    formule: str
    fiche: str
    version_fiche: int
    version_prix: int | None = None

    @cached_property
    def majore(self) -> tuple[int, int]:
        """Le prix et sa majoration, exacts : une fraction de dollars (FAC-3)."""
        exact = Fraction(self.valeur) * (1 + Fraction(self.tarif.majoration))
        return exact.as_integer_ratio()


@dataclass(frozen=True, slots=True)
class SansMontant:
    """Aucun montant applicable, et pourquoi : la ligne attend, rien ne s'invente."""

    motif: str


Segments: TypeAlias = list[tuple[date, date, Prix | SansMontant]]
"""Des jours `[de, a)` qui se suivent, et leur prix."""


@dataclass(frozen=True)
class Tarification:
    """Toutes les versions connues; répond du prix d'un tarif à une date (CAT-2, CAT-5)."""

    fiches: tuple[VersionFiche, ...] = ()
    prix_ropn: tuple[VersionPrix, ...] = ()
    produits: tuple[EtatProduit, ...] = ()

    def produit(self, code: str, le: datetime) -> EtatProduit | None:
        """L'état d'un produit à un instant; avant sa première inscription, cette inscription."""
        etats = self._etats.get(code)
        return None if etats is None else (etats.en_vigueur(le) or etats.versions[0]).valeur

    def unite(self, code: str) -> Unite | None:
        """L'unité d'un tarif; aucune si nulle version publiée ne le porte."""
        tarif = self._derniers.get(code)
        return None if tarif is None else tarif.unite

    def libelle(self, code: str) -> str:
        """Le plus récent libellé d'un tarif; son code si nulle version publiée ne le porte."""
        tarif = self._derniers.get(code)
        return code if tarif is None else tarif.libelle

    def prix(
        self, code: str, le: date, *, produit: str | None = None, valeur: Decimal | None = None
    ) -> Prix | SansMontant:
        """Le prix d'un tarif un jour donné; `valeur` est ce à quoi une grille s'applique ($)."""
        if valeur is not None:
            return self._etablir(code, produit, le, valeur)
        version = self._prix_de(code, produit).en_vigueur(le)
        return version.valeur if version else _sans_fiche(code)

    def segments(self, code: str, produit: str | None, debut: date, fin: date) -> Segments:
        """Découpe `[debut, fin)` là où le prix change; deux voisins n'ont jamais le même prix."""
        cle = (code, produit, debut, fin)
        if cle not in self._decoupes:
            self._decoupes[cle] = self._decouper(*cle)
        return self._decoupes[cle]

    def _decouper(self, code: str, produit: str | None, debut: date, fin: date) -> Segments:
        segments = [(debut, fin, self.prix(code, debut, produit=produit))]
        for version in self._prix_de(code, produit).versions:
            de, _, avant = segments[-1]
            if debut < version.debut < fin and _montant(avant) != _montant(version.valeur):
                segments[-1:] = [(de, version.debut, avant), (version.debut, fin, version.valeur)]
        return segments

    def _prix_de(self, code: str, produit: str | None) -> Chronologie[Prix | SansMontant]:
        """Le prix d'un tarif au fil du temps : il peut changer quand commence une version."""
        cle = (code, produit)
        if cle not in self._prix_connus:
            sources = (*self._porteuses.get(code, ()), self._ropn(produit))
            debuts = {version.debut for source in sources for version in source.versions}
            self._prix_connus[cle] = Chronologie.de(
                Version(0, debut, self._etablir(code, produit, debut)) for debut in debuts
            )
        return self._prix_connus[cle]

    def _etablir(
        self, code: str, produit: str | None, le: date, valeur: Decimal | None = None
    ) -> Prix | SansMontant:
        """De la première fiche, par code, dont la version en vigueur porte le tarif."""
        ropn = self._ropn(produit).en_vigueur(le)
        for fiche in self._porteuses.get(code, ()):
            version = fiche.en_vigueur(le)
            for tarif in version.valeur.tarifs if version else ():
                if version and tarif.code == code:
                    prix_ropn = ropn.valeur if ropn else None
                    return _prix(tarif, version.valeur, prix_ropn, produit, valeur)
        return _sans_fiche(code)

    def _ropn(self, produit: str | None) -> Chronologie[VersionPrix]:
        return self._prix_ropn.get(produit or "", Chronologie())

    @cached_property
    def _etats(self) -> dict[str, Chronologie[EtatProduit]]:
        return _chronologies((e.code, Version(e.sequence, e.depuis, e)) for e in self.produits)

    @cached_property
    def _prix_ropn(self) -> dict[str, Chronologie[VersionPrix]]:
        return _chronologies((v.produit, Version(v.version, v.debut, v)) for v in self.prix_ropn)

    @cached_property
    def _porteuses(self) -> dict[str, list[Chronologie[VersionFiche]]]:
        """De chaque tarif, les fiches qui le portent ou l'ont porté, par code de fiche."""
        fiches = _chronologies((v.fiche, Version(v.version, v.debut, v)) for v in self.fiches)
        porteuses: dict[str, list[Chronologie[VersionFiche]]] = defaultdict(list)
        for _, fiche in sorted(fiches.items()):
            for code in {t.code for version in fiche.versions for t in version.valeur.tarifs}:
                porteuses[code].append(fiche)
        return porteuses

    @cached_property
    def _derniers(self) -> dict[str, Tarif]:
        toutes = Chronologie.de(Version(v.version, v.debut, v) for v in self.fiches)
        return {t.code: t for version in toutes.versions for t in version.valeur.tarifs}

    @cached_property
    def _prix_connus(self) -> dict[tuple[str, str | None], Chronologie[Prix | SansMontant]]:
        return {}

    @cached_property
    def _decoupes(self) -> dict[tuple[str, str | None, date, date], Segments]:
        return {}


def _chronologies(versions: Iterable[tuple[str, Version[T]]]) -> dict[str, Chronologie[T]]:
    par_code: dict[str, list[Version[T]]] = defaultdict(list)
    for code, version in versions:
        par_code[code].append(version)
    return {code: Chronologie.de(siennes) for code, siennes in par_code.items()}


def _montant(prix: Prix | SansMontant) -> tuple[Decimal, Decimal] | None:
    """Ce qui fait deux lignes s'il change; une nouvelle version au même prix n'en fait qu'une."""
    return (prix.valeur, prix.tarif.majoration) if isinstance(prix, Prix) else None


def _sans_fiche(code: str) -> SansMontant:
    return SansMontant(f"Aucune fiche ne publie le tarif {code}.")


def _prix(
    tarif: Tarif,
    fiche: VersionFiche,
    ropn: VersionPrix | None,
    produit: str | None,
    valeur: Decimal | None,
) -> Prix | SansMontant:
    montant, formule = tarif.montant, None
    if tarif.source is Provenance.ROPN:
        if ropn is None:
            return SansMontant(f"Le ROPN ne donne aucun prix au produit {produit}.")
        montant = ropn.prix
    elif tarif.source is Provenance.GRILLE and montant is None:
        tranche = _tranche(tarif.grille, valeur)
        if tranche is None or valeur is None:
            return SansMontant(f"La grille du tarif {tarif.code} ne donne aucun montant.")
        montant = tranche.montant + tranche.taux * valeur
        formule = (
            f"({en_dollars(tranche.montant)} + {en_pourcentage(tranche.taux)}"
            f" × {en_dollars(valeur)})"
        )
    if montant is None:
        return SansMontant(f"Le tarif {tarif.code} n'a pas de montant.")
    return Prix(
        tarif=tarif,
        valeur=montant,
        formule=formule or en_dollars(montant),
        fiche=fiche.fiche,
        version_fiche=fiche.version,
        version_prix=ropn.version if ropn and tarif.source is Provenance.ROPN else None,
    )


def _tranche(grille: Iterable[Tranche], valeur: Decimal | None) -> Tranche | None:
    """La dernière tranche dont la valeur atteint le seuil."""
    atteintes = (t for t in grille if valeur is not None and t.a_partir_de <= valeur)
    return max(atteintes, key=lambda t: t.a_partir_de, default=None)


def en_nombre(valeur: Decimal | Fraction | int, *, decimales: int = 0) -> str:
    """« 1 234,5 » : au moins `decimales` décimales, au plus six, espaces insécables."""
    exacte = Fraction(valeur)
    millioniemes = round(abs(exacte) * 1_000_000)
    entier, reste = divmod(millioniemes, 1_000_000)
    fraction = f"{reste:06d}".rstrip("0").ljust(decimales, "0")
    signe = "−" if exacte < 0 else ""
    return f"{signe}{entier:,}".replace(",", INSECABLE) + (f",{fraction}" if fraction else "")


def en_dollars(valeur: Decimal) -> str:
    """« 1 234,50 $ »; un prix unitaire garde ses décimales au-delà du cent."""
    return f"{en_nombre(valeur, decimales=2)}{INSECABLE}$"


def en_pourcentage(taux: Decimal) -> str:
    """« 9,975 % »."""
    return f"{en_nombre(taux * 100)}{INSECABLE}%"


def en_heures(minutes: int) -> str:
    """« 3,25 h »."""
    return f"{en_nombre(Fraction(minutes, 60))}{INSECABLE}h"
