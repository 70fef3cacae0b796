"""La page index.html : les résultats du mois, sans rien prendre ailleurs que dans elle-même."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from demo.attendu import Attendu, lire_attendu
from demo.rendu import ecriture, frise
from demo.resultats import Facture, Ligne, Resultats, Taux


@dataclass(frozen=True, slots=True)
class Tranche:
    """La part d'une facture qui tient à une nature de lignes."""

    nature: str
    nom: str
    lignes: int
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
    attendu = lire_attendu()
    return (
        _environnement()
        .get_template("index.html.j2")
        .render(
            r=resultats,
            e=ecriture,
            colonnes=colonnes(resultats.taux),
            rangees=rangees(resultats.taux),
            sans_objet=sans_objet(resultats.taux),
            frise=frise.dessiner(resultats.explication),
            tranches={facture.numero: tranches(facture) for facture in resultats.factures},
            raisons={m.cle: m.raisonnement for m in attendu.mesures},
            calculs=_calculs(attendu),
            cle_de_ligne=cle_de_ligne,
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
    for nature, nom in ecriture.NATURES.items():
        lignes = [ligne for ligne in facture.lignes if ligne.nature == nature]
        if lignes:
            montant = sum((ligne.montant for ligne in lignes), Decimal(0))
            part = montant / facture.total_avant_taxes
            rendues.append(Tranche(nature, nom, len(lignes), montant, part))
    return tuple(rendues)


def cle_de_ligne(ligne: Ligne) -> str:
    """Ce qui rattache une ligne facturée à celle de l'oracle."""
    return f"{ligne.nom} {ligne.tarif} {ligne.nature} {ligne.debut}"


def _calculs(attendu: Attendu) -> dict[str, str]:
    return {
        f"{ligne.nom} {ligne.tarif} {ligne.nature} {ligne.debut}": ligne.raisonnement
        for facture in attendu.factures
        for ligne in facture.lignes
    }


def _environnement() -> Environment:
    return Environment(
        loader=PackageLoader("demo.rendu", "gabarits"),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
