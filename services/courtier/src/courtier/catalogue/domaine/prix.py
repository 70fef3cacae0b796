"""Les prix : ce qu'une offre coûte, et les jours où cela change (CI-12, CI-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from calendrier import Calendrier, JourHorsCalendrier, date_longue
from courtier.catalogue.domaine.offres import Offre
from noyau import Acte, Chronologie, Conflit, Fait, Version, jour_de_quebec


def dollars(valeur: Decimal) -> Decimal:
    """La même valeur, écrite avec deux décimales au moins et sans zéro de trop."""
    au_cent = valeur.quantize(Decimal("0.01"))
    return au_cent if au_cent == valeur else valeur.normalize()


class Periodicite(StrEnum):
    """Ce que paie une unité d'une composante : un mois, une année, ou une fois au contrat."""

    MOIS = "mois"
    ANNEE = "annee"
    UNIQUE = "unique"


class Paiement(StrEnum):
    """Quand le fournisseur se fait payer (CI-14)."""

    A_LA_SIGNATURE = "a_la_signature"
    A_L_USAGE = "a_l_usage"
    PAR_PERIODE = "par_periode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composante:
    """Une part du prix d'une offre; `prix` : dollars par unité et par période (CI-14)."""

    code: str
    libelle: str
    unite: str
    periodicite: Periodicite
    prix: Decimal


@dataclass(frozen=True, slots=True)
class Indexation:
    """La part (0,03) ajoutée au prix tous les tant de mois du contrat, composée."""

    taux: Decimal
    tous_les_mois: int


@dataclass(frozen=True, slots=True)
class Modalites:
    """Comment le fournisseur se fait payer; sans indexation, les prix sont fermes (CI-14)."""

    paiement: Paiement = Paiement.PAR_PERIODE
    baisse_permise: bool = False
    indexation: Indexation | None = None


BASE = "base"
"""Le code de la composante que porte toute offre."""


@dataclass(frozen=True, slots=True)
class Composition:
    """Ce que coûte une offre : sa base, ce qui s'y ajoute, et comment cela se paie.

    Lève `Conflit` (CI-14) si la base manque ou si deux composantes ont le même code.
    """

    composantes: tuple[Composante, ...]
    modalites: Modalites

    def __post_init__(self) -> None:
        codes = [c.code for c in self.composantes]
        if BASE not in codes:
            raise Conflit(f"Un prix porte sa composante « {BASE} ».", regle="CI-14")
        doubles = sorted({code for code in codes if codes.count(code) > 1})
        if doubles:
            raise Conflit(f"Deux composantes se nomment : {', '.join(doubles)}.", regle="CI-14")

    @classmethod
    def simple(cls, prix: Decimal) -> "Composition":
        """La forme courte : une base, tant de dollars par unité et par mois, ferme."""
        base = Composante(
            code=BASE, libelle="Base", unite="unite", periodicite=Periodicite.MOIS, prix=prix
        )
        return cls((base,), Modalites())

    @property
    def par_code(self) -> Mapping[str, Composante]:
        return {c.code: c for c in self.composantes}

    @property
    def base_mensuelle(self) -> Decimal | None:
        """La base ramenée au mois, en dollars par unité; aucune si elle ne se paie qu'une fois."""
        base = self.par_code[BASE]
        if base.periodicite is Periodicite.ANNEE:
            return (base.prix / 12).quantize(Decimal("0.000001"))
        return None if base.periodicite is Periodicite.UNIQUE else base.prix


@dataclass(frozen=True, slots=True)
class Prix:
    """Une version du prix d'une offre."""

    version: int
    en_vigueur_le: date
    composition: Composition
    publie_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PrixPublie(Fait):
    """Une version du prix d'une offre est publiée (CI-12)."""

    offre_id: UUID
    prix: Prix


@dataclass(frozen=True, slots=True)
class GrillePrix:
    """Toutes les versions du prix d'une offre, dans l'ordre de leur publication."""

    offre_id: UUID
    versions: tuple[Prix, ...] = ()

    def en_vigueur(self, le: date) -> Prix | None:
        """Le prix qui vaut ce jour-là; aucun avant le premier."""
        datees = Chronologie.de(Version(p.version, p.en_vigueur_le, p) for p in self.versions)
        version = datees.en_vigueur(le)
        return version.valeur if version else None

    def publier(
        self,
        composition: Composition,
        en_vigueur_le: date,
        *,
        offre: Offre,
        calendrier: Calendrier,
        acte: Acte,
    ) -> PrixPublie:
        """La version suivante du prix de cette offre.

        Une version à venir en remplace une autre de même date, qui reste consultable; un prix déjà
        en vigueur ne change pas. Lève `Conflit` (CI-12) si la date n'est pas le premier jour
        ouvrable d'un mois, est passée, ou porte un prix déjà en vigueur; (CI-11) si l'offre n'est
        pas publiée, ou sera retirée ce jour-là.
        """
        if not offre.publiee:
            raise Conflit("L'offre n'est pas encore publiée au Catalogue.", regle="CI-11")
        if offre.retiree(en_vigueur_le):
            raise Conflit("L'offre est retirée du Catalogue ce jour-là.", regle="CI-11")
        _exiger_premier_ouvrable(en_vigueur_le, calendrier)
        aujourdhui = jour_de_quebec(acte.le)
        if en_vigueur_le < aujourdhui:
            raise Conflit(
                f"Un prix ne prend pas effet dans le passé (le {date_longue(en_vigueur_le)}).",
                regle="CI-12",
            )
        if en_vigueur_le == aujourdhui and any(
            p.en_vigueur_le == en_vigueur_le for p in self.versions
        ):
            raise Conflit("Le prix en vigueur aujourd'hui ne change plus.", regle="CI-12")
        version = Prix(len(self.versions) + 1, en_vigueur_le, composition, acte.le)
        return PrixPublie(offre_id=self.offre_id, prix=version, survenu_le=acte.le)


def premier_ouvrable_deplace(prix: Prix, calendrier: Calendrier) -> date | None:
    """Le premier jour ouvrable qu'une version plus récente du calendrier donne à ce mois.

    Rien si c'est encore le sien. Le prix publié garde sa date : qui l'a lu s'y est fié (CI-12).
    """
    le = prix.en_vigueur_le
    try:
        attendu = calendrier.premier_ouvrable_du_mois(le.year, le.month)
    except JourHorsCalendrier:
        return None
    return None if attendu == le else attendu


@dataclass(frozen=True, slots=True)
class OffreAuCatalogue:
    """Une offre dans sa version présente, et toutes les versions de son prix."""

    offre: Offre
    grille: GrillePrix


def _exiger_premier_ouvrable(jour: date, calendrier: Calendrier) -> None:
    try:
        attendu = calendrier.premier_ouvrable_du_mois(jour.year, jour.month)
    except JourHorsCalendrier as erreur:
        raise Conflit(str(erreur), regle="CI-12") from erreur
    if jour != attendu:
        raise Conflit(
            "Un prix prend effet le premier jour ouvrable d'un mois : "
            f"le {date_longue(attendu)}, non le {date_longue(jour)}.",
            regle="CI-12",
            details={"premier_jour_ouvrable": attendu.isoformat()},
        )
