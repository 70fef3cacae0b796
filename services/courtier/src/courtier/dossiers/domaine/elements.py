"""Les éléments d'un contrat : ce qu'il retient de chaque offre, et ce qu'il en coûte (CI-14)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TypeAlias
from uuid import UUID

from calendrier import date_longue
from courtier.catalogue.domaine import (
    BASE,
    Composante,
    EntenteCadre,
    Indexation,
    Modalites,
    Offre,
    OffreAuCatalogue,
    Periodicite,
    Prix,
    Qualification,
)
from noyau import Conflit

_PARTS = {
    Periodicite.MOIS: Fraction(1),
    Periodicite.ANNEE: Fraction(1, 12),
    Periodicite.UNIQUE: Fraction(1),
}
"""La part de son prix qu'une composante coûte chaque mois où elle compte.

Une année se paie au prorata des mois. Une composante unique ne compte qu'un mois.
"""


@dataclass(frozen=True, slots=True)
class QuantitePeriode:
    """Combien d'unités, d'un mois du contrat (1 : le premier) à un autre, compris."""

    du_mois: int
    au_mois: int
    quantite: int

    @property
    def mois(self) -> range:
        return range(self.du_mois, self.au_mois + 1)


Quantites: TypeAlias = int | tuple[QuantitePeriode, ...]
"""Par période; ou un nombre : pour toute la durée, et d'une composante unique, une fois."""

Voulu: TypeAlias = Mapping[UUID, Mapping[str, Quantites]]
"""Ce que le client veut : par offre et par code de composante."""


@dataclass(frozen=True, slots=True)
class Tranche:
    """Des mois qui se suivent à la même quantité et au même prix; le coût en dollars exacts."""

    du_mois: int
    au_mois: int
    quantite: int
    hausse: Fraction
    """Ce qui multiplie le prix publié."""
    cout: Fraction

    @property
    def mois(self) -> range:
        return range(self.du_mois, self.au_mois + 1)

    def communs(self, mois: range) -> range:
        """Ceux de ces mois qui en sont."""
        return range(max(self.du_mois, mois.start), min(self.au_mois + 1, mois.stop))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposanteRetenue(Composante):
    """Une composante du contrat, son prix figé et ses quantités (CI-14)."""

    quantites: tuple[QuantitePeriode, ...]

    def cout(self, indexation: Indexation | None, depuis: int = 1) -> Fraction:
        """Quantité × prix × périodes, indexé, en dollars exacts."""
        return sum((tranche.cout for tranche in self.tranches(indexation, depuis)), Fraction())

    def cout_de(self, mois: range, indexation: Indexation | None, depuis: int = 1) -> Fraction:
        """Ce que coûtent ces mois-là, en dollars exacts."""
        return sum(
            (
                tranche.cout * len(tranche.communs(mois)) / len(tranche.mois)
                for tranche in self.tranches(indexation, depuis)
            ),
            Fraction(),
        )

    def tranches(self, indexation: Indexation | None, depuis: int = 1) -> Iterator[Tranche]:
        """Le même coût, mois à mois semblables réunis.

        Les hausses se comptent `depuis` le mois où l'offre entre au contrat.
        """
        par_mois = Fraction(self.prix) * _PARTS[self.periodicite]
        for q in self.quantites:
            for rang, mois in groupby(q.mois, lambda m: _hausses(indexation, m - depuis + 1)):
                du, *autres = mois
                hausse = _hausse(indexation, rang)
                cout = q.quantite * par_mois * hausse * (1 + len(autres))
                yield Tranche(du, du + len(autres), q.quantite, hausse, cout)

    @property
    def baisse(self) -> bool:
        """Vrai si une période a moins d'unités que la précédente."""
        return any(suivante.quantite < q.quantite for q, suivante in pairwise(self.quantites))

    def couvre(self, attendus: range) -> bool:
        """Vrai si les périodes font ces mois, sans trou ni chevauchement; unique : un seul mois."""
        mois = [mois for q in self.quantites for mois in q.mois]
        if self.periodicite is Periodicite.UNIQUE:
            return len(self.quantites) == len(mois) == 1 and mois[0] in attendus
        pleines = all(q.du_mois <= q.au_mois for q in self.quantites)
        return pleines and mois == list(attendus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Une offre du contrat, ses composantes au prix figé, et les versions qui le prouvent."""

    offre_id: UUID
    version_offre: int
    version_prix: int
    composantes: tuple[ComposanteRetenue, ...]
    modalites: Modalites
    du_mois: int = 1
    """Le premier mois du contrat où elle y est; un avenant l'a ajoutée s'il n'est pas 1 (CI-17)."""

    @property
    def cout(self) -> Fraction:
        """Ce que l'offre coûte sur toute la durée, en dollars exacts, avant taxes."""
        indexation = self.modalites.indexation
        return sum((c.cout(indexation, self.du_mois) for c in self.composantes), Fraction())

    def cout_de(self, mois: range) -> Fraction:
        """Ce qu'elle coûte ces mois-là, en dollars exacts, avant taxes."""
        indexation = self.modalites.indexation
        couts = (c.cout_de(mois, indexation, self.du_mois) for c in self.composantes)
        return sum(couts, Fraction())

    def exiger_quantites(self, duree_mois: int) -> None:
        """Lève `Conflit` (CI-14), la composante nommée, si ses quantités ne se suivent pas.

        Trou, chevauchement, mois hors de la durée; baisse que le prix ne permet pas; aucune unité.
        """
        attendus = range(self.du_mois, duree_mois + 1)
        for composante in self.composantes:
            if not composante.couvre(attendus):
                attendu = (
                    "ne se paie qu'une fois, à un mois du contrat"
                    if composante.periodicite is Periodicite.UNIQUE
                    else f"se dit du mois {self.du_mois} au mois {duree_mois},"
                    " sans trou ni chevauchement"
                )
                raise self._refus(composante.code, attendu)
            if composante.baisse and not self.modalites.baisse_permise:
                raise self._refus(composante.code, "ne peut baisser en cours de contrat")
        if not any(q.quantite for c in self.composantes for q in c.quantites):
            raise self._refus(self.composantes[0].code, "n'a aucune unité, ni elle ni une autre")

    def _refus(self, code: str, raison: str) -> Conflit:
        return Conflit(
            f"La composante « {code} » {raison}.",
            regle="CI-14",
            details={"offre_id": str(self.offre_id), "composante": code},
        )


def composer(
    voulu: Voulu,
    *,
    duree_mois: int,
    entente: EntenteCadre,
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: date,
    du_mois: int = 1,
) -> tuple[Element, ...]:
    """Les éléments d'un contrat, aux prix publiés qui valent ce jour-là (CI-14).

    `du_mois` : celui où ils entrent au contrat. Lève `Conflit` (CI-14) : ce que `prix_du_jour`
    refuse, ou une composante que l'offre n'a pas.
    """
    prix = prix_du_jour(voulu, entente=entente, catalogue=catalogue, le=le)
    mois = range(du_mois, duree_mois + 1)
    return tuple(
        _element(catalogue[offre_id].offre, prix[offre_id], voulues, mois)
        for offre_id, voulues in voulu.items()
    )


def prix_du_jour(
    offres: Collection[UUID],
    *,
    entente: EntenteCadre,
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: date,
) -> Mapping[UUID, Prix]:
    """Le prix publié qui vaut ce jour-là, de chaque offre d'un contrat.

    Lève `Conflit` (CI-14) si l'entente-cadre n'est pas en vigueur, ou si une offre est d'un autre
    fournisseur, sous une autre entente, en analyse, retirée, absente du Catalogue ou sans prix.
    """
    exiger_en_vigueur(entente, le)
    return {offre_id: _prix(catalogue[offre_id], entente, le) for offre_id in offres}


def exiger_en_vigueur(entente: EntenteCadre, le: date) -> None:
    """Lève `Conflit` (CI-14) si l'entente-cadre n'est pas en vigueur ce jour-là."""
    if not entente.en_vigueur(le):
        raise Conflit(
            f"L'entente-cadre {entente.numero} n'est pas en vigueur le {date_longue(le)}.",
            regle="CI-14",
            details={"etat": entente.etat(le).value},
        )


def exiger_memes_prix(figes: Sequence[Element], publies: Mapping[UUID, Prix]) -> None:
    """Lève `Conflit` (CI-15) si une composante du contrat ou ses modalités ont changé.

    Les composantes en cause sont nommées, avec ce qui y diffère. Ce que l'offre a de plus, ou un
    autre libellé, ne change rien au contrat.
    """
    changes = [
        {
            "offre_id": str(fige.offre_id),
            "composante": composante.code,
            "changements": changements,
            "prix_prepare": str(composante.prix),
            "prix_publie": str(publiee.prix) if publiee else None,
            "version_prix": publies[fige.offre_id].version,
        }
        for fige in figes
        for composante in fige.composantes
        for publiee in [publies[fige.offre_id].composition.par_code.get(composante.code)]
        if (changements := _changements(fige, composante, publiee, publies[fige.offre_id]))
    ]
    if changes:
        raise Conflit(
            "Des prix publiés ont changé depuis la préparation : le Courtier prépare de nouveau.",
            regle="CI-15",
            details={"prix": changes},
        )


def _changements(
    fige: Element, composante: ComposanteRetenue, publiee: Composante | None, prix: Prix
) -> list[str]:
    """Les champs qui diffèrent; d'une composante qui n'est plus publiée, « composante »."""
    if publiee is None:
        return ["composante"]
    du_prix = [
        champ
        for champ in ("prix", "periodicite", "unite")
        if getattr(composante, champ) != getattr(publiee, champ)
    ]
    modalites = prix.composition.modalites
    return du_prix + [
        champ
        for champ in ("paiement", "baisse_permise", "indexation")
        if getattr(fige.modalites, champ) != getattr(modalites, champ)
    ]


def _element(offre: Offre, prix: Prix, voulues: Mapping[str, Quantites], mois: range) -> Element:
    publiees = prix.composition.par_code
    if BASE not in voulues:
        raise Conflit(
            f"On ne retient rien de l'offre « {offre.caracteristiques.titre} » sans sa base.",
            regle="CI-14",
            details={"offre_id": str(offre.id)},
        )
    inconnues = sorted(voulues.keys() - publiees.keys())
    if inconnues:
        raise Conflit(
            f"L'offre « {offre.caracteristiques.titre} » n'a pas de composante :"
            f" {', '.join(inconnues)}.",
            regle="CI-14",
            details={"offre_id": str(offre.id), "composantes": inconnues},
        )
    return Element(
        offre_id=offre.id,
        version_offre=offre.version,
        version_prix=prix.version,
        composantes=tuple(
            _retenir(publiee, voulues[code], mois)
            for code, publiee in publiees.items()
            if code in voulues
        ),
        modalites=prix.composition.modalites,
        du_mois=mois.start,
    )


def _retenir(publiee: Composante, quantites: Quantites, mois: range) -> ComposanteRetenue:
    if isinstance(quantites, int):
        dernier = mois.start if publiee.periodicite is Periodicite.UNIQUE else mois.stop - 1
        quantites = (QuantitePeriode(mois.start, dernier, quantites),)
    return ComposanteRetenue(
        code=publiee.code,
        libelle=publiee.libelle,
        unite=publiee.unite,
        periodicite=publiee.periodicite,
        prix=publiee.prix,
        quantites=tuple(sorted(quantites, key=lambda q: (q.du_mois, q.au_mois))),
    )


def _prix(entree: OffreAuCatalogue, entente: EntenteCadre, le: date) -> Prix:
    offre, prix = entree.offre, entree.grille.en_vigueur(le)
    if offre.fournisseur_id != entente.fournisseur_id:
        raise _hors_contrat(offre, "elle est d'un autre fournisseur")
    if offre.caracteristiques.entente_id != entente.id:
        raise _hors_contrat(offre, "elle relève d'une autre entente-cadre")
    if not offre.publiee:
        raise _hors_contrat(offre, "elle n'est pas publiée")
    if offre.retiree(le):
        raise _hors_contrat(offre, "elle est retirée du Catalogue")
    if offre.caracteristiques.qualification is not Qualification.QUALIFIEE:
        raise _hors_contrat(offre, "elle est en analyse")
    if prix is None:
        raise _hors_contrat(offre, f"elle n'a pas de prix le {date_longue(le)}")
    return prix


def _hors_contrat(offre: Offre, raison: str) -> Conflit:
    return Conflit(
        f"L'offre « {offre.caracteristiques.titre} » n'entre pas dans un contrat : {raison}.",
        regle="CI-14",
        details={"offre_id": str(offre.id)},
    )


def _hausses(indexation: Indexation | None, mois: int) -> int:
    """Combien de hausses sont passées au mois dit du contrat."""
    return 0 if indexation is None else (mois - 1) // indexation.tous_les_mois


def _hausse(indexation: Indexation | None, nombre: int) -> Fraction:
    """Ce qui multiplie un prix après ce nombre de hausses : (1 + taux) à chacune, composé."""
    return Fraction(1) if indexation is None else (1 + Fraction(indexation.taux)) ** nombre
