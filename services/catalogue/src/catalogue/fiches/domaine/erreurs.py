"""Ce qu'on reproche à une fiche : chaque ligne et sa raison, toutes à la fois (CAT-9)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from catalogue.fiches.domaine.annuaire import JOUR, Nature, TypeConnu
from noyau import TOUJOURS, Comparaison, Conflit, Predicat, compatibles, nombre_de


@dataclass(frozen=True, slots=True)
class Erreur:
    """Un champ du corps (« tarifs[3].du.evenement ») et ce qui l'empêche."""

    champ: str
    raison: str


class FicheRefusee(Conflit):
    """Ce que dit la fiche ne pourrait se facturer ou se mesurer, ou contredit ce qui vaut."""

    def __init__(self, erreurs: Iterable[Erreur]) -> None:
        toutes = list(erreurs)
        combien = "une faute" if len(toutes) == 1 else f"{len(toutes)} fautes"
        premiere = f"{toutes[0].champ} : {toutes[0].raison}"
        super().__init__(
            f"La fiche est refusée, {combien}. {premiere}",
            regle="CAT-9",
            details={"erreurs": [{"champ": e.champ, "raison": e.raison} for e in toutes]},
        )
        self.erreurs = tuple(toutes)


def dire(noms: Iterable[str]) -> str:
    """« a », « b » : des codes ou des faits, dans leur ordre."""
    return ", ".join(f"« {nom} »" for nom in noms)


def eprouver(champ: str, predicat: Predicat | None, type_: TypeConnu) -> Iterator[Erreur]:
    """Ce qui empêche un prédicat d'être jamais vrai des faits de ce type."""
    if predicat is None:
        return
    raisons = list(dict.fromkeys(r for c in predicat.comparaisons for r in _inadmissible(c, type_)))
    yield from (Erreur(champ, raison) for raison in raisons)
    if not raisons and not compatibles(predicat, TOUJOURS):
        yield Erreur(champ, "Aucun fait ne peut répondre à ces exigences à la fois.")


def _inadmissible(comparaison: Comparaison, type_: TypeConnu) -> Iterator[str]:
    nature = type_.faits.get(comparaison.fait)
    if nature is None:
        yield inconnu(comparaison.fait, type_)
    elif not _convient(comparaison, nature):
        yield f"« {comparaison.fait} » {_EXIGENCES[nature]}"


def _convient(comparaison: Comparaison, nature: Nature) -> bool:
    match nature:
        case Nature.TEXTE | Nature.IDENTIFIANT:
            return comparaison.parmi is not None or isinstance(comparaison.egale, str)
        case Nature.NOMBRE:
            egale = comparaison.egale
            ecrit = isinstance(egale, str) and nombre_de(egale) is not None
            return comparaison.au_moins is not None or ecrit
        case Nature.BOOLEEN:
            return isinstance(comparaison.egale, bool)
        case Nature.DATE:
            return False


_EXIGENCES = {
    Nature.TEXTE: "est un texte : il s'éprouve par « parmi » ou par « egale » un texte.",
    Nature.IDENTIFIANT: "est un identifiant : il s'éprouve par « parmi » ou « egale » un texte.",
    Nature.NOMBRE: "est un nombre : il s'éprouve par « au_moins » ou par « egale » un nombre.",
    Nature.BOOLEEN: "est vrai ou faux : il s'éprouve par « egale » true ou false.",
    Nature.DATE: "est une date : rien ne l'éprouve.",
}


def inconnu(fait: str, type_: TypeConnu) -> str:
    """Pourquoi ce fait ne se lit pas, et ceux qui se lisent."""
    return f"L'événement ne dit pas « {fait} ». Il dit : {dire(sorted(type_.faits))}."


def verifier_nature(
    champ: str, fait: str | None, attendue: Nature, type_: TypeConnu
) -> Iterator[Erreur]:
    """Un fait que l'événement dit, et de cette nature."""
    if fait is None:
        return
    nature = type_.faits.get(fait)
    if nature is None:
        yield Erreur(champ, inconnu(fait, type_))
    elif nature is not attendue:
        dit = "un nombre" if attendue is Nature.NOMBRE else "vrai ou faux"
        yield Erreur(champ, f"« {fait} » ne dit pas {dit}.")


def verifier_groupe(champ: str, par: Collection[str], type_: TypeConnu) -> Iterator[Erreur]:
    """Des faits que l'événement dit, ou son jour; un groupe reste dans ce qui se facture."""
    for fait in par:
        if fait == JOUR:
            continue
        if fait not in type_.faits:
            yield Erreur(champ, f"{inconnu(fait, type_)} « {JOUR} » en est le jour.")
        elif type_.faits[fait] is Nature.IDENTIFIANT and fait != type_.source:
            yield Erreur(
                champ,
                f"« {fait} » réunirait plusieurs « {type_.source} » : chacun se facture à part.",
            )
    if par and type_.source not in par:
        yield Erreur(champ, f"Un groupe est d'un seul « {type_.source} » : nommez-le dans « par ».")
