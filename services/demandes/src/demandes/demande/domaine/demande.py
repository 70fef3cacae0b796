"""Une demande et son cycle de vie (DEM-4) : une table de transitions, des gestes signés."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from demandes.clients.domaine import Signature
from demandes.ropn.domaine import Gamme, Livraison
from noyau import Acte, Conflit, Fait, Introuvable, TransitionImpossible


class Sorte(StrEnum):
    """Les sortes de demandes (DEM-1) derrière PT-1, PT-2, PT-3, PT-6, PT-9 et le soutien étendu."""

    POSTE_PHYSIQUE = "poste_physique"
    POSTE_VIRTUEL = "poste_virtuel"
    LOGICIEL = "logiciel"
    AMENAGEMENT_UTILISATEUR = "amenagement_utilisateur"
    APPAREIL_MOBILE = "appareil_mobile"
    SOUTIEN_ETENDU = "soutien_etendu"


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


class Geste(StrEnum):
    """Ce qu'on pose sur une demande pour la faire avancer."""

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
    ROUVRIR = "reouverture"
    REDIRIGER = "redirection"


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
    """Du temps travaillé, en minutes, au tarif horaire nommé."""

    tarif: str
    minutes: int


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
    """Le temps que la prochaine livraison annoncera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaitsDeMesure:
    """Ce que la mesure doit savoir d'une demande (DEM-2) : calculé des produits, jamais saisi."""

    approbation_requise: bool
    acquisition_multiple: bool
    configuration_normalisee: bool
    logiciel_payant: bool
    gamme: Gamme | None


class LivraisonsManquantes(Conflit):
    """La demande ne peut se compléter : des articles restent à livrer (DEM-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demande:
    """Une demande d'un organisme; chaque transition rend la demande nouvelle et ses gestes."""

    id: UUID
    numero: str
    organisme: str
    sorte: Sorte
    demandeur: str
    articles: tuple[Article, ...]
    faits: FaitsDeMesure
    cree_le: datetime
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

    def est_finale_pour(self, survenu_le: datetime) -> bool:
        """Vrai si plus rien ne permettra un acte survenu à cet instant.

        Complétée, une demande peut rouvrir : elle n'est finale que pour ce qui l'a précédée.
        """
        if self.etat is Etat.COMPLETEE:
            return self.completee_le is not None and survenu_le <= self.completee_le
        return self.etat in {Etat.REFUSEE, Etat.ANNULEE, Etat.REDIRIGEE}

    def article(self, article_id: UUID) -> Article:
        """Lève `Introuvable` si l'article n'est pas de cette demande."""
        for article in self.articles:
            if article.id == article_id:
                return article
        raise Introuvable(f"L'article {article_id} n'est pas de la demande {self.numero}.")

    def soumettre(self, faits: FaitsDeMesure, acte: Acte) -> "Avancee":
        """Brouillon → créée; les faits de mesure sont ceux de cet instant (DEM-2)."""
        return _passer(
            self, Geste.SOUMETTRE, acte, vers=replace(self, faits=faits, soumise_le=acte.le)
        )

    def approuver(self, signature: Signature, acte: Acte) -> "Avancee":
        """Un signataire autorisé approuve (DEM-3)."""
        return _passer(self, Geste.APPROUVER, acte, signature=signature)

    def refuser(self, signature: Signature, motif: str, acte: Acte) -> "Avancee":
        """Une étape refusée refuse la demande (DEM-3)."""
        return _passer(self, Geste.REFUSER, acte, signature=signature, motif=motif)

    def prendre_en_charge(self, acte: Acte, survenu_le: datetime | None = None) -> "Avancee":
        return _passer(self, Geste.PRENDRE_EN_CHARGE, acte, survenu_le)

    def suspendre(self, motif: str, acte: Acte, survenu_le: datetime | None = None) -> "Avancee":
        """Prise en charge → suspendue, en attente du client."""
        return _passer(self, Geste.SUSPENDRE, acte, survenu_le, motif=motif)

    def reprendre(
        self, motif: str | None, acte: Acte, survenu_le: datetime | None = None
    ) -> "Avancee":
        return _passer(self, Geste.REPRENDRE, acte, survenu_le, motif=motif)

    def annuler(
        self, motif: str | None, acte: Acte, survenu_le: datetime | None = None
    ) -> "Avancee":
        return _passer(self, Geste.ANNULER, acte, survenu_le, motif=motif)

    def rediriger(
        self, motif: str | None, acte: Acte, survenu_le: datetime | None = None
    ) -> "Avancee":
        """Vers le développement de solutions : fin non mesurée (DEM-6)."""
        return _passer(self, Geste.REDIRIGER, acte, survenu_le, motif=motif)

    def inscrire_heures(
        self, travaux: Sequence[TempsTravaille], acte: Acte, survenu_le: datetime | None = None
    ) -> "Avancee":
        """Ajoute le temps travaillé d'un aménagement; lève `Conflit` pour une autre sorte."""
        amenagements = [a for a in self.articles if a.livraison is Livraison.AMENAGEMENT]
        if not amenagements:
            raise Conflit(
                "Les heures travaillées s'inscrivent sur un aménagement seulement.", regle="DEM-10"
            )
        article = replace(amenagements[0], travaux=(*amenagements[0].travaux, *travaux))
        return _passer(
            self, Geste.INSCRIRE_HEURES, acte, survenu_le, vers=self._avec(article), article=article
        )

    def livrer(
        self,
        article_id: UUID,
        actif_id: UUID | None,
        acte: Acte,
        survenu_le: datetime | None = None,
    ) -> "Avancee":
        """Livre un article (DEM-7); le dernier complète la demande (DEM-4).

        Lève `Introuvable` si l'article n'est pas de cette demande, `Conflit` s'il est déjà livré.
        """
        _exiger_permis(self, Geste.LIVRER)
        article = self.article(article_id)
        if article.livre_le is not None:
            raise Conflit(f"L'article {article_id} est déjà livré.", regle="DEM-4")
        livre = replace(article, livre_le=survenu_le or acte.le, actif_id=actif_id)
        livree = _passer(
            self, Geste.LIVRER, acte, survenu_le, vers=self._avec(livre), article=livre
        )
        if livree.demande.a_livrer:
            return livree
        livraisons = [a.livre_le for a in livree.demande.articles if a.livre_le is not None]
        return livree.puis(_completer(livree.demande, acte, max(livraisons)))

    def completer(
        self,
        acte: Acte,
        survenu_le: datetime | None = None,
        travaux: Sequence[TempsTravaille] = (),
    ) -> "Avancee":
        """Complète une demande qui n'attend aucun produit : aménagement, soutien étendu.

        Les travaux s'ajoutent aux heures inscrites; un aménagement est livré du même coup.
        Lève `LivraisonsManquantes` s'il reste un produit à livrer.
        """
        _exiger_permis(self, Geste.COMPLETER)
        if any(a.produit is not None for a in self.a_livrer):
            restants = ", ".join(str(a.id) for a in self.a_livrer)
            raise LivraisonsManquantes(f"Articles à livrer d'abord : {restants}.", regle="DEM-4")
        avancee = Avancee(self, ())
        if travaux:
            avancee = self.inscrire_heures(travaux, acte, survenu_le)
        demande = avancee.demande
        if demande.a_livrer:
            return avancee.puis(demande.livrer(demande.a_livrer[0].id, None, acte, survenu_le))
        return avancee.puis(_completer(demande, acte, survenu_le or acte.le))

    def rouvrir(
        self,
        motif: str,
        acte: Acte,
        survenu_le: datetime | None = None,
        articles: frozenset[UUID] | None = None,
    ) -> "Avancee":
        """Complétée → prise en charge; dit les articles à livrer de nouveau, par défaut tous."""
        vises = frozenset(a.id for a in self.articles) if articles is None else articles
        for article_id in vises:
            self.article(article_id)
        a_refaire = tuple(
            replace(a, livre_le=None, travaux=()) if a.id in vises else a for a in self.articles
        )
        rouverte = replace(self, articles=a_refaire, completee_le=None)
        return _passer(self, Geste.ROUVRIR, acte, survenu_le, vers=rouverte, motif=motif)

    def _avec(self, article: Article) -> "Demande":
        articles = tuple(article if a.id == article.id else a for a in self.articles)
        return replace(self, articles=articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class GestePose(Fait):
    """Un geste posé sur une demande, et la demande qui en résulte : une ligne de la chronologie."""

    demande: Demande
    geste: Geste
    avant: Etat
    enregistre_le: datetime
    acteur: str
    motif: str | None = None
    signature: Signature | None = None
    article: Article | None = None


class Avancee(NamedTuple):
    """Où en est une demande, et les gestes qui viennent de l'y mener, dans leur ordre."""

    demande: Demande
    gestes: tuple[GestePose, ...]

    def puis(self, suivante: "Avancee") -> "Avancee":
        return Avancee(suivante.demande, (*self.gestes, *suivante.gestes))


def _exiger_permis(demande: Demande, geste: Geste) -> Etat:
    """L'état où mène ce geste; lève `TransitionImpossible` (DEM-4)."""
    permis = TRANSITIONS[demande.etat, demande.attend_approbation]
    if geste not in permis:
        raise TransitionImpossible(geste, demande.etat, list(permis), regle="DEM-4")
    return permis[geste]


def _passer(
    demande: Demande,
    geste: Geste,
    acte: Acte,
    survenu_le: datetime | None = None,
    *,
    vers: Demande | None = None,
    motif: str | None = None,
    signature: Signature | None = None,
    article: Article | None = None,
) -> Avancee:
    """L'avancée que permet la table; `vers` est la demande déjà changée, à l'état près."""
    etat = _exiger_permis(demande, geste)
    survenu = survenu_le or acte.le
    _exiger_passe(demande, survenu, acte.le)
    nouvelle = replace(vers or demande, etat=etat, version=demande.version + 1)
    pose = GestePose(
        demande=nouvelle,
        geste=geste,
        avant=demande.etat,
        survenu_le=survenu,
        enregistre_le=acte.le,
        acteur=acte.acteur.sujet,
        motif=motif,
        signature=signature,
        article=article,
    )
    return Avancee(nouvelle, (pose,))


def _completer(demande: Demande, acte: Acte, fin: datetime) -> Avancee:
    return _passer(demande, Geste.COMPLETER, acte, fin, vers=replace(demande, completee_le=fin))


def _exiger_passe(demande: Demande, survenu_le: datetime, maintenant: datetime) -> None:
    """Un fait n'est ni futur, ni antérieur à la demande (à la seconde près)."""
    if survenu_le > maintenant:
        raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-4")
    if demande.soumise_le and survenu_le < demande.soumise_le.replace(microsecond=0):
        raise Conflit("Un fait ne peut précéder la soumission de la demande.", regle="DEM-4")
