"""Ce que l'aire retient de ses documents publiés que sa base, restaurée, ne sait plus (FAC-6)."""

from typing import Final

from contrats.facturation import FactureEmise, NoteDeCreditEmise
from facturation.factures.cas_usage import garder_numeros
from facturation.factures.domaine.factures import NatureDocument
from facturation.factures.domaine.retenus import NumeroRetenu
from facturation.factures.ports import Ports
from noyau import Mois, Montant
from socle.reception import Ecoute, Ecoutes, Recu


def numero_de_facture(recu: Recu[FactureEmise]) -> NumeroRetenu:
    """Le numéro d'une facture publiée."""
    return _retenir(recu, NatureDocument.FACTURE, None)


def numero_de_note(recu: Recu[NoteDeCreditEmise]) -> NumeroRetenu:
    """Le numéro d'une note de crédit publiée."""
    return _retenir(recu, NatureDocument.NOTE_DE_CREDIT, recu.evenement.corrige)


def _retenir(
    recu: Recu[FactureEmise] | Recu[NoteDeCreditEmise],
    nature: NatureDocument,
    corrige: str | None,
) -> NumeroRetenu:
    e = recu.evenement
    return NumeroRetenu(
        numero=e.numero,
        nature=nature,
        organisme=e.organisme,
        periode=Mois.lire(e.periode),
        corrige=corrige,
        emis_a=recu.survenu_le,
        empreinte=e.empreinte,
        total=Montant.de(e.total),
    )


ORPHELINS: Final[Ecoutes] = {
    FactureEmise: Ecoute(numero_de_facture, garder_numeros, Ports),
    NoteDeCreditEmise: Ecoute(numero_de_note, garder_numeros, Ports),
}
