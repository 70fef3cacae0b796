"""Un dossier d'acquisition : des actes que l'on ajoute, dont son état est le pli (CI-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from courtier.catalogue.domaine import Fiche, Offre
from courtier.dossiers.domaine.actes import (
    ActePose,
    Cloture,
    Contenu,
    Etape,
    Fin,
    Retour,
    ScenarioChiffre,
)
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.choix import Autorisation, Choix, Comparaison, Reddition
from courtier.dossiers.domaine.conformite import Conformite, Consultation, conformes_ensemble
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Conclusion,
    Confirmation,
    Preparation,
    RefusFournisseur,
    SignatureClient,
)
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.planchers import Justification, Plancher
from courtier.dossiers.domaine.scenarios import Calcul, Scenario
from courtier.pieces.domaine import Visa
from noyau import Acte, Conflit

ACTES_MAXIMUM = 400
"""Les actes que porte un dossier, au plus : il se lit tout entier."""

C = TypeVar("C")
DEnsemble = Choix | Confirmation | Preparation | SignatureClient
"""Les actes qui rechiffrent tous les scénarios."""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """Une acquisition d'un organisme, de ses besoins à son contrat."""

    id: UUID
    organisme: str
    titre: str
    ouverture: Visa
    actes: tuple[ActePose, ...] = ()

    @property
    def version(self) -> int:
        """Croît de un à chaque acte."""
        return 1 + len(self.actes)

    @property
    def tour(self) -> int:
        """1, et un de plus à chaque retour à une étape antérieure."""
        return 1 + sum(isinstance(a.contenu, Retour) for a in self.actes)

    @cached_property
    def valant(self) -> tuple[ActePose, ...]:
        """Les actes qui valent; les autres sont à refaire, ou un autre les a remplacés."""
        valant: list[ActePose] = []
        for acte in self.actes:
            valant = _sans_reddition_orpheline([a for a in valant if not _defait(acte, a)])
            valant.append(acte)
        return tuple(valant)

    def a_refaire(self, acte: ActePose) -> bool:
        """Vrai si un retour, ou un refus, l'a défait."""
        return acte not in self.valant

    def tous(self, genre: type[C]) -> tuple[C, ...]:
        """Ce que disent les actes de ce genre qui valent, du premier au dernier."""
        return tuple(a.contenu for a in self.valant if isinstance(a.contenu, genre))

    def dernier(self, genre: type[C]) -> C | None:
        """Ce que dit le dernier d'entre eux."""
        return next(iter(reversed(self.tous(genre))), None)

    def visa(self, genre: type[Contenu]) -> Visa | None:
        """Qui a posé le dernier acte de ce genre qui vaut, et quand."""
        return next((a.visa for a in reversed(self.valant) if isinstance(a.contenu, genre)), None)

    @property
    def etape(self) -> Etape:
        """Celle où l'on est : la première qui n'est pas faite."""
        faites = (
            (Etape.BESOINS, Besoins),
            (Etape.CONSULTATION, Consultation),
            (Etape.CONFORMITE, Conformite),
            (Etape.CHOIX, Choix),
        )
        genres = {type(a.contenu) for a in self.valant}
        return next((etape for etape, genre in faites if genre not in genres), Etape.CONTRAT)

    @property
    def atteinte(self) -> Etape | None:
        """La plus haute étape dont un acte vaut; on ne la devance pas sans y revenir."""
        return max((a.etape for a in self.valant if a.etape is not None), default=None)

    @property
    def issue(self) -> Fin | None:
        """Comment il a fini; rien tant qu'il est en cours."""
        if self.dernier(Conclusion) is not None:
            return Fin.CONTRAT_CONCLU
        cloture = self.dernier(Cloture)
        return cloture.issue if cloture else None

    @property
    def contrat_id(self) -> UUID | None:
        """Le contrat que l'on prépare, ou que l'on a conclu."""
        preparation = self.dernier(Preparation)
        return preparation.contrat_id if preparation else None

    @property
    def besoins(self) -> Besoins | None:
        """Les besoins dits, puis confirmés, une fois après l'autre."""
        besoins = self.dernier(Besoins)
        if besoins is None:
            return None
        for confirmation in self.tous(Confirmation):
            besoins = besoins.confirmes(confirmation.duree_mois, confirmation.consommation)
        return besoins

    @cached_property
    def scenarios(self) -> Mapping[UUID, Scenario]:
        """Les scénarios, le choisi tel qu'il est confirmé en dernier."""
        scenarios = {s.scenario.id: s.scenario for s in self.tous(ScenarioChiffre)}
        choix, confirmees = self.dernier(Choix), [c.offres for c in self.tous(Confirmation)]
        offres = next((dites for dites in reversed(confirmees) if dites is not None), None)
        if choix and offres is not None:
            choisi = scenarios[choix.scenario_id]
            scenarios[choix.scenario_id] = replace(choisi, offres=offres)
        return scenarios

    @cached_property
    def calculs(self) -> Mapping[UUID, Calcul]:
        """Le dernier calcul de chaque scénario."""
        return {c.scenario_id: c for a in self.valant for c in calculs_de(a.contenu)}

    @property
    def planchers(self) -> tuple[Plancher, ...]:
        """Ceux du dernier calcul d'ensemble (CI-15)."""
        for acte in reversed(self.valant):
            if isinstance(acte.contenu, DEnsemble):
                return acte.contenu.planchers
        return ()

    @cached_property
    def matrice(self) -> Mapping[UUID, Conformite]:
        """Par offre, ce qu'elle satisfait."""
        return {c.offre_id: c for c in self.tous(Conformite)}

    @cached_property
    def conformes(self) -> frozenset[UUID]:
        """Les scénarios dont toutes les offres sont jugées, et conformes ensemble."""
        besoins, jugees = self.besoins, self.matrice
        return frozenset(
            s.id
            for s in self.scenarios.values()
            if besoins is not None
            and jugees.keys() >= set(s.offres_ids)
            and conformes_ensemble([jugees[o].satisfaites for o in s.offres_ids], besoins)
        )

    @property
    def non_comparees(self) -> tuple[UUID, ...]:
        """Les offres retenues qui échappent à la comparaison (CI-14).

        Aucune ligne de la matrice ne la juge; ou, conforme, aucun scénario n'est fait d'elle seule.
        """
        consultation = self.dernier(Consultation)
        seules = {s.offres_ids for s in self.scenarios.values()}
        jugees = self.matrice
        return tuple(
            offre
            for offre in (consultation.retenues if consultation else ())
            if offre not in jugees or (jugees[offre].conforme and (offre,) not in seules)
        )

    @cached_property
    def comparaison(self) -> Comparaison:
        return Comparaison.de(self.calculs.values(), self.conformes)

    @property
    def choisi(self) -> Scenario | None:
        """Le scénario choisi."""
        choix = self.dernier(Choix)
        return self.scenarios.get(choix.scenario_id) if choix else None

    @property
    def admissibilite(self) -> Admissibilite | None:
        """La dernière vérification de chaque nature, du fournisseur choisi."""
        dites, choisi = self.tous(Admissibilite), self.choisi
        return Admissibilite.de(dites, choisi.fournisseur_id) if dites and choisi else None

    @property
    def est_signe(self) -> bool:
        """Vrai dès que l'organisme a signé le contrat : on ne revient plus en arrière."""
        return self.dernier(SignatureClient) is not None

    @property
    def reddition_due(self) -> bool:
        """Vrai si nulle reddition ne suit la dernière autorisation qui vaut (CI-15)."""
        genres = [a.contenu for a in self.valant if isinstance(a.contenu, Autorisation | Reddition)]
        return bool(genres) and isinstance(genres[-1], Autorisation)

    @property
    def autorisations(self) -> tuple[Autorisation, ...]:
        return self.tous(Autorisation)

    def jusqu_a(self, acte: ActePose) -> "Dossier":
        """Le dossier tel que cet acte l'a laissé."""
        return replace(self, actes=self.actes[: acte.rang])

    def poser(self, contenu: Contenu, acte: Acte) -> "Dossier":
        """Le dossier et cet acte de plus; lève `Conflit` (CI-10) s'il en porte déjà trop."""
        if len(self.actes) >= ACTES_MAXIMUM:
            raise Conflit(f"Un dossier porte au plus {ACTES_MAXIMUM} actes.", regle="CI-10")
        pose = ActePose(rang=self.version, tour=self.tour, visa=Visa.de(acte), contenu=contenu)
        return replace(self, actes=(*self.actes, pose))

    def efvp_examine(self, offres: Mapping[UUID, Offre], fiches: Mapping[UUID, Fiche]) -> bool:
        """Vrai si l'EFVP accepte chaque lieu du scénario choisi, pour ces données et ces offres."""
        besoins, efvp, choisi = self.besoins, self.dernier(Efvp), self.choisi
        if besoins is None or efvp is None or choisi is None or efvp.donnees != besoins.donnees:
            return False
        return all(
            efvp.accepte(offres[o.offre_id], fiches[choisi.fournisseur_id], o.lieu)
            for o in choisi.offres
        )

    def lieux_ecartes(self) -> Sequence[UUID]:
        """Les offres du scénario choisi dont l'EFVP écarte le lieu (CI-13)."""
        efvp, choisi = self.dernier(Efvp), self.choisi
        if efvp is None or choisi is None:
            return ()
        conclusions = [efvp.conclusion(o.offre_id, o.lieu) for o in choisi.offres]
        return [c.offre_id for c in conclusions if c is not None and not c.accepte]


def calculs_de(contenu: Contenu) -> tuple[Calcul, ...]:
    """Les calculs que porte un acte."""
    match contenu:
        case ScenarioChiffre(calcul=calcul):
            return (calcul,)
        case Choix() | Confirmation() | Preparation() | SignatureClient():
            return contenu.calculs
        case _:
            return ()


def justifications_de(contenu: Contenu) -> tuple[Justification, ...]:
    """Les motifs de réserves que porte un acte (CI-15)."""
    match contenu:
        case Choix() | Confirmation():
            return contenu.justifications
        case _:
            return ()


def _defait(nouveau: ActePose, ancien: ActePose) -> bool:
    """Vrai si le nouvel acte rend l'ancien à refaire."""
    match nouveau.contenu:
        case Retour(etape=etape):
            return ancien.etape is not None and ancien.etape > etape
        case RefusFournisseur():
            return isinstance(ancien.contenu, Preparation | SignatureClient)
        case Confirmation():
            return isinstance(ancien.contenu, Preparation)
        case Choix(scenario_id=scenario_id):
            donnee = ancien.contenu
            return isinstance(donnee, Autorisation) and donnee.scenario_id != scenario_id
        case _:
            return False


def _sans_reddition_orpheline(valant: list[ActePose]) -> list[ActePose]:
    """On ne rend compte que d'une autorisation qui vaut encore (CI-15)."""
    if any(isinstance(a.contenu, Autorisation) for a in valant):
        return valant
    return [a for a in valant if not isinstance(a.contenu, Reddition)]
