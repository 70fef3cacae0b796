"""Ce que facturation publie de chaque fait; rien n'échappe à cette table."""

from typing import TypeAlias, assert_never

from contrats import facturation as evenements
from facturation.domaine import documents, factures
from socle.bus import Publication
from socle.noyau import Fait

FaitFacturation: TypeAlias = factures.FactureEmise | factures.LigneMiseEnAttente


def publication(fait: Fait) -> Publication | None:
    """L'événement d'un fait de facturation."""
    if not isinstance(fait, FaitFacturation):
        raise TypeError(f"{type(fait).__name__} n'est pas un fait de facturation.")
    match fait:
        case factures.FactureEmise():
            return Publication(_facture_emise(fait.facture), survenu_le=fait.survenu_le)
        case factures.LigneMiseEnAttente():
            return Publication(_mise_en_attente(fait), survenu_le=fait.survenu_le)
        case _:
            assert_never(fait)


def _facture_emise(facture: factures.Facture) -> evenements.FactureEmise:
    projet = facture.projet
    return evenements.FactureEmise(
        organisme=projet.client.organisme,
        numero=facture.numero,
        periode=str(projet.periode),
        emise_le=facture.emise_le,
        lignes=len(projet.lignes),
        total_avant_taxes=projet.totaux.avant_taxes.decimal,
        tps=projet.totaux.tps.decimal,
        tvq=projet.totaux.tvq.decimal,
        total=projet.totaux.total.decimal,
        empreinte=documents.empreinte(documents.de_facture(facture)),
    )


def _mise_en_attente(fait: factures.LigneMiseEnAttente) -> evenements.LigneMiseEnAttente:
    identite = fait.attente.identite
    return evenements.LigneMiseEnAttente(
        organisme=fait.organisme,
        source_id=identite.source,
        tarif=identite.tarif,
        periode=str(identite.periode),
        motif=fait.attente.motif,
    )
