"""Le contrat spécifique : préparé, validé, signé par le client, puis par le fournisseur (CI-16)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from calendrier import Calendrier
from courtier.catalogue.domaine import EntenteCadre, OffreAuCatalogue
from courtier.contrats.domaine.courants import Changement, termes_courants
from courtier.contrats.domaine.etats import ActeContrat, Caducite, CauseCaducite, Etat
from courtier.contrats.domaine.ruptures import RefusDuFournisseur, Resiliation
from courtier.contrats.domaine.termes import Documents, Termes
from courtier.dossiers.domaine.elements import (
    exiger_en_vigueur,
    exiger_memes_prix,
    prix_du_jour,
)
from courtier.dossiers.domaine.scenarios import Scenario
from courtier.organismes.domaine import CONTRAT_SPECIFIQUE, Registre
from courtier.pieces.domaine import Visa, exiger_recu_ce_jour
from noyau import Acte, Conflit, Fait, Interdit, TransitionImpossible, jour_de_quebec


@dataclass(frozen=True, slots=True)
class SignatureClient:
    """Qui a signé pour le client, quand, et en vertu de quel mandat (DEM-3)."""

    par: str
    le: datetime
    mandat_id: UUID | None
    """Aucun : le contrat s'est signé avant que le mandat ne soit exigé."""
    substitution_id: UUID | None = None
    """Présente, la personne signait au nom du titulaire du mandat."""


@dataclass(frozen=True, slots=True)
class SignatureFournisseur:
    """La signature du fournisseur, que le Courtier consigne : le fournisseur n'a pas d'accès."""

    signataire: str
    """Identifiant professionnel de la personne qui a signé."""
    le: datetime
    consignee: Visa
    copie_due_le: date
    """Le dernier jour pour transmettre la copie au Courtier (CI-16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrat:
    """Un contrat spécifique entre un organisme et un fournisseur, sous une entente-cadre."""

    id: UUID
    version: int
    organisme: str
    fournisseur_id: UUID
    entente_id: UUID
    termes: Termes
    documents: Documents
    preparation: Visa
    dossier_id: UUID | None = None
    """Le dossier d'acquisition dont il naît."""
    imputation: str | None = None
    """Le code d'imputation de l'organisme (FAC-16)."""
    validation: Visa | None = None
    signature_client: SignatureClient | None = None
    signature_fournisseur: SignatureFournisseur | None = None
    copie: Visa | None = None
    refus: RefusDuFournisseur | None = None
    resiliation: Resiliation | None = None
    changements: tuple[Changement, ...] = ()
    """Ceux de ses avenants conclus, dans l'ordre (CI-17)."""
    echeance_annoncee: date | None = None
    """La fin déjà annoncée; un avenant consigné tard peut la reporter."""
    caducite: Caducite | None = None
    """Ce qui rend à refaire ce qui est préparé; de nouveau préparé, plus rien."""

    @classmethod
    def preparer(
        cls,
        identifiant: UUID,
        organisme: str,
        *,
        dossier_id: UUID,
        scenario: Scenario,
        termes: Termes,
        documents: Documents,
        imputation: str | None = None,
        acte: Acte,
    ) -> tuple["Contrat", "ContratPrepare"]:
        """Le contrat que le Courtier prépare du scénario confirmé d'un dossier (CI-16)."""
        contrat = cls(
            id=identifiant,
            version=1,
            organisme=organisme,
            fournisseur_id=scenario.fournisseur_id,
            entente_id=scenario.entente_id,
            termes=termes,
            documents=documents,
            preparation=Visa.de(acte),
            dossier_id=dossier_id,
            imputation=imputation,
        )
        return contrat, ContratPrepare(contrat=contrat, survenu_le=acte.le)

    @property
    def courants(self) -> Termes:
        """Les termes d'aujourd'hui, avenants compris; `termes` restent ceux qu'on a signés."""
        return termes_courants(self.termes, self.changements)

    @property
    def fin(self) -> date:
        """Le premier jour après le contrat, avenants et résiliation compris (CI-17)."""
        fin = self.courants.fin
        return min(fin, self.resiliation.effet) if self.resiliation else fin

    @property
    def etat(self) -> Etat:
        """Le dernier acte posé; ce qu'en font les jours se lit par `etat_le`."""
        if self.refus:
            return Etat.REFUSE
        if self.signature_fournisseur:
            return Etat.SIGNE
        if self.signature_client:
            return Etat.SIGNE_CLIENT
        if self.caducite:
            return self.caducite.etat
        return Etat.VALIDE if self.validation else Etat.PREPARE

    def etat_le(self, jour: date) -> Etat:
        """L'état ce jour-là : un contrat conclu est échu, ou résilié, à compter de sa fin."""
        if self.etat is not Etat.SIGNE or jour < self.fin:
            return self.etat
        return Etat.RESILIE if self.resiliation else Etat.ECHU

    @property
    def actes_permis(self) -> tuple[ActeContrat, ...]:
        """Ce que l'état permet; rien d'autre ne passe (CI-16)."""
        match self.etat:
            case Etat.CADUC | Etat.ABANDONNE:
                return self.caducite.actes_permis if self.caducite else ()
            case Etat.PREPARE:
                return (ActeContrat.PREPARATION, ActeContrat.VALIDATION, ActeContrat.REFUS)
            case Etat.VALIDE:
                return (ActeContrat.PREPARATION, ActeContrat.SIGNATURE_CLIENT, ActeContrat.REFUS)
            case Etat.SIGNE_CLIENT:
                return (ActeContrat.SIGNATURE_FOURNISSEUR, ActeContrat.REFUS)
            case Etat.SIGNE:
                copie = () if self.copie else (ActeContrat.COPIE,)
                return copie if self.resiliation else (*copie, ActeContrat.RESILIATION)
            case _:
                return ()

    def actes_le(self, jour: date) -> tuple[ActeContrat, ...]:
        """Ce qui se permet ce jour-là : fini, un contrat ne se résilie plus."""
        if jour < self.fin:
            return self.actes_permis
        return tuple(a for a in self.actes_permis if a is not ActeContrat.RESILIATION)

    def exiger(self, nom: ActeContrat, acte: Acte) -> None:
        """Lève `TransitionImpossible` (CI-16) si l'acte ne se pose pas ce jour-là."""
        jour = jour_de_quebec(acte.le)
        if nom not in self.actes_le(jour):
            raise TransitionImpossible(nom, self.etat_le(jour), self.actes_le(jour), regle="CI-16")

    def avec(self, changement: Changement) -> "Contrat":
        """Le contrat et un avenant conclu de plus; lève ce que lève `termes_courants`."""
        termes_courants(self.courants, (changement,))
        changements = (*self.changements, changement)
        return replace(self, version=self.version + 1, changements=changements)

    @property
    def occupe_son_dossier(self) -> bool:
        """Vrai tant que son dossier ne peut pas en préparer un autre."""
        return self.etat not in {Etat.REFUSE, Etat.ABANDONNE}

    @property
    def entree_permise_le(self) -> date | None:
        """Le premier jour des activités d'entrée; aucun avant les deux signatures (CI-16)."""
        if self.signature_fournisseur is None:
            return None
        return max(self.termes.debut, jour_de_quebec(self.signature_fournisseur.le))

    def preparer_de_nouveau(
        self,
        *,
        dossier_id: UUID,
        scenario: Scenario,
        termes: Termes,
        documents: Documents,
        acte: Acte,
    ) -> tuple["Contrat", "ContratPrepare"]:
        """De nouveaux termes et documents, que le client doit valider de nouveau.

        Un contrat d'avant les dossiers en prend un. Lève `TransitionImpossible`, ou `Conflit`
        (CI-10) si le contrat est d'un autre dossier.
        """
        self._exiger(ActeContrat.PREPARATION)
        if self.dossier_id not in {None, dossier_id}:
            raise Conflit("Ce contrat naît d'un autre dossier.", regle="CI-10")
        prepare = replace(
            self,
            version=self.version + 1,
            fournisseur_id=scenario.fournisseur_id,
            entente_id=scenario.entente_id,
            termes=termes,
            documents=documents,
            preparation=Visa.de(acte),
            dossier_id=dossier_id,
            validation=None,
            caducite=None,
        )
        return prepare, ContratPrepare(contrat=prepare, survenu_le=acte.le)

    def rendre_caduc(self, cause: CauseCaducite, acte: Acte) -> "Contrat":
        """Ce que le client n'a pas signé est à refaire : son dossier ne le tient plus (CI-16)."""
        if self.etat not in {Etat.PREPARE, Etat.VALIDE, Etat.CADUC}:
            return self
        return replace(self, version=self.version + 1, caducite=Caducite(cause, acte.le))

    def valider(self, acte: Acte) -> tuple["Contrat", "ContratValide"]:
        """Le client approuve les documents préparés."""
        self._exiger_client(acte)
        self._exiger(ActeContrat.VALIDATION)
        valide = replace(self, version=self.version + 1, validation=Visa.de(acte))
        return valide, ContratValide(contrat=valide, survenu_le=acte.le)

    def signer_par_client(
        self,
        *,
        contrat: str,
        annexe_modificative: str,
        engagement: str | None,
        entente: EntenteCadre,
        catalogue: Mapping[UUID, OffreAuCatalogue],
        registre: Registre,
        acte: Acte,
    ) -> tuple["Contrat", "ContratSigneParClient"]:
        """Le client signe, avec l'engagement, les documents tels que préparés.

        Lève `Interdit` si la personne n'a pas ce jour-là de mandat pour un contrat spécifique
        (DEM-3), ou si le total dépasse son plafond (DEM-8); `TransitionImpossible`; ou `Conflit` :
        engagement absent, documents différents, début passé (CI-16), offres qui n'entrent plus dans
        un contrat (CI-14), prix publiés ce jour-là qui diffèrent des prix figés (CI-15); aucun
        dossier (CI-10).
        """
        self._exiger_client(acte)
        le = jour_de_quebec(acte.le)
        mandat = registre.signature(acte.acteur, CONTRAT_SPECIFIQUE, self.termes.montant, le)
        self._exiger(ActeContrat.SIGNATURE_CLIENT)
        self.exiger_dossier()
        if engagement is None:
            raise Conflit("Le client signe l'engagement avec le contrat.", regle="CI-16")
        self.documents.exiger(
            contrat=contrat, annexe_modificative=annexe_modificative, engagement=engagement
        )
        self.exiger_a_commencer(le)
        self.exiger_prix_du_jour(entente=entente, catalogue=catalogue, le=le)
        signature = SignatureClient(
            acte.acteur.sujet, acte.le, mandat.mandat_id, mandat.substitution_id
        )
        signe = replace(self, version=self.version + 1, signature_client=signature)
        return signe, ContratSigneParClient(contrat=signe, survenu_le=acte.le)

    def exiger_a_commencer(self, le: date) -> None:
        """Lève `Conflit` (CI-16) si le client signerait après le début."""
        self.termes.exiger_a_commencer(le, "le Courtier prépare de nouveau.")

    def exiger_dossier(self) -> None:
        """Lève `Conflit` (CI-10) si le contrat ne naît pas d'un dossier d'acquisition."""
        if self.dossier_id is None:
            raise Conflit(
                "Un contrat se signe s'il naît d'un dossier d'acquisition : le Courtier le prépare"
                " de nouveau.",
                regle="CI-10",
            )

    def exiger_prix_du_jour(
        self, *, entente: EntenteCadre, catalogue: Mapping[UUID, OffreAuCatalogue], le: date
    ) -> None:
        """Lève `Conflit` : offre qui n'entre plus dans un contrat (CI-14), prix changé (CI-15)."""
        publies = prix_du_jour(self.termes.offres, entente=entente, catalogue=catalogue, le=le)
        exiger_memes_prix(self.termes.elements, publies)

    def signer_par_fournisseur(
        self,
        *,
        signataire: str,
        signe_le: datetime,
        contrat: str,
        annexe_modificative: str,
        entente: EntenteCadre,
        calendrier: Calendrier,
        delai_copie: int,
        acte: Acte,
    ) -> tuple["Contrat", "ContratSigne"]:
        """Le Courtier consigne la signature du fournisseur, qui suit celle du client.

        `delai_copie` : jours ouvrables, la norme du jour où le fournisseur a signé.
        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` : documents différents, signature
        d'avant celle du client, à venir ou après le début (CI-16); entente-cadre qui n'était plus
        en vigueur, à Québec, le jour où le fournisseur a signé (CI-14).
        """
        if not acte.acteur.est_mcn:
            raise Interdit("Le Courtier consigne la signature du fournisseur.", regle="CI-16")
        self._exiger(ActeContrat.SIGNATURE_FOURNISSEUR)
        self.documents.exiger(contrat=contrat, annexe_modificative=annexe_modificative)
        if self.signature_client and signe_le < self.signature_client.le:
            raise Conflit("Le fournisseur signe après le client.", regle="CI-16")
        _exiger_passe(signe_le, acte)
        le = jour_de_quebec(signe_le)
        self.termes.exiger_a_commencer(
            le,
            "consignez le refus du fournisseur; le dossier reprend, et un autre contrat se prépare,"
            " à un début à venir.",
        )
        exiger_en_vigueur(entente, le)
        copie_due_le = calendrier.ajouter_jours_ouvrables(le, delai_copie)
        signature = SignatureFournisseur(signataire, signe_le, Visa.de(acte), copie_due_le)
        signe = replace(self, version=self.version + 1, signature_fournisseur=signature)
        return signe, ContratSigne(contrat=signe, survenu_le=signe_le)

    def transmettre_copie(
        self, transmise_le: datetime, acte: Acte
    ) -> tuple["Contrat", "CopieTransmise"]:
        """La copie du contrat signé parvient au Courtier; tardive, elle est reçue quand même."""
        self._exiger(ActeContrat.COPIE)
        if self.signature_fournisseur and transmise_le < self.signature_fournisseur.le:
            raise Conflit("La copie se transmet après les deux signatures.", regle="CI-16")
        _exiger_passe(transmise_le, acte)
        exiger_recu_ce_jour(jour_de_quebec(transmise_le), acte, "CI-16")
        copie = Visa(acte.acteur.sujet, transmise_le)
        transmis = replace(self, version=self.version + 1, copie=copie)
        return transmis, CopieTransmise(contrat=transmis, survenu_le=transmise_le)

    def _exiger(self, acte: ActeContrat) -> None:
        if acte not in self.actes_permis:
            raise self.refus_de(acte)

    def refus_de(self, acte: ActeContrat) -> Conflit:
        """Ce que répond l'état présent à un acte qu'il ne permet pas (CI-10, CI-16)."""
        if self.caducite and self.etat is self.caducite.etat:
            return self.caducite.refus
        return TransitionImpossible(acte, self.etat, self.actes_permis, regle="CI-16")

    def _exiger_client(self, acte: Acte) -> None:
        if acte.acteur.organisme != self.organisme:
            raise Interdit("Seul l'organisme client pose cet acte.", regle="CI-16")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratPrepare(Fait):
    """Le Courtier a préparé le contrat et ses documents."""

    contrat: Contrat


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratValide(Fait):
    """Le client approuve les documents préparés."""

    contrat: Contrat


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratSigneParClient(Fait):
    """Le client a signé le contrat et l'engagement."""

    contrat: Contrat


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratSigne(Fait):
    """Les deux parties ont signé; le contrat est conclu (CI-16, CI-20)."""

    contrat: Contrat


@dataclass(frozen=True, slots=True, kw_only=True)
class CopieTransmise(Fait):
    """La copie du contrat signé est parvenue au Courtier."""

    contrat: Contrat


def _exiger_passe(instant: datetime, acte: Acte) -> None:
    if instant > acte.le:
        raise Conflit("Un acte consigné ne peut être à venir.", regle="CI-16")
