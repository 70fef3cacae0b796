"""Les routes de l'aire : ce qui se facture chaque mois, et ce qui attend son montant."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Final
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from starlette.responses import Response

from contrats.base import CodeOrganisme, CodeTarif, Periode
from facturation.base import LECTEURS, MCN, TarifConnu
from facturation.creances.adaptateurs import vues
from facturation.creances.cas_usage import (
    EcarterAttente,
    LigneImputee,
    ecarter_attente,
    imputer_sources,
)
from facturation.creances.domaine.creances import Nature
from facturation.creances.domaine.faits import Ecartement
from facturation.creances.ports import Ports
from socle.champs import NORMALISE, SUR, Jour, Motif, Nom, NomFacultatif
from socle.web import (
    Appel,
    Entree,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
    exemple,
    uuid7,
)
from socle.web.tableur import Tableur, texte

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Facturiere = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Gestion = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", *MCN))]
IMPUTATIONS_MAXIMALES: Final = 2_000
"""D'un même envoi."""

routes = Routeur(prefix="/v1", tags=["facturation"])


class AbonnementOut(Sortie):
    """Un abonnement en cours ou fini, par source, tarif mensuel et début."""

    organisme: str
    source: str
    tarif: str
    produit: str | None
    quantite: int
    debut: date
    fin: date | None = Field(description="Exclue; absente tant que l'abonnement court.")
    evenement: UUID


class LigneEnAttenteOut(Sortie):
    """Un fait à facturer sans montant applicable, signalé une fois."""

    organisme: str
    source: str
    tarif: TarifConnu
    nature: Nature
    periode: Periode = Field(description="La période d'origine.")
    depuis: date
    motif: str
    evenements: list[UUID]
    cle: str = Field(description="Ce qui la distingue, avec sa source, son tarif et sa nature.")
    signalee_le: datetime
    levee_le: datetime | None


NomDeSource = Annotated[str, Field(min_length=1, max_length=200), SUR, NORMALISE]


class ImputationIn(Entree):
    """Un code, et ce qui le porte à partir d'un jour."""

    organisme: CodeOrganisme | None = Field(
        default=None, description="Requis pour un jeton du MCN; absent : le sien."
    )
    source: NomDeSource = Field(
        description="L'actif, l'abonnement ou le contrat, tel que le nomme une ligne; ou une"
        " demande, par son numéro, pour tout ce qui en vient."
    )
    imputation: Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE] = Field(
        description="Le code d'imputation de l'organisme."
    )
    debut: Jour = Field(description="Au plus tôt, le premier jour de la période ouverte.")


class ImputationsIn(Entree):
    """Des codes qui se donnent tous, ou aucun; en JSON, ou en CSV aux mêmes noms."""

    model_config = exemple(
        {
            "imputations": [
                {
                    "organisme": "MTQ",
                    "source": "D-2026-000123",
                    "imputation": "2100-447",
                    "debut": "2026-10-01",
                }
            ]
        }
    )
    TABLEUR: ClassVar[Tableur] = Tableur(
        "imputations",
        dict.fromkeys(ImputationIn.model_fields, texte),
    )

    imputations: list[ImputationIn] = Field(min_length=1, max_length=IMPUTATIONS_MAXIMALES)


class ImputationsPoseesOut(Sortie):
    """Ce qu'un lot a changé."""

    ajoutees: int
    inchangees: int = Field(description="Déjà dites, le même jour.")

    @classmethod
    def de(cls, comptes: tuple[int, int]) -> "ImputationsPoseesOut":
        return cls(ajoutees=comptes[0], inchangees=comptes[1])


class ImputationOut(Sortie):
    """Un code donné à une source, ou à une demande."""

    id: UUID
    organisme: str
    source: str = Field(description="D'une demande, son identifiant.")
    code: str
    debut: date
    dite_le: datetime


class EcartementIn(Entree):
    """La ligne en attente que l'on renonce à facturer, telle qu'elle se lit, et pourquoi."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "source": "0199f0a0-0000-7000-8000-000000000001",
            "tarif": "COURTIER-FRAIS",
            "nature": "acte",
            "cle": "0199f0a0-0000-7000-8000-000000000002",
            "motif": "Contrat d'essai, conclu sans frais.",
        }
    )

    organisme: CodeOrganisme
    source: Nom
    tarif: CodeTarif | None = Field(default=None, description="Absent, si l'attente n'en dit pas.")
    nature: Nature
    cle: NomFacultatif = ""
    motif: Motif

    @property
    def visee(self) -> Ecartement:
        dits = self.model_dump(include={"organisme", "source", "nature", "cle"})
        return Ecartement(tarif=self.tarif or "", **dits)


class LigneEcarteeOut(Sortie):
    """Ce qui attendait un montant, et ne se facturera pas."""

    organisme: str
    source: str
    tarif: TarifConnu
    nature: Nature
    cle: str
    depuis: date
    attente: str = Field(description="Pourquoi la ligne attendait.")
    evenements: list[UUID]
    motif: str = Field(description="Pourquoi la facturation y renonce.")
    ecartee_le: datetime


@routes.get(
    "/abonnements",
    response_model=Liste[AbonnementOut],
    summary="Lister les abonnements (FAC-1)",
)
async def lister_abonnements(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    le: Annotated[Jour | None, Query(description="Ceux qui courent ce jour-là.")] = None,
) -> Response:
    """Un par vie d'un actif et tarif mensuel, ou un par abonnement sans actif."""
    filtre = vues.FiltreAbonnements(organisme=appel.filtre_organisme(organisme), le=le)
    return await appel.lister(vues.ABONNEMENTS, filtre, Liste[AbonnementOut], page=page)


@routes.get(
    "/lignes-en-attente",
    response_model=Liste[LigneEnAttenteOut],
    operation_id="lister_lignes_en_attente",
    summary="Lister ce qui attend un montant applicable",
)
async def lister_attentes(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    levees: Annotated[bool, Query(description="Celles qui ont trouvé leur montant.")] = False,
) -> Response:
    """Sans montant applicable, une ligne attend : elle se facture dès qu'un tarif le donne."""
    vue, filtre = vues.LEVEES if levees else vues.OUVERTES, vues.FiltreAttentes(organisme=organisme)
    return await appel.lister(vue, filtre, Liste[LigneEnAttenteOut], page=page)


@routes.post(
    "/imputations",
    status_code=201,
    response_model=ImputationsPoseesOut,
    operation_id="imputer_sources",
    summary="Changer des codes d'imputation pour l'avenir, un à un ou en lot (FAC-16)",
)
async def imputer(corps: ImputationsIn, appel: Gestion) -> Response:
    """Tous, ou aucun : le refus nomme les sources inconnues, ou datées d'avant la période ouverte.

    Un code vaut pour les lignes dont le dernier jour est le sien ou après; rien d'émis ne change.
    """
    lignes = [
        LigneImputee(
            id=uuid7(),
            organisme=appel.organisme(une.organisme),
            source=une.source,
            code=une.imputation,
            debut=une.debut,
        )
        for une in corps.imputations
    ]
    return await appel.ecrire(imputer_sources, lignes, ImputationsPoseesOut.de, statut=201)


@routes.get(
    "/imputations",
    response_model=Liste[ImputationOut],
    operation_id="lister_imputations",
    summary="Lister les codes d'imputation que donnent les organismes (FAC-16)",
)
async def lister_imputations(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    source: NomDeSource | None = None,
) -> Response:
    """Ceux que disent les demandes et les livraisons n'y sont pas : leurs lignes les portent."""
    filtre = vues.FiltreImputations(organisme=organisme, source=source)
    return await appel.lister(vues.IMPUTATIONS, filtre, Liste[ImputationOut], page=page)


@routes.get(
    "/lignes-en-attente/ecartements",
    response_model=Liste[LigneEcarteeOut],
    operation_id="lister_lignes_ecartees",
    summary="Lister ce que la facturation renonce à facturer",
)
async def lister_ecartees(
    appel: Lecture, page: PageDemandee, organisme: CodeOrganisme | None = None
) -> Response:
    """Chacune dit pourquoi elle attendait, et pourquoi l'on y renonce."""
    filtre = vues.FiltreAttentes(organisme=organisme)
    return await appel.lister(vues.ECARTEES, filtre, Liste[LigneEcarteeOut], page=page)


@routes.post(
    "/lignes-en-attente/ecartements",
    status_code=201,
    response_model=LigneEcarteeOut,
    operation_id="ecarter_ligne_en_attente",
    summary="Renoncer à facturer ce qui attend, motif à l'appui",
)
async def ecarter(corps: EcartementIn, appel: Facturiere) -> Response:
    """Un montant qui viendrait ensuite n'y change rien; à tort, ce qui est dû se saisit."""
    commande = EcarterAttente(visee=corps.visee, motif=corps.motif)
    return await appel.ecrire(ecarter_attente, commande, LigneEcarteeOut.model_validate, statut=201)
