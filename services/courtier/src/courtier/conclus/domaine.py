"""Ce que la liste dit d'un contrat : ses parties, ses solutions, son envergure (CI-22).

Tel que conclu : les noms et les titres sont ceux de ce jour-là; les bandes, celles de la norme.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import ContratConclu, Retenue, exiger_de_l_organisme
from noyau import Acte, Conflit, Montant, exiger_une_personne, mois_plus_tard

REGLE = "CI-22"


@dataclass(frozen=True, slots=True)
class Envergure:
    """Une bande de montants, en dollars avant taxes, sur `[de, a)`; sans `a`, elle ne finit pas."""

    de: Decimal
    a: Decimal | None

    @classmethod
    def du(cls, montant: Montant, bandes: Sequence[Decimal]) -> "Envergure":
        """La bande où tombe un montant, entre des bornes croissantes."""
        rang = bisect_right(bandes, montant.decimal)
        de = bandes[rang - 1] if rang else Decimal("0.00")
        return cls(de, bandes[rang] if rang < len(bandes) else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonneConsentante:
    """Qui accepte de parler de son expérience, et comment la joindre."""

    nom: str
    courriel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consentement:
    """La personne y consent, dit l'organisme; retiré, d'elle il ne reste rien."""

    personne: PersonneConsentante
    donne: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Inscription:
    """Un contrat de la liste."""

    contrat_id: UUID
    version: int
    client: str
    """Le code de l'organisme client."""
    client_nom: str
    fournisseur_id: UUID
    fournisseur_nom: str
    solutions: tuple[Retenue, ...]
    envergure: Envergure
    debut: date
    fin: date
    """Le premier jour après le contrat."""
    consentement: Consentement | None = None
    retrait: Visa | None = None
    """Le dernier retrait d'un consentement."""

    @classmethod
    def de(
        cls,
        contrat: ContratConclu,
        *,
        client_nom: str,
        solutions: Sequence[Retenue],
        bandes: Sequence[Decimal],
    ) -> "Inscription":
        """Celle d'un contrat qui vient d'être conclu."""
        return cls(
            contrat_id=contrat.id,
            version=1,
            client=contrat.organisme,
            client_nom=client_nom,
            fournisseur_id=contrat.fournisseur_id,
            fournisseur_nom=contrat.fournisseur_nom,
            solutions=tuple(solutions),
            envergure=Envergure.du(contrat.montant, bandes),
            debut=contrat.debut,
            fin=contrat.fin,
        )

    @property
    def duree_mois(self) -> int:
        """Les mois entamés, du début à la fin."""
        mois = range(1, 12 * (self.fin.year - self.debut.year) + 13)
        return next((n for n in mois if mois_plus_tard(self.debut, n) >= self.fin), 0)

    def suivre(self, contrat: ContratConclu, bandes: Sequence[Decimal]) -> "Inscription":
        """La même, d'un contrat dont la fin ou le montant a changé."""
        return replace(
            self,
            version=self.version + 1,
            envergure=Envergure.du(contrat.montant, bandes),
            fin=contrat.fin,
        )

    def consentir(self, personne: PersonneConsentante, acte: Acte) -> "Inscription":
        """L'organisme dit qui consent; un second remplace le premier, dont il ne reste rien.

        Lève `Interdit` d'un autre organisme ou d'une machine.
        """
        self._exiger_du_client(acte)
        consentement = Consentement(personne=personne, donne=Visa.de(acte))
        return replace(self, version=self.version + 1, consentement=consentement)

    def retirer(self, acte: Acte) -> "Inscription":
        """La personne ne consent plus : d'elle, il ne reste rien.

        Lève `Interdit` d'un autre organisme ou d'une machine, ou `Conflit` si nul ne consent.
        """
        self._exiger_du_client(acte)
        if self.consentement is None:
            raise Conflit("Nulle personne n'y consent.", regle=REGLE)
        return replace(self, version=self.version + 1, consentement=None, retrait=Visa.de(acte))

    def _exiger_du_client(self, acte: Acte) -> None:
        exiger_de_l_organisme(self.client, acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
