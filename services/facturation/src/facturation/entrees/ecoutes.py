"""Ce que facturation écoute; aucun ordre n'est supposé : tout se garde, se joint à la lecture."""

from typing import Any
from uuid import UUID

from contrats import catalogue, courtier, demandes
from facturation.cas_usage.noter_faits import NoterFait, noter_faits
from facturation.cas_usage.retenir_catalogue import retenir_catalogue
from facturation.cas_usage.retenir_clients import retenir_clients
from facturation.domaine.factures import Client
from facturation.domaine.faits import (
    Amenagement,
    FinActif,
    Intervention,
    Livraison,
    Resiliation,
    SignatureContrat,
    Souscription,
    TempsTravaille,
)
from facturation.domaine.tarifs import (
    EtatProduit,
    Provenance,
    Tarif,
    Tranche,
    Unite,
    VersionFiche,
    VersionPrix,
)
from socle.bus import Ecoute, Ecoutes, Recu

Livre = (
    demandes.PosteLivre
    | demandes.PosteVirtuelInstalle
    | demandes.LogicielInstalle
    | demandes.AppareilSynchronise
    | demandes.ActifLivre
)


def _commun(recu: Recu[Any], source: UUID) -> dict[str, Any]:
    return {
        "evenement": recu.id,
        "organisme": recu.evenement.organisme,
        "source": str(source),
        "survenu_le": recu.survenu_le,
    }


def _livraison(recu: Recu[Livre]) -> NoterFait:
    e = recu.evenement
    fait = Livraison(**_commun(recu, e.actif_id), produit=e.produit, quantite=e.quantite)
    return NoterFait(fait, recu.enregistre_le)


def _recuperation(recu: Recu[demandes.ActifRecupere]) -> NoterFait:
    e = recu.evenement
    fait = FinActif(
        **_commun(recu, e.actif_id), produit=e.produit, fait_le=e.fait_le, nature="récupération"
    )
    return NoterFait(fait, recu.enregistre_le)


def _perte(recu: Recu[demandes.ActifPerdu]) -> NoterFait:
    e = recu.evenement
    fait = FinActif(
        **_commun(recu, e.actif_id), produit=e.produit, fait_le=e.fait_le, nature=e.nature
    )
    return NoterFait(fait, recu.enregistre_le)


def _amenagement(recu: Recu[demandes.AmenagementComplete]) -> NoterFait:
    e = recu.evenement
    travaux = tuple(TempsTravaille(tarif=w.tarif, minutes=w.minutes) for w in e.travaux)
    return NoterFait(
        Amenagement(**_commun(recu, e.article_id), travaux=travaux), recu.enregistre_le
    )


def _intervention(recu: Recu[demandes.InterventionEffectuee]) -> NoterFait:
    e = recu.evenement
    fait = Intervention(
        **_commun(recu, e.incident_id),
        minutes=e.minutes,
        deplacement=e.deplacement,
        cloture=e.cloture,
    )
    return NoterFait(fait, recu.enregistre_le)


def _souscription(recu: Recu[demandes.AbonnementSouscrit]) -> NoterFait:
    e = recu.evenement
    fait = Souscription(
        **_commun(recu, e.abonnement_id), tarif=e.tarif, quantite=e.quantite, debut=e.debut
    )
    return NoterFait(fait, recu.enregistre_le)


def _resiliation(recu: Recu[demandes.AbonnementResilie]) -> NoterFait:
    e = recu.evenement
    return NoterFait(Resiliation(**_commun(recu, e.abonnement_id), fin=e.fin), recu.enregistre_le)


def _contrat(recu: Recu[courtier.ContratSigne]) -> NoterFait:
    """La date des frais est celle de la dernière des deux signatures (CI-20)."""
    e = recu.evenement
    signe_le = max(e.signe_client_le, e.signe_fournisseur_le)
    commun = {**_commun(recu, e.contrat_id), "survenu_le": signe_le}
    return NoterFait(SignatureContrat(**commun, montant=e.montant), recu.enregistre_le)


def _client(
    recu: Recu[demandes.OrganismeInscrit | demandes.OrganismeModifie],
) -> tuple[Client, int]:
    e = recu.evenement
    personne = e.interlocuteur
    client = Client(
        organisme=e.organisme,
        nom=e.nom,
        adresse=e.adresse,
        interlocuteur=personne.nom if personne else None,
        courriel=personne.courriel if personne else None,
        taxable=e.taxable,
    )
    return client, recu.sequence


def _fiche(recu: Recu[catalogue.FichePubliee]) -> VersionFiche:
    e = recu.evenement
    return VersionFiche(
        fiche=e.code, version=e.version, debut=e.debut, tarifs=tuple(map(_tarif, e.tarifs))
    )


def _tarif(tarif: catalogue.Tarif) -> Tarif:
    return Tarif(
        code=tarif.code,
        libelle=tarif.libelle,
        unite=Unite(tarif.unite),
        source=Provenance(tarif.source),
        montant=tarif.montant,
        majoration=tarif.majoration,
        grille=tuple(Tranche(g.a_partir_de, g.montant, g.taux) for g in tarif.grille),
        pas_minutes=tarif.pas_minutes,
        minimum_minutes=tarif.minimum_minutes,
        maximum_minutes=tarif.maximum_minutes,
        mois_si_perte=tarif.mois_si_perte,
    )


def _prix(recu: Recu[catalogue.TarifPublie]) -> VersionPrix:
    e = recu.evenement
    return VersionPrix(produit=e.produit, version=e.version, debut=e.debut, prix=e.prix)


def _produit(
    recu: Recu[catalogue.ProduitInscrit | catalogue.ProduitModifie],
) -> tuple[EtatProduit, int]:
    e = recu.evenement
    etat = EtatProduit(code=e.code, libelle=e.libelle, depuis=recu.survenu_le, tarifs=e.tarifs)
    return etat, recu.sequence


ECOUTES: Ecoutes = {
    demandes.PosteLivre: Ecoute(_livraison, noter_faits),
    demandes.PosteVirtuelInstalle: Ecoute(_livraison, noter_faits),
    demandes.LogicielInstalle: Ecoute(_livraison, noter_faits),
    demandes.AppareilSynchronise: Ecoute(_livraison, noter_faits),
    demandes.ActifLivre: Ecoute(_livraison, noter_faits),
    demandes.ActifRecupere: Ecoute(_recuperation, noter_faits),
    demandes.ActifPerdu: Ecoute(_perte, noter_faits),
    demandes.AmenagementComplete: Ecoute(_amenagement, noter_faits),
    demandes.InterventionEffectuee: Ecoute(_intervention, noter_faits),
    demandes.AbonnementSouscrit: Ecoute(_souscription, noter_faits),
    demandes.AbonnementResilie: Ecoute(_resiliation, noter_faits),
    courtier.ContratSigne: Ecoute(_contrat, noter_faits),
    demandes.OrganismeInscrit: Ecoute(_client, retenir_clients),
    demandes.OrganismeModifie: Ecoute(_client, retenir_clients),
    catalogue.FichePubliee: Ecoute(_fiche, retenir_catalogue),
    catalogue.TarifPublie: Ecoute(_prix, retenir_catalogue),
    catalogue.ProduitInscrit: Ecoute(_produit, retenir_catalogue),
    catalogue.ProduitModifie: Ecoute(_produit, retenir_catalogue),
}
