"""L'ITSM entrant : un événement signé devient un acte, une seule fois (DEM-10)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import Depends, Path
from fastapi.exceptions import RequestValidationError
from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from pydantic.config import JsonDict
from starlette.responses import Response

from demandes.corps import InterventionIn, TempsTravailleCorps
from demandes.demande.domaine.demande import Geste, TempsTravaille
from demandes.itsm.adaptateurs import vues
from demandes.itsm.cas_usage import (
    EcarterActe,
    ecarter_acte,
    recevoir_evenement,
)
from demandes.itsm.domaine import ITSM, ActeItsm, EtatActe
from demandes.itsm.ports import Ports
from demandes.parc.domaine.actif import Mouvement
from demandes.roles import CSC, RECTIFICATEURS
from demandes.soutien.domaine import InterventionAnnoncee
from noyau import Refus
from socle.champs import Instant, Motif, NomFacultatif
from socle.web import (
    AccesSigne,
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

Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Operateur = Annotated[Appel[Ports], Depends(acces(Ports, *RECTIFICATEURS))]
journal = structlog.get_logger()


_DEMANDE = "0192f0c1-1111-7000-8000-000000000001"
_ARTICLE = "7d0c8a52-5b0e-5c1e-9b7e-3f2c1a0b9d11"
_ACTIF = "5b8d2c1e-4444-5000-8000-000000000001"


def _annonce(genre: str, donnees: JsonDict) -> JsonDict:
    """Un acte d'exemple : son enveloppe, et ce qu'il dit."""
    return {"specversion": "1.0", "type": genre, "time": "2026-09-14T15:00:00Z", "data": donnees}


class DonneesActeIn(Entree):
    """La demande que vise l'acte."""

    demande_id: UUID


class DonneesSuspensionIn(DonneesActeIn):
    """La demande, et ce qu'on attend du client."""

    motif: Motif


class DonneesRepriseIn(DonneesActeIn):
    """La demande, et pourquoi elle reprend."""

    motif: Motif | None = None


class DonneesLivraisonIn(DonneesActeIn):
    """La demande, et l'article livré."""

    article_id: UUID


class DonneesHeuresIn(DonneesActeIn):
    """La demande, et le temps travaillé."""

    travaux: list[TempsTravailleCorps] = Field(min_length=1, max_length=50)


class DonneesCompletionIn(DonneesActeIn):
    """La demande, et le temps travaillé s'il y en a."""

    travaux: list[TempsTravailleCorps] = Field(default_factory=list, max_length=50)


class DonneesRecuperationIn(Entree):
    """L'actif récupéré."""

    actif_id: UUID


class _Enveloppe(Entree):
    """Les attributs CloudEvents; `time` est l'instant où l'acte est survenu."""

    specversion: Literal["1.0"] = "1.0"
    id: NomFacultatif | None = None
    source: NomFacultatif | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    time: Instant


class PriseEnChargeIn(_Enveloppe):
    """Le technicien prend la demande."""

    model_config = exemple(_annonce("prise_en_charge", {"demande_id": _DEMANDE}))

    type: Literal["prise_en_charge"]
    data: DonneesActeIn


class SuspensionIn(_Enveloppe):
    """La demande attend le client."""

    model_config = exemple(
        _annonce("suspension", {"demande_id": _DEMANDE, "motif": "Le client choisit le site."})
    )

    type: Literal["suspension"]
    data: DonneesSuspensionIn


class RepriseIn(_Enveloppe):
    """La suspension est levée."""

    model_config = exemple(_annonce("reprise", {"demande_id": _DEMANDE, "motif": "Site choisi."}))

    type: Literal["reprise"]
    data: DonneesRepriseIn


class LivraisonArticleIn(_Enveloppe):
    """Un article est livré."""

    model_config = exemple(_annonce("livraison", {"demande_id": _DEMANDE, "article_id": _ARTICLE}))

    type: Literal["livraison"]
    data: DonneesLivraisonIn


class HeuresTravailleesIn(_Enveloppe):
    """Du temps travaillé sur un aménagement."""

    model_config = exemple(
        _annonce(
            "heures_travaillees",
            {"demande_id": _DEMANDE, "travaux": [{"tarif": "AMENAGEMENT-BUR", "minutes": 90}]},
        )
    )

    type: Literal["heures_travaillees"]
    data: DonneesHeuresIn


class CompletionDemandeIn(_Enveloppe):
    """La demande est complétée."""

    model_config = exemple(_annonce("completion", {"demande_id": _DEMANDE, "travaux": []}))

    type: Literal["completion"]
    data: DonneesCompletionIn


class InterventionDiteIn(_Enveloppe):
    """Une intervention de soutien étendu."""

    model_config = exemple(
        _annonce(
            "intervention",
            {
                "organisme": "MTQ",
                "incident_id": "6f0c2a1e-2222-4000-8000-000000000002",
                "intervention_id": "6f0c2a1e-3333-4000-8000-000000000002",
                "debut": "2026-09-10T22:00:00Z",
                "minutes": 20,
                "cloture": True,
            },
        )
    )

    type: Literal["intervention"]
    data: InterventionIn


class RecuperationDiteIn(_Enveloppe):
    """Un actif est récupéré."""

    model_config = exemple(_annonce("recuperation", {"actif_id": _ACTIF}))

    type: Literal["recuperation"]
    data: DonneesRecuperationIn


SurDemande = (
    PriseEnChargeIn
    | SuspensionIn
    | RepriseIn
    | LivraisonArticleIn
    | HeuresTravailleesIn
    | CompletionDemandeIn
)
AnnonceIn = Annotated[
    SurDemande | InterventionDiteIn | RecuperationDiteIn, Field(discriminator="type")
]
EVENEMENT: TypeAdapter[SurDemande | InterventionDiteIn | RecuperationDiteIn] = TypeAdapter(
    AnnonceIn
)


class AccuseOut(Sortie):
    """Ce qu'il est advenu de l'événement; différé, il attend d'autres actes."""

    id: str
    sort: EtatActe
    ramene_a_la_reception: bool = Field(
        description="Vrai si votre horloge avance : l'acte vaut de l'instant où on l'a reçu."
    )


class EcartementIn(Entree):
    """Pourquoi un acte différé n'attendra plus, ou n'est plus à regarder."""

    model_config = exemple({"motif": "Annoncé par erreur sur la mauvaise demande."})

    motif: Motif


class ActeItsmOut(Sortie):
    """Un acte reçu de l'ITSM."""

    id: str
    organisme: str
    demande_id: UUID
    actif_id: UUID | None = Field(description="L'actif que vise un mouvement.")
    geste: Geste | Mouvement
    survenu_le: datetime
    recu_le: datetime
    sort: EtatActe
    raison: str | None = Field(description="Pourquoi il fut refusé, ou écarté.")
    signale_le: datetime | None = None


def routes(secrets: Sequence[SecretStr]) -> Routeur:
    """Les routes de l'ITSM; une des clés doit vérifier la signature de ce qu'il annonce."""
    routeur = Routeur(prefix="/v1/itsm/evenements", tags=["itsm"])
    signe = AccesSigne(Ports, ITSM, secrets, AnnonceIn)

    @routeur.post(
        "",
        response_model=AccuseOut,
        responses={202: {"model": AccuseOut, "description": "Différé : d'autres actes manquent."}},
        summary="Recevoir un événement signé de l'ITSM (DEM-10)",
    )
    async def recevoir_evenement_itsm(appel: Annotated[Appel[Ports], Depends(signe)]) -> Response:
        """Authentifié par sa seule signature Standard Webhooks; dédoublonné sur `webhook-id`."""
        annonce, annonce_le = _lire(appel.cle, await appel.requete.json())
        avance = annonce_le > appel.horloge()
        try:
            return await appel.ecrire(
                recevoir_evenement,
                annonce,
                lambda etat: AccuseOut(id=appel.cle, sort=etat, ramene_a_la_reception=avance),
                statut=lambda etat: 202 if etat is EtatActe.DIFFERE else 200,
            )
        except Refus as refus:
            # Jamais le webhook-id : ce que l'appelant écrit peut nommer quelqu'un.
            journal.warning("itsm.acte_refuse", objet=str(_objet(annonce)), regle=refus.regle)
            raise

    routeur.get(
        "",
        response_model=Liste[ActeItsmOut],
        summary="Lister les actes reçus de l'ITSM : appliqués, différés, refusés (DEM-10)",
    )(lister_actes_itsm)
    routeur.post(
        "/{identifiant:path}/ecartement",
        response_model=ActeItsmOut,
        summary="Écarter un acte différé, ou refusé ensuite (DEM-12)",
    )(ecarter_acte_itsm)
    return routeur


async def lister_actes_itsm(
    appel: Csc, filtre: Annotated[vues.FiltreActes, lu(vues.FiltreActes)], page: PageDemandee
) -> Response:
    """Différé, un acte attend d'autres actes; `signale_le` dit qu'il dure."""
    return await appel.lister(vues.ACTES, filtre, Liste[ActeItsmOut], page=page)


async def ecarter_acte_itsm(
    identifiant: Annotated[str, Path(max_length=200)], corps: EcartementIn, appel: Operateur
) -> Response:
    """L'acte n'attend plus; il reste listé, avec le motif. Il n'expire jamais seul."""
    commande = EcarterActe(id=identifiant, motif=corps.motif)
    return await appel.ecrire(ecarter_acte, commande, ActeItsmOut.model_validate)


Dit = ActeItsm | InterventionAnnoncee


def _lire(identifiant: str, corps: object) -> tuple[Dit, datetime]:
    """Ce que dit un événement, et l'instant qu'il annonce; lève `RequestValidationError` (422)."""
    try:
        annonce = EVENEMENT.validate_python(corps)
    except ValidationError as erreur:
        # Le lieu d'une faute commence par le genre de l'événement, que le corps n'a pas.
        fautes = [{**faute, "loc": ("body", *faute["loc"][1:])} for faute in erreur.errors()]
        raise RequestValidationError(fautes) from erreur
    match annonce:
        case InterventionDiteIn(data=dite):
            return InterventionAnnoncee(**dite.champs()), dite.debut
        case RecuperationDiteIn(data=dite, time=le):
            return _mouvement(identifiant, dite.actif_id, le), le
        case _:
            return _acte(identifiant, annonce), annonce.time


def _objet(annonce: Dit) -> UUID:
    """La demande, l'incident ou l'actif dont parle une annonce."""
    match annonce:
        case ActeItsm():
            return annonce.actif_id or annonce.demande_id
        case InterventionAnnoncee():
            return annonce.incident_id


def _mouvement(identifiant: str, actif_id: UUID, survenu_le: datetime) -> ActeItsm:
    """La récupération d'un actif; l'aire trouve la demande dont il est né."""
    return ActeItsm(
        id=identifiant,
        demande_id=actif_id,
        actif_id=actif_id,
        geste=Mouvement.RECUPERATION,
        survenu_le=survenu_le,
    )


def _acte(identifiant: str, annonce: SurDemande) -> ActeItsm:
    """L'acte que dit un événement sur une demande."""
    dit = annonce.data
    travaux = dit.travaux if isinstance(dit, DonneesHeuresIn | DonneesCompletionIn) else []
    return ActeItsm(
        id=identifiant,
        geste=Geste(annonce.type),
        survenu_le=annonce.time,
        travaux=tuple(TempsTravaille(**travail.model_dump()) for travail in travaux),
        **dit.model_dump(exclude={"travaux"}),
    )
