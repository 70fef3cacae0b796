"""La page index.html : les résultats du mois, sans rien prendre ailleurs que dans elle-même."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from demo.attendu import lire_attendu
from demo.documents import Facture
from demo.rendu import ecriture, niveaux, tableaux, vie
from demo.resultats import Resultats
from demo.taux import Taux
from pages import Part, barre_de_parts, dessiner_frise, environnement


@dataclass(frozen=True, slots=True)
class Tranche:
    """La part d'une facture qui tient à une nature de lignes."""

    nature: str
    nom: str
    rang: int
    """Sa couleur, la même d'une facture à l'autre."""
    montant: Decimal
    part: Decimal
    """Entre 0 et 1, du total avant taxes."""


@dataclass(frozen=True, slots=True)
class Rangee:
    """Un indicateur et ses taux, par colonne; aucun là où rien n'est à mesurer."""

    indicateur: str
    libelle: str
    taux: tuple[Taux | None, ...]


def rendre(resultats: Resultats) -> str:
    """La page entière, en HTML."""
    attendu, explication = lire_attendu(), resultats.explication
    suivantes = resultats.vie.factures
    return (
        environnement("demo.rendu")
        .get_template("index.html.j2")
        .render(
            r=resultats,
            t=tableaux,
            ecarts=tableaux.ecarts(resultats.ecarts),
            taux=tableaux.taux(colonnes(resultats.taux), rangees(resultats.taux)),
            sans_objet=sans_objet(resultats.taux),
            frise=dessiner_frise(explication.intervalles, explication.delai),
            parts={f.numero: _parts(f) for f in resultats.factures},
            natures={f.numero: tableaux.natures(f, tranches(f)) for f in resultats.factures},
            lignes={
                **{f.numero: tableaux.lignes(f, attendu.factures) for f in resultats.factures},
                **{f.numero: tableaux.lignes(f, attendu.suivantes) for f in suivantes},
            },
            v=vie,
            n=niveaux,
            verdicts=ecriture.VERDICTS,
            attendu=attendu,
            demandes=tableaux.demandes(resultats.mesures, attendu),
            ligne=tuple(tableaux.ligne_expliquee(resultats.ligne_expliquee)),
            total=sum((facture.total for facture in resultats.factures), Decimal(0)),
        )
    )


def colonnes(taux: Sequence[Taux]) -> tuple[str | None, ...]:
    """Les organismes qui ont un taux, puis tous ensemble."""
    organismes = {t.organisme for t in taux}
    return tuple(sorted(organismes, key=lambda organisme: (organisme is None, organisme or "")))


def rangees(taux: Sequence[Taux]) -> tuple[Rangee, ...]:
    """Les indicateurs qui ont de quoi mesurer, par code."""
    par_cle = {(t.indicateur, t.organisme): t for t in taux}
    mesures = sorted({(t.indicateur, t.libelle) for t in taux if t.brut.mesurees})
    return tuple(
        Rangee(code, libelle, tuple(par_cle.get((code, qui)) for qui in colonnes(taux)))
        for code, libelle in mesures
    )


def sans_objet(taux: Sequence[Taux]) -> tuple[str, ...]:
    """Les indicateurs en vigueur qui n'ont rien à mesurer ce mois-là."""
    return tuple(sorted({t.indicateur for t in taux} - {r.indicateur for r in rangees(taux)}))


def tranches(facture: Facture) -> tuple[Tranche, ...]:
    """La facture par nature, dans l'ordre du PDF."""
    rendues = []
    for rang, (nature, nom) in enumerate(ecriture.NATURES.items()):
        montants = [ligne.montant for ligne in facture.lignes if ligne.nature == nature]
        if montants:
            montant = sum(montants, Decimal(0))
            part = montant / facture.total_avant_taxes
            rendues.append(Tranche(nature, nom, rang, montant, part))
    return tuple(rendues)


def _parts(facture: Facture) -> str:
    return barre_de_parts(Part(t.part, t.rang) for t in tranches(facture))
