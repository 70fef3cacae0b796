"""Ce qu'on peut faire d'un commentaire : le dire, le traiter, y répondre, le clore (CI-21).

Tout acte sur un commentaire lève aussi `VersionPerimee`.
"""

from dataclasses import dataclass
from uuid import UUID

from courtier.commentaires.domaine import Commentaire, NatureCommentaire, Objet
from courtier.commentaires.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class Commenter:
    """Ce que dit une personne au nom de son organisme."""

    commentaire_id: UUID
    organisme: str
    nature: NatureCommentaire
    objet: Objet
    objet_id: UUID | None
    texte: str


async def commenter(commande: Commenter, ports: Ports, acte: Acte) -> Resultat[Commentaire]:
    """Lève `Introuvable` si l'offre publiée ou le fournisseur est inconnu, ou `Conflit`."""
    commentaire = Commentaire(
        id=commande.commentaire_id,
        version=1,
        organisme=commande.organisme,
        nature=commande.nature,
        objet=commande.objet,
        objet_id=commande.objet_id,
        texte=commande.texte,
        par=acte.acteur.sujet,
        recu_le=acte.le,
    )
    if commande.objet_id is not None:
        if commande.objet is Objet.OFFRE:
            await ports.catalogue.exiger_offre_publiee(commande.objet_id)
        else:
            await ports.catalogue.exiger_fournisseur(commande.objet_id)
    await ports.commentaires.ajouter(commentaire)
    return Resultat(commentaire)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraiterCommentaire:
    """Le commentaire que le Courtier prend en charge."""

    commentaire_id: UUID


async def traiter_commentaire(
    commande: TraiterCommentaire, ports: Ports, acte: Acte
) -> Resultat[Commentaire]:
    """Lève `Introuvable` ou `TransitionImpossible` (CI-21)."""
    commentaire = acte.sur(await ports.commentaires.charger(commande.commentaire_id))
    traite = commentaire.traiter(acte)
    await ports.commentaires.enregistrer(traite)
    return Resultat(traite)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepondreCommentaire:
    """Ce que le Courtier répond."""

    commentaire_id: UUID
    texte: str


async def repondre_commentaire(
    commande: RepondreCommentaire, ports: Ports, acte: Acte
) -> Resultat[Commentaire]:
    """Lève `Introuvable` ou `TransitionImpossible` (CI-21)."""
    commentaire = acte.sur(await ports.commentaires.charger(commande.commentaire_id))
    repondu = commentaire.repondre(commande.texte, acte)
    await ports.commentaires.enregistrer(repondu)
    return Resultat(repondu)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloreCommentaire:
    """Le commentaire à clore."""

    commentaire_id: UUID


async def clore_commentaire(
    commande: CloreCommentaire, ports: Ports, acte: Acte
) -> Resultat[Commentaire]:
    """Lève `Introuvable` ou `TransitionImpossible` (CI-21)."""
    commentaire = acte.sur(await ports.commentaires.charger(commande.commentaire_id))
    clos = commentaire.clore(acte)
    await ports.commentaires.enregistrer(clos)
    return Resultat(clos)
