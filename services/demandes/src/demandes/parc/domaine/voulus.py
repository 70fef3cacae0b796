"""Ce qu'on veut inscrire d'un actif, et de quand cela vaut (DEM-7, DEM-12, DEM-14)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from demandes.parc.domaine.actif import (
    Actif,
    Mouvement,
    MouvementPose,
    Nature,
    Raison,
    est_premature,
)
from noyau import (
    AVANCE_TOLEREE,
    Acte,
    Conflit,
    a_la_seconde,
    debut_du_jour,
    jour_de_quebec,
)

CONFIRMENT: Final = frozenset({"agent-csc", "technicien", "admin"})
"""Ceux du CSC, qui confirment la date d'une perte; ni l'organisme, ni son portail (DEM-14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaitVoulu:
    """Ce qu'on veut inscrire d'un actif, et quand c'est survenu."""

    actif_id: UUID
    fait_le: date | None = None
    """La date de Québec du fait; absente : aujourd'hui."""
    survenu_le: datetime | None = None
    """L'instant du fait, s'il est connu."""

    def _annonce(self, jour: date) -> str:
        """Ce qu'on en annonce : l'instant à la seconde s'il est dit, sinon la date (DEM-12)."""
        instant = self.survenu_le
        return str(jour) if instant is None else a_la_seconde(instant).isoformat()

    def survenu(self, acte: Acte) -> datetime:
        """Aujourd'hui, maintenant; un jour passé, sa dernière seconde : après toute livraison."""
        maintenant = a_la_seconde(acte.le)
        if self.survenu_le is not None:
            if self.survenu_le > acte.le + AVANCE_TOLEREE:
                raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-7")
            return min(a_la_seconde(self.survenu_le), maintenant)
        jour = self.fait_le or jour_de_quebec(acte.le)
        if jour > jour_de_quebec(acte.le):
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-7")
        fin_du_jour = debut_du_jour(jour + timedelta(days=1)) - timedelta(seconds=1)
        return min(fin_du_jour, maintenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class MouvementVoulu(FaitVoulu):
    """Un déplacement, une récupération, une perte et sa nature."""

    mouvement: Mouvement
    nature: Nature | None = None
    utilisateur_id: str | None = None
    site: str | None = None

    def pose(self, acte: Acte) -> MouvementPose:
        """Le mouvement à inscrire.

        Lève `Conflit` s'il est dans le futur (DEM-7), ou si un organisme antidate un déplacement
        (DEM-12).

        Une perte que déclare l'organisme vaut du jour de sa déclaration; la date qu'il en dit se
        garde, et le CSC la confirme en rectifiant (DEM-14).
        """
        survenu = self.survenu(acte)
        dit_le = None
        jour = jour_de_quebec(acte.le)
        deplace = self.mouvement is Mouvement.DEPLACEMENT
        if deplace and not acte.acteur.est_mcn and self.fait_le not in {None, jour}:
            raise Conflit("L'acte d'un organisme vaut de l'instant où il le pose.", regle="DEM-12")
        if self.mouvement is Mouvement.PERTE and not acte.acteur.roles & CONFIRMENT:
            dit_le = self.fait_le if self.fait_le != jour else None
            survenu = a_la_seconde(acte.le)
        jour = jour_de_quebec(survenu)
        return MouvementPose(
            acte_id=uuid5(self.actif_id, f"{self.mouvement} {self._annonce(jour)}"),
            utilisateur_id=self.utilisateur_id,
            site=self.site,
            mouvement=self.mouvement,
            survenu_le=survenu,
            enregistre_le=acte.le,
            acteur=acte.acteur.sujet,
            nature=self.nature,
            dit_le=dit_le,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemplacementVoulu(FaitVoulu):
    """Un autre actif prend la place de celui-ci (FAC-2)."""

    par_actif_id: UUID
    raison: Raison
    premature: bool | None = None
    """Ce qu'en dit le CSC d'un produit sans durée de vie, et son motif."""
    motif: str | None = None

    def pose(self, avant: Actif, duree_de_vie_mois: int | None, acte: Acte) -> MouvementPose:
        """Le remplacement de l'actif tel qu'alors; son identité est tout ce qu'il dit (DEM-12).

        Lève `Conflit` (FAC-2) si le CSC doit dire s'il est prématuré, ou n'a pas à le dire.
        """
        survenu = self.survenu(acte)
        voulue = MouvementPose(
            acte_id=self.actif_id,
            mouvement=Mouvement.REMPLACEMENT,
            survenu_le=survenu,
            enregistre_le=acte.le,
            acteur=acte.acteur.sujet,
            autre_id=self.par_actif_id,
            raison=self.raison,
            duree_de_vie_mois=duree_de_vie_mois,
            premature=self.premature,
            motif=self.motif,
            depuis=avant.debut,
        )
        premature = est_premature(avant, voulue)
        if premature is None:
            raise Conflit(
                "Ce produit n'a pas de durée de vie : dites si le remplacement est prématuré,"
                " et pourquoi.",
                regle="FAC-2",
            )
        if self.premature not in {None, premature}:
            raise Conflit(
                f"Ce remplacement {'est' if premature else 'ne peut être'} prématuré :"
                " sa raison ou la durée de vie du produit le disent.",
                regle="FAC-2",
            )
        dit = f"remplacement {self._annonce(voulue.jour)} {self.par_actif_id} {self.raison}"
        acte_id = uuid5(self.actif_id, f"{dit} {premature} {avant.debut}")
        return replace(voulue, acte_id=acte_id, premature=premature)
