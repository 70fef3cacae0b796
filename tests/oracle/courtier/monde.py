"""Le produit face au même marché : les vrais cas d'usage, sur de petits ports en mémoire."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from calendrier import Calendrier, lire_versions
from courtier.acces.domaine import Admissibilite, Admissibilites, Droit
from courtier.acces.ports import Clients
from courtier.catalogue.domaine import (
    Caracteristiques,
    Composante,
    Composition,
    Conversion,
    Criteres,
    DocumentsPublies,
    Engagement,
    EntenteCadre,
    Fiche,
    GrillePrix,
    Indexation,
    LieuHebergement,
    Modalites,
    Offre,
    OffreAuCatalogue,
    OffreTrouvee,
    Periodicite,
    Prix,
    Qualification,
    Zone,
)
from courtier.contrats.cas_usage.caducite import RendreCaducs
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.ports import Ports as PortsContrats
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.vehicules import Decret596, Obligation596
from courtier.dossiers.ports import Acquisitions
from courtier.dossiers.ports import Ports as PortsDossiers
from courtier.frais.domaine import Frais, GrillesRecues, RetraitRecu
from courtier.normes.adaptateurs.reference import lire_normes
from courtier.obligations.domaine import Obligation
from courtier.organismes.domaine import Mandat, Organisme, Registre
from courtier.pieces.domaine import Piece, Visa
from noyau import Acteur, Introuvable, jour_de_quebec
from tests.oracle.courtier.marche import EntenteDite, EtatOffre, Marche, OffreDite, Tarif

ORGANISME = "MTQ"
ACTEURS: Mapping[str, Acteur] = {
    "gestionnaire": Acteur("g", ORGANISME, frozenset({"gestionnaire"})),
    "dirigeant": Acteur("d", ORGANISME, frozenset({"dirigeant"})),
    "signataire": Acteur("s", ORGANISME, frozenset({"signataire"})),
    "sans_mandat": Acteur("x", ORGANISME, frozenset({"signataire"})),
    "courtier": Acteur("c", None, frozenset({"courtier"})),
    "machine": Acteur("m", ORGANISME, frozenset({"dirigeant", "integration"})),
}
DEPART = datetime(2026, 4, 1, 16, tzinfo=UTC)
DOSSIER_ID = UUID(int=1)
VISA = Visa(par="c", le=DEPART)
NORMES = lire_normes()
CALENDRIER = Calendrier.depuis(lire_versions()[-1])


def entente_de(dite: EntenteDite) -> EntenteCadre:
    return EntenteCadre(
        id=dite.id,
        numero=str(dite.id.int),
        fournisseur_id=dite.fournisseur,
        debut=dite.debut,
        fin=dite.fin,
    )


def _fiche(entente: EntenteDite) -> Fiche:
    return Fiche(
        nom="F.",
        neq="1170000001" if entente.neq else None,
        pays=entente.pays,
        partenaire=None,
        personnes_ressources=(),
        lieux_hebergement=(),
        developpement_durable=(),
        accessibilite="",
        conditions="",
        annexe_modificative="",
    )


def _offre(dite: OffreDite, etat: EtatOffre, fournisseur_id: UUID) -> Offre:
    return Offre(
        id=dite.id,
        fournisseur_id=fournisseur_id,
        version=etat.version,
        publiee=etat.publiee,
        depuis=etat.depuis,
        caracteristiques=Caracteristiques(
            titre="O.",
            categorie="courriel",
            description="",
            entente_id=dite.entente,
            qualification=Qualification.QUALIFIEE if etat.qualifiee else Qualification.EN_ANALYSE,
            lieux_hebergement=tuple(
                LieuHebergement(lieu=lieu, zone=Zone(zone)) for lieu, zone in etat.lieux.items()
            ),
            engagement=Engagement(
                quantite_minimale=etat.minimum or None,
                duree_minimale_mois=etat.duree_minimale or None,
            ),
            conversion=(
                Conversion(mesure="usager", par_unite=etat.par_unite) if etat.par_unite else None
            ),
        ),
    )


def offre_au_catalogue(dite: OffreDite, etat: EtatOffre, fournisseur: UUID) -> OffreAuCatalogue:
    """L'offre dans cet état, et toutes les versions de son prix."""
    grille = GrillePrix(dite.id, tuple(_prix(t) for t in dite.tarifs))
    return OffreAuCatalogue(_offre(dite, etat, fournisseur), grille)


def _prix(tarif: Tarif) -> Prix:
    indexation = tarif.taux and Indexation(taux=tarif.taux, tous_les_mois=tarif.tous_les)
    composition = Composition(
        composantes=tuple(
            Composante(
                code=part.code,
                libelle=part.code,
                unite="unité",
                periodicite=Periodicite(part.periodicite),
                prix=part.prix,
            )
            for part in tarif.parts
        ),
        modalites=Modalites(baisse_permise=tarif.baisse, indexation=indexation or None),
    )
    return Prix(tarif.version, tarif.des, composition, DEPART)


@dataclass(slots=True)
class Monde:
    """Tout ce que le Courtier garde du dossier, et l'heure qu'il est."""

    marche: Marche
    maintenant: datetime = DEPART
    dossiers: dict[UUID, Dossier] = field(default_factory=dict)
    contrats: dict[UUID, Contrat] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def dossier(self) -> Dossier:
        return self.dossiers[DOSSIER_ID]

    @property
    def contrat_id(self) -> UUID:
        """Le dernier contrat préparé; un refus en veut un autre."""
        return max(self.contrats, key=lambda i: i.int, default=UUID(int=30))

    @property
    def acquisitions(self) -> Acquisitions:
        return Acquisitions(_Dossiers(self), _Catalogue(self), _Organismes(self))

    @property
    def ports(self) -> PortsDossiers:
        return PortsDossiers(
            self.acquisitions,
            _Decrets(self),
            _Pieces(self),
            {"objectifs": "O."},
            _Droits(),
            _Grilles(),
            RendreCaducs(_Contrats(self)),
        )

    @property
    def ports_contrats(self) -> PortsContrats:
        return PortsContrats(
            _Contrats(self),
            self.acquisitions,
            _Catalogue(self),
            Clients(_Organismes(self), _Admissibilites()),
            _Mandats(),
            _Calendriers(),
            _Obligations(),
            _Pieces(self),
            NORMES,
        )

    def tenter(self, faire: Callable[[], object]) -> None:
        """Fait; si c'est refusé, rien n'a changé."""
        avant = (dict(self.dossiers), dict(self.contrats), list(self.pieces))
        try:
            faire()
        except BaseException:
            self.dossiers, self.contrats, self.pieces = avant
            raise


@dataclass(frozen=True, slots=True)
class _Port:
    monde: Monde


class _Dossiers(_Port):
    async def lire(self, identifiant: UUID) -> Dossier:
        return self.monde.dossiers[identifiant]

    charger = lire

    async def ajouter(self, dossier: Dossier) -> None:
        self.monde.dossiers[dossier.id] = dossier

    enregistrer = ajouter


class _Contrats(_Port):
    async def charger(self, identifiant: UUID) -> Contrat:
        if identifiant not in self.monde.contrats:
            raise Introuvable("Contrat introuvable.")
        return self.monde.contrats[identifiant]

    lire = charger

    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Contrat]:
        return [c for c in self.monde.contrats.values() if c.dossier_id == dossier_id]

    async def ajouter(self, contrat: Contrat) -> None:
        self.monde.contrats[contrat.id] = contrat

    enregistrer = ajouter


class _Catalogue(_Port):
    async def entente(self, identifiant: UUID) -> EntenteCadre:
        return entente_de(self.monde.marche.ententes[identifiant])

    async def offres(self, identifiants: Collection[UUID]) -> Mapping[UUID, OffreAuCatalogue]:
        marche, rendues = self.monde.marche, {}
        for identifiant in identifiants:
            dite = marche.offres[identifiant]
            fournisseur = marche.ententes[dite.entente].fournisseur
            etat = dite.etat(self.monde.maintenant)
            rendues[identifiant] = offre_au_catalogue(dite, etat, fournisseur)
        return rendues

    async def fiches(self, identifiants: Collection[UUID]) -> Mapping[UUID, Fiche]:
        ententes = {e.fournisseur: e for e in self.monde.marche.ententes.values()}
        return {identifiant: _fiche(ententes[identifiant]) for identifiant in identifiants}

    async def documents(self, fournisseur_id: UUID) -> DocumentsPublies:
        return DocumentsPublies()

    async def consulter(self, criteres: Criteres, le: datetime) -> tuple[OffreTrouvee, ...]:
        trouvees = []
        for lue in (await self.offres(self.monde.marche.offres)).values():
            prix = lue.grille.en_vigueur(jour_de_quebec(le))
            if lue.offre.publiee and _repond(criteres, lue.offre, prix, jour_de_quebec(le)):
                version = prix.version if prix else None
                trouvees.append(OffreTrouvee(lue.offre.id, lue.offre.version, version))
        return tuple(trouvees)

    async def _jamais(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401 -- nul ne l'appelle
        raise NotImplementedError

    exiger_offre_publiee = exiger_fournisseur = version = _jamais


def _repond(criteres: Criteres, offre: Offre, prix: Prix | None, jour: date) -> bool:
    base = prix.composition.base_mensuelle if prix else None
    maximum = criteres.prix_maximum
    return (
        criteres.fournisseur_id in {None, offre.fournisseur_id}
        and criteres.qualification in {None, offre.etat(jour)}
        and criteres.zone
        in {None, *(lieu.zone for lieu in offre.caracteristiques.lieux_hebergement)}
        and (maximum is None or (base is not None and base <= maximum))
    )


class _Organismes(_Port):
    async def lire(self, code: str) -> Organisme:
        return Organisme(
            code=code, nom=code, assujetti_rcti=self.monde.marche.rcti, sequence=1
        )  # fmt: skip

    async def synchroniser(self, organismes: Sequence[Organisme]) -> None:
        raise NotImplementedError


class _Decrets(_Port):
    async def lire(self, organisme: str) -> Decret596:
        des = self.monde.marche.oblige_des
        if des is None:
            return Decret596()
        dite = Obligation596(
            organisme=organisme, rang=1, oblige=True, depuis=des, motif="Annexe.", dite=VISA
        )
        return Decret596((dite,))

    async def ajouter(self, dite: Obligation596) -> None:
        raise NotImplementedError


class _Pieces(_Port):
    async def ajouter(self, piece: Piece) -> None:
        self.monde.pieces.append(piece)

    async def preparer_un_avenant(self, organisme: str, avenant_id: UUID, empreinte: str) -> None:
        """Nul avenant ici."""

    async def preparer_un_contrat(
        self, organisme: str, contrat_id: UUID, dossier_id: UUID, *empreintes: str
    ) -> None:
        """L'oracle juge le dossier, non les empreintes."""

    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Piece]:
        return self.monde.pieces

    async def du_contrat(self, organisme: str, contrat_id: UUID) -> Sequence[Piece]:
        return ()


class _Mandats:
    async def registre(self, organisme: str, sujet: str) -> Registre:
        mandat = Mandat(
            id=UUID(int=2),
            organisme=organisme,
            sujet=ACTEURS["signataire"].sujet,
            familles=("contrat_specifique",),
            plafond=None,
            debut=date(2026, 1, 1),
            fin=None,
            sequence=1,
        )
        return Registre((mandat,))

    async def synchroniser(self, faits: Sequence[Any]) -> None:
        raise NotImplementedError


class _Admissibilites:
    async def charger(self, organisme: str) -> Admissibilites:
        return Admissibilites()

    async def ajouter(self, decision: Admissibilite) -> None:
        raise NotImplementedError


class _Grilles:
    async def ajouter(self, recues: Sequence[GrillesRecues]) -> None:
        raise NotImplementedError

    async def retirer(self, recus: Sequence[RetraitRecu]) -> None:
        raise NotImplementedError

    async def lire(self) -> Frais:
        return Frais()


class _Droits:
    async def droit(self, organisme: str, sujet: str) -> Droit:
        return Droit(accorde=True, admissibilites=Admissibilites())


class _Obligations:
    async def ouvrir(self, obligation: Obligation) -> None:
        pass

    async def courantes(self, organisme: str, objet_id: UUID) -> Sequence[Obligation]:
        return ()

    async def charger(self, organisme: str, identifiant: UUID) -> Obligation:
        raise NotImplementedError

    async def enregistrer(self, obligation: Obligation) -> None:
        raise NotImplementedError


class _Calendriers:
    async def applique(self) -> Calendrier:
        return CALENDRIER

    async def ajouter(self, recus: Sequence[Any]) -> None:
        raise NotImplementedError
