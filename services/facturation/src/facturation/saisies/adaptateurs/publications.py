"""Ce que les saisies publient."""

from contrats import facturation as evenements
from facturation.saisies.domaine.saisies import LigneSaisie, SaisieAnnulee
from socle.envoi.evenements import publications


def traduire(
    fait: LigneSaisie | SaisieAnnulee,
) -> evenements.LigneSaisie | evenements.SaisieAnnulee:
    """L'événement d'un fait; aucun motif n'y voyage."""
    if isinstance(fait, SaisieAnnulee):
        return evenements.SaisieAnnulee(organisme=fait.saisie.organisme, saisie_id=fait.saisie.id)
    return ligne_saisie(fait)


def ligne_saisie(fait: LigneSaisie) -> evenements.LigneSaisie:
    """L'événement d'un montant saisi, dont se facture le même fait que s'il venait du bus."""
    s = fait.saisie
    return evenements.LigneSaisie(
        organisme=s.organisme,
        saisie_id=s.id,
        tarif=s.tarif,
        montant=s.montant.decimal,
        fait_le=s.fait_le,
        reference=s.reference,
        demande_id=s.demande_id,
        actif_id=s.actif_id,
        site=s.site,
        imputation=s.imputation,
    )


PUBLICATIONS = publications(LigneSaisie | SaisieAnnulee, traduire)
