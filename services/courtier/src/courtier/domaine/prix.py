"""Les prix d'une offre : des versions datées, au premier jour ouvrable d'un mois (CI-12)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from calendrier import Calendrier, JourHorsCalendrier
from courtier.domaine.offres import Offre
from socle.noyau import Acte, Conflit, Fait, jour_de_quebec


def dollars(valeur: Decimal) -> Decimal:
    """La même valeur, écrite avec deux décimales au moins et sans zéro de trop."""
    au_cent = valeur.quantize(Decimal("0.01"))
    return au_cent if au_cent == valeur else valeur.normalize()


@dataclass(frozen=True, slots=True)
class Prix:
    """Une version du prix mensuel d'une unité, en dollars."""

    version: int
    en_vigueur_le: date
    prix: Decimal
    publie_le: datetime


@dataclass(frozen=True, slots=True)
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
        """Le prix qui vaut ce jour-là : la dernière version du dernier entré en vigueur."""
        nes = [p for p in self.versions if p.en_vigueur_le <= le]
        return max(nes, key=lambda p: (p.en_vigueur_le, p.version), default=None)

    def publier(
        self,
        prix: Decimal,
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
        pas publiée.
        """
        if not offre.publiee:
            raise Conflit("L'offre n'est pas encore publiée au Catalogue.", regle="CI-11")
        _exiger_premier_ouvrable(en_vigueur_le, calendrier)
        aujourdhui = jour_de_quebec(acte.le)
        if en_vigueur_le < aujourdhui:
            raise Conflit(
                f"Un prix ne prend pas effet dans le passé (le {en_vigueur_le.isoformat()}).",
                regle="CI-12",
            )
        if en_vigueur_le == aujourdhui and any(
            p.en_vigueur_le == en_vigueur_le for p in self.versions
        ):
            raise Conflit("Le prix en vigueur aujourd'hui ne change plus.", regle="CI-12")
        version = Prix(len(self.versions) + 1, en_vigueur_le, dollars(prix), acte.le)
        return PrixPublie(self.offre_id, version)


def _exiger_premier_ouvrable(jour: date, calendrier: Calendrier) -> None:
    try:
        attendu = calendrier.premier_ouvrable_du_mois(jour.year, jour.month)
    except JourHorsCalendrier as erreur:
        raise Conflit(str(erreur), regle="CI-12") from erreur
    if jour != attendu:
        raise Conflit(
            "Un prix prend effet le premier jour ouvrable d'un mois : "
            f"le {attendu.isoformat()}, non le {jour.isoformat()}.",
            regle="CI-12",
            details={"premier_jour_ouvrable": attendu.isoformat()},
        )
