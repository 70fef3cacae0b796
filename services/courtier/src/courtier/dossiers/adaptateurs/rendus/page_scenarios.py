"""La page des scénarios d'un dossier, côte à côte, et ce qui fait la différence (CI-14, CI-15)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from markupsafe import Markup

from courtier.catalogue.domaine import Periodicite
from courtier.dossiers.adaptateurs.rendus.reserves import tableau_des_reserves
from courtier.dossiers.cas_usage.comparatif import Confrontation
from courtier.dossiers.domaine.besoins import UniteBesoin
from courtier.dossiers.domaine.comparatif import (
    ComposanteComparee,
    Difference,
    Ecart,
    ScenarioCompare,
)
from courtier.dossiers.domaine.elements import QuantitePeriode
from courtier.dossiers.domaine.scenarios import Empechement, Provenance
from pages import Cellule, Colonne, Tableau, Ton, environnement
from pages.ecriture import dollars, instant, nombre

COLONNES: Final = 5
"""Les scénarios que la page met côte à côte : le choisi, puis les moins chers."""
_ECARTS = {
    Ecart.ABSENTE: "absente d'un scénario",
    Ecart.QUANTITES: "les quantités",
    Ecart.PRIX: "le prix",
    Ecart.PERIODICITE: "la périodicité",
    Ecart.UNITE: "l'unité",
    Ecart.CONVERSION: "la conversion",
}
_PERIODES = {
    Periodicite.MOIS: "par mois",
    Periodicite.ANNEE: "par an",
    Periodicite.UNIQUE: "une fois",
}
_UNITES = {"unite": "unité"}
"""Les codes d'unité qui ne se lisent pas tels quels."""
_COMPTES = {UniteBesoin.USAGERS: "usager", UniteBesoin.CAPACITE: "de capacité"}


def rendre(vu: Confrontation, le: datetime) -> str:
    """La page HTML des scénarios, vue à cet instant."""
    montres = _montres(vu)
    compares = [s for s in montres if s.composantes]
    return (
        environnement("courtier.dossiers.adaptateurs.rendus")
        .get_template("scenarios.html.j2")
        .render(
            dossier=vu.dossier,
            tus=len(vu.scenarios) - len(montres),
            ensemble=_ensemble(vu, montres) if montres else None,
            differences=_differences(vu, compares) if compares else None,
            conversions=_conversions(vu, compares) if compares else None,
            reserves=tableau_des_reserves(vu.reserves, vu.offres, vu.fournisseurs)
            if vu.reserves
            else None,
            empeches=[
                (s.scenario.titre, calcul.motif)
                for s in montres
                if isinstance(calcul := vu.dossier.calculs[s.scenario.id], Empechement)
            ],
            le=instant(le),
        )
    )


def _montres(vu: Confrontation) -> list[ScenarioCompare]:
    """Le choisi, puis du moins cher au plus cher; ceux qui ne se comparent pas en dernier."""
    choisi, totaux = vu.dossier.choisi, vu.dossier.comparaison.totaux
    loin = max((t.decimal for t in totaux.values()), default=Decimal(0)) + 1

    def rang(compare: ScenarioCompare) -> tuple[bool, Decimal]:
        identifiant = compare.scenario.id
        total = totaux.get(identifiant)
        return choisi is None or identifiant != choisi.id, total.decimal if total else loin

    return sorted(vu.scenarios.values(), key=rang)[:COLONNES]


def _titre(vu: Confrontation, compare: ScenarioCompare) -> str:
    """« Sobre (plus bas, choisi) »."""
    identifiant, choisi = compare.scenario.id, vu.dossier.choisi
    dits = [
        *(["plus bas prix"] if identifiant in vu.dossier.comparaison.plus_bas else []),
        *(["choisi"] if choisi and identifiant == choisi.id else []),
    ]
    return compare.scenario.titre + (f" ({', '.join(dits)})" if dits else "")


def _colonnes(
    vu: Confrontation, premiere: str, montres: Sequence[ScenarioCompare]
) -> tuple[Colonne, ...]:
    return (Colonne(premiere), *(Colonne(_titre(vu, s), nombre=True) for s in montres))


def _frais(vu: Confrontation, identifiant: UUID) -> str:
    frais = vu.frais[identifiant]
    return "sans grille publiée" if frais is None else dollars(frais.decimal)


def _ensemble(vu: Confrontation, montres: Sequence[ScenarioCompare]) -> Tableau:
    dossier = vu.dossier
    comparaison = dossier.comparaison

    def ecart(identifiant: UUID) -> Cellule:
        dit = comparaison.ecart(identifiant)
        if dit is None:
            return Cellule("ne se compare pas")
        return Cellule(dollars(dit.decimal), ton=Ton.MAUVAIS if dit else Ton.BON)

    def offres(compare: ScenarioCompare) -> str:
        titres = (vu.offres[o].caracteristiques.titre for o in compare.scenario.offres_ids)
        return ", ".join(titres)

    ids = [s.scenario.id for s in montres]
    return Tableau(
        titre="L'ensemble",
        titre_montre=False,
        colonnes=_colonnes(vu, "Avant taxes", montres),
        lignes=[
            ("Total", *(_total(vu, i) for i in ids)),
            ("Écart avec le plus bas", *map(ecart, ids)),
            ("Frais du Courtier, estimés, à part", *(_frais(vu, i) for i in ids)),
            ("Conforme", *("oui" if i in dossier.conformes else "non" for i in ids)),
            ("Fournisseur", *(vu.fournisseurs[s.scenario.fournisseur_id] for s in montres)),
            ("Offres", *map(offres, montres)),
            ("Chiffré le", *(instant(dossier.calculs[i].calcule_le) for i in ids)),
        ],
    )


def _differences(vu: Confrontation, compares: Sequence[ScenarioCompare]) -> Tableau:
    """Une rangée par code de composante : ce qu'il coûte, et ce qu'il ajoute au plus bas."""
    par_code = zip(*(s.differences for s in compares), strict=True)
    return Tableau(
        titre="Ce qui fait la différence",
        titre_montre=False,
        colonnes=_colonnes(vu, "Composante", compares),
        lignes=[
            (
                Cellule(_libelle(siennes[0].code, compares), _differe(siennes[0])),
                *(_cout(d, s) for d, s in zip(siennes, compares, strict=True)),
            )
            for siennes in par_code
        ],
        total=("Total", *(_total(vu, s.scenario.id) for s in compares)),
    )


def _total(vu: Confrontation, identifiant: UUID) -> str:
    """Sommé exactement, arrondi une fois : les composantes s'y retrouvent au cent près."""
    calcul = vu.dossier.calculs[identifiant]
    if isinstance(calcul, Empechement):
        return "ne se chiffre plus"
    return dollars(calcul.total.decimal)


def _libelle(code: str, compares: Sequence[ScenarioCompare]) -> str:
    dits = dict.fromkeys(c.libelle for s in compares for c in s.composantes if c.code == code)
    return " / ".join(dits) if dits else code


def _differe(difference: Difference) -> str:
    if not difference.differe:
        return "pareille partout"
    return "diffèrent : " + ", ".join(_ECARTS[e] for e in difference.differe)


def _cout(difference: Difference, compare: ScenarioCompare) -> Cellule:
    siennes = [c for c in compare.composantes if c.code == difference.code]
    if not siennes:
        return Cellule("absente", ton=Ton.MAUVAIS)
    ecart = difference.ecart
    dits = [dire for c in siennes for dire in _dire(c)]
    if ecart:
        signe = "de plus" if ecart.decimal > 0 else "de moins"
        dits.append(f"{dollars(abs(ecart.decimal))} {signe} que le plus bas")
    return Cellule(dollars(difference.cout.decimal), _lignes(dits))


def _dire(composante: ComposanteComparee) -> Iterator[str]:
    """« mois 1 à 24 : 40 × 12,50 $ par mois » : une phrase par période."""
    prix = f"{dollars(composante.prix)} {_PERIODES[composante.periodicite]}"
    for q in composante.quantites:
        yield f"{_mois(q)} : {nombre(q.quantite)} {_unite(composante)} × {prix}"


def _unite(composante: ComposanteComparee) -> str:
    return _UNITES.get(composante.unite, composante.unite)


def _mois(q: QuantitePeriode) -> str:
    return f"mois {q.du_mois}" if q.du_mois == q.au_mois else f"mois {q.du_mois} à {q.au_mois}"


def _lignes(dits: Sequence[str]) -> Markup:
    return Markup("<br>").join(dits)


def _conversions(vu: Confrontation, compares: Sequence[ScenarioCompare]) -> Tableau:
    codes = dict.fromkeys(c.code for s in compares for c in s.composantes)
    return Tableau(
        titre="Ce que sert une unité",
        titre_montre=False,
        colonnes=(Colonne("Composante"), *(Colonne(_titre(vu, s)) for s in compares)),
        lignes=[
            (
                _libelle(code, compares),
                *(
                    _lignes([_source(vu, c) for c in s.composantes if c.code == code]) or "absente"
                    for s in compares
                ),
            )
            for code in codes
        ],
    )


def _source(vu: Confrontation, composante: ComposanteComparee) -> str:
    minimum = f"; au moins {nombre(composante.minimum)}" if composante.minimum else ""
    besoins = vu.dossier.besoins
    compte = _COMPTES[besoins.unite] if besoins else ""
    sert = f"{nombre(composante.sert or 0)} {compte} par {_unite(composante)}"
    match composante.provenance:
        case Provenance.QUANTITES_DITES:
            return "quantités dites par l'organisme" + minimum
        case Provenance.CONVERSION_DITE:
            return f"{sert}, dit par l'organisme{minimum}"
        case Provenance.PUBLIEE:
            return f"{sert}, publié par l'offre{minimum}"
        case _:
            return "d'un calcul d'avant qu'on le garde"
