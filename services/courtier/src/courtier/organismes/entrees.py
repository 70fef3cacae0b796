"""Ce que l'aire écoute : les organismes et les mandats que demandes inscrit et modifie."""

from contrats.demandes import (
    OrganismeInscrit,
    OrganismeModifie,
    SignataireInscrit,
    SignataireRetire,
    SubstitutionInscrite,
)
from courtier.organismes.cas_usage import synchroniser_mandats, synchroniser_organismes
from courtier.organismes.domaine import Inactivite, Mandat, Organisme, Retrait, Substitution
from courtier.organismes.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def _organisme(recu: Recu[OrganismeInscrit | OrganismeModifie]) -> Organisme:
    return Organisme(
        code=recu.evenement.organisme,
        nom=recu.evenement.nom,
        neq=recu.evenement.neq,
        assujetti_rcti=recu.evenement.assujetti_rcti,
        inactivites=tuple(
            Inactivite(debut=temps.debut, fin=temps.fin) for temps in recu.evenement.inactivites
        ),
        sequence=recu.sequence,
    )


def _mandat(recu: Recu[SignataireInscrit]) -> Mandat:
    inscrit = recu.evenement
    return Mandat(
        id=inscrit.mandat_id,
        organisme=inscrit.organisme,
        sujet=inscrit.sujet,
        familles=inscrit.familles,
        plafond=inscrit.plafond,
        debut=inscrit.debut,
        fin=inscrit.fin,
        sequence=recu.sequence,
    )


def _retrait(recu: Recu[SignataireRetire]) -> Retrait:
    return Retrait(
        mandat_id=recu.evenement.mandat_id,
        organisme=recu.evenement.organisme,
        fin=recu.evenement.fin,
        sequence=recu.sequence,
    )


def _substitution(recu: Recu[SubstitutionInscrite]) -> Substitution:
    inscrite = recu.evenement
    return Substitution(
        id=inscrite.substitution_id,
        mandat_id=inscrite.mandat_id,
        organisme=inscrite.organisme,
        sujet=inscrite.sujet,
        debut=inscrite.debut,
        fin=inscrite.fin,
        sequence=recu.sequence,
    )


ECOUTES: Ecoutes = {
    OrganismeInscrit: Ecoute(_organisme, synchroniser_organismes, Ports, Ordre.STRICT),
    OrganismeModifie: Ecoute(_organisme, synchroniser_organismes, Ports, Ordre.STRICT),
    SignataireInscrit: Ecoute(_mandat, synchroniser_mandats, Ports),
    SignataireRetire: Ecoute(_retrait, synchroniser_mandats, Ports),
    SubstitutionInscrite: Ecoute(_substitution, synchroniser_mandats, Ports),
}
