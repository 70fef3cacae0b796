"""Ce que l'aire écoute du catalogue : les fiches, et ce qu'un contrat signé y fait devoir."""

from contrats.catalogue import FichePubliee, FicheRetiree
from contrats.courtier import ContratSigne
from courtier.frais.cas_usage import synchroniser_grilles
from courtier.frais.domaine import GrillesRecues, RetraitRecu
from courtier.frais.ports import Ports
from noyau import Tranche
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _grilles(recu: Recu[FichePubliee]) -> GrillesRecues:
    """Une grille que ne garde aucune condition : son montant ne dépend que de celui du contrat."""
    e = recu.evenement
    grilles = tuple(
        tuple(Tranche(t.a_partir_de, t.montant, t.taux) for t in tarif.quantite.grille)
        for tarif in e.tarifs
        if tarif.du.evenement == ContratSigne.TYPE and tarif.du.si is None and tarif.quantite.grille
    )
    return GrillesRecues(fiche=e.code, version=e.version, debut=e.debut, grilles=grilles)


def _retrait(recu: Recu[FicheRetiree]) -> RetraitRecu:
    e = recu.evenement
    return RetraitRecu(fiche=e.code, version=e.version, debut=e.debut)


ECOUTES: Ecoutes = {
    FichePubliee: Ecoute(_grilles, synchroniser_grilles, Ports, Ordre.LIBRE),
    FicheRetiree: Ecoute(_retrait, synchroniser_grilles, Ports, Ordre.LIBRE),
}
