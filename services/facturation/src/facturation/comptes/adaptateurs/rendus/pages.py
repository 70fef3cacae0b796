"""L'état de compte qu'une personne regarde (FAC-17)."""

from collections.abc import Iterator, Sequence
from typing import Final

from facturation.comptes.domaine.etats import (
    Annee,
    Credit,
    DocumentOuvert,
    EtatDeCompte,
    Mouvement,
    SorteMouvement,
)
from facturation.comptes.domaine.soldes import Age, EtatDocument
from noyau import ZERO, Montant
from pages import Cellule, Colonne, Tableau, Ton, environnement
from pages.ecriture import dollars, jour

MONTRES: Final = 200
"""Rangées d'un tableau de la page; au-delà, elle dit où lire le reste."""
AGES: Final = {
    Age.NON_ECHU: "Non échu",
    Age.DE_1_A_30: "De 1 à 30 jours",
    Age.DE_31_A_60: "De 31 à 60 jours",
    Age.DE_61_A_90: "De 61 à 90 jours",
    Age.PLUS_DE_90: "Plus de 90 jours",
}
_ETATS: Final = {
    EtatDocument.DU: "dû",
    EtatDocument.REGLE_EN_PARTIE: "réglé en partie",
    EtatDocument.REGLE: "réglé",
    EtatDocument.EN_RETARD: "en retard",
    EtatDocument.CREDIT: "crédit à appliquer",
}
_SORTES: Final = {
    SorteMouvement.FACTURE: "Facture",
    SorteMouvement.NOTE_DE_CREDIT: "Note de crédit",
    SorteMouvement.REGLEMENT: "Règlement",
    SorteMouvement.CONTRE_ECRITURE: "Contre-écriture",
}


def etat(etabli: EtatDeCompte, nom: str, credits_ouverts: Sequence[Credit]) -> str:
    """La page d'un état de compte à une date."""
    retard = sum((m for age, m in etabli.ages.items() if age is not Age.NON_ECHU), ZERO)
    tableaux = [_ages(etabli)]
    if etabli.ouverts:
        tableaux.append(_documents(etabli))
    if credits_ouverts:
        tableaux.append(_credits(credits_ouverts))
    return _rendre(
        titre=f"État de compte au {jour(etabli.le)}",
        su_le=jour(etabli.su_le),
        organisme=etabli.organisme,
        nom=nom,
        genre="avertissement" if retard else "succes",
        dit=f"{_dire(retard)} sont en retard." if retard else "Rien n'est en retard.",
        paires=tuple(_sommes(etabli)),
        tableaux=tableaux,
        reste=_dire_le_reste(len(etabli.ouverts)),
    )


def annee(etablie: Annee, nom: str) -> str:
    """La page d'un état de compte annuel."""
    return _rendre(
        titre=f"État de compte {etablie.exercice}",
        su_le=jour(etablie.su_le),
        organisme=etablie.organisme,
        nom=nom,
        genre="information",
        dit=None,
        paires=(
            ("Du", jour(etablie.du)),
            ("Au", jour(etablie.au)),
            ("Ouverture", _dire(etablie.ouverture)),
            *((_SORTES[sorte], _dire(somme)) for sorte, somme in etablie.sommes),
            ("Fermeture", _dire(etablie.fermeture)),
        ),
        tableaux=[_mouvements(etablie.mouvements)] if etablie.mouvements else [],
        reste=_dire_le_reste(len(etablie.mouvements)),
    )


def _rendre(**valeurs: object) -> str:
    gabarits = environnement("facturation.comptes.adaptateurs.rendus")
    return gabarits.get_template("etat.html.j2").render(**valeurs)


def _dire(montant: Montant) -> str:
    return dollars(montant.decimal)


def _sommes(etabli: EtatDeCompte) -> Iterator[tuple[str, str]]:
    yield "Factures", _dire(etabli.factures)
    yield "Notes de crédit", _dire(etabli.notes_de_credit)
    yield "Règlements", _dire(-etabli.reglements)
    yield "Solde", _dire(etabli.solde)


def _ages(etabli: EtatDeCompte) -> Tableau:
    """Les âges, le contesté à part, les crédits : ensemble, le solde."""
    lignes = [(AGES[age], _dire(montant)) for age, montant in etabli.ages.items()]
    return Tableau(
        titre="Ce qui reste à payer, par âge",
        titre_montre=False,
        colonnes=(Colonne("Âge"), Colonne("Montant", nombre=True)),
        lignes=[
            *lignes,
            ("Contesté", _dire(etabli.conteste)),
            ("Crédits à appliquer", _dire(-etabli.credits)),
        ],
        total=("Solde", _dire(etabli.solde)),
    )


def _documents(etabli: EtatDeCompte) -> Tableau:
    return Tableau(
        titre="Documents ouverts",
        titre_montre=False,
        colonnes=(
            Colonne("Document", insecable=True),
            Colonne("Échéance"),
            Colonne("Total", nombre=True),
            Colonne("Contesté", nombre=True),
            Colonne("Reste", nombre=True),
            Colonne("État"),
        ),
        lignes=[_document(ouvert, etabli) for ouvert in etabli.ouverts[:MONTRES]],
    )


def _document(ouvert: DocumentOuvert, etabli: EtatDeCompte) -> Sequence[Cellule | str]:
    solde, ou_en_est = ouvert.solde, ouvert.solde.etat(etabli.le)
    retard = solde.retard(etabli.le)
    return (
        Cellule(solde.numero, f"émis le {jour(solde.emise_le)}"),
        jour(solde.echeance) if solde.echeance else "aucune",
        _dire(solde.total),
        _dire(ouvert.conteste),
        _dire(solde.reste),
        Cellule(
            _ETATS[ou_en_est],
            f"{retard} jour{'s' if retard > 1 else ''}" if retard else "",
            Ton.MAUVAIS if ou_en_est is EtatDocument.EN_RETARD else None,
        ),
    )


def _credits(ouverts: Sequence[Credit]) -> Tableau:
    return Tableau(
        titre="Règlements à appliquer",
        titre_montre=False,
        colonnes=(
            Colonne("Référence", insecable=True),
            Colonne("Date"),
            Colonne("Crédit", nombre=True),
        ),
        lignes=[
            (credit.reference, jour(credit.le), _dire(credit.montant))
            for credit in ouverts[:MONTRES]
        ],
    )


def _mouvements(mouvements: Sequence[Mouvement]) -> Tableau:
    return Tableau(
        titre="Mouvements",
        titre_montre=False,
        colonnes=(
            Colonne("Document ou référence", insecable=True),
            Colonne("Date"),
            Colonne("Sorte"),
            Colonne("Montant", nombre=True),
            Colonne("Solde", nombre=True),
        ),
        lignes=[
            (m.numero, jour(m.le), _SORTES[m.sorte], _dire(m.montant), _dire(m.solde))
            for m in mouvements[:MONTRES]
        ],
    )


def _dire_le_reste(nombre: int) -> str | None:
    if nombre <= MONTRES:
        return None
    return f"Cette page en montre {MONTRES}; le CSV a les {nombre}."
