"""Un monde en mémoire : les vrais verbes de demandes sur de petits ports, sans base ni bus.

Il dit ce que demandes publie de ce qu'on lui annonce; mesure et facturation en jugent ensuite.
"""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from contrats.base import Evenement
from demandes.clients.domaine.organismes import Organisme
from demandes.clients.domaine.registre import Registre, Signataire
from demandes.demande.adaptateurs import publications as de_demande
from demandes.demande.cas_usage import (
    CreerDemande,
    RectifierDemande,
    creer_demande,
    poser_geste,
    rectifier_demande,
)
from demandes.demande.domaine.composition import Besoin
from demandes.demande.domaine.demande import Demande, Sorte
from demandes.demande.domaine.gestes import PLI, GestePose
from demandes.demande.domaine.histoire import Avancee, Dossier
from demandes.demande.domaine.intentions import Intention
from demandes.demande.ports import Ports as PortsDemande
from demandes.itsm.cas_usage import Differes, recevoir_acte
from demandes.itsm.domaine import ActeItsm, EtatActe
from demandes.itsm.ports import Ports as PortsItsm
from demandes.parc.adaptateurs import publications as de_parc
from demandes.parc.cas_usage import suivre_livraisons
from demandes.parc.domaine.actif import Actif, MouvementPose
from demandes.parc.ports import Ports as PortsParc
from demandes.ropn.domaine import FicheHoraire, Produit, TarifsHoraires
from noyau import TOUJOURS, Acte, Acteur, Fait, Histoire, Pli, Rectification, Resultat
from socle.execution.deroulement import lier

C = TypeVar("C")
T = TypeVar("T")
VerbeDuParc = Callable[[C, PortsParc, Acte], Coroutine[Any, Any, Resultat[Actif]]]
ORGANISME = "MTQ"
CSC = Acteur("agent", roles=frozenset({"agent-csc"}))
SIGNATAIRE = Acteur("signataire", organisme=ORGANISME, roles=frozenset({"signataire"}))
MANDAT = UUID("00000000-0000-4000-8000-0000000000aa")


def derouler(verbe: Coroutine[Any, Any, T]) -> T:
    """Un verbe dont les ports n'attendent jamais : il se déroule d'un trait."""
    try:
        verbe.send(None)
    except StopIteration as fin:
        valeur: T = fin.value
        return valeur
    raise AssertionError("Un port a attendu.")


@dataclass(slots=True)
class Monde:
    """Tout ce que demandes garde, et ce qu'il a publié, dans l'ordre."""

    produits: Mapping[str, Produit]
    histoire: type[Histoire[Demande, GestePose]] = Histoire
    pli: Pli[Demande, GestePose] = PLI
    tait: Callable[[Evenement], bool] = field(default=lambda _: False)
    """Ce que ce monde oublie de publier; rien, hors des mutants."""
    dossiers: dict[UUID, Dossier] = field(default_factory=dict)
    actes: dict[str, ActeItsm] = field(default_factory=dict)
    actifs: dict[UUID, Actif] = field(default_factory=dict)
    mouvements: dict[UUID, tuple[MouvementPose, ...]] = field(default_factory=dict)
    rectifications: dict[UUID, tuple[Rectification, ...]] = field(default_factory=dict)
    publies: list[tuple[Fait, Evenement]] = field(default_factory=list)

    def copie(self) -> "Monde":
        """Le même monde, dont ce qui suivra ne touche pas celui-ci."""
        return replace(
            self,
            dossiers=dict(self.dossiers),
            actes=dict(self.actes),
            actifs=dict(self.actifs),
            mouvements=dict(self.mouvements),
            rectifications=dict(self.rectifications),
            publies=list(self.publies),
        )

    def creer(self, demande_id: UUID, sorte: Sorte, produits: Sequence[str], le: datetime) -> None:
        commande = CreerDemande(
            demande_id=demande_id,
            organisme=ORGANISME,
            sorte=sorte,
            besoins=tuple(Besoin(produit=code) for code in produits),
        )
        self._publier(derouler(creer_demande(commande, self._demande(), Acte(CSC, le))))

    def poser(self, voulu: Intention, le: datetime, acteur: Acteur = CSC) -> None:
        """Ce qui vient par REST; lève le refus, et n'a alors rien écrit."""
        self._publier(derouler(poser_geste(voulu, self._demande(), Acte(acteur, le))))

    def annoncer(self, annonce: ActeItsm, le: datetime) -> EtatActe:
        """Ce qu'annonce l'ITSM; lève le refus, et n'a alors rien écrit."""
        recu = derouler(recevoir_acte(annonce, self._itsm(), Acte(CSC, le)))
        self._publier(recu)
        return recu.valeur.sort

    def rectifier(
        self, demande_id: UUID, justes: Mapping[UUID, datetime | None], le: datetime
    ) -> None:
        commande = RectifierDemande(demande_id=demande_id, justes=justes, motif="erreur")
        self._publier(derouler(rectifier_demande(commande, self._demande(), Acte(CSC, le))))

    def _publier(self, resultat: Resultat[Any]) -> None:
        for fait in resultat.faits:
            for aire in (de_demande, de_parc):
                traduire = aire.PUBLICATIONS.get(type(fait))
                evenement = traduire(fait) if traduire else None
                if isinstance(evenement, Evenement) and not self.tait(evenement):
                    self.publies.append((fait, evenement))

    def du_parc(self, verbe: VerbeDuParc[C], commande: C, le: datetime) -> Actif:
        """Un verbe du parc, posé par le CSC; lève le refus, et n'a alors rien écrit."""
        pose = derouler(verbe(commande, self._parc(), Acte(CSC, le)))
        self._publier(pose)
        return pose.valeur

    def _parc(self) -> PortsParc:
        return PortsParc(_Actifs(self), _Rectifications(self), _Produits(self.produits))

    def _demande(self) -> PortsDemande:
        return PortsDemande(
            _Demandes(self),
            _Rectifications(self),
            _Organismes(),
            _Produits(self.produits),
            _Tarifs(),
            Differes(_Actes(self), _Actifs(self), _jamais),
            repercussions=(lier(suivre_livraisons, self._parc()),),
        )

    def _itsm(self) -> PortsItsm:
        return PortsItsm(
            _Actes(self),
            _Demandes(self),
            _Actifs(self),
            poser=lier(poser_geste, self._demande()),
            mouvoir=_jamais,
            intervenir=_jamais,
        )


async def _jamais(_commande: object, _acte: Acte) -> Any:  # noqa: ANN401 -- nul ne l'appelle
    raise AssertionError("Le monde n'annonce que des actes de demandes.")


class _Essai:
    """Un essai qui, s'il lève, remet le monde tel qu'avant."""

    def __init__(self, monde: Monde) -> None:
        self._monde = monde

    @asynccontextmanager
    async def tentative(self) -> Any:  # noqa: ANN401 -- un contexte
        avant = self._monde.copie()
        try:
            yield
        except BaseException:
            for nom in ("dossiers", "actes", "actifs", "mouvements", "rectifications"):
                setattr(self._monde, nom, getattr(avant, nom))
            raise


class _Demandes(_Essai):
    async def lire(self, demande_id: UUID) -> Dossier:
        return self._monde.dossiers[demande_id]

    charger = lire

    async def nouveau_numero(self, annee: int) -> str:
        return f"D-{annee}-{len(self._monde.dossiers):06d}"

    async def en_cours(self, organisme: str, au_plus: int) -> int:
        return 0

    async def ajouter(self, demande: Demande, gestes: Sequence[GestePose] = ()) -> None:
        histoire = self._monde.histoire(
            pli=self._monde.pli, depart=demande.brouillon(), actes=tuple(gestes)
        )
        self._monde.dossiers[demande.id] = Dossier(histoire=histoire, version=demande.version)

    async def enregistrer(self, avancee: Avancee) -> None:
        self._monde.dossiers[avancee.demande.id] = avancee.dossier


class _Rectifications:
    def __init__(self, monde: Monde) -> None:
        self._monde = monde

    async def de(self, agregat_id: UUID) -> Sequence[Rectification]:
        return self._monde.rectifications.get(agregat_id, ())

    async def ajouter(self, _: str, agregat_id: UUID, ajouts: Sequence[Rectification]) -> None:
        connues = self._monde.rectifications.get(agregat_id, ())
        self._monde.rectifications[agregat_id] = (*connues, *ajouts)


class _Actifs:
    def __init__(self, monde: Monde) -> None:
        self._monde = monde

    async def lire(self, actif_id: UUID) -> Actif:
        return self._monde.actifs[actif_id]

    async def trouver(self, actif_id: UUID) -> Actif | None:
        return self._monde.actifs.get(actif_id)

    async def mouvements(self, actif_id: UUID) -> Sequence[MouvementPose]:
        return self._monde.mouvements.get(actif_id, ())

    async def ecrire(self, actif: Actif, poses: Sequence[MouvementPose]) -> None:
        self._monde.actifs[actif.id] = actif
        connus = self._monde.mouvements.get(actif.id, ())
        self._monde.mouvements[actif.id] = (*connus, *poses)


class _Actes(_Essai):
    async def trouver(self, identifiant: str) -> ActeItsm | None:
        return self._monde.actes.get(identifiant)

    async def charger(self, identifiant: str) -> ActeItsm:
        return self._monde.actes[identifiant]

    async def ajouter(self, recu: ActeItsm) -> None:
        self._monde.actes[recu.id] = recu

    enregistrer = ajouter

    async def differes(self, demande_id: UUID) -> Sequence[ActeItsm]:
        tous = self._monde.actes.values()
        return [a for a in tous if a.sort is EtatActe.DIFFERE and a.demande_id == demande_id]

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[ActeItsm]:
        raise NotImplementedError


class _Organismes:
    async def lire(self, code: str) -> Organisme:
        return Organisme(code=code, nom=code)

    charger = lire

    async def registre(self, code: str) -> Registre:
        mandat = Signataire(
            id=MANDAT,
            organisme=code,
            nom="S.",
            sujet=SIGNATAIRE.sujet,
            debut=date(2000, 1, 1),
        )
        return Registre((mandat,))

    async def ajouter(self, organisme: Organisme) -> None:
        raise NotImplementedError

    enregistrer = ajouter

    async def ecrire_signataire(self, signataire: Signataire) -> None:
        raise NotImplementedError

    async def ecrire_substitution(self, substitution: object) -> None:
        raise NotImplementedError


class _Tarifs:
    """Une fiche qui, à toute date, a un tarif pour toutes les heures."""

    async def horaires(self) -> TarifsHoraires:
        fiche = FicheHoraire(fiche="POSTES", version=1, debut=date(2015, 1, 1), tarifs=(TOUJOURS,))
        return TarifsHoraires.de([fiche], ())


class _Produits:
    def __init__(self, produits: Mapping[str, Produit]) -> None:
        self._produits = produits

    async def au(self, codes: Collection[str], jour: date) -> Mapping[str, Produit]:
        return {code: self._produits[code] for code in codes if code in self._produits}
