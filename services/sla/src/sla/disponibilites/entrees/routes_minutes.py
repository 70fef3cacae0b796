"""Ce que vaut la disponibilité d'un mois, et ce qui l'explique (SLA-5)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from contrats.base import CodeOrganisme
from noyau import Conflit, Mois, jour_de_quebec
from pages import politique
from sla.disponibilites.adaptateurs import vues
from sla.disponibilites.adaptateurs.rendus.page_disponibilite import rendre
from sla.disponibilites.cas_usage.comptes import expliquer
from sla.disponibilites.domaine.explication import Explication, MoisVise
from sla.disponibilites.domaine.intervalles import Ensemble, secondes
from sla.disponibilites.domaine.minutes import PanneComptee
from sla.disponibilites.entrees.acces import Indicateur, Lecture
from sla.disponibilites.entrees.schemas import ServiceOut
from socle import champs
from socle.web import Liste, PageDemandee, Routeur, Sortie, format_prefere

JSON, HTML = "application/json", "text/html"
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}

routes = Routeur(prefix="/v1", tags=["disponibilites"])
Secondes = Annotated[int, Field(description="En secondes.")]


class DisponibiliteOut(Sortie):
    """Ce qu'un indicateur a compté d'un mois; durées en secondes, exactes."""

    id: UUID = Field(description="v5 de (indicateur, organisme, mois).")
    indicateur: str
    organisme: Annotated[str | None, BeforeValidator(lambda code: code or None)] = Field(
        description="null : tous ensemble (MCN seulement)."
    )
    periode: str
    exercice: str
    fiche: str
    fiche_version: int = Field(description="La dernière qui a régi le mois.")
    cible: Decimal | None
    service: Secondes
    panne: Secondes
    service_ajuste: Secondes
    panne_ajuste: Secondes
    jusqua: date = Field(description="Le dernier jour compté, compris.")


class PlageOut(Sortie):
    """Un temps `[debut, fin)`."""

    debut: datetime
    fin: datetime
    secondes: int

    @classmethod
    def des(cls, ensemble: Ensemble) -> list["PlageOut"]:
        return [cls(debut=p.debut, fin=p.fin, secondes=secondes((p,))) for p in ensemble]


class RegimeDisponibiliteOut(Sortie):
    """Des jours qu'une version d'une fiche décide; `debut` et `fin` sont compris."""

    fiche: str
    fiche_version: int
    libelle: str
    calendrier: str
    cible: Decimal | None
    debut: date
    fin: date


class PanneOut(Sortie):
    """Ce que le mois retient d'une indisponibilité; deux qui se chevauchent se fondent."""

    indisponibilite_id: UUID
    service: str
    nature: str
    portee: str
    debut: datetime
    fin: datetime | None
    brute: list[PlageOut]
    ajustee: list[PlageOut]
    phrase: str

    @classmethod
    def de(cls, panne: PanneComptee) -> "PanneOut":
        i = panne.indisponibilite
        return cls(
            indisponibilite_id=i.id,
            service=i.service,
            nature=i.nature,
            portee=i.portee,
            debut=i.debut,
            fin=i.fin,
            brute=PlageOut.des(panne.brute),
            ajustee=PlageOut.des(panne.ajustee),
            phrase=panne.phrase,
        )


class ExplicationDisponibiliteOut(Sortie):
    """Tout ce qu'il faut pour refaire la disponibilité d'un mois à la main."""

    indicateur: str
    organisme: str
    periode: str
    jusqua: date
    regimes: list[RegimeDisponibiliteOut]
    services: list[ServiceOut] = Field(description="Ceux que la fiche nomme et qui sont connus.")
    heures: list[PlageOut] = Field(description="Les plages de service.")
    exclues: list[PlageOut] = Field(description="Ce que la fiche en exclut (condition d).")
    pannes: list[PanneOut]
    service: Secondes
    panne: Secondes = Field(description="L'union des pannes, en secondes.")
    service_ajuste: Secondes
    panne_ajuste: Secondes

    @classmethod
    def de(cls, explication: Explication) -> "ExplicationDisponibiliteOut":
        decompte = explication.decompte
        return cls(
            indicateur=explication.vise.indicateur,
            organisme=explication.vise.organisme,
            periode=str(explication.vise.periode),
            jusqua=explication.jusqua,
            regimes=[
                RegimeDisponibiliteOut(
                    fiche=s.fiche,
                    fiche_version=s.version,
                    libelle=s.indicateur.libelle,
                    calendrier=s.indicateur.calendrier,
                    cible=s.indicateur.cible,
                    debut=s.jours[0],
                    fin=s.jours[1],
                )
                for s in decompte.segments
            ],
            services=[ServiceOut.model_validate(s) for s in decompte.services],
            heures=PlageOut.des(decompte.service),
            exclues=PlageOut.des(decompte.exclus),
            pannes=list(map(PanneOut.de, decompte.pannes)),
            service=secondes(decompte.service),
            panne=secondes(decompte.panne),
            service_ajuste=secondes(decompte.service_ajuste),
            panne_ajuste=secondes(decompte.panne_ajustee),
        )


@routes.get(
    "/disponibilites",
    response_model=Liste[DisponibiliteOut],
    summary="Lister les minutes de service et de panne, par mois (SLA-5)",
)
async def lister_disponibilites(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    organisme: CodeOrganisme | None = None,
    periode: champs.Periode | None = None,
) -> Response:
    """Le mois le plus récent d'abord; le MCN a aussi la ligne de tous les organismes."""
    filtre = vues.FiltreMinutes(indicateur=indicateur, organisme=organisme, periode=periode)
    return await appel.lister(vues.MINUTES, filtre, Liste[DisponibiliteOut], page=page)


@routes.get(
    "/disponibilites/{disponibilite_id}",
    response_model=DisponibiliteOut,
    summary="Lire la disponibilité d'un mois (SLA-5)",
)
async def lire_disponibilite(disponibilite_id: UUID, appel: Lecture) -> Response:
    """Son identifiant demeure quand le mois se recompte."""
    vue = vues.DISPONIBILITE.de(disponibilite_id)
    return await appel.lire(vue, DisponibiliteOut.model_validate)


@routes.get(
    "/disponibilites/{disponibilite_id}/explication",
    response_model=ExplicationDisponibiliteOut,
    responses=_PAGE,
    summary="Expliquer la disponibilité d'un mois : heures, plages exclues, pannes (SLA-5)",
)
async def expliquer_disponibilite(
    disponibilite_id: UUID, appel: Lecture, accept: Annotated[str, Header()] = JSON
) -> Response:
    """En JSON, ou en page (`Accept: text/html`); celle d'un organisme, de ce qu'on sait maintenant.

    Tous ensemble font la somme des organismes : rien de plus ne l'explique (409).
    """
    lue = await appel.lire_brut(vues.DISPONIBILITE.de(disponibilite_id))
    if not lue.organisme:
        raise Conflit(
            "Tous ensemble font la somme des organismes : expliquez-en un.", regle="SLA-5"
        )
    vise = MoisVise(lue.organisme, lue.indicateur, Mois.lire(lue.periode))
    le = jour_de_quebec(appel.horloge())
    explication = await appel.consulter(lambda ports: expliquer(vise, ports, le=le))
    if format_prefere(accept, (JSON, HTML)) == HTML:
        en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
        return Response(rendre(explication), headers=en_tetes, media_type=HTML)
    corps = ExplicationDisponibiliteOut.de(explication).model_dump_json()
    return Response(corps, headers={"Vary": "Accept"}, media_type=JSON)
