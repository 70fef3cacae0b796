"""Ce que l'aire publie de ses faits : une table totale, geste par geste."""

from collections.abc import Callable, Mapping
from typing import Any

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.demande.domaine.demande import Demande, Etat, Geste, GestePose
from socle.bd.conversion import colonnes
from socle.envoi.evenements import publications

_Traduction = Callable[[GestePose], Evenement | None]


_LIVRAISONS = {classe.TYPE: classe for classe in contrats.LIVRAISONS_D_ACTIF}


def traduire(pose: GestePose) -> Evenement | None:
    """L'événement d'un geste; rien s'il reste interne."""
    return _GESTES[pose.geste](pose)


def _de(demande: Demande) -> dict[str, Any]:
    """Ce que tout événement d'une demande en dit."""
    return {"organisme": demande.organisme, "demande_id": demande.id}


def _creee(pose: GestePose) -> Evenement:
    demande = pose.demande
    return contrats.DemandeCreee(
        **_de(demande),
        numero=demande.numero,
        sorte=demande.sorte.value,
        **colonnes(demande.faits),
        livraisons_attendues=_attendues(demande),
    )


def _rouverte(pose: GestePose) -> Evenement:
    demande = pose.demande
    return contrats.DemandeRouverte(**_de(demande), livraisons_attendues=_attendues(demande))


def _attendues(demande: Demande) -> tuple[contrats.LivraisonAttendue, ...]:
    return tuple(
        contrats.LivraisonAttendue(article_id=article.id, evenement=article.livraison.value)
        for article in demande.a_livrer
    )


def _signee(
    classe: type[contrats.DemandeApprouvee] | type[contrats.DemandeRefusee],
) -> _Traduction:
    def traduire(pose: GestePose) -> Evenement:
        if pose.signature is None:
            raise ValueError("Ce geste n'est pas signé.")
        return classe(**_de(pose.demande), **colonnes(pose.signature))

    return traduire


def _simple(classe: type[Evenement]) -> _Traduction:
    return lambda pose: classe(**_de(pose.demande))


def _annulee(pose: GestePose) -> Evenement | None:
    """Un brouillon annulé n'avait jamais été annoncé."""
    if pose.avant is Etat.BROUILLON:
        return None
    return contrats.DemandeAnnulee(**_de(pose.demande))


def _livraison(pose: GestePose) -> Evenement:
    demande, article = pose.demande, pose.article
    if article is None:
        raise ValueError("Ce geste ne livre rien.")
    if article.actif_id is None or article.produit is None:
        return contrats.AmenagementComplete(
            **_de(demande),
            article_id=article.id,
            travaux=tuple(contrats.TempsTravaille(**colonnes(t)) for t in article.travaux),
        )
    return _LIVRAISONS[article.livraison.value](
        **_de(demande),
        article_id=article.id,
        actif_id=article.actif_id,
        produit=article.produit,
    )


_GESTES: Mapping[Geste, _Traduction] = {
    Geste.SOUMETTRE: _creee,
    Geste.APPROUVER: _signee(contrats.DemandeApprouvee),
    Geste.REFUSER: _signee(contrats.DemandeRefusee),
    Geste.PRENDRE_EN_CHARGE: _simple(contrats.DemandePriseEnCharge),
    Geste.SUSPENDRE: _simple(contrats.DemandeSuspendue),
    Geste.REPRENDRE: _simple(contrats.DemandeReprise),
    Geste.INSCRIRE_HEURES: lambda _: None,  # la livraison de l'aménagement les annoncera
    Geste.LIVRER: _livraison,
    Geste.COMPLETER: _simple(contrats.DemandeCompletee),
    Geste.ANNULER: _annulee,
    Geste.ROUVRIR: _rouverte,
    Geste.REDIRIGER: _simple(contrats.DemandeRedirigee),
}
if set(_GESTES) != set(Geste):
    raise RuntimeError("Chaque geste d'une demande dit ce qu'il publie.")

PUBLICATIONS = publications(GestePose, traduire)
