"""Une demande et son cycle de vie (DEM-4) : des états, une table de transitions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self
from uuid import UUID, uuid5

from demandes.ropn.domaine import Livraison
from noyau import CYCLE, Conflit, Introuvable, TransitionImpossible

AVEC_POSTE: Final = frozenset(
    {"logiciel", "moniteur", "station", "peripherique", "accessoire", "jeton"}
)
"""Les sortes de produits qui accompagnent un poste (DEM-2)."""


class Sorte(StrEnum):
    """Les sortes de demandes (DEM-1); une de plus est une ligne.

    De chacune : la sorte de produit exigée, celles admises en plus, si le service lui-même porte un
    tarif (DEM-3), et ce que livre son article sans produit.
    """

    exige: str | None
    admises: frozenset[str]
    tarifee: bool
    livre: Livraison | None

    def __new__(
        cls,
        code: str,
        exige: str | None = None,
        admises: frozenset[str] = frozenset(),
        tarifee: bool = False,
        livre: Livraison | None = None,
    ) -> Self:
        sorte = str.__new__(cls, code)
        sorte._value_ = code
        sorte.exige, sorte.admises, sorte.tarifee, sorte.livre = exige, admises, tarifee, livre
        return sorte

    POSTE_PHYSIQUE = ("poste_physique", "materiel", AVEC_POSTE)
    POSTE_VIRTUEL = ("poste_virtuel", "poste_virtuel", AVEC_POSTE)
    LOGICIEL = ("logiciel", "logiciel")
    AMENAGEMENT_UTILISATEUR = (
        "amenagement_utilisateur", None, frozenset[str](), True, Livraison.AMENAGEMENT
    )  # fmt: skip
    REAMENAGEMENT_SECTEUR = (
        "amenagement_secteur_reamenagement", None, frozenset[str](), True, Livraison.AMENAGEMENT
    )  # fmt: skip
    DEMENAGEMENT_SECTEUR = (
        "amenagement_secteur_demenagement", None, frozenset[str](), True, Livraison.AMENAGEMENT
    )  # fmt: skip
    APPAREIL_MOBILE = ("appareil_mobile", "appareil_mobile", frozenset[str](), True)
    SOUTIEN_ETENDU = ("soutien_etendu", None, frozenset[str](), True)
    LIEN_PHYSIQUE = ("lien_physique", None, frozenset[str](), True)


SECTEURS: Final = frozenset({Sorte.REAMENAGEMENT_SECTEUR, Sorte.DEMENAGEMENT_SECTEUR})
"""Les sortes dont la fin se convient à deux (PT-7, PT-8)."""


class Etat(StrEnum):
    """Les états d'une demande (DEM-4)."""

    BROUILLON = "brouillon"
    CREEE = "creee"
    APPROUVEE = "approuvee"
    REFUSEE = "refusee"
    PRISE_EN_CHARGE = "prise_en_charge"
    SUSPENDUE = "suspendue"
    COMPLETEE = "completee"
    ANNULEE = "annulee"
    REDIRIGEE = "redirigee"


EN_COURS: Final = frozenset(Etat) - {
    Etat.REFUSEE,
    Etat.COMPLETEE,
    Etat.ANNULEE,
    Etat.REDIRIGEE,
}
"""Les états d'une demande qui n'est pas finie, brouillon compris."""
EN_COURS_MAX: Final = 10_000
"""Combien de demandes un organisme a en cours à la fois, brouillons compris."""


def exiger_place(en_cours: int) -> None:
    """Lève `Conflit` (DEM-2) si l'organisme a déjà toutes les demandes en cours permises."""
    if en_cours >= EN_COURS_MAX:
        raise Conflit(
            f"L'organisme a déjà {EN_COURS_MAX} demandes en cours, brouillons compris : finissez-en"
            " ou annulez-en avant d'en créer.",
            regle="DEM-2",
            details={"en_cours_max": EN_COURS_MAX},
        )


class Geste(StrEnum):
    """Ce qu'on pose sur une demande pour la faire avancer, dans l'ordre du cycle (DEM-12)."""

    SOUMETTRE = "soumission"
    APPROUVER = "approbation"
    REFUSER = "refus"
    PRENDRE_EN_CHARGE = "prise_en_charge"
    SUSPENDRE = "suspension"
    REPRENDRE = "reprise"
    INSCRIRE_HEURES = "heures_travaillees"
    LIVRER = "livraison"
    COMPLETER = "completion"
    ANNULER = "annulation"
    REDIRIGER = "redirection"
    """Vers le développement de solutions : fin non mesurée (DEM-6)."""
    ROUVRIR = "reouverture"


if tuple(Geste) != CYCLE:
    raise RuntimeError("Les gestes d'une demande sont les actes du cycle (DEM-12).")

_A_TRAITER = {
    Geste.PRENDRE_EN_CHARGE: Etat.PRISE_EN_CHARGE,
    Geste.REDIRIGER: Etat.REDIRIGEE,
    Geste.ANNULER: Etat.ANNULEE,
}

TRANSITIONS: Mapping[tuple[Etat, bool], Mapping[Geste, Etat]] = MappingProxyType(
    {
        (Etat.BROUILLON, False): {Geste.SOUMETTRE: Etat.CREEE, Geste.ANNULER: Etat.ANNULEE},
        (Etat.CREEE, True): {
            Geste.APPROUVER: Etat.APPROUVEE,
            Geste.REFUSER: Etat.REFUSEE,
            Geste.ANNULER: Etat.ANNULEE,
        },
        (Etat.CREEE, False): _A_TRAITER,
        (Etat.APPROUVEE, False): _A_TRAITER,
        (Etat.PRISE_EN_CHARGE, False): {
            Geste.SUSPENDRE: Etat.SUSPENDUE,
            Geste.INSCRIRE_HEURES: Etat.PRISE_EN_CHARGE,
            Geste.LIVRER: Etat.PRISE_EN_CHARGE,
            Geste.COMPLETER: Etat.COMPLETEE,
            Geste.REDIRIGER: Etat.REDIRIGEE,
            Geste.ANNULER: Etat.ANNULEE,
        },
        (Etat.SUSPENDUE, False): {
            Geste.REPRENDRE: Etat.PRISE_EN_CHARGE,
            Geste.INSCRIRE_HEURES: Etat.SUSPENDUE,
            Geste.ANNULER: Etat.ANNULEE,
        },
        (Etat.COMPLETEE, False): {Geste.ROUVRIR: Etat.PRISE_EN_CHARGE},
        (Etat.REFUSEE, False): {},
        (Etat.ANNULEE, False): {},
        (Etat.REDIRIGEE, False): {},
    }
)
"""(état, attend une approbation) × geste → état. Ce qui n'y est pas est impossible (DEM-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TempsTravaille:
    """Du temps travaillé, en minutes, au tarif horaire nommé.

    `reference` est celle de l'entrée de temps de l'ITSM, qui l'identifie (DEM-12).
    """

    tarif: str
    minutes: int
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Une unité à livrer; un aménagement est un article sans produit."""

    id: UUID
    livraison: Livraison
    produit: str | None = None
    utilisateur_id: str | None = None
    site: str | None = None
    haut_dirigeant: bool = False
    livre_le: datetime | None = None
    actif_id: UUID | None = None
    travaux: tuple[TempsTravaille, ...] = ()
    """Le temps travaillé sur un aménagement, dans l'ordre où il l'a été."""

    @property
    def actif(self) -> UUID | None:
        """L'actif que livre l'article, toujours le même (DEM-7); aucun pour un aménagement."""
        return None if self.produit is None else uuid5(self.id, "actif")

    def livre(self, le: datetime) -> "Article":
        return replace(self, livre_le=le, actif_id=self.actif)

    def neuf(self) -> "Article":
        """L'article tel qu'à la création."""
        return replace(self, livre_le=None, actif_id=None, travaux=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FaitsDeMesure:
    """Ce que la mesure doit savoir d'une demande (DEM-2) : calculé des produits, jamais saisi."""

    approbation_requise: bool
    acquisition_multiple: bool
    configuration_normalisee: bool
    logiciel_payant: bool
    gamme: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demande:
    """Une demande d'un organisme, telle qu'après une suite de gestes."""

    id: UUID
    numero: str
    organisme: str
    sorte: Sorte
    demandeur: str
    articles: tuple[Article, ...]
    faits: FaitsDeMesure
    cree_le: datetime
    site: str | None = None
    """Où la demande se livre, si rien de plus précis n'est dit d'un article."""
    imputation: str | None = None
    """Le code d'imputation que l'organisme lui donne (FAC-16)."""
    etat: Etat = Etat.BROUILLON
    soumise_le: datetime | None = None
    completee_le: datetime | None = None
    version: int = 1

    @property
    def attend_approbation(self) -> bool:
        return self.etat is Etat.CREEE and self.faits.approbation_requise

    @property
    def a_livrer(self) -> tuple[Article, ...]:
        return tuple(a for a in self.articles if a.livre_le is None)

    @property
    def livrable(self) -> bool:
        """Vrai si un article à livrer peut encore l'être : rien n'y a mis fin."""
        finie = {Etat.REFUSEE, Etat.ANNULEE, Etat.REDIRIGEE, Etat.COMPLETEE}
        return self.etat not in finie and not self.attend_approbation

    @property
    def permis(self) -> Mapping[Geste, Etat]:
        """Les gestes permis, et l'état où chacun mène (DEM-4)."""
        return TRANSITIONS[self.etat, self.attend_approbation]

    def article(self, article_id: UUID) -> Article:
        """Lève `Introuvable` si l'article n'est pas de cette demande."""
        for article in self.articles:
            if article.id == article_id:
                return article
        raise Introuvable(f"L'article {article_id} n'est pas de la demande {self.numero}.")

    def avec(self, *articles: Article) -> "Demande":
        """La demande, ces articles à la place des siens."""
        nouveaux = {article.id: article for article in articles}
        return replace(self, articles=tuple(nouveaux.get(a.id, a) for a in self.articles))

    def vers(self, geste: Geste) -> "Demande":
        """La demande dans l'état où mène ce geste; lève `TransitionImpossible` (DEM-4)."""
        if geste not in self.permis:
            raise TransitionImpossible(geste, self.etat, list(self.permis), regle="DEM-4")
        etat = self.permis[geste]
        return self if etat is self.etat else replace(self, etat=etat)

    def livree(self, le: datetime, *articles: Article) -> "Demande":
        """Ces articles livrés; le dernier de la demande la complète à cet instant (DEM-4)."""
        livree = self.avec(*(article.livre(le) for article in articles))
        return livree if livree.a_livrer else livree.completee(le)

    def completee(self, le: datetime) -> "Demande":
        return replace(self, etat=Etat.COMPLETEE, completee_le=le)

    def rouverte(self, *articles: Article) -> "Demande":
        """Ces articles à livrer de nouveau; le temps qu'on y a travaillé reste travaillé."""
        a_refaire = (replace(article, livre_le=None) for article in articles)
        return replace(self.avec(*a_refaire), completee_le=None)

    def brouillon(self) -> "Demande":
        """La demande telle qu'à sa création, avant tout geste."""
        return replace(
            self,
            etat=Etat.BROUILLON,
            soumise_le=None,
            completee_le=None,
            articles=tuple(article.neuf() for article in self.articles),
            version=1,
        )

    def possibles(self) -> "Iterator[Demande]":
        """Où mènerait un geste encore possible, de machine ou de technicien (DEM-12).

        Soumission, approbation et refus ne le sont jamais : ils valent quand on les pose. Livrer ou
        rouvrir se prend en gros : tous les articles d'un coup.
        """
        for geste in _DE_MACHINE & self.permis.keys():
            yield self.vers(geste)
        if Geste.LIVRER in self.permis and (self.a_livrer or not self.articles):
            yield self.vers(Geste.LIVRER).completee(self.cree_le)
        if Geste.ROUVRIR in self.permis:
            yield self.vers(Geste.ROUVRIR).rouverte(*self.articles)


_DE_MACHINE = frozenset({Geste.PRENDRE_EN_CHARGE, Geste.SUSPENDRE, Geste.REPRENDRE})
