"""L'histoire d'une demande : ses gestes, leurs rectifications, ce qui s'en dérive (DEM-12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import Demande, Etat, Geste
from demandes.demande.domaine.gestes import PLI, GestePose, suivre
from noyau import (
    Acte,
    Conflit,
    DitAutrement,
    Fait,
    Histoire,
    Rectification,
    a_la_seconde,
    nommer,
    ordre,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GesteInscrit(Fait):
    """Un geste entre dans l'histoire d'une demande; il ne dit que ce que dit le geste."""

    demande: Demande
    """La demande telle qu'à sa création : ce qu'elle est, non où elle en est."""
    pose: GestePose
    annoncee: bool
    """Faux si la demande n'a jamais été soumise : nul ne la connaît encore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandeCompletee(Fait):
    """Fait dérivé : la dernière livraison attendue complète la demande (DEM-4)."""

    demande: Demande


@dataclass(frozen=True, slots=True, kw_only=True)
class ActeRectifie(Fait):
    """Un fait établi reçoit son heure juste, ou devient nul (DEM-13)."""

    rectifie: Fait
    juste: datetime | None
    derive: bool = False
    """Vrai si l'histoire rectifiée ne dit plus ce fait, ou le date autrement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Etape:
    """Un geste de l'histoire et l'état de part et d'autre; nul, il ne mène nulle part."""

    pose: GestePose
    avant: Etat | None = None
    apres: Etat | None = None

    @property
    def nul(self) -> bool:
        """Vrai si une rectification l'a annulé (DEM-13)."""
        return self.apres is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Avancee:
    """Où mène ce qui vient de s'ajouter à l'histoire d'une demande."""

    dossier: "Dossier"
    inscrits: tuple[GestePose, ...] = ()
    """Les gestes qui entrent dans l'histoire, par ordre de survenue."""
    rectifications: tuple[Rectification, ...] = ()
    faits: tuple[Fait, ...] = ()
    regles: frozenset[UUID] = frozenset()
    """Les gestes en attente qui n'ont plus à attendre : inscrits, ou sans rien à ajouter."""
    contredits: Mapping[UUID, str] = field(default_factory=dict)
    """Les gestes en attente que plus rien ne rendrait possibles, et pourquoi."""

    @property
    def demande(self) -> Demande:
        return self.dossier.demande


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Une demande et son histoire entière."""

    histoire: Histoire[Demande, GestePose]
    completions: Mapping[UUID, datetime | None] = field(default_factory=dict)
    """Les complétions dérivées déjà publiées, à leur heure; None : annulée depuis."""
    version: int = 1

    @classmethod
    def neuf(cls, brouillon: Demande) -> "Dossier":
        return cls(histoire=Histoire(pli=PLI, depart=brouillon))

    @property
    def brouillon(self) -> Demande:
        """La demande telle qu'à sa création."""
        return self.histoire.depart

    @property
    def demande(self) -> Demande:
        return replace(self.histoire.etat, version=self.version)

    @property
    def auteurs(self) -> frozenset[str]:
        """Ceux dont elle est la propre demande : qui l'a créée, et qui l'a soumise (DEM-14)."""
        valant = self.histoire.valant
        soumise_par = (pose.acteur for pose in valant if pose.geste is Geste.SOUMETTRE)
        return frozenset({self.brouillon.demandeur, *soumise_par})

    def inscrire(
        self, voulus: Sequence[GestePose], attente: Sequence[GestePose], acte: Acte
    ) -> Avancee:
        """Inscrit ces gestes, et avec eux tous ceux en attente qui s'insèrent (DEM-12).

        Déjà inscrit, un geste n'ajoute rien. Lève `DitAutrement` si la même identité dit autre
        chose, `ActeContredit` si un acte inscrit ne se peut plus, un des refus `HORS_TOUR` si c'est
        le geste.
        """
        return _avancer(self, self.histoire.neufs(voulus, attente), (), attente, acte)

    def exiger_meme_annonce(
        self, voulus: Sequence[GestePose], attente: Sequence[GestePose]
    ) -> None:
        """Lève `DitAutrement` (DEM-12) si une fin déjà dite, même différée, a d'autres heures."""
        dits = {pose.acte_id: pose for pose in (*attente, *self.histoire.actes)}
        redits = [dits[p.acte_id] for p in voulus if p.acte_id in dits]
        fins = [pose for pose in redits if pose.geste is not Geste.INSCRIRE_HEURES]
        if fins and len(redits) < len(voulus):
            refus = DitAutrement("La fin a déjà été annoncée avec d'autres heures.", regle="DEM-12")
            raise nommer(refus, *fins)

    def rectifier(
        self,
        justes: Mapping[UUID, datetime | None],
        motif: str,
        attente: Sequence[GestePose],
        acte: Acte,
    ) -> Avancee:
        """Redate ou annule ces gestes, tous ou aucun; ce qui ne change rien ne s'ajoute pas.

        Lève `Introuvable` si un acte n'est pas de cette histoire, `Conflit` (DEM-13) si son heure
        ne se peut, `ActeContredit` si ce qui reste ne se suit pas.
        """
        for acte_id, juste in justes.items():
            if juste is not None and (pose := self.histoire.connu(acte_id)):
                _exiger_redatable(pose, juste, self.brouillon)
        rectifiee, ajouts = self.histoire.rectifiee(justes, motif, acte)
        return _avancer(replace(self, histoire=rectifiee), (), ajouts, attente, acte)

    def etapes(self) -> list[Etape]:
        """Chaque geste, par ordre de survenue, avec l'état de part et d'autre (DEM-4)."""
        valent = {pose.acte_id for pose in self.histoire.valant}
        nuls = [Etape(pose=pose) for pose in self.histoire.actes if pose.acte_id not in valent]
        return sorted([*_suivies(self.histoire), *nuls], key=lambda etape: ordre(etape.pose))

    def fait(self, pose: GestePose) -> GesteInscrit:
        """Le fait qu'établit un geste de cette histoire."""
        return GesteInscrit(
            demande=self.brouillon,
            pose=pose,
            annoncee=any(autre.geste is Geste.SOUMETTRE for autre in self.histoire.actes),
            acte_id=pose.acte_id,
            survenu_le=pose.survenu_le,
        )


def _avancer(
    dossier: Dossier,
    neufs: Sequence[GestePose],
    ajouts: Sequence[Rectification],
    attente: Sequence[GestePose],
    acte: Acte,
) -> Avancee:
    """Ce qu'ajoutent des gestes neufs et des rectifications, avec ceux qui attendaient."""
    histoire = dossier.histoire
    vus = {pose.acte_id for pose in (*histoire.actes, *neufs)}
    ouverts = {pose.acte_id: pose for pose in attente if pose.acte_id not in vus}
    choisis = histoire.inserer(neufs, ouverts.values())
    inscrits = sorted((p for p in (*neufs, *choisis) if not _constate(p, dossier)), key=ordre)
    suivante = histoire.avec(inscrits)
    completions = _completions(suivante)
    suivant = Dossier(
        histoire=suivante,
        completions={**dict.fromkeys(dossier.completions), **completions},
        version=dossier.version + len(ajouts) + len(inscrits),
    )
    regles = vus | {pose.acte_id for pose in choisis}
    restent = [pose for pose in ouverts.values() if pose.acte_id not in regles]
    return Avancee(
        dossier=suivant,
        inscrits=tuple(inscrits),
        rectifications=tuple(ajouts),
        faits=(
            *map(suivant.fait, inscrits),
            *_rectifies(suivant, ajouts, acte),
            *_derives(dossier, completions, acte),
        ),
        regles=frozenset(p.acte_id for p in attente if p.acte_id in regles),
        contredits={
            pose.acte_id: suivante.contradiction([pose]).message
            for pose in restent
            if not suivante.attendrait([pose])
        },
    )


def _constate(pose: GestePose, dossier: Dossier) -> bool:
    """Vrai d'une complétion que des livraisons disent déjà : elle ne s'inscrit pas."""
    return pose.geste is Geste.COMPLETER and bool(dossier.brouillon.articles)


def _suivies(histoire: Histoire[Demande, GestePose]) -> Iterator[Etape]:
    demande = histoire.depart
    for pose in histoire.valant:
        apres = suivre(demande, pose)
        yield Etape(pose=pose, avant=demande.etat, apres=apres.etat)
        demande = apres


def _completions(histoire: Histoire[Demande, GestePose]) -> dict[UUID, datetime]:
    """Les complétions que dit l'histoire : celles de ses dernières livraisons attendues."""
    return {
        uuid5(etape.pose.acte_id, "complétée"): etape.pose.survenu_le
        for etape in _suivies(histoire)
        if etape.pose.geste is Geste.LIVRER and etape.apres is Etat.COMPLETEE
    }


def _derives(avant: Dossier, dites: Mapping[UUID, datetime], acte: Acte) -> Iterator[Fait]:
    """Ce qui change des complétions publiées : neuves, redatées ou annulées."""
    for acte_id in sorted(dites.keys() | avant.completions.keys()):
        le, publiee = dites.get(acte_id), avant.completions.get(acte_id)
        fait = DemandeCompletee(
            demande=avant.brouillon, acte_id=acte_id, survenu_le=le or publiee or acte.le
        )
        if acte_id not in avant.completions:
            yield fait
        elif le != publiee:
            yield ActeRectifie(rectifie=fait, juste=le, derive=True, survenu_le=acte.le)


def _rectifies(
    dossier: Dossier, ajouts: Iterable[Rectification], acte: Acte
) -> Iterator[ActeRectifie]:
    for ajout in ajouts:
        if pose := dossier.histoire.connu(ajout.acte_id):
            yield ActeRectifie(
                rectifie=dossier.fait(pose), juste=ajout.survenu_le, survenu_le=acte.le
            )


def _exiger_redatable(pose: GestePose, juste: datetime, brouillon: Demande) -> None:
    if pose.geste in {Geste.APPROUVER, Geste.REFUSER}:
        raise Conflit("Une approbation ou un refus s'annule, ne se redate pas.", regle="DEM-13")
    if juste < a_la_seconde(brouillon.cree_le):
        raise Conflit("Un fait ne peut précéder la création de la demande.", regle="DEM-13")
