"""Ce que les factures publient."""

from contrats import facturation as evenements
from facturation.factures.domaine import documents
from facturation.factures.domaine.factures import DocumentEmis, NatureDocument
from socle.envoi.evenements import publications


def traduire(fait: DocumentEmis) -> evenements.FactureEmise | evenements.NoteDeCreditEmise:
    """L'événement d'un fait : le document, sans ses lignes."""
    document = fait.document
    valeurs = {
        **documents.sans_lignes(document),
        "lignes": len(document.projet.lignes),
        "empreinte": fait.empreinte,
    }
    if document.projet.nature is NatureDocument.NOTE_DE_CREDIT:
        return evenements.NoteDeCreditEmise.model_validate(valeurs)
    return evenements.FactureEmise.model_validate(valeurs)


PUBLICATIONS = publications(DocumentEmis, traduire)
