"""La page d'un aperçu : celle du document à venir, et ce qui le distingue (FAC-7)."""

from typing import Final

from facturation.emissions.domaine.executions import Apercu
from facturation.factures.adaptateurs.rendus import ecran
from facturation.factures.adaptateurs.rendus.lecture import LignesLues, Precedent
from facturation.factures.adaptateurs.rendus.lectures import LIGNES_MAXIMALES
from facturation.factures.domaine.documents import de_projet

_OUVERT: Final = (
    "Un aperçu : rien n'est émis. L'émission fera le même calcul, de ce qui sera alors appris."
)
_APPROUVE: Final = (
    "Un aperçu approuvé : l'émission suivra ce qui était appris à l'approbation. Ce qu'on apprend"
    " depuis ira à la période ouverte, avec sa période d'origine."
)


def rendre(apercu: Apercu, periode: str, precedent: Precedent | None) -> str:
    """La page HTML d'un aperçu; sans lignes à montrer, elle dit pourquoi."""
    if apercu.projet is None or not apercu.projet.lignes:
        return ecran.rendre_sans_document(apercu.organisme, periode, _sans_ligne(apercu))
    document = de_projet(apercu.projet)
    lu = LignesLues.de(document["lignes"])
    if lu.nombre > LIGNES_MAXIMALES:
        document["lignes"] = []
    return ecran.rendre(
        document,
        lu,
        precedent.comparer(lu.pli) if precedent else None,
        avis=_APPROUVE if apercu.approbation else _OUVERT,
        attentes=[(a.identite.tarif or "inconnu", a.motif) for a in apercu.projet.attentes],
    )


def _sans_ligne(apercu: Apercu) -> str:
    if apercu.numero:
        return f"La période est déjà émise : document {apercu.numero}."
    attentes = len(apercu.projet.attentes) if apercu.projet else 0
    attendent = f" Lignes qui attendent un montant : {attentes}." if attentes else ""
    return apercu.raison or f"Rien n'est à facturer pour cette période.{attendent}"
