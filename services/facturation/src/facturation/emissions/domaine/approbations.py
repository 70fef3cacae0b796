"""L'approbation d'un aperçu : ce qui était appris ce jour-là, que l'émission suivra (FAC-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.factures.domaine.documents import de_projet, empreinte
from facturation.factures.domaine.factures import Projet
from noyau import Acte, Conflit, Mois, Montant

APPROUVES_A_LA_FOIS = 20
"""Les aperçus d'un même lot : chacun se recalcule avant qu'on l'approuve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Ce qu'un calcul a le droit de savoir.

    `instantane` : ce que la base voyait alors; `jalons` : de chaque producteur, l'instant jusqu'où
    tout était reçu.
    """

    instantane: str
    jalons: Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrait:
    """Une approbation ne vaut plus, à partir de cet instant (UTC)."""

    le: datetime
    par: str
    motif: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approbation:
    """L'aperçu d'un organisme et d'une période, tel qu'il a été approuvé.

    `client` : son fichier d'alors, que le document dira.
    """

    id: UUID
    organisme: str
    periode: Mois
    empreinte: str
    horizon: Horizon
    client: Client
    lignes: int
    total: Montant
    approuvee_le: datetime
    approuvee_par: str
    retrait: Retrait | None = None

    def exiger_la_meme(self, projet: Projet) -> None:
        """L'émission dit ce que disait l'aperçu; lève `Conflit` (FAC-7) sinon."""
        if empreinte(de_projet(projet)) != self.empreinte:
            raise Conflit(
                f"Le calcul de {self.periode} ne redonne pas l'aperçu approuvé pour"
                f" {self.organisme}. Retirez l'approbation, puis approuvez un nouvel aperçu.",
                regle="FAC-7",
            )

    def retirer(self, motif: str, acte: Acte) -> "Approbation":
        """La même, qui ne vaut plus; lève `Conflit` (FAC-7) si elle ne valait déjà plus."""
        if self.retrait is not None:
            raise Conflit("Cette approbation est déjà retirée.", regle="FAC-7")
        return replace(self, retrait=Retrait(le=acte.le, par=acte.acteur.sujet, motif=motif))


def exiger_vu(projet: Projet, vue: str) -> None:
    """On n'approuve que ce que l'on a vu; lève `Conflit` (FAC-7)."""
    if not projet.lignes:
        raise Conflit("Cet aperçu n'a aucune ligne : rien ne s'émettra.", regle="FAC-7")
    if empreinte(de_projet(projet)) != vue:
        raise Conflit(
            "L'aperçu a changé depuis que vous l'avez lu. Relisez-le avant de l'approuver.",
            regle="FAC-7",
        )


def exiger_approuve(projet: Projet) -> None:
    """Ce que nul n'a approuvé ne s'émet pas, s'il a des lignes; lève `Conflit` (FAC-7)."""
    if projet.lignes:
        raise Conflit("Aperçu non approuvé.", regle="FAC-7")


def exiger_distincts(organismes: Sequence[str]) -> None:
    """Un lot nomme chaque organisme une fois, et peu d'entre eux; lève `Conflit` (FAC-7)."""
    if len(set(organismes)) < len(organismes):
        raise Conflit("Un organisme est nommé deux fois.", regle="FAC-7")
    if len(organismes) > APPROUVES_A_LA_FOIS:
        raise Conflit(
            f"On approuve au plus {APPROUVES_A_LA_FOIS} aperçus à la fois.", regle="FAC-7"
        )
