"""Ligne ↔ inscription, dans les deux sens."""

from typing import Any

from pydantic import TypeAdapter

from courtier.conclus.domaine import Consentement, Envergure, Inscription, PersonneConsentante
from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import Retenue
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne

_SOLUTIONS = TypeAdapter(tuple[Retenue, ...])


def inscription_de(ligne: Ligne) -> Inscription:
    """L'inscription d'une ligne de `contrats_conclus`."""
    consentement = None
    if ligne.consentie_le:
        personne = PersonneConsentante(nom=ligne.personne_nom, courriel=ligne.personne_courriel)
        donne = Visa(ligne.consentie_par, ligne.consentie_le)
        consentement = Consentement(personne=personne, donne=donne)
    return objet(
        Inscription,
        ligne,
        solutions=_SOLUTIONS.validate_python(ligne.solutions),
        envergure=Envergure(ligne.envergure_de, ligne.envergure_a),
        consentement=consentement,
        retrait=Visa(ligne.retiree_par, ligne.retiree_le) if ligne.retiree_le else None,
    )


def ligne_d_inscription(inscription: Inscription) -> dict[str, Any]:
    """La ligne de `contrats_conclus` d'une inscription."""
    consentement, retrait = inscription.consentement, inscription.retrait
    return {
        "contrat_id": inscription.contrat_id,
        "version": inscription.version,
        "client": inscription.client,
        "client_nom": inscription.client_nom,
        "fournisseur_id": inscription.fournisseur_id,
        "fournisseur_nom": inscription.fournisseur_nom,
        "solutions": _SOLUTIONS.dump_python(inscription.solutions, mode="json"),
        "categories": sorted({solution.categorie for solution in inscription.solutions}),
        "envergure_de": inscription.envergure.de,
        "envergure_a": inscription.envergure.a,
        "debut": inscription.debut,
        "fin": inscription.fin,
        "personne_nom": consentement and consentement.personne.nom,
        "personne_courriel": consentement and consentement.personne.courriel,
        "consentie_par": consentement and consentement.donne.par,
        "consentie_le": consentement and consentement.donne.le,
        "retiree_par": retrait and retrait.par,
        "retiree_le": retrait and retrait.le,
    }
