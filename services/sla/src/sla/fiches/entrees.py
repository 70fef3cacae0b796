"""Les indicateurs en vigueur et les calendriers, par HTTP; les fiches, par le bus."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.responses import Response

from calendrier import (
    ANNEE_MAX,
    ANNEE_MIN,
    Calendrier,
    VersionCalendrier,
    calendrier_applique,
    lire_versions,
)
from contrats import catalogue as faits
from noyau import TOUJOURS, Comparaison, Predicat, jour_de_quebec
from sla.base import LECTEURS
from sla.fiches.adaptateurs import conversion, vues
from sla.fiches.cas_usage import synchroniser_fiches
from sla.fiches.domaine import Borne, Condition, Fiche, Indicateur, VersionRetiree
from sla.fiches.ports import Ports
from socle.bd.conversion import Ligne, colonnes
from socle.reception import Ecoute, Ecoutes, Ordre, Recu
from socle.web import Appel, Liste, PageDemandee, Sortie, acces, exemple
from socle.web.champs import Jour

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = APIRouter(prefix="/v1", tags=["indicateurs"])


PredicatOut = Annotated[
    dict[str, Any] | None,
    Field(
        description="Un fait et ce qu'il doit dire (`parmi`, `egale`, `au_moins`), `tous` de"
        " plusieurs, ou `un` de plusieurs; null : tout convient."
    ),
]


class BorneOut(Sortie):
    """Un fait qui ouvre la mesure."""

    evenement: str
    si: PredicatOut


class ConditionOut(Sortie):
    """Ce qui exclut une mesure du taux ajusté, ou la signale (SLA-8)."""

    code: str
    libelle: str
    exclut: PredicatOut
    signale: PredicatOut


class IndicateurOut(Sortie):
    """Un indicateur publié par une fiche en vigueur, en entier (CAT-5, CAT-9)."""

    model_config = exemple(
        {
            "code": "PT-1",
            "libelle": "Livraison d'un poste de travail physique et de ses logiciels",
            "fiche": "POSTES", "fiche_version": 1, "mesure": True, "suivi": None,
            "sujet": "demande", "couvre": {"fait": "sorte", "parmi": ["poste_physique"]},
            "ouvre": [
                {
                    "evenement": "demande.créée",
                    "si": {"fait": "approbation_requise", "egale": False},
                },
                {"evenement": "demande.approuvée", "si": None},
            ],
            "suspend": ["demande.suspendue"], "reprend": ["demande.reprise"],
            "ferme": ["poste.livré", "logiciel.installé"], "rouvre": ["demande.rouverte"],
            "retire": ["demande.refusée", "demande.annulée", "demande.redirigée"],
            "horloge": "jours_ouvrables", "calendrier": "csc",
            "delai": 10, "cible": "0.95", "a_risque": 2,
            "conditions": [{
                "code": "a", "libelle": "acquisition multiple",
                "exclut": {"fait": "acquisition_multiple", "egale": True}, "signale": None,
            }],
        }
    )  # fmt: skip

    code: str
    libelle: str
    fiche: str
    fiche_version: int
    mesure: bool = Field(description="Faux : suivi seulement, aucune mesure n'en est faite.")
    suivi: str | None = Field(description="Pourquoi il n'est que suivi; null : il est mesuré.")
    sujet: str = Field(description="La sorte de sujet : « demande », « contrat », « service »…")
    couvre: PredicatOut
    ouvre: list[BorneOut]
    suspend: list[str]
    reprend: list[str]
    ferme: list[str] = Field(description="Des livraisons attendues, la dernière (SLA-2).")
    rouvre: list[str]
    retire: list[str] = Field(description="Les événements qui retirent le sujet de la mesure.")
    horloge: str = Field(description="Ce que l'on compte : « jours_ouvrables », « date_convenue »…")
    calendrier: str
    delai: int | None = Field(description="Dans l'unité de l'horloge; null : suivi, ou sans objet.")
    cible: Decimal | None = Field(
        description="Part entre 0 et 1, chaîne décimale; null : sans cible."
    )
    a_risque: int | None = Field(description="Jours avant l'échéance.")
    conditions: list[ConditionOut]

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "IndicateurOut":
        (indicateur,) = conversion.indicateurs([ligne.document])
        ecrit: dict[str, Any] = {
            **colonnes(indicateur),
            "couvre": ecrire(indicateur.couvre),
            "ouvre": [{"evenement": b.evenement, "si": ecrire(b.si)} for b in indicateur.ouvre],
            "conditions": [
                {
                    **colonnes(c),
                    "exclut": ecrire(c.exclut),
                    "signale": c.signale and ecrire(c.signale),
                }
                for c in indicateur.conditions
            ],
        }
        return cls(
            **ecrit,
            fiche=ligne.fiche,
            fiche_version=ligne.fiche_version,
            mesure=indicateur.suivi is None,
            suivi=indicateur.suivi,
        )


def ecrire(predicat: Predicat) -> dict[str, Any] | None:
    """La forme écrite la plus simple d'un prédicat; None pour celui auquel tout répond."""
    if predicat == TOUJOURS:
        return None
    alternatives = [[_ecrire_comparaison(c) for c in tous] for tous in predicat.un]
    formes = [tous[0] if len(tous) == 1 else {"tous": tous} for tous in alternatives]
    return formes[0] if len(formes) == 1 else {"un": formes}


def _ecrire_comparaison(comparaison: Comparaison) -> dict[str, Any]:
    dites = {nom: v for nom, v in colonnes(comparaison).items() if v is not None}
    return {nom: str(v) if isinstance(v, Decimal) else v for nom, v in dites.items()}


class FerieOut(Sortie):
    """Un jour férié, là où on l'observe."""

    jour: date
    libelle: str


class CalendrierOut(Sortie):
    """Une version du calendrier, et ses jours fériés d'une année (SLA-1)."""

    model_config = exemple(
        {
            "nom": "2015-1",
            "en_vigueur_depuis": "2015-01-01",
            "note": "",
            "applique": True,
            "annee": 2026,
            "feries": [{"jour": "2026-09-07", "libelle": "Fête du Travail"}],
        }
    )

    nom: str
    en_vigueur_depuis: date
    note: str
    applique: bool = Field(description="Vrai pour la version qui juge aujourd'hui.")
    annee: int
    feries: list[FerieOut]

    @classmethod
    def de(cls, version: VersionCalendrier, annee: int, *, applique: bool) -> "CalendrierOut":
        return cls(
            nom=version.version,
            en_vigueur_depuis=version.en_vigueur_depuis,
            note=version.note,
            applique=applique,
            annee=annee,
            feries=[FerieOut.model_validate(f) for f in Calendrier.depuis(version).feries(annee)],
        )


@routes.get(
    "/indicateurs", response_model=Liste[IndicateurOut], summary="Lister les indicateurs en vigueur"
)
async def lister_indicateurs(
    appel: Lecture,
    page: PageDemandee,
    le: Annotated[Jour | None, Query(description="Date lue; aujourd'hui par défaut.")] = None,
) -> Response:
    """Les indicateurs des fiches en vigueur à la date lue, mesurés ou suivis (CAT-5, CAT-9)."""
    filtre = vues.FiltreIndicateurs(le=le or jour_de_quebec(appel.horloge()))
    return await appel.lister(
        vues.INDICATEURS, filtre, Liste[IndicateurOut], page=page, presenter=IndicateurOut.de_ligne
    )


@routes.get("/calendriers", response_model=Liste[CalendrierOut], summary="Lister les calendriers")
async def lister_calendriers(
    appel: Lecture,
    annee: Annotated[
        int | None,
        Query(ge=ANNEE_MIN, le=ANNEE_MAX, description="Année des jours fériés; la courante."),
    ] = None,
) -> Response:
    """Les versions du calendrier livrées, avec leurs jours fériés d'une année (SLA-1)."""
    applique = calendrier_applique().version
    lue = annee or jour_de_quebec(appel.horloge()).year
    versions = [CalendrierOut.de(v, lue, applique=v == applique) for v in lire_versions()]
    corps = Liste[CalendrierOut](elements=versions)
    return Response(corps.model_dump_json(), media_type="application/json")


def vers_fiche(recu: Recu[faits.FichePubliee]) -> Fiche:
    """La version d'une fiche, avec ses seuls indicateurs."""
    publiee = recu.evenement
    return Fiche(
        code=publiee.code,
        titre=publiee.titre,
        version=publiee.version,
        debut=publiee.debut,
        indicateurs=tuple(map(_indicateur, publiee.indicateurs)),
    )


def _indicateur(publie: faits.Indicateur) -> Indicateur:
    dits = {
        **dict(publie),
        "couvre": publie.couvre or TOUJOURS,
        "ouvre": tuple(Borne(b.evenement, b.si or TOUJOURS) for b in publie.ouvre),
        "conditions": tuple(Condition(**dict(c)) for c in publie.conditions),
    }
    return Indicateur(**dits)


def vers_retrait(recu: Recu[faits.FicheRetiree]) -> VersionRetiree:
    """La version qui ne vaudra pas (CAT-2)."""
    retiree = recu.evenement
    return VersionRetiree(code=retiree.code, version=retiree.version, debut=retiree.debut)


ECOUTES: Ecoutes = {
    faits.FichePubliee: Ecoute(vers_fiche, synchroniser_fiches, Ports, Ordre.LIBRE),
    faits.FicheRetiree: Ecoute(vers_retrait, synchroniser_fiches, Ports, Ordre.LIBRE),
}
