"""Le produit du ROPN (CAT-1), son prix daté (CAT-2), ce que sa livraison facture (CAT-4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from catalogue.fiches.domaine.chronologie import publier
from catalogue.fiches.domaine.contenu import Tarif
from noyau import Acte, Chronologie, Conflit, Fait, TransitionImpossible, jour_de_quebec

Sorte = Literal[
    "materiel", "logiciel", "poste_virtuel", "moniteur", "station", "peripherique",
    "accessoire", "jeton", "appareil_mobile",
]  # fmt: skip
Statut = Literal["actif", "plus_offert", "retire"]
Gamme = Literal[
    "ordinaire", "detachable", "intermediaire", "haute_performance",
    "tres_haute_performance", "inconnue",
]  # fmt: skip

RETRAITS: Mapping[Statut, tuple[Statut, ...]] = {
    "actif": ("plus_offert", "retire"),
    "plus_offert": ("retire",),
    "retire": (),
}
"""Les statuts qu'un produit peut prendre ensuite; il n'en revient pas (CAT-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptif:
    """Ce qui peut changer d'un produit.

    `tarifs` nomme les tarifs des fiches que déclenche la livraison d'une unité; le noyau n'en
    déclenche aucun (CAT-4). `reserve_hauts_dirigeants` est la restriction de CAT-3.
    `duree_de_vie_mois` : un remplacement qui la précède est prématuré (FAC-2); absente, le CSC
    en décide.
    """

    libelle: str
    categorie: str
    noyau: bool
    normalise: bool
    gamme: Gamme = "ordinaire"
    reserve_hauts_dirigeants: bool = False
    duree_de_vie_mois: int | None = None
    tarifs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.noyau and self.tarifs:
            raise Conflit(
                "Un produit du noyau de base ne se facture pas : il ne déclenche aucun tarif.",
                regle="CAT-4",
                details={"tarifs": list(self.tarifs)},
            )
        if len(set(self.tarifs)) < len(self.tarifs):
            raise Conflit("Un tarif est nommé deux fois.", regle="CAT-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProduitInscrit(Fait):
    """Un produit entre au ROPN."""

    produit: "Produit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProduitModifie(Fait):
    """Un produit a changé."""

    produit: "Produit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProduitRetire(Fait):
    """Un produit ne s'offre plus, ou n'existe plus (CAT-1)."""

    produit: "Produit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrixPublie(Fait):
    """Le prix d'un produit vaut sur `[debut, fin)`, en dollars, avant majoration."""

    produit: str
    version: int
    debut: date
    fin: date | None
    prix: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Produit:
    """Un produit du ROPN; son code et sa sorte ne changent jamais."""

    code: str
    sorte: Sorte
    descriptif: Descriptif
    statut: Statut = "actif"
    prix: Chronologie[Decimal] = field(default_factory=Chronologie)
    version: int = 1

    def inscrire(self, tarifs: Mapping[str, Tarif], acte: Acte) -> ProduitInscrit:
        """Constate l'inscription; `tarifs` sont ceux, de ses codes, qui valent ou vaudront.

        Lève `Conflit` : tarif inconnu ou fini (CAT-5), ou que nulle livraison ne déclenche (CAT-9),
        tarif de base pour un produit non normalisé (CAT-4), ou prix manquant pour un tarif lu au
        ROPN (CAT-2).
        """
        _verifier_tarifs(self, tarifs)
        return ProduitInscrit(produit=self, survenu_le=acte.le)

    def modifier(
        self, descriptif: Descriptif, tarifs: Mapping[str, Tarif], acte: Acte
    ) -> "tuple[Produit, ProduitModifie]":
        """Lève `Conflit` comme `inscrire`, `TransitionImpossible` s'il est retiré (CAT-1).

        Un tarif qu'il portait déjà peut avoir fini : ses livraisons attendent, le produit demeure.
        Mais qui change ses tarifs n'y laisse aucun tarif fini (CAT-5).
        """
        self._refuser_si_retire("modifier")
        modifie = replace(self, descriptif=descriptif, version=self.version + 1)
        deja = self.descriptif.tarifs
        _verifier_tarifs(modifie, tarifs, deja=deja if descriptif.tarifs == deja else ())
        return modifie, ProduitModifie(produit=modifie, survenu_le=acte.le)

    def retirer(self, statut: Statut, acte: Acte) -> "tuple[Produit, ProduitRetire]":
        """Cesse de l'offrir à l'acquisition, ou le retire (CAT-1). Lève `TransitionImpossible`."""
        if statut not in RETRAITS[self.statut]:
            raise TransitionImpossible(statut, self.statut, RETRAITS[self.statut], regle="CAT-1")
        retire = replace(self, statut=statut, version=self.version + 1)
        return retire, ProduitRetire(produit=retire, survenu_le=acte.le)

    def publier_prix(
        self, debut: date, fin: date | None, prix: Decimal, acte: Acte
    ) -> "tuple[Produit, PrixPublie]":
        """Publie un prix (dollars) sur `[debut, fin)` (CAT-2).

        Lève `PublicationRefusee`, ou `TransitionImpossible` si le produit est retiré.
        """
        self._refuser_si_retire("publier un prix")
        chronologie, publie = publier(
            self.prix, debut, fin, prix, aujourdhui=jour_de_quebec(acte.le)
        )
        fait = PrixPublie(
            produit=self.code,
            version=publie.numero,
            debut=debut,
            fin=fin,
            prix=prix,
            survenu_le=acte.le,
        )
        return replace(self, prix=chronologie, version=self.version + 1), fait

    def _refuser_si_retire(self, acte: str) -> None:
        if self.statut == "retire":
            raise TransitionImpossible(acte, self.statut, (), regle="CAT-1")


def _verifier_tarifs(
    produit: Produit, tarifs: Mapping[str, Tarif], deja: tuple[str, ...] = ()
) -> None:
    nommes = produit.descriptif.tarifs
    inconnus = sorted(set(nommes) - set(tarifs) - set(deja))
    if inconnus:
        raise Conflit(
            f"Aucune fiche ne porte, ou ne porte plus, ces tarifs : {', '.join(inconnus)}.",
            regle="CAT-5",
            details={"tarifs": inconnus},
        )
    connus = [tarifs[code] for code in nommes if code in tarifs]
    autres = [t.code for t in connus if not t.du.livraison and t.code not in deja]
    if autres:
        raise Conflit(
            "Un produit ne porte que des tarifs dus à la livraison; ceux-ci ne le sont pas : "
            f"{', '.join(autres)}.",
            regle="CAT-9",
            details={"tarifs": autres},
        )
    _refuser_tarif_de_base(produit, connus)
    au_ropn = [t.code for t in connus if t.source == "ropn"]
    if au_ropn and not produit.prix.versions:
        raise Conflit(
            f"Le tarif {au_ropn[0]} se lit au ROPN : le produit doit d'abord avoir un prix.",
            regle="CAT-2",
            details={"tarif": au_ropn[0]},
        )


def _refuser_tarif_de_base(produit: Produit, connus: Iterable[Tarif]) -> None:
    """Le tarif de base, mensuel et dit par une fiche, vaut pour un modèle normalisé (CAT-4).

    Un modèle qui ne l'est pas se facture au mois à son propre prix, lu au ROPN.
    """
    de_base = [t.code for t in connus if t.quantite.forme == "mois" and t.source == "fiche"]
    if de_base and not produit.descriptif.normalise:
        raise Conflit(
            "Un produit non normalisé est hors du tarif de base : il ne porte pas "
            f"{', '.join(de_base)}, mais un tarif lu au ROPN, à son propre prix.",
            regle="CAT-4",
            details={"tarifs": de_base},
        )
