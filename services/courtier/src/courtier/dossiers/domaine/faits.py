"""Ce qu'un dossier fait savoir aux autres."""

from dataclasses import dataclass
from uuid import UUID

from courtier.dossiers.domaine.actes import Cloture, Contenu, Fin
from courtier.dossiers.domaine.demarrage import Contact, Rencontre
from courtier.dossiers.domaine.dossier import Dossier
from noyau import Acte, Fait


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPris(Fait):
    """L'organisme demande, la première fois, la rencontre de démarrage (IC-1)."""

    dossier: Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class RencontreTenue(Fait):
    """La rencontre de démarrage est tenue (CI-16)."""

    dossier: Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierClos(Fait):
    """Le dossier finit, en contrat ou autrement (CI-10)."""

    dossier_id: UUID
    organisme: str
    issue: Fin
    contrat_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierAvise(Fait):
    """Une offre que cite un dossier en cours a changé (CI-12)."""

    dossier_id: UUID
    organisme: str
    offre_id: UUID
    nature: str
    version: int


def faits_de(avant: Dossier, contenu: Contenu, acte: Acte) -> tuple[Fait, ...]:
    """Ce que publie un geste posé sur ce dossier.

    L'IC-1 court du premier contact : un contact refait après un retour ne la recommence pas.
    """
    match contenu:
        case Contact(le=le):
            deja = any(isinstance(a.contenu, Contact) for a in avant.actes)
            return () if deja else (ContactPris(dossier=avant, survenu_le=le),)
        case Rencontre(tenue_le=le):
            return (RencontreTenue(dossier=avant, survenu_le=le),)
        case Cloture(issue=issue):
            clos = DossierClos(
                dossier_id=avant.id, organisme=avant.organisme, issue=issue, survenu_le=acte.le
            )
            return (clos,)
        case _:
            return ()
