"""Les numéros retenus : publiés, puis perdus par une base restaurée à un instant passé (FAC-6).

Le bus et les clients connaissent le document. Son numéro ne sert qu'à lui : il se réémet tel qu'il
fut publié, ou il s'annule et ne sert plus jamais.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from facturation.factures.domaine.factures import Document, NatureDocument
from noyau import Conflit, Mois, Montant, exercice_de, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class NumeroRetenu:
    """Un document publié que la base ne sait plus."""

    numero: str
    nature: NatureDocument
    organisme: str
    periode: Mois
    corrige: str | None
    """D'une note de décision, le document qu'elle corrige."""
    emis_a: datetime
    empreinte: str
    total: Montant

    @property
    def rang(self) -> int:
        """Son rang dans sa suite et son exercice."""
        return int(self.numero.rpartition("-")[2])

    @property
    def exercice(self) -> str:
        """L'exercice de sa date d'émission, qui est celui de son numéro."""
        return exercice_de(jour_de_quebec(self.emis_a))

    def exiger_le_meme(self, document: Document, empreinte: str) -> None:
        """Un document émis ne change plus : réémis, il a la même empreinte.

        Lève `Conflit` (FAC-7) : ce que la restauration a perdu d'autre est d'abord à refaire.
        """
        if (document.numero, empreinte) != (self.numero, self.empreinte):
            raise Conflit(
                f"Le document {self.numero} de {self.organisme} fut publié, puis perdu par une"
                " restauration; le calcul n'en redonne pas l'empreinte. Refaites d'abord ce que"
                " « realigner » a dit perdu, ou annulez ce numéro.",
                regle="FAC-7",
            )


def de_la_decision(retenus: Iterable[NumeroRetenu], total: Montant) -> NumeroRetenu | None:
    """Parmi les notes perdues d'un document, celle de ce montant.

    L'identité d'une décision n'est pas celle de la première : l'empreinte diffère, et se republie.
    """
    return next((retenu for retenu in retenus if retenu.total == total), None)
