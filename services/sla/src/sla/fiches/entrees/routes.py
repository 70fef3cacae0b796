"""Les routes de l'aire : indicateurs et calendriers reçus."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field
from starlette.responses import Response

from calendrier import (
    ANNEE_MAX,
    ANNEE_MIN,
    JourHorsCalendrier,
    VersionCalendrier,
    composer,
    version_depuis_document,
)
from contrats.base import CodeOrganisme
from noyau import TOUJOURS, Comparaison, Predicat, jour_de_quebec
from sla.base import LECTEURS
from sla.fiches.adaptateurs import vues
from sla.fiches.domaine import Fiche, Indicateur
from sla.fiches.ports import Ports
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne
from socle.bd.vues import SansFiltre
from socle.champs import Jour
from socle.web import (
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
)

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["indicateurs"])


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
    def de(cls, fiche: Fiche, indicateur: Indicateur) -> "IndicateurOut":
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
            fiche=fiche.code,
            fiche_version=fiche.version,
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

    nom: str
    en_vigueur_depuis: date
    note: str
    applique: bool = Field(description="Vrai pour la version qui décide d'aujourd'hui.")
    annee: int
    feries: list[FerieOut]

    @classmethod
    def de(cls, ligne: Ligne, annee: int, du_jour: VersionCalendrier | None) -> "CalendrierOut":
        version = version_depuis_document(ligne.document)
        return cls(
            nom=version.version,
            en_vigueur_depuis=version.en_vigueur_depuis,
            note=version.note,
            applique=version == du_jour,
            annee=annee,
            feries=[FerieOut.model_validate(f) for f in composer((version,)).feries(annee)],
        )


@routes.get(
    "/indicateurs", response_model=Liste[IndicateurOut], summary="Lister les indicateurs en vigueur"
)
async def lister_indicateurs(
    appel: Lecture,
    page: PageDemandee,
    le: Annotated[Jour | None, Query(description="Date lue; aujourd'hui par défaut.")] = None,
    lu_par: Annotated[
        CodeOrganisme | None,
        Query(description="Ce que lit cet organisme, statu quo compris; absent : le sien."),
    ] = None,
) -> Response:
    """Les indicateurs des fiches en vigueur à la date lue, mesurés ou suivis (CAT-5, CAT-6, CAT-9).

    Le MCN qui ne nomme aucun organisme lit ce que lisent ceux qui n'ont pas de statu quo.
    """
    qui, jour = appel.filtre_organisme(lu_par), le or jour_de_quebec(appel.horloge())

    async def en_vigueur(ports: Ports) -> Sequence[tuple[Fiche, Indicateur]]:
        fiches = (await ports.fiches.toutes()).pour(qui).en_vigueur(jour)
        return sorted(((f, i) for f in fiches for i in f.indicateurs), key=_rang)

    return await appel.parcourir(
        en_vigueur, Liste[IndicateurOut], page=page, presenter=lambda lu: IndicateurOut.de(*lu)
    )


def _rang(lu: tuple[Fiche, Indicateur]) -> tuple[str, str]:
    fiche, indicateur = lu
    return indicateur.code, fiche.code


@routes.get("/calendriers", response_model=Liste[CalendrierOut], summary="Lister les calendriers")
async def lister_calendriers(
    appel: Lecture,
    page: PageDemandee,
    annee: Annotated[
        int | None,
        Query(ge=ANNEE_MIN, le=ANNEE_MAX, description="Année des jours fériés; la courante."),
    ] = None,
) -> Response:
    """Les versions reçues du catalogue, et les jours fériés d'une année selon chacune (SLA-1)."""
    aujourdhui = jour_de_quebec(appel.horloge())
    lue = annee or aujourdhui.year
    if not ANNEE_MIN <= lue <= ANNEE_MAX:
        dit = f"L'année {lue} sort du calendrier, qui va de {ANNEE_MIN} à {ANNEE_MAX}"
        raise JourHorsCalendrier(f"{dit} : dites `annee`.")
    applique = await appel.consulter(lambda ports: ports.calendriers.applique())
    du_jour = None if applique is None else applique.version_du(aujourdhui)
    return await appel.lister(
        vues.CALENDRIERS,
        SansFiltre(),
        Liste[CalendrierOut],
        page=page,
        presenter=lambda ligne: CalendrierOut.de(ligne, lue, du_jour),
    )
