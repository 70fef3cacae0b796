"""Les comptes en CSV, comme les factures : UTF-8 avec BOM, « ; », décimales à la virgule."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Final

from facturation.comptes.domaine.a_facturer import AFacturer
from facturation.comptes.domaine.etats import Annee, Credit, EtatDeCompte
from facturation.comptes.domaine.exports import Ventilation
from facturation.comptes.domaine.soldes import Age
from facturation.factures.domaine.taxes import Taxes
from noyau import Mois, exercice_de
from pages import tableur
from socle.bd.instructions import Ligne

EXPORT: Final = (
    "numero", "nature_document", "organisme", "periode_document", "emise_le", "exercice_emission",
    "rang", "nature", "tarif", "libelle", "source", "produit", "demande", "site", "imputation",
    "periode", "exercice_periode", "taux_tps", "taux_tvq", "montant", "tps", "tvq", "total",
)  # fmt: skip
"""Une rangée par ligne de document; `periode` est celle d'origine (FAC-7, FAC-16)."""
_OUVERTS: Final = (
    "organisme", "le", "sorte", "numero", "periode", "emise_le", "echeance", "total", "credite",
    "acquitte", "reste", "conteste", "jours_de_retard", "age", "etat", "su_le",
)  # fmt: skip
_MOUVEMENTS: Final = (
    "organisme", "date", "sorte", "numero", "reglement_id", "consigne_le", "montant", "solde",
    "su_le",
)  # fmt: skip
_A_FACTURER: Final = (
    "organisme", "periode", "tarif", "exercice_periode", "lignes", "montant", "attentes", "raison",
    "lu_le",
)  # fmt: skip


def _ecrire(rangees: Iterable[Iterable[object]]) -> bytes:
    return tableur.ecrire(map(tableur.cellule, rangee) for rangee in rangees)


def ecritures(document: Ligne, lignes: Iterable[Ligne], taxes: Ventilation) -> bytes:
    """Les rangées de ces lignes d'un document, dans leur ordre, leur part des taxes comprise."""
    du_document = (
        document.numero, document.nature, document.organisme, document.periode, document.emise_le,
        exercice_de(document.emise_le),
    )  # fmt: skip

    def rangees() -> Iterable[Iterable[object]]:
        for x in lignes:
            tps, tvq = taxes.prendre(Taxes(x.taux_tps, x.taux_tvq), x.montant)
            origine = Mois.de(x.debut)
            yield (
                *du_document, x.rang, x.nature, x.tarif, x.libelle, x.source, x.produit, x.demande,
                x.site, x.imputation, origine, origine.exercice, x.taux_tps,
                x.taux_tvq, x.montant, tps, tvq, x.montant + tps + tvq,
            )  # fmt: skip

    return _ecrire(rangees())


def ouverts(etat: EtatDeCompte, credits_ouverts: Iterable[Credit]) -> bytes:
    """Ce qui reste ouvert d'un compte; la somme des restes en est le solde."""
    documents = (
        (
            etat.organisme, etat.le, o.solde.nature, o.solde.numero, o.solde.periode,
            o.solde.emise_le, o.solde.echeance, o.solde.total, o.solde.credite, o.solde.acquitte,
            o.solde.reste, o.conteste, o.solde.retard(etat.le), Age.de(o.solde.retard(etat.le)),
            o.solde.etat(etat.le), etat.su_le,
        )
        for o in etat.ouverts
    )  # fmt: skip
    reglements = (
        (
            etat.organisme, etat.le, "reglement", credit.reference, None, credit.le, None, None,
            None, None, -credit.montant, None, 0, None, "credit", etat.su_le,
        )
        for credit in credits_ouverts
    )  # fmt: skip
    return tableur.entete(_OUVERTS) + _ecrire([*documents, *reglements])


def mouvements(annee: Annee) -> bytes:
    """Les lignes d'un exercice, entre son ouverture et sa fermeture."""
    o, su = annee.organisme, annee.su_le
    return tableur.entete(_MOUVEMENTS) + _ecrire(
        [
            (o, annee.du, "ouverture", None, None, None, None, annee.ouverture, su),
            *(
                (o, m.le, m.sorte, m.numero, m.reglement_id, m.inscrit_le, m.montant, m.solde, su)
                for m in annee.mouvements
            ),
            (o, annee.au, "fermeture", None, None, None, None, annee.fermeture, su),
        ]
    )


async def a_facturer(organismes: AsyncIterator[AFacturer], lu_le: datetime) -> AsyncIterator[bytes]:
    """Ce qui est à facturer, un organisme à la fois; celui qu'on ne calcule pas dit pourquoi."""
    yield tableur.entete(_A_FACTURER)
    async for un in organismes:
        parts: Sequence[tuple[object, ...]] = [
            (part.tarif, part.exercice, part.lignes, part.montant) for part in un.parts
        ]
        reste = (un.attentes, un.raison)
        if not parts and any(reste):
            parts = [(None, None, None, None)]
        yield _ecrire((un.organisme, un.periode, *part, *reste, lu_le) for part in parts)
