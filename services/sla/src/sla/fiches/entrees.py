"""Les indicateurs et les calendriers, par HTTP; fiches, calendriers, statu quo, par le bus."""

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
    version_publiee,
)
from contrats import catalogue as faits
from noyau import TOUJOURS, Comparaison, Predicat, jour_de_quebec
from sla.base import LECTEURS
from sla.fiches.adaptateurs import conversion, vues
from sla.fiches.cas_usage import (
    synchroniser_calendriers,
    synchroniser_fiches,
    synchroniser_statu_quo,
)
from sla.fiches.domaine import (
    Borne,
    CalendrierRecu,
    Condition,
    Fiche,
    FinDeStatuQuo,
    Indicateur,
    StatuQuo,
    VersionRetiree,
)
from sla.fiches.ports import Ports
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne
from socle.bd.vues import SansFiltre
from socle.reception import Ecoute, Ecoutes, Ordre, Recu
from socle.web import (
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    Sortie,
    acces,
)
from socle.web.champs import Jour

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
) -> Response:
    """Les indicateurs des fiches en vigueur à la date lue, mesurés ou suivis (CAT-5, CAT-9)."""
    filtre = vues.FiltreIndicateurs(le=le or jour_de_quebec(appel.horloge()))
    return await appel.lister(
        vues.INDICATEURS, filtre, Liste[IndicateurOut], page=page, presenter=IndicateurOut.de_ligne
    )


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


def vers_calendrier(recu: Recu[faits.CalendrierPublie]) -> CalendrierRecu | None:
    """La version d'un calendrier; rien si ce n'est pas celui de la fonction publique (SLA-1).

    Lève `VersionInvalide` : gardée, elle ferait échouer tout décompte.
    """
    version = version_publiee(recu.evenement.model_dump(mode="json"))
    return None if version is None else CalendrierRecu(version, recu.sequence)


def vers_statu_quo(recu: Recu[faits.StatuQuoAccorde]) -> StatuQuo:
    """Ce qu'un organisme garde (CAT-6)."""
    return StatuQuo(**dict(recu.evenement))


def vers_fin_de_statu_quo(recu: Recu[faits.StatuQuoFini]) -> FinDeStatuQuo:
    """Le jour où il ne le garde plus (CAT-6)."""
    return FinDeStatuQuo(**dict(recu.evenement), sequence=recu.sequence)


ECOUTES: Ecoutes = {
    faits.FichePubliee: Ecoute(vers_fiche, synchroniser_fiches, Ports, Ordre.LIBRE),
    faits.FicheRetiree: Ecoute(vers_retrait, synchroniser_fiches, Ports, Ordre.LIBRE),
    faits.CalendrierPublie: Ecoute(vers_calendrier, synchroniser_calendriers, Ports, Ordre.LIBRE),
    faits.StatuQuoAccorde: Ecoute(vers_statu_quo, synchroniser_statu_quo, Ports, Ordre.LIBRE),
    faits.StatuQuoFini: Ecoute(vers_fin_de_statu_quo, synchroniser_statu_quo, Ports, Ordre.LIBRE),
}
