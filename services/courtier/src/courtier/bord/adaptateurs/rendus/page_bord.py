"""La page du tableau du Courtier."""

from decimal import Decimal

from markupsafe import Markup

from courtier.bord.domaine.tableau import (
    DEFINITIONS,
    TRANCHES,
    Constat,
    Groupe,
    Tableau,
)
from courtier.dossiers.domaine.libelles import ETAPES
from pages import Cellule, Colonne, Ton, environnement
from pages import Tableau as TableauDePage
from pages.ecriture import dollars, instant, jour, nombre


def rendre(tableau: Tableau) -> str:
    """La page HTML d'un tableau : ce qui attend, tarde et finit, et chez qui."""
    return (
        environnement("courtier.bord.adaptateurs.rendus")
        .get_template("bord.html.j2")
        .render(
            le=instant(tableau.le),
            etapes=_etapes(tableau),
            groupes=[
                (groupe.value, _constats(groupe, tableau))
                for groupe in Groupe
                if groupe is not Groupe.DOSSIERS
            ],
            details=[_cas(c) for c in tableau.constats if c.cas],
            fournisseurs=_fournisseurs(tableau) if tableau.fournisseurs else None,
            horizon=jour(tableau.horizon),
        )
    )


def _etapes(tableau: Tableau) -> TableauDePage:
    (dossiers,) = tableau.de(Groupe.DOSSIERS)
    par_tranche = zip(*(dite.comptes for dite in tableau.etapes), strict=True)
    return TableauDePage(
        titre="Par étape et par âge, depuis l'ouverture",
        colonnes=(
            Colonne("Étape"),
            *(Colonne(tranche.capitalize(), nombre=True) for tranche in TRANCHES),
            Colonne("Total", nombre=True),
        ),
        lignes=[
            (
                ancre(dite.lien, f"{int(dite.etape)}. {ETAPES[dite.etape]}"),
                *map(nombre, dite.comptes),
                nombre(dite.total),
            )
            for dite in tableau.etapes
        ],
        total=(
            ancre(dossiers.lien(tableau.horizon), "Toutes les étapes"),
            *(nombre(sum(comptes)) for comptes in par_tranche),
            _combien(dossiers),
        ),
    )


def _constats(groupe: Groupe, tableau: Tableau) -> TableauDePage:
    return TableauDePage(
        titre=groupe.value,
        titre_montre=False,
        colonnes=(
            Colonne("Rubrique"),
            Colonne("Nombre", nombre=True),
            Colonne("Le plus ancien" if groupe is not Groupe.FINS else "Le plus proche"),
            Colonne("En entier"),
        ),
        lignes=[
            (
                DEFINITIONS[constat.rubrique].libelle,
                Cellule(_combien(constat), ton=_ton(constat, groupe)),
                jour(constat.cas[0].le) if constat.cas else "–",
                ancre(constat.lien(tableau.horizon), constat.lien(tableau.horizon)),
            )
            for constat in tableau.de(groupe)
        ],
    )


def _ton(constat: Constat, groupe: Groupe) -> Ton | None:
    return Ton.MAUVAIS if groupe is Groupe.RETARDS and constat.nombre else None


def _combien(constat: Constat) -> str:
    return nombre(constat.nombre) + (" ou plus" if constat.davantage else "")


def _cas(constat: Constat) -> TableauDePage:
    dite = DEFINITIONS[constat.rubrique]
    montre = any(cas.montant is not None for cas in constat.cas)
    return TableauDePage(
        titre=dite.libelle,
        colonnes=(
            Colonne("Organisme"),
            Colonne(dite.date_dite),
            Colonne("Lequel"),
            *((Colonne("Montant", nombre=True),) if montre else ()),
        ),
        lignes=[
            (
                cas.organisme,
                jour(cas.le),
                ancre(cas.lien, cas.nom or "Le lire") if cas.lien else cas.nom or "–",
                *((_montant(cas.montant),) if montre else ()),
            )
            for cas in constat.cas
        ],
    )


def _fournisseurs(tableau: Tableau) -> TableauDePage:
    return TableauDePage(
        titre="Fournisseurs dont des évaluations tardent",
        titre_montre=False,
        colonnes=(
            Colonne("Fournisseur"),
            Colonne("Contrats en cours", nombre=True),
            Colonne("Évaluations rendues", nombre=True),
            Colonne("Insatisfaisantes", nombre=True),
            Colonne("En retard", nombre=True),
        ),
        lignes=[
            (
                ancre(f.lien, f.nom),
                nombre(f.contrats),
                nombre(f.rendues),
                Cellule(
                    nombre(f.insatisfaisantes), ton=Ton.MAUVAIS if f.insatisfaisantes else None
                ),
                Cellule(nombre(f.en_retard), ton=Ton.MAUVAIS if f.en_retard else None),
            )
            for f in tableau.fournisseurs
        ],
    )


def _montant(montant: Decimal | None) -> str:
    return "–" if montant is None else dollars(montant)


def ancre(lien: str, texte: str) -> Markup:
    """Un lien, l'un et l'autre échappés."""
    return Markup('<a href="{}">{}</a>').format(lien, texte)
