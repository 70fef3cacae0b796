"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.clients.domaine.organismes import Organisme, OrganismeInscrit, OrganismeModifie
from demandes.clients.domaine.registre import (
    Signataire,
    SignataireInscrit,
    SignataireRetire,
    Substitution,
    SubstitutionInscrite,
)
from socle.bd.conversion import colonnes
from socle.envoi.evenements import publications

FaitClients = (
    OrganismeInscrit
    | OrganismeModifie
    | SignataireInscrit
    | SignataireRetire
    | SubstitutionInscrite
)
_Classe = type[contrats.OrganismeInscrit] | type[contrats.OrganismeModifie]


def traduire(fait: FaitClients) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case OrganismeInscrit(organisme=organisme):
            return _organisme(contrats.OrganismeInscrit, organisme)
        case OrganismeModifie(organisme=organisme):
            return _organisme(contrats.OrganismeModifie, organisme)
        case SignataireInscrit(signataire=signataire):
            return _signataire(signataire)
        case SignataireRetire(signataire=signataire, fin=fin):
            return contrats.SignataireRetire(
                organisme=signataire.organisme, mandat_id=signataire.id, fin=fin
            )
        case SubstitutionInscrite(substitution=substitution):
            return _substitution(substitution)
        case _:
            assert_never(fait)


def _organisme(classe: _Classe, organisme: Organisme) -> Evenement:
    """Du fichier client, ce que le contrat en publie."""
    personne = organisme.destinataire
    return classe(
        organisme=organisme.code,
        nom=organisme.nom,
        neq=organisme.neq,
        adresse=organisme.adresse,
        destinataire=None if personne is None else contrats.Destinataire(**colonnes(personne)),
        inactivites=tuple(
            contrats.Inactivite(**colonnes(temps)) for temps in organisme.inactivites
        ),
        assujetti_rcti=organisme.assujetti_rcti,
        profils_taxes=tuple(
            contrats.ProfilTaxes(**colonnes(profil)) for profil in organisme.profils_en_vigueur
        ),
    )


def _signataire(signataire: Signataire) -> contrats.SignataireInscrit:
    """Du mandat, ce que le contrat en publie : ni le nom, ni l'adresse de la personne."""
    return contrats.SignataireInscrit(
        organisme=signataire.organisme,
        mandat_id=signataire.id,
        sujet=signataire.sujet,
        familles=signataire.familles,
        plafond=signataire.plafond,
        debut=signataire.debut,
        fin=signataire.fin,
    )


def _substitution(substitution: Substitution) -> contrats.SubstitutionInscrite:
    return contrats.SubstitutionInscrite(
        organisme=substitution.organisme,
        mandat_id=substitution.remplace_id,
        substitution_id=substitution.id,
        sujet=substitution.sujet,
        debut=substitution.debut,
        fin=substitution.fin,
    )


PUBLICATIONS = publications(FaitClients, traduire)
