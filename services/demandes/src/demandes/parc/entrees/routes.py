"""Les routes du parc (DEM-7)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import Field, model_validator
from starlette.responses import Response

from demandes.corps import RectificationIn, RectificationOut
from demandes.parc.adaptateurs import vues
from demandes.parc.cas_usage import (
    LigneMouvement,
    RectifierActif,
    inscrire_mouvement,
    lire_mouvements,
    rectifier_actif,
    remplacer_actif,
)
from demandes.parc.domaine.actif import EtatActif, Mouvement, Nature, Raison
from demandes.parc.domaine.voulus import MouvementVoulu, RemplacementVoulu
from demandes.parc.ports import Ports
from demandes.roles import CSC, LECTEURS, RECTIFICATEURS
from socle.champs import Jour, Motif, Nom
from socle.web import (
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
    exemple,
    lu,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Deplaceur = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", *CSC, "itsm"))]
Gestion = Annotated[Appel[Ports], Depends(acces(Ports, *CSC))]
Declarant = Annotated[
    Appel[Ports], Depends(acces(Ports, "demandeur", "gestionnaire", *CSC, "portail", "itsm"))
]
Rectificateur = Annotated[Appel[Ports], Depends(acces(Ports, *RECTIFICATEURS))]
FaitLe = Annotated[
    Jour | None, Field(description="Date de Québec du fait; absente : aujourd'hui. Jamais future.")
]


class RecuperationIn(Entree):
    """La récupération d'un actif (FAC-1)."""

    model_config = exemple({"fait_le": "2026-09-15"})

    fait_le: FaitLe = None


class PerteIn(Entree):
    """La perte d'un actif, et sa nature (FAC-2)."""

    model_config = exemple({"nature": "vol"})

    nature: Nature
    fait_le: FaitLe = None


class RemplacementIn(Entree):
    """Qui prend la place d'un actif, et pourquoi (FAC-2)."""

    model_config = exemple(
        {
            "par_actif_id": "5b8d2c1e-4444-5000-8000-000000000002",
            "raison": "defectueux",
            "fait_le": "2026-09-22",
        }
    )

    par_actif_id: UUID = Field(description="Un autre actif de l'organisme, en service ce jour-là.")
    raison: Raison
    premature: bool | None = Field(
        default=None,
        description="À dire, avec un motif, si le produit n'a pas de durée de vie et que la raison"
        " n'en décide pas (FAC-2).",
    )
    motif: Motif | None = None
    fait_le: FaitLe = None

    @model_validator(mode="after")
    def _declare_et_motive(self) -> "RemplacementIn":
        if (self.premature is None) != (self.motif is None):
            raise ValueError("Dire qu'un remplacement est prématuré, ou non, exige un motif.")
        return self


class DeplacementIn(Entree):
    """Le nouvel utilisateur ou le nouveau site d'un actif (DEM-7)."""

    model_config = exemple({"site": "QC-700RL", "fait_le": "2026-09-22"})

    utilisateur_id: Nom | None = None
    site: Nom | None = None
    fait_le: FaitLe = None

    @model_validator(mode="after")
    def _quelque_chose_change(self) -> "DeplacementIn":
        if self.utilisateur_id is None and self.site is None:
            raise ValueError("Un déplacement nomme un utilisateur ou un site.")
        return self


class ActifOut(Sortie):
    """Un actif du parc."""

    id: UUID
    organisme: str
    produit: str
    demande_id: UUID
    article_id: UUID
    livre_le: datetime | None
    utilisateur_id: str | None
    site: str | None
    etat: EtatActif
    fin_le: date | None
    nature: Nature | None
    dit_le: date | None = Field(
        description="La date d'une perte, dite par l'organisme et non confirmée (DEM-14)."
    )
    remplace_par: UUID | None = Field(description="L'actif qui a pris sa place.")
    succede_a: UUID | None = Field(description="L'actif dont il a pris la place.")
    engage_depuis: date | None = Field(
        description="Le début de l'engagement qu'il en a reçu (FAC-5)."
    )
    version: int


class MouvementOut(Sortie):
    """Un mouvement d'un actif, à sa place (DEM-12)."""

    acte_id: UUID = Field(description="Ce qu'une rectification nomme.")
    mouvement: Mouvement
    survenu_le: datetime = Field(description="L'instant retenu, rectifié s'il y a lieu.")
    enregistre_le: datetime
    acteur: str
    nul: bool = Field(description="Vrai si une rectification l'a annulé (DEM-13).")
    rectifications: list[RectificationOut]
    nature: Nature | None
    dit_le: date | None
    utilisateur_id: str | None = Field(description="Celui de la livraison, ou du déplacement.")
    site: str | None = Field(description="De même.")
    autre_id: UUID | None = Field(
        description="Qui prend la place, d'un remplacement; de qui, d'une succession."
    )
    raison: Raison | None
    premature: bool | None
    duree_de_vie_mois: int | None = Field(
        description="Celle du produit, telle qu'on la connaissait (FAC-2)."
    )
    motif: str | None = Field(description="Pourquoi le CSC l'a dit prématuré, ou non.")

    @classmethod
    def de(cls, ligne: LigneMouvement) -> "MouvementOut":
        pose = ligne.pose
        return cls(
            acte_id=pose.acte_id,
            mouvement=pose.mouvement,
            survenu_le=pose.survenu_le,
            enregistre_le=pose.enregistre_le,
            acteur=pose.acteur,
            nul=ligne.nul,
            rectifications=[RectificationOut.model_validate(r) for r in ligne.rectifications],
            nature=pose.nature,
            dit_le=pose.dit_le,
            utilisateur_id=pose.utilisateur_id,
            site=pose.site,
            autre_id=pose.autre_id,
            raison=pose.raison,
            premature=pose.premature,
            duree_de_vie_mois=pose.duree_de_vie_mois,
            motif=pose.motif,
        )


routes = Routeur(prefix="/v1/actifs", tags=["parc"])
_AUJOURDHUI = RecuperationIn()


@routes.get("", response_model=Liste[ActifOut], summary="Lister le parc (DEM-7)")
async def lister_actifs(
    appel: Lecture,
    filtre: Annotated[vues.FiltreActifs, lu(vues.FiltreActifs)],
    page: PageDemandee,
) -> Response:
    """Un organisme ne voit que le sien."""
    return await appel.lister(vues.ACTIFS, filtre, Liste[ActifOut], page=page)


@routes.get("/{actif_id}", response_model=ActifOut, summary="Lire un actif")
async def lire_actif(actif_id: UUID, appel: Lecture) -> Response:
    """L'actif d'un autre organisme est introuvable (404)."""
    return await appel.lire(vues.ACTIF.de(actif_id), ActifOut.model_validate)


@routes.post(
    "/{actif_id}/recuperation",
    response_model=ActifOut,
    operation_id="recuperer_actif",
    summary="Récupérer un actif (DEM-7, FAC-1)",
)
async def recuperer(actif_id: UUID, appel: Csc, corps: RecuperationIn = _AUJOURDHUI) -> Response:
    """Son abonnement finit ce jour-là, exclu; jamais avant la livraison, ni dans le futur."""
    voulue = MouvementVoulu(
        actif_id=actif_id, mouvement=Mouvement.RECUPERATION, fait_le=corps.fait_le
    )
    return await appel.ecrire(inscrire_mouvement, voulue, ActifOut.model_validate)


@routes.post(
    "/{actif_id}/deplacement",
    response_model=ActifOut,
    operation_id="deplacer_actif",
    summary="Déplacer un actif (DEM-7)",
)
async def deplacer(actif_id: UUID, corps: DeplacementIn, appel: Deplaceur) -> Response:
    """Ce qu'il ne nomme pas demeure; un seul déplacement par jour.

    L'organisme qui tient son inventaire déplace aujourd'hui; le CSC et l'ITSM peuvent dater.
    """
    voulu = MouvementVoulu(actif_id=actif_id, mouvement=Mouvement.DEPLACEMENT, **corps.model_dump())
    return await appel.ecrire(inscrire_mouvement, voulu, ActifOut.model_validate)


@routes.post(
    "/{actif_id}/perte",
    response_model=ActifOut,
    operation_id="signaler_perte_actif",
    summary="Signaler la perte d'un actif (DEM-7, FAC-2)",
)
async def perdre(actif_id: UUID, corps: PerteIn, appel: Declarant) -> Response:
    """À signaler dès que possible : dite par l'organisme, elle vaut du jour de sa déclaration."""
    voulue = MouvementVoulu(
        actif_id=actif_id,
        mouvement=Mouvement.PERTE,
        nature=corps.nature,
        fait_le=corps.fait_le,
    )
    return await appel.ecrire(inscrire_mouvement, voulue, ActifOut.model_validate)


@routes.post(
    "/{actif_id}/remplacement",
    response_model=ActifOut,
    operation_id="remplacer_actif",
    summary="Remplacer un actif par un autre (DEM-7, FAC-2, FAC-5)",
)
async def remplacer(actif_id: UUID, corps: RemplacementIn, appel: Gestion) -> Response:
    """Son abonnement finit ce jour-là, exclu; prématuré, il doit ce que doit une perte."""
    voulu = RemplacementVoulu(actif_id=actif_id, **corps.model_dump())
    return await appel.ecrire(remplacer_actif, voulu, ActifOut.model_validate)


@routes.get(
    "/{actif_id}/chronologie",
    response_model=Liste[MouvementOut],
    operation_id="lire_chronologie_actif",
    summary="Lire la chronologie d'un actif (DEM-7)",
)
async def chronologie(actif_id: UUID, appel: Lecture, page: PageDemandee) -> Response:
    """Chaque mouvement par ordre de survenue, rectifiés et nuls compris."""
    return await appel.parcourir(
        lambda ports: lire_mouvements(actif_id, ports),
        Liste[MouvementOut],
        page=page,
        presenter=MouvementOut.de,
    )


@routes.post(
    "/{actif_id}/rectification",
    response_model=ActifOut,
    operation_id="rectifier_actif",
    summary="Rectifier la fin d'un actif (DEM-13, DEM-14)",
)
async def rectifier(actif_id: UUID, corps: RectificationIn, appel: Rectificateur) -> Response:
    """Heure juste ou nullité d'une fin, d'un déplacement; refusé (409) si rien ne se suit."""
    commande = RectifierActif(actif_id=actif_id, justes=corps.justes, motif=corps.motif)
    return await appel.ecrire(rectifier_actif, commande, ActifOut.model_validate)
