"""Ce que les factures publient."""

from contrats import facturation as evenements
from facturation.factures.domaine import documents
from facturation.factures.domaine.factures import FactureEmise
from socle.envoi.evenements import publications


def traduire(fait: FactureEmise) -> evenements.FactureEmise:
    """L'événement d'un fait : le document de la facture, sans ses lignes."""
    document = documents.de_facture(fait.facture)
    nombre, empreinte = len(document["lignes"]), documents.empreinte(document)
    return evenements.FactureEmise.model_validate(
        {**document, "lignes": nombre, "empreinte": empreinte}
    )


PUBLICATIONS = publications(FactureEmise, traduire)
