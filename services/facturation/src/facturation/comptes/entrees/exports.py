"""Les routes de ce que la comptabilité reprend : l'export d'un mois, ce qui reste à facturer."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query
from starlette.responses import Response, StreamingResponse

from contrats.base import CodeOrganisme
from facturation.base import DATEE, LECTEURS, MCN
from facturation.comptes.adaptateurs.exports import vues
from facturation.comptes.adaptateurs.vues import CLIENT
from facturation.comptes.cas_usage import (
    ChercherAFacturer,
    chercher_a_facturer,
    organismes_apres,
)
from facturation.comptes.domaine.a_facturer import AFacturer
from facturation.comptes.domaine.exports import Ventilation
from facturation.comptes.entrees import schemas as s
from facturation.comptes.entrees import tableurs
from facturation.comptes.ports import Ports
from facturation.emissions.domaine.executions import exiger_commencee
from noyau import ZERO, Mois, jour_de_quebec
from pages import tableur
from socle.bd.instructions import Ligne
from socle.champs import Periode
from socle.web import Appel, Probleme, Routeur, acces, format_prefere
from socle.web.diffusion import diffuser

Comptable = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]
Accept = Annotated[str, Header(include_in_schema=False)]
AuMois = Annotated[
    Periode | None,
    Query(description="À la fin de ce mois; absent : celui qui court. AuMois clôt l'exercice."),
]

routes = Routeur(prefix="/v1", tags=["facturation"])

JSON, CSV = "application/json", "text/csv"
_FORMES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "En JSON, ou en CSV (Accept).",
        "content": {CSV: {"schema": {"type": "string"}}},
    }
}
AU_PLUS: Final = 20
"""Organismes dont une réponse JSON calcule ce qui est à facturer."""


@routes.get(
    "/exports",
    response_model=s.ExportOut,
    responses=_FORMES,
    operation_id="exporter",
    summary="Exporter les documents d'un mois pour la comptabilité (FAC-16, FAC-17)",
)
async def exporter(
    appel: Lecture,
    periode: Annotated[Periode | None, Query(description="Les documents de cette période.")] = None,
    emission: Annotated[
        Periode | None,
        Query(description="Ceux qui furent émis dans ce mois; d'office, celui qui court."),
    ] = None,
    accept: Accept = JSON,
) -> Response:
    """En CSV, toutes les lignes; en JSON, leurs totaux de contrôle, qui sont ceux des documents.

    Un organisme n'a que les siens.
    """
    if periode is not None and emission is not None:
        raise Probleme(422, "Nommez une période, ou un mois d'émission : l'un des deux.")
    voulu, dit = format_prefere(accept, (JSON, CSV)), periode or emission
    mois = Mois.lire(dit) if dit else Mois.de(jour_de_quebec(appel.horloge()))
    choix = vues.Choix(mois, periode is None, appel.acteur.organisme)
    documents = await appel.lire_brut(vues.documents(choix))
    if voulu == JSON:
        totaux = _totaux(documents, choix)
        return Response(totaux.model_dump_json(), headers={"Vary": "Accept"}, media_type=JSON)
    par = "emission" if choix.par_emission else "periode"
    en_tetes = {
        "Vary": "Accept",
        "Content-Disposition": f'attachment; filename="export-{par}-{mois}.csv"',
    }
    # Ce qui est émis ne change plus : les empreintes disent tout ce que montrent les lignes.
    cachet = sha256("".join(d.empreinte for d in documents).encode()).hexdigest()
    forme = ";".join(tableurs.EXPORT)
    return diffuser(
        appel.requete, _ecritures(appel, documents), voulu, f"{forme} {cachet}", en_tetes
    )


def _totaux(documents: Sequence[Ligne], choix: vues.Choix) -> s.ExportOut:
    return s.ExportOut(
        mois=str(choix.mois),
        par="emission" if choix.par_emission else "periode",
        documents=len(documents),
        lignes=sum(d.nombre_lignes for d in documents),
        total_avant_taxes=str(sum((d.total_avant_taxes for d in documents), ZERO)),
        tps=str(sum((d.tps for d in documents), ZERO)),
        tvq=str(sum((d.tvq for d in documents), ZERO)),
        total=str(sum((d.total for d in documents), ZERO)),
    )


async def _ecritures(appel: Appel[Ports], documents: Sequence[Ligne]) -> AsyncIterator[bytes]:
    """Document par document, lot par lot : chaque lot se lit dans sa transaction."""
    yield tableur.entete(tableurs.EXPORT)
    for document in documents:
        taxes = Ventilation(document.tps, document.tvq, document.nombre_lignes)
        for apres in range(0, document.nombre_lignes, vues.LOT):
            lignes = await appel.lire_brut(vues.lot_de_lignes(document.numero, apres))
            yield tableurs.ecritures(document, lignes, taxes)


@routes.get(
    "/exports/a-facturer",
    response_model=s.ListeAFacturer,
    responses={**_FORMES, **DATEE},
    operation_id="lister_a_facturer",
    summary="Lister ce qui est dû à une fin de mois et n'est pas facturé (FAC-7, FAC-17)",
)
async def lister_a_facturer(
    appel: Comptable,
    periode: AuMois = None,
    apres: Annotated[
        CodeOrganisme | None, Query(description="Reprendre après cet organisme, par code.")
    ] = None,
    accept: Accept = JSON,
) -> Response:
    """Par organisme, tarif et exercice d'origine, avant taxes. Le CSV les dit tous, un à un.

    Calculé à la lecture, de tout ce qui se sait alors, et gardé nulle part : relu plus tard, un
    mois passé change de ce qu'on en apprit. Qui l'inscrit à ses livres garde ce qu'il a lu.
    """
    voulu, mois = format_prefere(accept, (JSON, CSV)), _commence(appel, periode)
    if voulu == CSV:
        nom = f'attachment; filename="a-facturer-{mois}.csv"'
        en_tetes = {"Vary": "Accept", "Content-Disposition": nom}
        tous = _calculer_tous(appel, mois, apres)
        return StreamingResponse(
            tableurs.a_facturer(tous, appel.horloge()), headers=en_tetes, media_type=voulu
        )
    vises = await _suivants(appel, apres)
    calcules = [await _presenter(appel, o, mois) for o in vises[:AU_PLUS]]
    suivant = vises[AU_PLUS - 1] if len(vises) > AU_PLUS else None
    liste = s.ListeAFacturer(elements=calcules, suivant=suivant)
    return Response(liste.model_dump_json(), headers={"Vary": "Accept"}, media_type=JSON)


@routes.get(
    "/etats-de-compte/{organisme}/a-facturer",
    response_model=s.AFacturerOut,
    responses=DATEE,
    operation_id="lire_a_facturer",
    summary="Lire ce qu'un organisme doit à une fin de mois sans facture encore (FAC-7, FAC-17)",
)
async def lire_a_facturer(
    organisme: CodeOrganisme, appel: Lecture, periode: AuMois = None
) -> Response:
    """Le même calcul que l'émission, sans rien écrire; avant taxes.

    Calculé à la lecture, de tout ce qui se sait alors, et gardé nulle part.
    """
    mois, code = _commence(appel, periode), appel.organisme(organisme)
    await appel.lire_brut(CLIENT.de(code))
    calcule = await _presenter(appel, code, mois)
    return Response(calcule.model_dump_json(), media_type=JSON)


def _commence(appel: Appel[Ports], periode: str | None) -> Mois:
    """Le mois nommé, ou celui qui court; lève `Conflit` s'il est à venir."""
    aujourdhui = jour_de_quebec(appel.horloge())
    mois = Mois.lire(periode) if periode else Mois.de(aujourdhui)
    exiger_commencee(mois, aujourdhui)
    return mois


async def _calculer(appel: Appel[Ports], organisme: str, periode: Mois) -> AFacturer:
    """Chaque organisme se lit dans sa transaction."""
    commande = ChercherAFacturer(organisme, periode)
    return await appel.consulter(partial(chercher_a_facturer, commande))


async def _presenter(appel: Appel[Ports], organisme: str, periode: Mois) -> s.AFacturerOut:
    lu_le = appel.horloge()
    return s.AFacturerOut.de(await _calculer(appel, organisme, periode), lu_le)


async def _suivants(appel: Appel[Ports], apres: str | None) -> Sequence[str]:
    return await appel.consulter(partial(organismes_apres, apres or ""))


async def _calculer_tous(
    appel: Appel[Ports], periode: Mois, apres: str | None
) -> AsyncIterator[AFacturer]:
    for vise in await _suivants(appel, apres):
        yield await _calculer(appel, vise, periode)
