"""Les tarifs et les prix, datés : quel montant vaut quel jour, et d'après quelle version."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from facturation.domaine.ecriture import en_dollars, en_pourcentage


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
    """Un produit du ROPN depuis un instant, et les tarifs que sa livraison déclenche."""

    code: str
    libelle: str
    depuis: datetime
    tarifs: tuple[str, ...]


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
    def majore(self) -> Fraction:
        """Le prix et sa majoration, exacts (FAC-3)."""
        return Fraction(self.valeur) * (1 + Fraction(self.tarif.majoration))

    def vaut(self, autre: "Prix | SansMontant") -> bool:
        """Même prix, même majoration : un changement de version n'y fait pas deux lignes."""
        return (
            isinstance(autre, Prix)
            and self.valeur == autre.valeur
            and self.tarif.majoration == autre.tarif.majoration
        )


@dataclass(frozen=True, slots=True)
class SansMontant:
    """Aucun montant applicable, et pourquoi : la ligne attend, rien ne s'invente."""

    motif: str

    def vaut(self, autre: "Prix | SansMontant") -> bool:
        return isinstance(autre, SansMontant)


@dataclass(frozen=True)
class _Palier:
    """Ce qui vaut du jour `debut` au palier suivant; sans fiche, le tarif n'est pas publié."""

    debut: date
    code: str
    produit: str | None
    fiche: VersionFiche | None
    tarif: Tarif | None
    ropn: VersionPrix | None

    @cached_property
    def prix(self) -> Prix | SansMontant:
        """Le prix d'une unité, hors grille."""
        return self.prix_de(None)

    def prix_de(self, valeur: Decimal | None) -> Prix | SansMontant:
        """Le prix d'une unité; `valeur` est ce à quoi une grille s'applique ($)."""
        tarif, fiche, ropn = self.tarif, self.fiche, self.ropn
        if tarif is None or fiche is None:
            return SansMontant(f"Aucune fiche ne publie le tarif {self.code}.")
        montant, formule = tarif.montant, None
        if tarif.source is Provenance.ROPN:
            if ropn is None:
                return SansMontant(f"Le ROPN ne donne aucun prix au produit {self.produit}.")
            montant = ropn.prix
        elif tarif.source is Provenance.GRILLE and montant is None:
            tranche = _tranche(tarif.grille, valeur)
            if tranche is None or valeur is None:
                return SansMontant(f"La grille du tarif {self.code} ne donne aucun montant.")
            montant = tranche.montant + tranche.taux * valeur
            formule = (
                f"({en_dollars(tranche.montant)} + {en_pourcentage(tranche.taux)}"
                f" × {en_dollars(valeur)})"
            )
        if montant is None:
            return SansMontant(f"Le tarif {self.code} n'a pas de montant.")
        return Prix(
            tarif=tarif,
            valeur=montant,
            formule=formule or en_dollars(montant),
            fiche=fiche.fiche,
            version_fiche=fiche.version,
            version_prix=ropn.version if ropn and tarif.source is Provenance.ROPN else None,
        )


@dataclass(frozen=True)
class Tarification:
    """Toutes les versions connues; répond du prix d'un tarif à une date.

    Une version vaut jusqu'au début de la suivante; republiée au même début, la plus haute vaut.
    """

    fiches: tuple[VersionFiche, ...] = ()
    prix_ropn: tuple[VersionPrix, ...] = ()
    produits: tuple[EtatProduit, ...] = ()

    def produit(self, code: str, le: datetime) -> EtatProduit | None:
        """L'état d'un produit à un instant; avant sa première inscription, cette inscription."""
        etats = self._etats.get(code, ())
        return next((e for e in reversed(etats) if e.depuis <= le), etats[0] if etats else None)

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
        paliers = self._chronologie(code, produit)
        palier = paliers[_rang(paliers, le)]
        return palier.prix if valeur is None else palier.prix_de(valeur)

    def segments(
        self, code: str, produit: str | None, debut: date, fin: date
    ) -> list[tuple[date, date, Prix | SansMontant]]:
        """Découpe `[debut, fin)` là où le prix change; deux voisins n'ont jamais le même prix."""
        paliers = self._chronologie(code, produit)
        rang = _rang(paliers, debut)
        segments = [(debut, fin, paliers[rang].prix)]
        for palier in paliers[rang + 1 :]:
            if palier.debut >= fin:
                break
            de, _, prix = segments[-1]
            if not prix.vaut(palier.prix):
                segments[-1:] = [(de, palier.debut, prix), (palier.debut, fin, palier.prix)]
        return segments

    @cached_property
    def _etats(self) -> dict[str, list[EtatProduit]]:
        etats: dict[str, list[EtatProduit]] = {}
        for etat in sorted(self.produits, key=lambda e: e.depuis):
            etats.setdefault(etat.code, []).append(etat)
        return etats

    @cached_property
    def _derniers(self) -> dict[str, Tarif]:
        return {t.code: t for v in sorted(self.fiches, key=_ordre) for t in v.tarifs}

    @cached_property
    def _chronologies(self) -> dict[tuple[str, str | None], tuple[_Palier, ...]]:
        return {}

    def _chronologie(self, code: str, produit: str | None) -> tuple[_Palier, ...]:
        cle = (code, produit)
        if cle not in self._chronologies:
            self._chronologies[cle] = self._dresser(code, produit)
        return self._chronologies[cle]

    def _dresser(self, code: str, produit: str | None) -> tuple[_Palier, ...]:
        porteuses = {v.fiche for v in self.fiches if any(t.code == code for t in v.tarifs)}
        fiches = [v for v in self.fiches if v.fiche in porteuses]
        ropn = [v for v in self.prix_ropn if v.produit == produit]
        jours = {date.min, *(v.debut for v in fiches), *(v.debut for v in ropn)}
        return tuple(_palier(jour, code, produit, fiches, ropn) for jour in sorted(jours))


def _ordre(version: VersionFiche | VersionPrix) -> tuple[date, int]:
    return (version.debut, version.version)


def _palier(
    jour: date,
    code: str,
    produit: str | None,
    fiches: Iterable[VersionFiche],
    ropn: Iterable[VersionPrix],
) -> _Palier:
    prix = max((v for v in ropn if v.debut <= jour), key=_ordre, default=None)
    en_vigueur = {v.fiche: v for v in sorted(fiches, key=_ordre) if v.debut <= jour}
    trouves = (
        (version, tarif)
        for _, version in sorted(en_vigueur.items())
        for tarif in version.tarifs
        if tarif.code == code
    )
    fiche, tarif = next(trouves, (None, None))
    return _Palier(jour, code, produit, fiche, tarif, prix)


def _rang(paliers: Sequence[_Palier], jour: date) -> int:
    return bisect_right(paliers, jour, key=lambda palier: palier.debut) - 1


def _tranche(grille: Iterable[Tranche], valeur: Decimal | None) -> Tranche | None:
    """La dernière tranche dont la valeur atteint le seuil."""
    atteintes = (t for t in grille if valeur is not None and t.a_partir_de <= valeur)
    return max(atteintes, key=lambda t: t.a_partir_de, default=None)
