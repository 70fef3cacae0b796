"""Les termes d'un contrat spécifique : durée, éléments, prix figés, montant, documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from courtier.catalogue.domaine import EntenteCadre, Offre, OffreAuCatalogue, Qualification
from noyau import Conflit, Mois, Montant

DUREE_MAXIMALE = 36
"""Durée d'un contrat spécifique en mois, renouvellements et avenants compris (CI-17)."""

MONTANT_MAXIMAL = Montant.de("9999999999.99")
"""Le plus grand montant qu'un événement transporte."""


@dataclass(frozen=True, slots=True)
class Element:
    """Une offre du contrat, sa quantité, son prix figé avec ses versions (CI-14)."""

    offre_id: UUID
    quantite: int
    prix: Decimal
    """Dollars par unité et par mois."""
    version_prix: int
    version_offre: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Besoin:
    """Ce que le client confirme vouloir."""

    debut: date
    duree_mois: int
    """Renouvellements compris."""
    quantites: Mapping[UUID, int]
    """Quantité par offre."""


@dataclass(frozen=True, slots=True)
class Termes:
    """Ce à quoi les parties s'engagent. Lève `Conflit` hors de 1 à 36 mois (CI-17)."""

    debut: date
    duree_mois: int
    elements: tuple[Element, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.duree_mois <= DUREE_MAXIMALE:
            raise Conflit(
                f"Un contrat dure de 1 à {DUREE_MAXIMALE} mois, renouvellements compris.",
                regle="CI-17",
            )
        if not self.elements:
            raise Conflit("Un contrat spécifique porte au moins une offre.", regle="CI-14")
        if self.montant > MONTANT_MAXIMAL:
            raise Conflit(f"Le montant dépasse {MONTANT_MAXIMAL} $.", regle="CI-14")

    @classmethod
    def figer(
        cls,
        besoin: Besoin,
        *,
        entente: EntenteCadre,
        catalogue: Mapping[UUID, OffreAuCatalogue],
        le: date,
    ) -> "Termes":
        """Les termes d'un besoin, aux prix publiés qui valent ce jour-là.

        Lève `Conflit` : début passé (CI-16), durée (CI-17), ou ce que `composer` refuse (CI-14).
        """
        if besoin.debut < le:
            raise Conflit("Un contrat ne commence pas avant sa préparation.", regle="CI-16")
        elements = composer(besoin.quantites, entente=entente, catalogue=catalogue, le=le)
        return cls(besoin.debut, besoin.duree_mois, elements)

    @property
    def quantites(self) -> Mapping[UUID, int]:
        """Quantité par offre."""
        return {e.offre_id: e.quantite for e in self.elements}

    @property
    def fin(self) -> date:
        """Le premier jour après le contrat."""
        return _mois_plus_tard(self.debut, self.duree_mois)

    @property
    def montant(self) -> Montant:
        """La valeur totale : quantité × prix × mois, sommée exactement, arrondie une fois."""
        mensualite = sum((e.quantite * Fraction(e.prix) for e in self.elements), Fraction())
        return Montant.de(mensualite * self.duree_mois)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Les empreintes SHA-256 (hexadécimales) des documents que le Courtier prépare (CI-16)."""

    contrat: str
    annexe_modificative: str
    engagement: str

    def exiger(
        self, *, contrat: str, annexe_modificative: str, engagement: str | None = None
    ) -> None:
        """Lève `Conflit` (CI-16) si un document signé n'est pas celui qui a été préparé.

        `engagement` absent : la partie n'avait pas à le signer.
        """
        paires = {
            "contrat": (self.contrat, contrat),
            "annexe_modificative": (self.annexe_modificative, annexe_modificative),
            "engagement": (self.engagement, engagement or self.engagement),
        }
        differents = [nature for nature, (prevu, signe) in paires.items() if signe != prevu]
        if differents:
            raise Conflit(
                "Les documents se signent tels que préparés; diffèrent : " + ", ".join(differents),
                regle="CI-16",
                details={"documents": differents},
            )


def composer(
    quantites: Mapping[UUID, int],
    *,
    entente: EntenteCadre,
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: date,
) -> tuple[Element, ...]:
    """Les éléments d'un contrat, aux prix publiés qui valent ce jour-là (CI-14).

    Lève `Conflit` (CI-14) si l'entente-cadre n'est pas en vigueur, ou si une offre est d'un autre
    fournisseur, sous une autre entente, en analyse, absente du Catalogue ou sans prix.
    """
    if not entente.en_vigueur(le):
        raise Conflit(
            f"L'entente-cadre {entente.numero} n'est pas en vigueur le {le.isoformat()}.",
            regle="CI-14",
        )
    return tuple(
        _element(catalogue[offre_id], quantite, entente, le)
        for offre_id, quantite in quantites.items()
    )


def _element(entree: OffreAuCatalogue, quantite: int, entente: EntenteCadre, le: date) -> Element:
    offre, prix = entree.offre, entree.grille.en_vigueur(le)
    if offre.fournisseur_id != entente.fournisseur_id:
        raise _hors_contrat(offre, "elle est d'un autre fournisseur")
    if offre.caracteristiques.entente_id != entente.id:
        raise _hors_contrat(offre, "elle relève d'une autre entente-cadre")
    if not offre.publiee:
        raise _hors_contrat(offre, "elle n'est pas publiée")
    if offre.caracteristiques.qualification is not Qualification.QUALIFIEE:
        raise _hors_contrat(offre, "elle est en analyse")
    if prix is None:
        raise _hors_contrat(offre, f"elle n'a pas de prix le {le.isoformat()}")
    return Element(offre.id, quantite, prix.prix, prix.version, offre.version)


def _hors_contrat(offre: Offre, raison: str) -> Conflit:
    return Conflit(
        f"L'offre « {offre.caracteristiques.titre} » n'entre pas dans un contrat : {raison}.",
        regle="CI-14",
        details={"offre_id": str(offre.id)},
    )


def exiger_memes_prix(figes: Sequence[Element], du_jour: Sequence[Element]) -> None:
    """Lève `Conflit` (CI-15), avec les prix en cause, si un prix a changé depuis la préparation."""
    actuels = {e.offre_id: e for e in du_jour}
    changes = [
        {
            "offre_id": str(fige.offre_id),
            "prix_prepare": str(fige.prix),
            "prix_publie": str(actuels[fige.offre_id].prix),
            "version_prix": actuels[fige.offre_id].version_prix,
        }
        for fige in figes
        if actuels[fige.offre_id].prix != fige.prix
    ]
    if changes:
        raise Conflit(
            "Des prix publiés ont changé depuis la préparation : le Courtier prépare de nouveau.",
            regle="CI-15",
            details={"prix": changes},
        )


def _mois_plus_tard(jour: date, mois: int) -> date:
    """Le même quantième, ou le dernier jour du mois s'il n'y existe pas."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, Mois(annee, rang + 1).jours))
