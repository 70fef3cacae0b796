"""Des faits du domaine aux événements publiés : des tables totales."""

from collections.abc import Callable, Mapping
from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.domaine.actif import EtatActif, FinActif
from demandes.domaine.demande import Demande, Etat, Geste, Passage
from demandes.domaine.organisme import FicheClient
from demandes.domaine.produit import Livraison
from demandes.domaine.soutien import TARIF, Intervention, Resiliation, Souscription
from socle.bus.publication import Publication
from socle.noyau import Fait

FaitDemandes = FicheClient | Passage | FinActif | Souscription | Resiliation | Intervention

_Traduction = Callable[[Passage], Evenement | None]

_LIVRAISONS = {
    Livraison.POSTE: contrats.PosteLivre,
    Livraison.POSTE_VIRTUEL: contrats.PosteVirtuelInstalle,
    Livraison.LOGICIEL: contrats.LogicielInstalle,
    Livraison.APPAREIL: contrats.AppareilSynchronise,
    Livraison.ACTIF: contrats.ActifLivre,
}


def publication(fait: Fait) -> Publication | None:
    """L'événement d'un fait, daté de sa survenue; rien s'il reste interne."""
    if not isinstance(fait, FaitDemandes):
        raise TypeError(f"Fait inconnu : {type(fait).__name__}.")
    evenement = _evenement(fait)
    if evenement is None:
        return None
    return Publication(evenement=evenement, survenu_le=fait.survenu_le)


def _evenement(fait: FaitDemandes) -> Evenement | None:
    match fait:
        case FicheClient():
            return _fiche_client(fait)
        case Passage():
            return _PASSAGES[fait.geste](fait)
        case FinActif():
            return _fin_actif(fait)
        case Souscription(abonnement=abonnement):
            return contrats.AbonnementSouscrit(
                organisme=abonnement.organisme,
                abonnement_id=abonnement.id,
                tarif=TARIF,
                debut=abonnement.debut,
            )
        case Resiliation(abonnement=abonnement, fin=fin):
            return contrats.AbonnementResilie(
                organisme=abonnement.organisme, abonnement_id=abonnement.id, fin=fin
            )
        case Intervention():
            return contrats.InterventionEffectuee(
                organisme=fait.organisme,
                incident_id=fait.incident_id,
                intervention_id=fait.id,
                debut=fait.debut,
                minutes=fait.minutes,
                deplacement=fait.deplacement,
                cloture=fait.cloture,
            )
        case _:
            assert_never(fait)


def _fiche_client(fait: FicheClient) -> Evenement:
    organisme = fait.organisme
    interlocuteur = organisme.interlocuteur
    classe = contrats.OrganismeInscrit if fait.nouvelle else contrats.OrganismeModifie
    return classe(
        organisme=organisme.code,
        nom=organisme.nom,
        adresse=organisme.adresse,
        interlocuteur=None
        if interlocuteur is None
        else contrats.Interlocuteur(nom=interlocuteur.nom, courriel=interlocuteur.courriel),
        assujetti_rcti=organisme.assujetti_rcti,
        taxable=organisme.taxable,
    )


def _fin_actif(fait: FinActif) -> Evenement:
    actif = fait.actif
    if actif.etat is EtatActif.PERDU and actif.nature is not None:
        return contrats.ActifPerdu(
            organisme=actif.organisme,
            actif_id=actif.id,
            produit=actif.produit,
            fait_le=fait.fait_le,
            nature=actif.nature.value,
        )
    return contrats.ActifRecupere(
        organisme=actif.organisme, actif_id=actif.id, produit=actif.produit, fait_le=fait.fait_le
    )


def _creee(passage: Passage) -> Evenement:
    demande, faits = passage.demande, passage.demande.faits
    return contrats.DemandeCreee(
        organisme=demande.organisme,
        demande_id=demande.id,
        numero=demande.numero,
        sorte=demande.sorte.value,
        approbation_requise=faits.approbation_requise,
        acquisition_multiple=faits.acquisition_multiple,
        configuration_normalisee=faits.configuration_normalisee,
        logiciel_payant=faits.logiciel_payant,
        gamme=faits.gamme,
        livraisons_attendues=_attendues(demande),
    )


def _rouverte(passage: Passage) -> Evenement:
    demande = passage.demande
    return contrats.DemandeRouverte(
        organisme=demande.organisme,
        demande_id=demande.id,
        livraisons_attendues=_attendues(demande),
    )


def _attendues(demande: Demande) -> tuple[contrats.LivraisonAttendue, ...]:
    return tuple(
        contrats.LivraisonAttendue(article_id=article.id, evenement=article.livraison.value)
        for article in demande.a_livrer
    )


def _signee(
    classe: type[contrats.DemandeApprouvee] | type[contrats.DemandeRefusee],
) -> _Traduction:
    def traduire(passage: Passage) -> Evenement:
        if passage.signature is None:
            raise ValueError("Ce passage n'est pas signé.")
        return classe(
            organisme=passage.demande.organisme,
            demande_id=passage.demande.id,
            signataire_id=passage.signature.signataire_id,
            au_nom_de_id=passage.signature.au_nom_de_id,
        )

    return traduire


def _simple(classe: Callable[..., Evenement]) -> _Traduction:
    return lambda p: classe(organisme=p.demande.organisme, demande_id=p.demande.id)


def _annulee(passage: Passage) -> Evenement | None:
    """Un brouillon annulé n'avait jamais été annoncé."""
    if passage.avant is Etat.BROUILLON:
        return None
    return contrats.DemandeAnnulee(
        organisme=passage.demande.organisme, demande_id=passage.demande.id
    )


def _livraison(passage: Passage) -> Evenement:
    demande, article = passage.demande, passage.article
    if article is None:
        raise ValueError("Ce passage ne livre rien.")
    if article.actif_id is None or article.produit is None:
        return contrats.AmenagementComplete(
            organisme=demande.organisme,
            demande_id=demande.id,
            article_id=article.id,
            travaux=tuple(
                contrats.Travail(tarif=travail.tarif, minutes=travail.minutes)
                for travail in article.travaux
            ),
        )
    return _LIVRAISONS[article.livraison](
        organisme=demande.organisme,
        demande_id=demande.id,
        article_id=article.id,
        actif_id=article.actif_id,
        produit=article.produit,
    )


_PASSAGES: Mapping[Geste, _Traduction] = {
    Geste.SOUMETTRE: _creee,
    Geste.APPROUVER: _signee(contrats.DemandeApprouvee),
    Geste.REFUSER: _signee(contrats.DemandeRefusee),
    Geste.PRENDRE_EN_CHARGE: _simple(contrats.DemandePriseEnCharge),
    Geste.SUSPENDRE: _simple(contrats.DemandeSuspendue),
    Geste.REPRENDRE: _simple(contrats.DemandeReprise),
    Geste.NOTER_HEURES: lambda _: None,  # la livraison de l'aménagement les annoncera
    Geste.LIVRER: _livraison,
    Geste.COMPLETER: _simple(contrats.DemandeCompletee),
    Geste.ANNULER: _annulee,
    Geste.ROUVRIR: _rouverte,
    Geste.REDIRIGER: _simple(contrats.DemandeRedirigee),
}
if set(_PASSAGES) != set(Geste):
    raise RuntimeError("Chaque geste d'une demande dit ce qu'il publie.")
