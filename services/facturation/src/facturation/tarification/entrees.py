"""Ce que la tarification écoute du catalogue; aucun ordre n'est supposé."""

from typing import TypeAlias

from pydantic import TypeAdapter

from contrats import catalogue
from facturation.tarification.cas_usage import synchroniser_catalogue
from facturation.tarification.domaine.tarifs import (
    EtatProduit,
    FinStatuQuo,
    StatuQuo,
    Tarif,
    VersionFiche,
    VersionPrix,
    VersionRetiree,
)
from facturation.tarification.ports import Ports
from socle.reception import Ecoute, Ecoutes, Recu

_TARIFS = TypeAdapter(tuple[Tarif, ...])


def _fiche(recu: Recu[catalogue.FichePubliee]) -> VersionFiche:
    """Nos tarifs gardent les noms du contrat."""
    e = recu.evenement
    tarifs = _TARIFS.validate_python([tarif.model_dump() for tarif in e.tarifs])
    return VersionFiche(fiche=e.code, version=e.version, debut=e.debut, tarifs=tarifs)


def _retrait(recu: Recu[catalogue.FicheRetiree]) -> VersionRetiree:
    e = recu.evenement
    return VersionRetiree(fiche=e.code, version=e.version, debut=e.debut)


def _prix(recu: Recu[catalogue.TarifPublie]) -> VersionPrix:
    e = recu.evenement
    return VersionPrix(produit=e.produit, version=e.version, debut=e.debut, prix=e.prix)


_Produit: TypeAlias = catalogue.ProduitInscrit | catalogue.ProduitModifie | catalogue.ProduitRetire


def _produit(recu: Recu[_Produit]) -> EtatProduit:
    e = recu.evenement
    return EtatProduit(
        code=e.code,
        sequence=recu.sequence,
        libelle=e.libelle,
        depuis=recu.survenu_le,
        tarifs=e.tarifs,
    )


def _statu_quo(recu: Recu[catalogue.StatuQuoAccorde]) -> StatuQuo:
    e = recu.evenement
    return StatuQuo(
        statu_quo_id=e.statu_quo_id,
        organisme=e.organisme,
        fiche=e.fiche,
        version=e.version,
        debut=e.debut,
    )


def _fin_statu_quo(recu: Recu[catalogue.StatuQuoFini]) -> FinStatuQuo:
    e = recu.evenement
    return FinStatuQuo(
        statu_quo_id=e.statu_quo_id, organisme=e.organisme, sequence=recu.sequence, fin=e.fin
    )


ECOUTES: Ecoutes = {
    catalogue.FichePubliee: Ecoute(_fiche, synchroniser_catalogue, Ports),
    catalogue.FicheRetiree: Ecoute(_retrait, synchroniser_catalogue, Ports),
    catalogue.TarifPublie: Ecoute(_prix, synchroniser_catalogue, Ports),
    catalogue.ProduitInscrit: Ecoute(_produit, synchroniser_catalogue, Ports),
    catalogue.ProduitModifie: Ecoute(_produit, synchroniser_catalogue, Ports),
    catalogue.ProduitRetire: Ecoute(_produit, synchroniser_catalogue, Ports),
    catalogue.StatuQuoAccorde: Ecoute(_statu_quo, synchroniser_catalogue, Ports),
    catalogue.StatuQuoFini: Ecoute(_fin_statu_quo, synchroniser_catalogue, Ports),
}
