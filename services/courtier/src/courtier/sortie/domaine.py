"""La sortie d'un contrat : son plan, ses activités, les données rendues et détruites (CI-24).

Ses actes s'ajoutent; le dernier plan vaut. Ce qui est fait le demeure, même hors du dernier plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from calendrier import date_longue
from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import ContratConclu, exiger_de_l_organisme, exiger_passe
from noyau import (
    Acte,
    Conflit,
    TransitionImpossible,
    debut_du_jour,
    exiger_une_personne,
    jour_de_quebec,
    mois_plus_tard,
)

REGLE = "CI-24"


class Apres(StrEnum):
    """Ce qui suit le contrat."""

    NOUVEAU_FOURNISSEUR = "nouveau_fournisseur"
    MEME_FOURNISSEUR = "meme_fournisseur"
    FIN_DU_BESOIN = "fin_du_besoin"


class DonneesALaSortie(StrEnum):
    """Ce qui advient des données de l'organisme chez le fournisseur."""

    RENDUES = "rendues"
    DETRUITES = "detruites"


class EtatSortie(StrEnum):
    """Où en est une sortie."""

    A_PLANIFIER = "a_planifier"
    PLANIFIEE = "planifiee"
    ACHEVEE = "achevee"
    SANS_OBJET = "sans_objet"
    """Résilié au jour de son début, le contrat n'a pas commencé : rien n'en sort."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activite:
    """Une activité de transition, et le jour où elle doit être finie."""

    code: str
    libelle: str
    prevue_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Ce que l'organisme prévoit; un plan le remplace, sans rien effacer."""

    apres: Apres
    nouveau_contrat_id: UUID | None = None
    motif: str | None = None
    """Pourquoi aucune activité n'est nécessaire."""
    activites: tuple[Activite, ...] = ()
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiviteFaite:
    """Une activité du plan finie; tardive, elle est inscrite et le dit."""

    code: str
    faite_le: date
    tardive: bool
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Le fournisseur a rendu, ou détruit, les données; la pièce le prouve."""

    donnees: DonneesALaSortie
    le: date
    piece_id: UUID
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Achevement:
    """L'organisme dit la transition achevée."""

    le: date
    tardif: bool
    visa: Visa

    @property
    def compte_le(self) -> datetime:
        """L'instant qui compte : tardif, celui où on le consigne, quel que soit le jour dit."""
        du_jour = self.le == jour_de_quebec(self.visa.le)
        return self.visa.le if self.tardif or du_jour else debut_du_jour(self.le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallelisme:
    """Combien de jours les deux contrats courent ensemble; négatif, ce qui les sépare."""

    nouveau_contrat_id: UUID
    jours: int

    @property
    def alerte(self) -> bool:
        """Vrai si les deux contrats ne se recouvrent pas."""
        return self.jours <= 0

    @classmethod
    def de(cls, ancien: ContratConclu, nouveau: ContratConclu) -> "Parallelisme":
        debut, fin = max(ancien.debut, nouveau.debut), min(ancien.fin, nouveau.fin)
        return cls(nouveau_contrat_id=nouveau.id, jours=(fin - debut).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sortie:
    """La sortie d'un contrat conclu; sa version croît d'un à chaque acte."""

    contrat_id: UUID
    organisme: str
    version: int = 1
    fin: date
    """Le premier jour après le contrat."""
    plans: tuple[Plan, ...] = ()
    faites: tuple[ActiviteFaite, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    achevement: Achevement | None = None
    sans_objet: bool = False

    @property
    def plan(self) -> Plan | None:
        """Le dernier."""
        return self.plans[-1] if self.plans else None

    @property
    def etat(self) -> EtatSortie:
        if self.achevement:
            return EtatSortie.ACHEVEE
        if self.sans_objet:
            return EtatSortie.SANS_OBJET
        return EtatSortie.PLANIFIEE if self.plans else EtatSortie.A_PLANIFIER

    @property
    def restantes(self) -> tuple[Activite, ...]:
        """Les activités du plan qui ne sont pas finies."""
        finies = {faite.code for faite in self.faites}
        activites = self.plan.activites if self.plan else ()
        return tuple(activite for activite in activites if activite.code not in finies)

    @property
    def manque(self) -> tuple[str, ...]:
        """Ce qui manque pour l'achever."""
        if self.sans_objet:
            return ()
        if self.plan is None:
            return ("plan",)
        attestees = {attestation.donnees for attestation in self.attestations}
        sans_activite = self.plan.apres is Apres.MEME_FOURNISSEUR and not self.plan.activites
        donnees = [] if sans_activite else [d for d in DonneesALaSortie if d not in attestees]
        nouveau = self.plan.apres is Apres.NOUVEAU_FOURNISSEUR
        contrat = nouveau and self.plan.nouveau_contrat_id is None
        return (
            *(("nouveau_contrat",) if contrat else ()),
            *(f"activite:{activite.code}" for activite in self.restantes),
            *(f"donnees:{donnee}" for donnee in donnees),
        )

    def tardive_le(self, jour: date) -> bool:
        """Vrai si elle s'est achevée en retard, ou si, ce jour-là, elle tarde à l'être."""
        tardif = self.achevement.tardif if self.achevement else None
        return tardive(self.etat, tardif, self.fin, jour)

    def redater(self, contrat: ContratConclu) -> "Sortie":
        """La même, d'un contrat dont la fin a changé; sans effet une fois achevée."""
        fin, sans_objet = contrat.fin, contrat.fin <= contrat.debut
        if self.achevement or fin == self.fin:
            return self
        return replace(self, version=self.version + 1, fin=fin, sans_objet=sans_objet)

    def planifier(
        self,
        plan: Plan,
        *,
        contrat: ContratConclu,
        nouveau: ContratConclu | None,
        acte: Acte,
    ) -> "Sortie":
        """Un plan, ou un plan de plus.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` : activité hors du contrat, aucune
        sans rester chez le même fournisseur et sans motif, nouveau contrat de l'autre sorte.
        """
        self._exiger_ouverte("plan", acte)
        for activite in plan.activites:
            if activite.prevue_le < contrat.debut:
                raise Conflit(
                    "Une activité de sortie ne précède pas le contrat, qui commence le"
                    f" {date_longue(contrat.debut)}.",
                    regle=REGLE,
                    details={"activite": activite.code},
                )
            if activite.prevue_le >= contrat.fin:
                raise Conflit(
                    "Une activité de sortie finit avant le contrat, le"
                    f" {date_longue(contrat.fin)}.",
                    regle=REGLE,
                    details={"activite": activite.code},
                )
        if not plan.activites and (plan.apres is not Apres.MEME_FOURNISSEUR or not plan.motif):
            raise Conflit(
                "Aucune activité : seulement chez le même fournisseur, et motivé.", regle=REGLE
            )
        _exiger_le_nouveau(plan, contrat, nouveau)
        return replace(self, version=self.version + 1, plans=(*self.plans, plan))

    def finir(self, code: str, faite_le: date, contrat: ContratConclu, acte: Acte) -> "Sortie":
        """Une activité du plan est finie.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` d'une activité inconnue ou déjà finie,
        d'un jour avant le contrat ou à venir.
        """
        self._exiger_ouverte("activite", acte)
        if code not in {activite.code for activite in self.restantes}:
            raise Conflit("Le plan n'a pas cette activité, ou elle est déjà finie.", regle=REGLE)
        _exiger_pendant(faite_le, contrat, acte)
        faite = ActiviteFaite(
            code=code, faite_le=faite_le, tardive=_tard(contrat, acte), visa=Visa.de(acte)
        )
        return replace(self, version=self.version + 1, faites=(*self.faites, faite))

    def attester(self, attestation: Attestation, contrat: ContratConclu, acte: Acte) -> "Sortie":
        """Les données sont rendues, puis détruites.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` : déjà attesté, détruites avant d'être
        rendues, jour avant le contrat ou à venir.
        """
        self._exiger_ouverte("attestation", acte)
        deja = {a.donnees: a.le for a in self.attestations}
        if attestation.donnees in deja:
            raise Conflit("C'est déjà attesté.", regle=REGLE)
        if attestation.donnees is DonneesALaSortie.DETRUITES:
            rendues_le = deja.get(DonneesALaSortie.RENDUES)
            if rendues_le is None or attestation.le < rendues_le:
                raise Conflit("Les données se rendent avant d'être détruites.", regle=REGLE)
        _exiger_pendant(attestation.le, contrat, acte)
        return replace(
            self, version=self.version + 1, attestations=(*self.attestations, attestation)
        )

    def achever(self, le: date, contrat: ContratConclu, acte: Acte) -> "Sortie":
        """La transition est achevée; tardive, elle est inscrite et le dit.

        Lève `Interdit`, `TransitionImpossible`, ou `Conflit` s'il manque quelque chose, d'un jour
        avant le dernier fait ou à venir.
        """
        self._exiger_ouverte("achevement", acte)
        if self.manque:
            raise Conflit(
                "La sortie n'est pas finie.", regle=REGLE, details={"manque": list(self.manque)}
            )
        faits = [*(f.faite_le for f in self.faites), *(a.le for a in self.attestations)]
        if faits and le < max(faits):
            raise Conflit("Une sortie s'achève après ses activités.", regle=REGLE)
        _exiger_pendant(le, contrat, acte)
        achevement = Achevement(le=le, tardif=_tard(contrat, acte), visa=Visa.de(acte))
        return replace(self, version=self.version + 1, achevement=achevement)

    def _exiger_ouverte(self, geste: str, acte: Acte) -> None:
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
        if self.achevement or self.sans_objet:
            raise TransitionImpossible(geste, self.etat, (), regle=REGLE)


def tardive(etat: EtatSortie, tardif: bool | None, fin: date, jour: date) -> bool:
    """`tardif` : celui de l'achèvement; sans lui, la sortie tarde dès la fin du contrat."""
    if etat is EtatSortie.SANS_OBJET:
        return False
    return jour >= fin if tardif is None else tardif


def _tard(contrat: ContratConclu, acte: Acte) -> bool:
    """Vrai de ce qui se consigne après la fin du contrat, quel que soit le jour qu'on en dit."""
    return contrat.fini(jour_de_quebec(acte.le))


def rappels_de(contrat: ContratConclu, mois: Sequence[int]) -> tuple[date, ...]:
    """Tant de mois avant la fin du contrat."""
    return tuple(mois_plus_tard(contrat.fin, -avant) for avant in mois)


def _exiger_le_nouveau(plan: Plan, contrat: ContratConclu, nouveau: ContratConclu | None) -> None:
    if nouveau is None:
        return
    if plan.apres is Apres.FIN_DU_BESOIN or nouveau.id == contrat.id:
        raise Conflit("Nul autre contrat ne suit celui-ci.", regle=REGLE)
    autre = nouveau.fournisseur_id != contrat.fournisseur_id
    if autre is not (plan.apres is Apres.NOUVEAU_FOURNISSEUR):
        raise Conflit("Le fournisseur du nouveau contrat dément le plan.", regle=REGLE)


def _exiger_pendant(jour: date, contrat: ContratConclu, acte: Acte) -> None:
    if jour < contrat.debut:
        raise Conflit("Une sortie ne précède pas le contrat.", regle=REGLE)
    exiger_passe(jour, acte, REGLE)
