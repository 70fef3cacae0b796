"""Ce que les factures publient."""

from contrats import facturation as evenements
from facturation.factures.domaine import documents
from facturation.factures.domaine.factures import DocumentEmis, NatureDocument
from socle.envoi.evenements import publications


def traduire(fait: DocumentEmis) -> evenements.FactureEmise | evenements.NoteDeCreditEmise:
    """L'événement d'un fait : le document, sans ses lignes."""
    document = documents.de_document(fait.document)
    nombre, empreinte = len(document["lignes"]), documents.empreinte(document)
    valeurs = {**document, "lignes": nombre, "empreinte": empreinte}
    if fait.document.projet.nature is NatureDocument.NOTE_DE_CREDIT:
        return evenements.NoteDeCreditEmise.model_validate(valeurs)
    return evenements.FactureEmise.model_validate(valeurs)


PUBLICATIONS = publications(DocumentEmis, traduire)
