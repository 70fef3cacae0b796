"""Ce que l'on suppose publié : une fiche, des montants, des prix; et ce que cela change."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Final

from facturation.tarification.domaine.tarification import Definition, SansMontant, Tarification
from facturation.tarification.domaine.tarifs import (
    Forme,
    Provenance,
    Tarif,
    VersionFiche,
    VersionPrix,
)
from noyau import Chronologie, Conflit

_SANS_UNITE: Final = frozenset({Forme.PALIERS, Forme.GRILLE, Forme.SAISI})
"""Les formes qui ne se chiffrent pas d'un montant unitaire."""
_RIEN: Final[Chronologie[Definition | None]] = Chronologie()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothese:
    """Des versions de fiches et des prix du ROPN que l'on suppose publiés; vide : rien ne change.

    Leur numéro n'est pas dit ici : il suit toujours ceux qui sont publiés. `changes` : les tarifs
    qui n'y valent pas ce qui était publié quand on l'a faite.
    """

    fiches: tuple[VersionFiche, ...] = ()
    prix: tuple[VersionPrix, ...] = ()
    changes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fiches or self.prix)

    @property
    def produits(self) -> frozenset[str]:
        """Ceux dont le prix est supposé."""
        return frozenset(p.produit for p in self.prix)

    def supposer(self, t: Tarification) -> Tarification:
        """La même tarification, l'hypothèse publiée après tout ce qui l'est (CAT-2, CAT-5)."""
        fiches, prix = t.fiches, t.prix_ropn
        for fiche in self.fiches:
            publiees = (f.version for f in fiches if f.fiche == fiche.fiche)
            retirees = (r.version for r in t.retraits if r.fiche == fiche.fiche)
            fiches = (*fiches, replace(fiche, version=_suivante(chain(publiees, retirees))))
        for un in self.prix:
            connus = (p.version for p in prix if p.produit == un.produit)
            prix = (*prix, replace(un, version=_suivante(connus)))
        return replace(t, fiches=fiches, prix_ropn=prix)

    def confrontee(self, t: Tarification) -> "Hypothese":
        """La même, qui dit les tarifs qu'elle change de ce qui est publié."""
        return replace(self, changes=tuple(sorted(differents(t, self.supposer(t)))))


def _suivante(versions: Iterable[int]) -> int:
    return max(versions, default=0) + 1


def differents(une: Tarification, autre: Tarification) -> frozenset[str]:
    """Les tarifs qui, un jour ou l'autre, ne valent pas la même chose de l'une à l'autre.

    Une version qui redit un tarif n'y change rien.
    """
    codes = une.epoques.keys() | autre.epoques.keys()
    return frozenset(code for code in codes if _dits(une, code) != _dits(autre, code))


def _dits(t: Tarification, code: str) -> list[tuple[date, Tarif | None]]:
    """Ce qui se dit d'un tarif, depuis chaque jour où cela change."""
    dits: list[tuple[date, Tarif | None]] = []
    for epoque in t.epoques.get(code, _RIEN).versions:
        tarif = epoque.valeur.tarif if epoque.valeur else None
        if not dits or dits[-1][1] != tarif:
            dits.append((epoque.debut, tarif))
    return dits


def exiger_a_venir(effet: date, aujourdhui: date) -> None:
    """Ce que l'on suppose vaut au plus tôt demain, comme ce qui se publie; lève `Conflit`."""
    if effet <= aujourdhui:
        raise Conflit(
            "Le passé ne change pas : une hypothèse prend effet au plus tôt le lendemain du"
            f" {aujourdhui}.",
            regle="CAT-2",
        )


def exiger_publiable(fiche: VersionFiche, finis: Collection[str], t: Tarification) -> None:
    """La version proposée se lit tout entière, et rien n'y finit sans être dit (CAT-5, CAT-9).

    `finis` : les tarifs de la fiche qui cessent. Lève `Conflit` (FAC-11).
    """
    codes = [tarif.code for tarif in fiche.tarifs]
    for tarif in fiche.tarifs:
        if codes.count(tarif.code) > 1:
            raise _refus(f"Le tarif {tarif.code} est dit deux fois.")
        if tarif.code in finis:
            raise _refus(f"Le tarif {tarif.code} ne peut à la fois valoir et finir.")
        _exiger_connu(tarif)
        ailleurs = t.tarif_au(tarif.code, fiche.debut)
        if isinstance(ailleurs, Definition) and ailleurs.fiche != fiche.fiche:
            raise _refus(f"Le tarif {tarif.code} est déjà de la fiche {ailleurs.fiche}.")
    portes = {code for code in t.epoques if _porte(t, code, fiche)}
    if tus := sorted(portes - {*codes, *finis}):
        raise _refus(
            f"La version proposée ne dit plus {', '.join(tus)} : gardez-les parmi ses tarifs, ou"
            " nommez-les dans « finis »."
        )
    if etrangers := sorted({*finis} - portes):
        raise _refus(f"La fiche {fiche.fiche} ne porte pas {', '.join(etrangers)}.")


def _porte(t: Tarification, code: str, fiche: VersionFiche) -> bool:
    definition = t.tarif_au(code, fiche.debut)
    return isinstance(definition, Definition) and definition.fiche == fiche.fiche


def _exiger_connu(tarif: Tarif) -> None:
    quantite = tarif.quantite
    if tarif.forme is None:
        formes = ", ".join(Forme)
        raise _refus(
            f"La forme « {quantite.forme} » du tarif {tarif.code} n'est pas connue; le sont :"
            f" {formes}."
        )
    if tarif.source not in {*Provenance}:
        raise _refus(f"La source « {tarif.source} » du tarif {tarif.code} n'est pas connue.")
    if tarif.du.livraison is (tarif.du.evenement is not None):
        raise _refus(
            f"Le tarif {tarif.code} est dû à la livraison d'un produit ou pour un événement :"
            " l'un, et lui seul."
        )


def proposer_montants(
    montants: Mapping[str, Decimal], effet: date, t: Tarification
) -> tuple[VersionFiche, ...]:
    """Les fiches en vigueur ce jour-là, ces montants ($) changés; lève `Conflit` (FAC-11)."""
    changees: dict[tuple[str, int], dict[str, Decimal]] = {}
    for code, montant in sorted(montants.items()):
        definition = t.tarif_au(code, effet)
        if isinstance(definition, SansMontant):
            raise _refus(definition.motif)
        tarif = definition.tarif
        if tarif.forme in _SANS_UNITE or tarif.source != Provenance.FICHE:
            raise _refus(f"Le tarif {code} ne se chiffre pas d'un montant : proposez sa fiche.")
        changees.setdefault((definition.fiche, definition.version), {})[code] = montant
    return tuple(
        replace(
            fiche,
            debut=effet,
            tarifs=tuple(
                replace(tarif, montant=siens.get(tarif.code, tarif.montant))
                for tarif in fiche.tarifs
            ),
        )
        for fiche in t.fiches
        if (siens := changees.get((fiche.fiche, fiche.version)))
    )


def _refus(message: str) -> Conflit:
    return Conflit(message, regle="FAC-11")
