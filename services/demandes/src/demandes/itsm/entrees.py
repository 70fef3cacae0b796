"""L'ITSM entrant : un événement signé devient un acte, une seule fois (DEM-10)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import structlog
from fastapi import Depends, Path
from fastapi.exceptions import RequestValidationError
from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from starlette.responses import Response

from demandes.corps import InterventionIn, TempsTravailleCorps
from demandes.demande.domaine.demande import Geste, TempsTravaille
from demandes.itsm.adaptateurs import vues
from demandes.itsm.cas_usage import (
    EcarterActe,
    SignalerDifferes,
    ecarter_acte,
    recevoir_evenement,
    signaler_differes,
)
from demandes.itsm.domaine import ITSM, ActeItsm, EtatActe
from demandes.itsm.ports import Ports
from demandes.parc.domaine import Mouvement
from demandes.roles import CSC, RECTIFICATEURS
from demandes.soutien.domaine import InterventionAnnoncee
from noyau import Refus
from socle.service import Contexte, Tache
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
    uuid7,
)
from socle.web.champs import Instant, Motif

Csc = Annotated[Appel[Ports], Depends(acces(Ports, *CSC, "itsm"))]
Operateur = Annotated[Appel[Ports], Depends(acces(Ports, *RECTIFICATEURS))]
journal = structlog.get_logger()


class _SurDemande(Entree):
    demande_id: UUID


class _Suspension(_SurDemande):
    motif: Motif


class _Reprise(_SurDemande):
    motif: Motif | None = None


class _Livraison(_SurDemande):
    article_id: UUID


class _Heures(_SurDemande):
    travaux: list[TempsTravailleCorps] = Field(min_length=1, max_length=50)


class _Completion(_SurDemande):
    travaux: list[TempsTravailleCorps] = Field(default_factory=list, max_length=50)


class _Recuperation(Entree):
    actif_id: UUID


class _Enveloppe(Entree):
    """Les attributs CloudEvents; `time` est l'instant où l'acte est survenu."""

    specversion: Literal["1.0"] = "1.0"
    id: str | None = Field(default=None, max_length=200)
    source: str | None = Field(default=None, max_length=200)
    datacontenttype: Literal["application/json"] = "application/json"
    time: Instant


class PriseEnChargeIn(_Enveloppe):
    """Le technicien prend la demande."""

    type: Literal["prise_en_charge"]
    data: _SurDemande


class SuspensionIn(_Enveloppe):
    """La demande attend le client."""

    type: Literal["suspension"]
    data: _Suspension


class RepriseIn(_Enveloppe):
    """La suspension est levée."""

    type: Literal["reprise"]
    data: _Reprise


class LivraisonArticleIn(_Enveloppe):
    """Un article est livré."""

    type: Literal["livraison"]
    data: _Livraison


class HeuresTravailleesIn(_Enveloppe):
    """Du temps travaillé sur un aménagement."""

    type: Literal["heures_travaillees"]
    data: _Heures


class CompletionDemandeIn(_Enveloppe):
    """La demande est complétée."""

    type: Literal["completion"]
    data: _Completion


class InterventionDiteIn(_Enveloppe):
    """Une intervention de soutien étendu."""

    type: Literal["intervention"]
    data: InterventionIn


class RecuperationDiteIn(_Enveloppe):
    """Un actif est récupéré."""

    type: Literal["recuperation"]
    data: _Recuperation


SurDemande = (
    PriseEnChargeIn
    | SuspensionIn
    | RepriseIn
    | LivraisonArticleIn
    | HeuresTravailleesIn
    | CompletionDemandeIn
)
Annonce = SurDemande | InterventionDiteIn | RecuperationDiteIn
EVENEMENT: TypeAdapter[Annonce] = TypeAdapter(Annotated[Annonce, Field(discriminator="type")])
TYPES = ("prise_en_charge", "suspension", "reprise", "livraison", "heures_travaillees",
         "completion", "intervention", "recuperation")  # fmt: skip


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


_CORPS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "time", "data"],
                    "properties": {
                        "type": {"enum": list(TYPES)},
                        "time": {"type": "string", "format": "date-time"},
                        "data": {"type": "object"},
                    },
                },
                "example": {
                    "specversion": "1.0",
                    "type": "livraison",
                    "time": "2026-09-14T15:00:00Z",
                    "data": {
                        "demande_id": "0192f0c1-1111-7000-8000-000000000001",
                        "article_id": "7d0c8a52-5b0e-5c1e-9b7e-3f2c1a0b9d11",
                    },
                },
            }
        },
    }
}


def routes(secrets: Sequence[SecretStr]) -> Routeur:
    """Les routes de l'ITSM; une des clés doit vérifier la signature de ce qu'il annonce."""
    routeur = Routeur(prefix="/v1/itsm/evenements", tags=["itsm"])
    signe = AccesSigne(Ports, ITSM, secrets)

    @routeur.post(
        "",
        response_model=AccuseOut,
        responses={202: {"model": AccuseOut, "description": "Différé : d'autres actes manquent."}},
        openapi_extra=_CORPS,
        summary="Recevoir un événement signé de l'ITSM (DEM-10)",
    )
    async def recevoir(appel: Annotated[Appel[Ports], Depends(signe)]) -> Response:
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
    )(lister)
    routeur.post(
        "/{identifiant:path}/ecartement",
        response_model=ActeItsmOut,
        summary="Écarter un acte différé, ou refusé ensuite (DEM-12)",
    )(ecarter)
    return routeur


async def lister(
    appel: Csc, filtre: Annotated[vues.FiltreActes, lu(vues.FiltreActes)], page: PageDemandee
) -> Response:
    """Différé, un acte attend d'autres actes; `signale_le` dit qu'il dure."""
    return await appel.lister(vues.ACTES, filtre, Liste[ActeItsmOut], page=page)


async def ecarter(
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
    travaux = dit.travaux if isinstance(dit, _Heures | _Completion) else []
    return ActeItsm(
        id=identifiant,
        geste=Geste(annonce.type),
        survenu_le=annonce.time,
        travaux=tuple(TempsTravaille(**travail.model_dump()) for travail in travaux),
        **dit.model_dump(exclude={"travaux"}),
    )


async def signaler_les_differes(contexte: Contexte) -> int:
    """Journalise, une fois chacun, les actes de l'ITSM en souffrance depuis trop longtemps."""
    commande = SignalerDifferes()
    avant = contexte.horloge() - commande.patience
    if not await contexte.lire(vues.des_differes_durent(avant)):
        return 0
    cle = str(uuid7())
    actes = await contexte.executer("actes-differes", Ports, signaler_differes, commande, cle=cle)
    for acte in actes or ():
        journal.warning(
            "itsm.acte_en_souffrance",
            demande=str(acte.demande_id),
            geste=acte.geste,
            sort=acte.sort,
        )
    return len(actes or ())


TACHES = (Tache("actes-differes", 60.0, signaler_les_differes),)
