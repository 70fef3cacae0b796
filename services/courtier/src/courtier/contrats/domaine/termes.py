"""Les termes d'un contrat spécifique : durée, éléments, montant, documents."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from calendrier import date_longue
from courtier.catalogue.domaine import DocumentsPublies, NatureDocument
from courtier.dossiers.domaine.besoins import DUREE_MAXIMALE
from courtier.dossiers.domaine.elements import Element
from courtier.dossiers.domaine.scenarios import Chiffrage
from noyau import Conflit, Montant, mois_plus_tard

MONTANT_MAXIMAL = Montant.de("9999999999.99")
"""Le plus grand montant qu'un événement transporte."""


@dataclass(frozen=True, slots=True)
class Termes:
    """Ce à quoi les parties s'engagent.

    Lève `Conflit` hors de 1 à 36 mois (CI-17), sans offre, ou si des quantités ne suivent pas la
    durée ou les modalités (CI-14).
    """

    debut: date
    duree_mois: int
    elements: tuple[Element, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.duree_mois <= DUREE_MAXIMALE:
            raise Conflit(
                f"Un contrat dure de 1 à {DUREE_MAXIMALE} mois, renouvellements compris.",
                regle="CI-17",
            )
        if not self.elements:
            raise Conflit("Un contrat spécifique porte au moins une offre.", regle="CI-14")
        for element in self.elements:
            element.exiger_quantites(self.duree_mois)
        if self.montant > MONTANT_MAXIMAL:
            raise Conflit(f"Le montant dépasse {MONTANT_MAXIMAL} $.", regle="CI-14")

    @classmethod
    def figer(cls, debut: date, chiffrage: Chiffrage, *, le: date) -> "Termes":
        """Les termes du scénario confirmé, aux prix de ce chiffrage.

        Lève `Conflit` : début passé (CI-16), ou ce que lève la classe.
        """
        if debut < le:
            raise Conflit("Un contrat ne commence pas avant sa préparation.", regle="CI-16")
        return cls(debut, chiffrage.duree_mois, chiffrage.elements)

    def exiger_a_commencer(self, le: date, issue: str) -> None:
        """Lève `Conflit` (CI-16) d'un début passé le jour où l'on signe; `issue` dit que faire.

        Rien n'entre avant les deux signatures : un début d'avant elles coûterait des mois morts.
        """
        if self.debut < le:
            raise Conflit(
                f"Le contrat préparé commence le {date_longue(self.debut)}, avant qu'on le signe :"
                f" {issue}",
                regle="CI-16",
                details={"debut": self.debut.isoformat()},
            )

    @property
    def offres(self) -> tuple[UUID, ...]:
        """Les offres du contrat."""
        return tuple(e.offre_id for e in self.elements)

    @property
    def fin(self) -> date:
        """Le premier jour après le contrat : le même quantième, ou le dernier de son mois (CI-17).

        D'un 31 janvier, un mois mène au 28 ou 29 février; d'un 29 février, 36 mois, au 28.
        """
        return mois_plus_tard(self.debut, self.duree_mois)

    def mois_de(self, jour: date) -> int:
        """Le rang du mois du contrat où tombe ce jour; 0 ou moins, avant le premier."""
        ecart = (jour.year - self.debut.year) * 12 + jour.month - self.debut.month
        return ecart + 1 if mois_plus_tard(self.debut, ecart) <= jour else ecart

    def cout_de(self, mois: range) -> Fraction:
        """Ce que coûtent ces mois du contrat, en dollars exacts, avant taxes."""
        return sum((e.cout_de(mois) for e in self.elements), Fraction())

    @property
    def montant(self) -> Montant:
        """La valeur totale avant taxes : sommée exactement, arrondie une fois."""
        return Montant.de(sum((e.cout for e in self.elements), Fraction()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Les empreintes SHA-256 (hexadécimales) des documents que le Courtier prépare (CI-16)."""

    contrat: str
    annexe_modificative: str
    engagement: str

    def exiger_distincts(self) -> None:
        """Lève `Conflit` (CI-16) si l'un est le même document qu'un autre."""
        dits = (self.contrat, self.annexe_modificative, self.engagement)
        if len(set(dits)) < len(dits):
            raise Conflit("Ce sont trois documents, et trois empreintes.", regle="CI-16")

    def exiger(
        self, *, contrat: str, annexe_modificative: str, engagement: str | None = None
    ) -> None:
        """Lève `Conflit` (CI-16) si un document signé n'est pas celui qui a été préparé.

        `engagement` absent : la partie n'avait pas à le signer.
        """
        paires = {
            "contrat": (self.contrat, contrat),
            "annexe_modificative": (self.annexe_modificative, annexe_modificative),
            "engagement": (self.engagement, engagement or self.engagement),
        }
        differents = [nature for nature, (prevu, signe) in paires.items() if signe != prevu]
        if differents:
            raise Conflit(
                "Les documents se signent tels que préparés; diffèrent : " + ", ".join(differents),
                regle="CI-16",
                details={"documents": differents},
            )

    def exiger_annexe_publiee(self, publies: DocumentsPublies, le: date) -> None:
        """Lève `Conflit` (CI-16) si une autre annexe modificative est publiée, qui vaut ce jour-là.

        Sans annexe publiée, celle du contrat ne se compare à rien.
        """
        publiee = publies.en_vigueur(NatureDocument.ANNEXE_MODIFICATIVE, le)
        if publiee is not None and publiee.empreinte != self.annexe_modificative:
            raise Conflit(
                "L'annexe modificative du contrat n'est pas celle qui est publiée ce jour-là : le"
                " Courtier prépare de nouveau.",
                regle="CI-16",
                details={"reference": publiee.reference, "version": publiee.version},
            )
