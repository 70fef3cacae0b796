"""L'avenant et son cycle : préparé, validé, signé par le client, puis par le fournisseur (CI-16).

Un seul est ouvert à la fois sur un contrat. Conclu, ses changements entrent aux termes du contrat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from courtier.avenants.domaine.effets import Effet, exiger_en_cours, exiger_futur, exiger_protegees
from courtier.catalogue.domaine import EntenteCadre, Fiche, OffreAuCatalogue
from courtier.contrats.domaine.contrat import Contrat, SignatureClient, SignatureFournisseur
from courtier.dossiers.domaine.besoins import Donnees
from courtier.dossiers.domaine.demarrage import Budget
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.elements import exiger_en_vigueur, exiger_memes_prix, prix_du_jour
from courtier.organismes.domaine import CONTRAT_SPECIFIQUE, Registre
from courtier.pieces.domaine import Visa, exiger_recu_ce_jour
from noyau import (
    Acte,
    Conflit,
    Fait,
    Interdit,
    TransitionImpossible,
    exiger_une_personne,
    jour_de_quebec,
)


class EtatAvenant(StrEnum):
    """Où en est un avenant."""

    PREPARE = "prepare"
    VALIDE = "valide"
    SIGNE_CLIENT = "signe_client"
    SIGNE = "signe"
    """Conclu : le contrat a changé."""
    ABANDONNE = "abandonne"


OUVERTS = frozenset({EtatAvenant.PREPARE, EtatAvenant.VALIDE, EtatAvenant.SIGNE_CLIENT})
"""Les états d'un avenant qui en empêche un autre sur le même contrat."""


class ActeAvenant(StrEnum):
    """Ce qu'on peut faire d'un avenant."""

    PREPARATION = "preparation"
    VALIDATION = "validation"
    AUTORISATION = "autorisation"
    EFVP = "efvp"
    BUDGET = "budget"
    SIGNATURE_CLIENT = "signature_client"
    SIGNATURE_FOURNISSEUR = "signature_fournisseur"
    COPIE = "copie"
    ABANDON = "abandon"


_A = ActeAvenant
_AVANT_SIGNATURE = (_A.PREPARATION, _A.AUTORISATION, _A.EFVP, _A.BUDGET, _A.ABANDON)
PERMIS: Mapping[EtatAvenant, tuple[ActeAvenant, ...]] = {
    EtatAvenant.PREPARE: (*_AVANT_SIGNATURE, _A.VALIDATION),
    EtatAvenant.VALIDE: (*_AVANT_SIGNATURE, _A.SIGNATURE_CLIENT),
    EtatAvenant.SIGNE_CLIENT: (_A.SIGNATURE_FOURNISSEUR, _A.ABANDON),
    EtatAvenant.SIGNE: (_A.COPIE,),
    EtatAvenant.ABANDONNE: (),
}


@dataclass(frozen=True, slots=True)
class AutorisationDepense:
    """Le dirigeant autorise la dépense; la pièce signée, si un autre la consigne."""

    visa: Visa
    piece_id: UUID | None


@dataclass(frozen=True, slots=True)
class Abandon:
    """Pourquoi l'avenant ne se conclura pas."""

    motif: str
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Texte:
    """Ce que l'avenant dit, et l'empreinte SHA-256 du document préparé."""

    objet: str
    accessoire: str
    """En quoi il est accessoire et ne change pas la nature du contrat (LCOP, art. 17)."""
    empreinte: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Avenant:
    """Un changement d'un contrat conclu."""

    id: UUID
    version: int
    numero: int
    """Son rang parmi les avenants du contrat, abandonnés compris."""
    organisme: str
    contrat_id: UUID
    dossier_id: UUID | None
    texte: Texte
    effet: Effet
    autorisation_exigee: bool
    preparation: Visa
    validation: Visa | None = None
    autorisation: AutorisationDepense | None = None
    efvp: Efvp | None = None
    """Celle des offres ajoutées, quand le contrat porte des renseignements personnels (CI-13)."""
    budget: Budget | None = None
    signature_client: SignatureClient | None = None
    signature_fournisseur: SignatureFournisseur | None = None
    copie: Visa | None = None
    abandon: Abandon | None = None

    @property
    def etat(self) -> EtatAvenant:
        if self.abandon:
            return EtatAvenant.ABANDONNE
        if self.signature_fournisseur:
            return EtatAvenant.SIGNE
        if self.signature_client:
            return EtatAvenant.SIGNE_CLIENT
        return EtatAvenant.VALIDE if self.validation else EtatAvenant.PREPARE

    @property
    def actes_permis(self) -> tuple[ActeAvenant, ...]:
        """Ce que l'état permet; rien d'autre ne passe (CI-16)."""
        return () if self.copie else PERMIS[self.etat]

    @classmethod
    def preparer(
        cls,
        identifiant: UUID,
        numero: int,
        contrat: Contrat,
        *,
        texte: Texte,
        effet: Effet,
        seuil: Decimal,
        acte: Acte,
    ) -> tuple["Avenant", "AvenantPrepare"]:
        """L'avenant que le Courtier prépare; `effet` est ce qu'`evaluer` en dit ce jour-là."""
        prepare = cls(
            id=identifiant,
            version=1,
            numero=numero,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            dossier_id=contrat.dossier_id,
            texte=texte,
            effet=effet,
            autorisation_exigee=effet.exige_autorisation(seuil),
            preparation=Visa.de(acte),
        )
        return prepare, AvenantPrepare(avenant=prepare, survenu_le=acte.le)

    def preparer_de_nouveau(
        self, *, texte: Texte, effet: Effet, seuil: Decimal, acte: Acte
    ) -> tuple["Avenant", "AvenantPrepare"]:
        """De nouveaux termes : le client valide, et le dirigeant autorise, de nouveau."""
        self.exiger(ActeAvenant.PREPARATION)
        prepare = replace(
            self,
            version=self.version + 1,
            texte=texte,
            effet=effet,
            autorisation_exigee=effet.exige_autorisation(seuil),
            preparation=Visa.de(acte),
            validation=None,
            autorisation=None,
            efvp=None,
            budget=None,
        )
        return prepare, AvenantPrepare(avenant=prepare, survenu_le=acte.le)

    def valider(self, acte: Acte) -> tuple["Avenant", "AvenantValide"]:
        """Le client approuve le document préparé."""
        self._exiger_client(acte)
        self.exiger(ActeAvenant.VALIDATION)
        valide = replace(self, version=self.version + 1, validation=Visa.de(acte))
        return valide, AvenantValide(avenant=valide, survenu_le=acte.le)

    def autoriser(
        self, piece_id: UUID | None, signee_le: date, acte: Acte
    ) -> tuple["Avenant", "AvenantAutorise"]:
        """Le dirigeant autorise la dépense, ou le gestionnaire en consigne la pièce signée.

        Lève `Interdit` (CI-17) : une machine, ou un autre que le dirigeant sans la pièce; `Conflit`
        (CI-17) d'une pièce signée avant l'avenant qu'elle autorise.
        """
        self._exiger_client(acte)
        exiger_une_personne(acte.acteur, "CI-17")
        if piece_id is None and "dirigeant" not in acte.acteur.roles:
            raise Interdit(
                "Un autre que le dirigeant consigne son autorisation avec la pièce signée.",
                regle="CI-17",
            )
        self.exiger(ActeAvenant.AUTORISATION)
        if signee_le < jour_de_quebec(self.preparation.le):
            raise Conflit(
                "Le dirigeant autorise l'avenant tel qu'il est préparé, non d'avance.",
                regle="CI-17",
            )
        autorisation = AutorisationDepense(Visa.de(acte), piece_id)
        autorise = replace(self, version=self.version + 1, autorisation=autorisation)
        return autorise, AvenantAutorise(avenant=autorise, survenu_le=acte.le)

    def deposer_efvp(self, efvp: Efvp, acte: Acte) -> tuple["Avenant", "EfvpDAvenantDeposee"]:
        """L'EFVP des offres ajoutées; une autre la remplace jusqu'à la signature (CI-13)."""
        self._exiger_client(acte)
        self.exiger(ActeAvenant.EFVP)
        if efvp.date > jour_de_quebec(acte.le):
            raise Conflit("Une EFVP ne se date pas de l'avenir.", regle="CI-13")
        depose = replace(self, version=self.version + 1, efvp=efvp)
        return depose, EfvpDAvenantDeposee(avenant=depose, survenu_le=acte.le)

    def signer_par_client(
        self,
        *,
        empreinte: str,
        contrat: Contrat,
        entente: EntenteCadre,
        catalogue: Mapping[UUID, OffreAuCatalogue],
        fiche: Fiche,
        donnees: Donnees | None,
        registre: Registre,
        seuil: Decimal,
        acte: Acte,
    ) -> tuple["Avenant", "AvenantSigneParClient"]:
        """Le client signe le document préparé; le mandat couvre le total du contrat modifié.

        `donnees` : celles que le contrat porte; rien si aucun dossier ne les dit.
        Lève `Interdit` (DEM-3, DEM-8), `TransitionImpossible`, ou `Conflit` : contrat fini ou
        dépense que le dirigeant n'a pas autorisée (CI-17), autre document (CI-16), offre ajoutée
        qui n'entre plus (CI-14), dont le prix publié a changé (CI-15) ou que nulle EFVP n'accepte
        (CI-13).
        """
        self._exiger_client(acte)
        le = jour_de_quebec(acte.le)
        mandat = registre.signature(acte.acteur, CONTRAT_SPECIFIQUE, self.effet.apres, le)
        self.exiger(ActeAvenant.SIGNATURE_CLIENT)
        self._exiger_document(empreinte)
        exiger_en_cours(contrat, le)
        if self.effet.exige_autorisation(seuil) and self.autorisation is None:
            raise Conflit(
                "Le dirigeant autorise d'abord, au seuil ou si une conversion dite est dépassée.",
                regle="CI-17",
                details={"montant": str(self.effet.apres), "seuil": str(seuil)},
            )
        ajoutes = self.effet.changement.ajoutes
        if ajoutes:
            offres = tuple(e.offre_id for e in ajoutes)
            publies = prix_du_jour(offres, entente=entente, catalogue=catalogue, le=le)
            exiger_memes_prix(ajoutes, publies)
            exiger_protegees([catalogue[o].offre for o in offres], fiche, donnees, self.efvp)
        signature = SignatureClient(
            acte.acteur.sujet, acte.le, mandat.mandat_id, mandat.substitution_id
        )
        signe = replace(self, version=self.version + 1, signature_client=signature)
        return signe, AvenantSigneParClient(avenant=signe, survenu_le=acte.le)

    def signer_par_fournisseur(
        self,
        *,
        signataire: str,
        signe_le: datetime,
        empreinte: str,
        contrat: Contrat,
        entente: EntenteCadre,
        copie_due_le: date,
        acte: Acte,
    ) -> tuple["Avenant", "AvenantSigne"]:
        """Le Courtier consigne la signature du fournisseur, qui conclut l'avenant.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` : autre document, signature d'avant
        celle du client ou à venir (CI-16); contrat fini ou mois passé ce jour-là (CI-17); offre
        ajoutée hors d'une entente-cadre en vigueur (CI-14).
        """
        if not acte.acteur.est_mcn:
            raise Interdit("Le Courtier consigne la signature du fournisseur.", regle="CI-16")
        self.exiger(ActeAvenant.SIGNATURE_FOURNISSEUR)
        self._exiger_document(empreinte)
        if self.signature_client and signe_le < self.signature_client.le:
            raise Conflit("Le fournisseur signe après le client.", regle="CI-16")
        _exiger_passe(signe_le, acte)
        le = jour_de_quebec(signe_le)
        exiger_en_cours(contrat, le)
        exiger_futur(self.effet.changement, contrat.courants, le)
        if self.effet.changement.ajoutes:
            exiger_en_vigueur(entente, le)
        signature = SignatureFournisseur(signataire, signe_le, Visa.de(acte), copie_due_le)
        signe = replace(self, version=self.version + 1, signature_fournisseur=signature)
        return signe, AvenantSigne(avenant=signe, survenu_le=signe_le)

    def transmettre_copie(
        self, transmise_le: datetime, acte: Acte
    ) -> tuple["Avenant", "CopieAvenantTransmise"]:
        """La copie de l'avenant signé parvient au Courtier; tardive, elle est reçue."""
        self.exiger(ActeAvenant.COPIE)
        if self.signature_fournisseur and transmise_le < self.signature_fournisseur.le:
            raise Conflit("La copie se transmet après les deux signatures.", regle="CI-16")
        _exiger_passe(transmise_le, acte)
        exiger_recu_ce_jour(jour_de_quebec(transmise_le), acte, "CI-16")
        copie = Visa(acte.acteur.sujet, transmise_le)
        transmis = replace(self, version=self.version + 1, copie=copie)
        return transmis, CopieAvenantTransmise(avenant=transmis, survenu_le=transmise_le)

    def abandonner(self, motif: str, acte: Acte) -> tuple["Avenant", "AvenantAbandonne"]:
        """Il ne se conclura pas : renoncement, ou refus du fournisseur."""
        self.exiger(ActeAvenant.ABANDON)
        abandon = Abandon(motif, Visa.de(acte))
        abandonne = replace(self, version=self.version + 1, abandon=abandon)
        return abandonne, AvenantAbandonne(avenant=abandonne, survenu_le=acte.le)

    def exiger(self, nom: ActeAvenant) -> None:
        """Lève `TransitionImpossible` (CI-16)."""
        if nom not in self.actes_permis:
            raise TransitionImpossible(nom, self.etat, self.actes_permis, regle="CI-16")

    def _exiger_client(self, acte: Acte) -> None:
        if acte.acteur.organisme != self.organisme:
            raise Interdit("Seul l'organisme client pose cet acte.", regle="CI-16")

    def _exiger_document(self, empreinte: str) -> None:
        if empreinte != self.texte.empreinte:
            raise Conflit(
                "L'avenant se signe tel que préparé : ce n'est pas le même document.",
                regle="CI-16",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantPrepare(Fait):
    """Le Courtier a préparé l'avenant."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantValide(Fait):
    """Le client approuve le document préparé."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantAutorise(Fait):
    """Le dirigeant autorise la dépense."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class EfvpDAvenantDeposee(Fait):
    """L'EFVP des offres ajoutées est déposée."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantSigneParClient(Fait):
    """Le client a signé."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantSigne(Fait):
    """Les deux parties ont signé; le contrat est modifié (CI-17)."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class CopieAvenantTransmise(Fait):
    """La copie de l'avenant signé est parvenue au Courtier."""

    avenant: Avenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AvenantAbandonne(Fait):
    """L'avenant ne se conclura pas."""

    avenant: Avenant


def _exiger_passe(instant: datetime, acte: Acte) -> None:
    if instant > acte.le:
        raise Conflit("Un acte consigné ne peut être à venir.", regle="CI-16")
