"""Ce que la vie d'un contrat doit savoir de lui, une fois conclu (CI-21 à CI-24)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from courtier.obligations.domaine import NatureObligation, Obligation, a_venir
from noyau import Acte, Conflit, Interdit, Montant, debut_du_jour, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Retenue:
    """Une offre du contrat, dans la version retenue."""

    offre_id: UUID
    version: int
    titre: str
    categorie: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratConclu:
    """Un contrat que ses deux parties ont signé; ses dates sont de Québec."""

    id: UUID
    organisme: str
    fournisseur_id: UUID
    fournisseur_nom: str
    dossier_id: UUID | None
    conclu_le: date
    """Le jour où le fournisseur a signé."""
    debut: date
    fin: date
    """Le premier jour après lui, prolongation et résiliation comprises."""
    montant: Montant
    """Sa valeur courante, avant taxes."""

    @property
    def dernier_jour(self) -> date:
        return self.fin - timedelta(days=1)

    def fini(self, jour: date) -> bool:
        """Vrai si le contrat a pris fin, ce jour-là."""
        return jour >= self.fin

    def doit(
        self,
        nature: NatureObligation,
        objet_id: UUID,
        due_le: date,
        acte: Acte,
        rappels: Iterable[date] = (),
    ) -> Obligation:
        """Ce que cet acte fait devoir à l'organisme; les rappels déjà passés n'en sont plus."""
        return Obligation.nee(
            nature,
            self.organisme,
            objet_id,
            due_le=due_le,
            acte=acte,
            contrat_id=self.id,
            dossier_id=self.dossier_id,
            rappels=a_venir(rappels, acte),
        )


@dataclass(frozen=True, slots=True)
class LotDeContrats:
    """Des contrats en cours, et le dernier lu s'il en reste à lire."""

    contrats: tuple[ContratConclu, ...]
    suivant: UUID | None


def exiger_de_l_organisme(organisme: str, acte: Acte, regle: str) -> None:
    """Lève `Interdit` si l'auteur n'est pas de cet organisme."""
    if acte.acteur.organisme != organisme:
        raise Interdit("Seul l'organisme client pose cet acte.", regle=regle)


def exiger_du_courtier(acte: Acte, regle: str) -> None:
    """Lève `Interdit` si l'auteur n'est pas du MCN."""
    if not acte.acteur.est_mcn:
        raise Interdit("Seul le Courtier pose cet acte.", regle=regle)


def exiger_passe(jour: date, acte: Acte, regle: str) -> None:
    """Lève `Conflit` d'un jour à venir : on n'inscrit que ce qui a eu lieu."""
    if jour > jour_de_quebec(acte.le):
        raise Conflit("Une date à venir ne s'inscrit pas.", regle=regle)


def instant_de(jour: date, acte: Acte) -> datetime:
    """L'instant d'un fait dont on ne sait que le jour : celui de l'acte, s'il est d'aujourd'hui."""
    return acte.le if jour == jour_de_quebec(acte.le) else debut_du_jour(jour)
