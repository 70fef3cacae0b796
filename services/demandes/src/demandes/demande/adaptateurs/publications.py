"""Ce que l'aire publie de ses faits : une table totale, geste par geste."""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.demande.domaine.demande import Article, Demande, Geste
from demandes.demande.domaine.histoire import ActeRectifie, DemandeCompletee, GesteInscrit
from socle.bd.conversion import colonnes
from socle.envoi.evenements import publications

_Traduction = Callable[[GesteInscrit], Evenement | None]
FaitDemande = GesteInscrit | DemandeCompletee | ActeRectifie


_LIVRAISONS = {classe.TYPE: classe for classe in contrats.LIVRAISONS_D_ACTIF}


def traduire(fait: FaitDemande) -> Evenement | None:
    """L'événement d'un fait; rien s'il reste interne."""
    match fait:
        case GesteInscrit():
            return _GESTES[fait.pose.geste](fait)
        case DemandeCompletee():
            return contrats.DemandeCompletee(**_de(fait.demande))
        case ActeRectifie():
            return _rectifie(fait)
        case _:
            assert_never(fait)


def _rectifie(fait: ActeRectifie) -> Evenement | None:
    """La rectification d'un fait publié; ce que nul ne connaît se rectifie en silence."""
    rectifie = fait.rectifie
    if not isinstance(rectifie, GesteInscrit | DemandeCompletee) or rectifie.acte_id is None:
        raise TypeError(f"L'aire ne publie pas {type(rectifie).__name__}.")
    evenement = traduire(rectifie)
    if evenement is None:
        return None
    return contrats.ActeRectifie(
        organisme=rectifie.demande.organisme,
        agregat_id=rectifie.demande.id,
        acte_id=rectifie.acte_id,
        acte=evenement.TYPE,
        survenu_le=fait.juste,
        cause="derive" if fait.derive else "rectification",
    )


def _de(demande: Demande) -> dict[str, Any]:
    """Ce que tout événement d'une demande en dit."""
    return {"organisme": demande.organisme, "demande_id": demande.id}


def _impute(demande: Demande) -> dict[str, Any]:
    """Ce qu'en dit un événement qui se facture : son imputation aussi (FAC-16)."""
    return {**_de(demande), "imputation": demande.imputation}


def _creee(fait: GesteInscrit) -> Evenement:
    demande = fait.demande
    return contrats.DemandeCreee(
        **_impute(demande),
        numero=demande.numero,
        sorte=demande.sorte.value,
        **colonnes(fait.pose.faits or demande.faits),
        livraisons_attendues=tuple(map(_attendue, demande.articles)),
    )


def _rouverte(fait: GesteInscrit) -> Evenement:
    rouverts = map(fait.demande.article, fait.pose.articles)
    return contrats.DemandeRouverte(
        **_de(fait.demande), livraisons_attendues=tuple(map(_attendue, rouverts))
    )


def _attendue(article: Article) -> contrats.LivraisonAttendue:
    return contrats.LivraisonAttendue(article_id=article.id, evenement=article.livraison.value)


def _signee(
    classe: type[contrats.DemandeApprouvee] | type[contrats.DemandeRefusee],
) -> _Traduction:
    def traduire(fait: GesteInscrit) -> Evenement:
        if fait.pose.signature is None:
            raise ValueError("Ce geste n'est pas signé.")
        return classe(**_de(fait.demande), **colonnes(fait.pose.signature))

    return traduire


def _simple(classe: type[Evenement]) -> _Traduction:
    return lambda fait: classe(**_de(fait.demande))


def _annulee(fait: GesteInscrit) -> Evenement | None:
    """Un brouillon annulé n'avait jamais été annoncé."""
    return contrats.DemandeAnnulee(**_de(fait.demande)) if fait.annoncee else None


def _article(fait: GesteInscrit) -> Article:
    if fait.pose.article_id is None:
        raise ValueError("Ce geste ne vise pas d'article.")
    return fait.demande.article(fait.pose.article_id)


def _livraison(fait: GesteInscrit) -> Evenement:
    article = _article(fait)
    if article.actif is None or article.produit is None:
        return contrats.AmenagementComplete(**_impute(fait.demande), article_id=article.id)
    return _LIVRAISONS[article.livraison.value](
        **_impute(fait.demande),
        article_id=article.id,
        actif_id=article.actif,
        produit=article.produit,
        site=article.site,
        utilisateur_id=article.utilisateur_id,
    )


def _travail(fait: GesteInscrit) -> Evenement:
    travail = fait.pose.travail
    if travail is None:
        raise ValueError("Ce geste n'inscrit pas d'heures.")
    return contrats.TravailEffectue(
        **_impute(fait.demande),
        article_id=_article(fait).id,
        tarif=travail.tarif,
        minutes=travail.minutes,
    )


_GESTES: Mapping[Geste, _Traduction] = {
    Geste.SOUMETTRE: _creee,
    Geste.APPROUVER: _signee(contrats.DemandeApprouvee),
    Geste.REFUSER: _signee(contrats.DemandeRefusee),
    Geste.PRENDRE_EN_CHARGE: _simple(contrats.DemandePriseEnCharge),
    Geste.SUSPENDRE: _simple(contrats.DemandeSuspendue),
    Geste.REPRENDRE: _simple(contrats.DemandeReprise),
    Geste.INSCRIRE_HEURES: _travail,
    Geste.LIVRER: _livraison,
    Geste.COMPLETER: _simple(contrats.DemandeCompletee),
    Geste.ANNULER: _annulee,
    Geste.REDIRIGER: _simple(contrats.DemandeRedirigee),
    Geste.ROUVRIR: _rouverte,
}
if set(_GESTES) != set(Geste):
    raise RuntimeError("Chaque geste d'une demande dit ce qu'il publie.")

PUBLICATIONS = publications(FaitDemande, traduire)
