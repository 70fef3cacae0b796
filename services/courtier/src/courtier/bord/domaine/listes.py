"""Ce qui attend le dirigeant d'un organisme, et ce que peut signer une personne (CI-15, DEM-3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from courtier.contrats.domaine.etats import A_REFAIRE
from courtier.dossiers.domaine.choix import Autorisation, Choix
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import REGLES, Circonstances, Prealable
from courtier.dossiers.domaine.reserves import Reserve, reserves
from courtier.organismes.domaine import CONTRAT_SPECIFIQUE, Registre, Signature
from noyau import Acteur, Interdit, Montant, jour_de_quebec

LISTE_MAXIMUM: Final = 200
"""Les dossiers, les contrats ou les avenants que regarde une liste : les plus anciens."""


class ObjetAttendu(StrEnum):
    """Ce sur quoi porte une ligne."""

    DOSSIER = "dossier"
    CONTRAT = "contrat"
    AVENANT = "avenant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Autorisable:
    """Ce que le dirigeant doit autoriser avant qu'on aille plus loin."""

    objet: ObjetAttendu
    objet_id: UUID
    contrat_id: UUID | None
    titre: str
    """Celui du dossier et du scénario choisi, ou l'objet de l'avenant."""
    depuis: date
    total: Decimal
    """Ce que coûte le scénario choisi, ou le contrat, l'avenant compris."""
    repere: Decimal
    """Le plus bas prix, ou le montant du contrat avant l'avenant."""
    criteres: tuple[str, ...] = ()
    """Ceux d'une autorisation déjà donnée, et qui ne suffit plus; sinon, ils sont à nommer."""
    autorise: Decimal | None = None
    """L'écart qu'elle permettait."""
    reserves: tuple[Reserve, ...] = ()
    """Celles du choix, et le motif de chacune."""

    @property
    def ecart(self) -> Decimal:
        """Ce que coûte de plus ce qui est à autoriser."""
        return self.total - self.repere

    @property
    def lien(self) -> str:
        if self.contrat_id is not None:
            return f"/v1/contrats/{self.contrat_id}/avenants/{self.objet_id}"
        return f"/v1/dossiers/{self.objet_id}"


def a_autoriser(dossier: Dossier, jour: date, *, rcti: bool) -> Autorisable | None:
    """Le choix de ce dossier, s'il attend le dirigeant à son dernier calcul (CI-15).

    C'est le préalable même qui refuse la rencontre et la signature. Rien d'un scénario qui ne se
    compare plus : il est à refaire, non à autoriser.
    """
    choix, choisi = dossier.dernier(Choix), dossier.choisi
    if choix is None or choisi is None or dossier.issue is not None or dossier.est_signe:
        return None
    comparaison = dossier.comparaison
    total, bas = comparaison.totaux.get(choisi.id), comparaison.prix_plus_bas
    circonstances = Circonstances(jour=jour, assujetti_rcti=rcti, offres={}, fiches={})
    permis = REGLES[Prealable.AUTORISATION].tenue(dossier, circonstances)
    if permis or total is None or bas is None:
        return None
    donnee = _donnee(dossier.autorisations, choisi.id)
    visa = dossier.visa(Choix)
    return Autorisable(
        objet=ObjetAttendu.DOSSIER,
        objet_id=dossier.id,
        contrat_id=None,
        titre=f"{dossier.titre} – {choisi.titre}",
        depuis=jour_de_quebec(visa.le if visa else dossier.ouverture.le),
        total=total.decimal,
        repere=bas.decimal,
        criteres=donnee.criteres if donnee else (),
        autorise=donnee.ecart_autorise if donnee else None,
        reserves=reserves(dossier),
    )


def _donnee(autorisations: Iterable[Autorisation], scenario_id: UUID) -> Autorisation | None:
    siennes = [a for a in autorisations if a.scenario_id == scenario_id]
    return siennes[-1] if siennes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantOuvert:
    """Un avenant qui n'est pas conclu, et ce qu'il fait du montant du contrat, avant taxes."""

    id: UUID
    contrat_id: UUID
    fournisseur: str
    texte: str
    depuis: datetime
    avant: Montant
    apres: Montant

    @property
    def autorisable(self) -> Autorisable:
        return Autorisable(
            objet=ObjetAttendu.AVENANT,
            objet_id=self.id,
            contrat_id=self.contrat_id,
            titre=f"{self.texte} – {self.fournisseur}",
            depuis=jour_de_quebec(self.depuis),
            total=self.apres.decimal,
            repere=self.avant.decimal,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attente:
    """Un contrat ou un avenant validé, que l'organisme n'a pas encore signé."""

    objet: ObjetAttendu
    objet_id: UUID
    contrat_id: UUID
    fournisseur: str
    depuis: datetime
    montant: Montant
    """Ce que le mandat doit couvrir : d'un avenant, le total du contrat modifié (DEM-8)."""
    dossier_id: UUID | None = None
    reserves: bool = False
    """Vrai si le choix de son dossier en porte (CI-15)."""
    caduc: bool = False
    """Vrai d'un contrat validé que son dossier ne tient plus : il ne se signe plus (CI-16)."""

    @property
    def lien(self) -> str:
        contrat = f"/v1/contrats/{self.contrat_id}"
        return (
            contrat if self.objet is ObjetAttendu.CONTRAT else f"{contrat}/avenants/{self.objet_id}"
        )

    @property
    def lien_des_reserves(self) -> str | None:
        """Où se lisent les réserves du choix, s'il en porte."""
        return f"/v1/dossiers/{self.dossier_id}/scenarios" if self.reserves else None


@dataclass(frozen=True, slots=True)
class Signable:
    """Une attente, et le mandat qui permet de la signer; sans lui, ce qui l'empêche."""

    attente: Attente
    signature: Signature | None
    empechement: str | None


def signables(
    attentes: Iterable[Attente], registre: Registre, acteur: Acteur, jour: date
) -> Iterator[Signable]:
    """Ce qu'un mandat de la famille contrat ouvert ce jour permet de signer.

    Au-dessus du plafond de ses mandats, l'attente est dite, et pourquoi (DEM-8); caduque, elle
    l'est aussi (CI-16); sans mandat ce jour-là, aucune (DEM-3).
    """
    for attente in attentes:
        try:
            signature = registre.signature(acteur, CONTRAT_SPECIFIQUE, attente.montant, jour)
        except Interdit as refus:
            if refus.regle == "DEM-8":
                yield Signable(attente, None, refus.message)
        else:
            yield (
                Signable(attente, None, A_REFAIRE)
                if attente.caduc
                else Signable(attente, signature, None)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeDuDirigeant:
    """Ce qui attend le dirigeant, du plus ancien au plus récent.

    `davantage` : l'organisme a plus de dossiers ou d'avenants qu'on n'en regarde.
    """

    organisme: str
    le: datetime
    elements: tuple[Autorisable, ...]
    davantage: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeDuSignataire:
    """Ce que peut signer une personne, du plus ancien au plus récent."""

    organisme: str
    le: datetime
    elements: tuple[Signable, ...]
    davantage: bool
