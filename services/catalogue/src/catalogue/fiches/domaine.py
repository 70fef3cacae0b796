"""La fiche de service exécutable (CAT-5) : versionnée, datée, avec ses tarifs et ses indicateurs.

Publier une version (CAT-2) est la même loi pour une fiche et pour un prix. Une version ne porte
pas sa fin : elle vaut jusqu'au début de la suivante. Un trou ou un chevauchement ne peut donc pas
s'écrire; la fin que dit l'appelant est vérifiée, jamais gardée.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, TypeVar

from noyau import Acte, Chronologie, Conflit, Fait, Version, jour_de_quebec

T = TypeVar("T")

MotifRefus = Literal["inatteignable", "chevauchement", "trou", "passe"]
Unite = Literal["mois", "produit", "heure", "demande", "incident", "contrat", "acte"]
Source = Literal["fiche", "ropn", "grille", "saisi"]
Mesure = Literal["delai", "disponibilite", "date_convenue"]
UniteDelai = Literal["jours_ouvrables", "jours_civils"]
Condition = Literal["a", "b", "c", "d", "e"]


class PublicationRefusee(Conflit):
    """L'intervalle proposé romprait la chronologie (CAT-2); le refus dit les dates."""

    def __init__(self, motif: MotifRefus, message: str, **dates: date | None) -> None:
        lisibles = {nom: jour and jour.isoformat() for nom, jour in dates.items()}
        super().__init__(message, regle="CAT-2", details={"motif": motif, **lisibles})
        self.motif = motif


def _jamais(_ancienne: object, _nouvelle: object) -> bool:
    return False


def publier(
    chronologie: Chronologie[T],
    debut: date,
    fin: date | None,
    valeur: T,
    *,
    aujourdhui: date,
    comble: Callable[[T, T], bool] = _jamais,
) -> tuple[Chronologie[T], Version[T]]:
    """Publie une valeur sur `[debut, fin)`; sans `fin`, elle vaut jusqu'à nouvel ordre.

    Elle abrège la version qui court à `debut`, ou remplace celle qui commence ce jour-là. Les
    jours sans valeur se remplissent à toute date. Un jour qui en a une ne change qu'à partir de
    demain, sauf si `comble(ancienne, nouvelle)` dit que rien n'est contredit.
    Lève `PublicationRefusee` (CAT-2).
    """
    _verifier_fin(debut, fin, chronologie.suivante(debut))
    touchee = chronologie.en_vigueur(debut)
    if touchee and debut <= aujourdhui and not comble(touchee.valeur, valeur):
        raise PublicationRefusee(
            "passe",
            f"Le passé ne change pas : la version {touchee.numero} vaut depuis le"
            f" {touchee.debut}; une nouvelle version commence au plus tôt le lendemain"
            f" du {aujourdhui}.",
            debut=debut,
            aujourdhui=aujourdhui,
        )
    numero = 1 + max((v.numero for v in chronologie.versions), default=0)
    publiee = Version(numero, debut, valeur)
    gardees = (v for v in chronologie.versions if v.debut != debut)
    return Chronologie.de((*gardees, publiee)), publiee


def _verifier_fin(debut: date, fin: date | None, suivante: Version[T] | None) -> None:
    """La fin doit être exactement le début de la version suivante, ou absente."""
    if fin is not None and fin <= debut:
        raise PublicationRefusee(
            "inatteignable",
            f"La version finirait le {fin}, avant d'avoir commencé le {debut} :"
            " elle ne vaudrait aucun jour.",
            debut=debut,
            fin=fin,
        )
    if suivante and (fin is None or fin > suivante.debut):
        raise PublicationRefusee(
            "chevauchement",
            f"La version {suivante.numero} commence le {suivante.debut} : la nouvelle la"
            f" recouvrirait. Finissez le {suivante.debut}, ou remplacez-la en publiant"
            " au même début.",
            debut=debut,
            fin=fin,
            debut_suivante=suivante.debut,
        )
    if fin is not None and (suivante is None or fin < suivante.debut):
        jusqua = f"jusqu'au {suivante.debut}" if suivante else "sans terme"
        raise PublicationRefusee(
            "trou",
            f"Rien ne vaudrait à partir du {fin}, {jusqua}. Publiez d'abord la version"
            f" qui commence le {fin}.",
            debut=debut,
            fin=fin,
            debut_suivante=suivante.debut if suivante else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """À partir d'un seuil, les frais sont `montant + taux × valeur` (dollars)."""

    a_partir_de: Decimal
    montant: Decimal
    taux: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarif:
    """Un tarif; montants en dollars, majoration en part (0,10 = 10 %), durées en minutes.

    `precision` complète le libellé neutre quand la source ne nomme pas l'objet : vide tant que
    le MCN ne l'a pas dite. Lève `Conflit` (CAT-5) si les champs se contredisent.
    """

    code: str
    libelle: str
    unite: Unite
    source: Source
    precision: str = ""
    montant: Decimal | None = None
    majoration: Decimal = Decimal(0)
    grille: tuple[Tranche, ...] = ()
    pas_minutes: int = 15
    minimum_minutes: int | None = None
    maximum_minutes: int | None = None
    mois_si_perte: int = 0

    def __post_init__(self) -> None:
        if self.montant is not None and self.source != "fiche":
            self._refuser(f"un montant ne va pas avec la source « {self.source} »")
        if self.grille and self.source != "grille":
            self._refuser(f"une grille ne va pas avec la source « {self.source} »")
        seuils = [tranche.a_partir_de for tranche in self.grille]
        if seuils and (seuils[0] != 0 or any(a >= b for a, b in pairwise(seuils))):
            self._refuser("les seuils de la grille partent de 0 et croissent")
        bornes = (self.minimum_minutes or 0, self.maximum_minutes)
        if bornes[1] is not None and bornes[1] < bornes[0]:
            self._refuser("le maximum de minutes est inférieur au minimum")

    def _refuser(self, raison: str) -> None:
        raise Conflit(f"Tarif {self.code} : {raison}.", regle="CAT-5", details={"tarif": self.code})

    @property
    def est_vide(self) -> bool:
        """Vrai si le montant devrait venir de la fiche et n'est pas encore connu."""
        return self.source in {"fiche", "grille"} and self.montant is None and not self.grille

    def se_comble_par(self, nouveau: "Tarif") -> bool:
        """Vrai si ce tarif était sans montant et que le montant est la seule différence."""
        return replace(nouveau, montant=None, grille=()) == self


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicateur:
    """Un indicateur de niveau de service (CAT-5).

    `cible` est une part entre 0 et 1 (absente : on compte, sans verdict); `delai`, un nombre de
    jours; `sortes`, les demandes mesurées; `fin`, les événements qui ferment la mesure.
    """

    code: str
    libelle: str
    mesure: Mesure
    cible: Decimal | None = None
    delai: int | None = None
    unite_delai: UniteDelai = "jours_ouvrables"
    sortes: tuple[str, ...] = ()
    fin: tuple[str, ...] = ()
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
    """Tout ce que dit une version d'une fiche; un code n'y paraît qu'une fois (CAT-5)."""

    titre: str
    description: Description
    tarifs: tuple[Tarif, ...]
    indicateurs: tuple[Indicateur, ...]

    def __post_init__(self) -> None:
        doubles = sorted(code for code, fois in Counter(self.codes).items() if fois > 1)
        if doubles:
            raise Conflit(
                f"Codes répétés dans la fiche : {', '.join(doubles)}.",
                regle="CAT-5",
                details={"codes": doubles},
            )

    @property
    def codes(self) -> tuple[str, ...]:
        """Les codes de ses tarifs et de ses indicateurs."""
        return (*(t.code for t in self.tarifs), *(i.code for i in self.indicateurs))

    def se_comble_par(self, nouveau: "ContenuFiche") -> bool:
        """Vrai si des tarifs sans montant en reçoivent un, et que rien d'autre ne change."""
        return (
            nouveau != self
            and replace(nouveau, tarifs=self.tarifs) == self
            and len(nouveau.tarifs) == len(self.tarifs)
            and all(
                apres == avant or avant.se_comble_par(apres)
                for avant, apres in zip(self.tarifs, nouveau.tarifs, strict=True)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FichePubliee(Fait):
    """Une version de la fiche vaut sur `[debut, fin)`; `fin` absente : jusqu'à nouvel ordre."""

    code: str
    version: int
    debut: date
    fin: date | None
    contenu: ContenuFiche


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Une fiche de service et toutes ses versions effectives."""

    code: str
    versions: Chronologie[ContenuFiche] = field(default_factory=Chronologie)

    def publier(
        self, debut: date, fin: date | None, contenu: ContenuFiche, acte: Acte
    ) -> "tuple[Fiche, FichePubliee]":
        """Publie une version (CAT-5), à venir; ou passée, si elle ne fait que combler des vides.

        Lève `PublicationRefusee` (CAT-2), aussi quand un tarif, ou le montant d'un tarif,
        disparaîtrait d'une version à la suivante : il laisserait un trou.
        """
        versions, publiee = publier(
            self.versions,
            debut,
            fin,
            contenu,
            aujourdhui=jour_de_quebec(acte.le),
            comble=ContenuFiche.se_comble_par,
        )
        for avant, apres in pairwise(versions.versions):
            _refuser_trous(avant.valeur.tarifs, apres)
        fait = FichePubliee(
            code=self.code,
            version=publiee.numero,
            debut=debut,
            fin=fin,
            contenu=contenu,
            survenu_le=acte.le,
        )
        return replace(self, versions=versions), fait


def _refuser_trous(avant: Iterable[Tarif], apres: Version[ContenuFiche]) -> None:
    restes = {tarif.code: tarif for tarif in apres.valeur.tarifs}
    perdus = sorted(
        t.code
        for t in avant
        if t.code not in restes or (restes[t.code].est_vide and not t.est_vide)
    )
    if perdus:
        raise PublicationRefusee(
            "trou",
            f"À partir du {apres.debut}, plus aucun montant pour : {', '.join(perdus)}.",
            debut=apres.debut,
        )
