"""Les routes des factures, de leurs lignes et de leurs ajustements."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, Header
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import LECTEURS, MCN
from facturation.factures.adaptateurs import vues
from facturation.factures.adaptateurs.rendus import brut, pdf, tableur
from facturation.factures.cas_usage import AjusterLigne, ajuster_ligne
from facturation.factures.domaine.factures import NatureDocument
from facturation.factures.entrees import schemas as s
from facturation.factures.ports import Ports
from socle.bd.instructions import Ligne
from socle.champs import Periode
from socle.web import (
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    acces,
    format_prefere,
    uuid7,
)
from socle.web.diffusion import diffuser

Emission = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["facturation"])

JSON, CSV, PDF = "application/json", "text/csv", "application/pdf"

_RENDUS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "La facture, dans le format demandé par Accept.",
        "content": {
            CSV: {"schema": {"type": "string"}},
            PDF: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@routes.get("/factures", response_model=Liste[s.ResumeOut], summary="Lister les factures émises")
async def lister_factures(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    periode: Periode | None = None,
    nature: NatureDocument | None = None,
) -> Response:
    """Un organisme ne voit que les siennes; par numéro croissant, notes de crédit à la fin."""
    filtre = vues.FiltreFactures(organisme=organisme, periode=periode, nature=nature)
    return await appel.lister(vues.FACTURES, filtre, Liste[s.ResumeOut], page=page)


@routes.get(
    "/factures/{numero}",
    response_model=s.FactureOut,
    responses=_RENDUS,
    summary="Lire une facture : JSON, CSV ou PDF accessible (FAC-10)",
)
async def lire_facture(
    numero: s.Numero, appel: Lecture, accept: Annotated[str, Header(include_in_schema=False)] = JSON
) -> Response:
    """Le format suit Accept : application/json, text/csv ou application/pdf (PDF/UA-1)."""
    voulu = format_prefere(accept, (JSON, CSV, PDF))
    facture = await appel.lire_brut(vues.FACTURE.de(numero))
    nom = f"{facture.entete['nature'].replace('_', '-')}-{numero}"
    en_tetes = {"Vary": "Accept"}
    if voulu != JSON:
        suffixe = "csv" if voulu == CSV else "pdf"
        en_tetes["Content-Disposition"] = f'attachment; filename="{nom}.{suffixe}"'
    if voulu == PDF:
        return Response(await _papier(appel, facture), headers=en_tetes, media_type=voulu)
    lots = _lots(appel, facture)
    if voulu == JSON:
        morceaux, forme = brut.rendre(facture.entete, facture.empreinte, lots), JSON
    else:
        morceaux, forme = tableur.diffuser(facture.entete, lots), tableur.ENTETE.decode()
    if facture.nombre_lignes <= vues.LOT:
        corps = b"".join([morceau async for morceau in morceaux])
        return Response(corps, headers=en_tetes, media_type=voulu)
    return diffuser(appel.requete, morceaux, voulu, f"{forme} {facture.empreinte}", en_tetes)


async def _lots(appel: Appel[Ports], facture: Ligne) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    """Les lignes d'un document, qui ne change plus : chaque lot se lit dans sa transaction."""
    for apres in range(0, facture.nombre_lignes, vues.LOT):
        yield await appel.lire_brut(vues.lot_de_lignes(facture, apres))


async def _papier(appel: Appel[Ports], facture: Ligne) -> bytes:
    """Le PDF, composé à l'écart; d'un long document, il n'a que le sommaire."""
    document = {**facture.entete, "empreinte": facture.empreinte, "lignes": []}
    resume = None
    if facture.nombre_lignes > vues.LOT:
        resume = pdf.Resume()
        async for lignes in _lots(appel, facture):
            resume.ajouter(lignes)
    else:
        async for lignes in _lots(appel, facture):
            document["lignes"] += lignes
    return await asyncio.to_thread(pdf.rendre, document, resume)


@routes.get(
    "/factures/{numero}/lignes",
    response_model=Liste[s.LigneOut],
    operation_id="lister_lignes_facture",
    summary="Lister les lignes d'une facture, expliquées (FAC-9)",
)
async def lister_lignes(numero: s.Numero, appel: Lecture, page: PageDemandee) -> Response:
    """Actif ou acte, événements, tarif et version, période d'origine, calcul en clair."""
    return await appel.lister(
        vues.LIGNES,
        vues.FiltreLignes(numero=numero),
        Liste[s.LigneOut],
        page=page,
        presenter=lambda ligne: ligne.donnees,
        sous=vues.FACTURE.de(numero),
    )


@routes.get(
    "/factures/{numero}/notes-credit",
    response_model=Liste[s.ResumeOut],
    operation_id="lister_notes_credit",
    summary="Lister les notes de crédit qui corrigent un document (FAC-13)",
)
async def lister_notes(numero: s.Numero, appel: Lecture, page: PageDemandee) -> Response:
    """Celles des décisions; chacune nomme le document qu'elle corrige, et chaque ligne, la sienne.

    Un crédit de l'initiative de la facturation est une ligne du document du mois qui suit.
    """
    return await appel.lister(
        vues.FACTURES,
        vues.FiltreFactures(corrige=numero),
        Liste[s.ResumeOut],
        page=page,
        sous=vues.FACTURE.de(numero),
    )


@routes.post(
    "/factures/{numero}/lignes/{rang}/ajustements",
    status_code=201,
    response_model=s.AjustementOut,
    operation_id="ajuster_ligne",
    summary="Ajuster le dû d'une ligne émise, motif à l'appui (FAC-13)",
)
async def ajuster(
    numero: s.Numero, rang: s.Rang, corps: s.AjustementIn, appel: Emission
) -> Response:
    """Le prochain document de l'organisme le porte; le document ajusté ne change pas."""
    return await appel.ecrire(
        ajuster_ligne,
        AjusterLigne(id=uuid7(), numero=numero, rang=rang, montant=corps.somme, motif=corps.motif),
        s.AjustementOut.de,
        statut=201,
    )


@routes.get(
    "/factures/{numero}/ajustements",
    response_model=Liste[s.AjustementOut],
    summary="Lister les ajustements d'un document (FAC-13)",
)
async def lister_ajustements(numero: s.Numero, appel: Lecture, page: PageDemandee) -> Response:
    """Par date de décision; un organisme voit ceux de ses documents."""
    return await appel.lister(
        vues.AJUSTEMENTS,
        vues.FiltreAjustements(numero=numero),
        Liste[s.AjustementOut],
        page=page,
        sous=vues.FACTURE.de(numero),
    )
