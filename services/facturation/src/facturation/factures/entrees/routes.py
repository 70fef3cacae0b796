"""Les routes des factures, de leurs lignes et de leurs ajustements."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Header
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import LECTEURS
from facturation.factures.adaptateurs import vues
from facturation.factures.adaptateurs.rendus import brut, ecran, lectures, pdf, tableur
from facturation.factures.adaptateurs.rendus.lecture import Comparaison, LignesLues
from facturation.factures.domaine.factures import NatureDocument
from facturation.factures.entrees import schemas as s
from facturation.factures.ports import Ports
from pages import politique
from socle.bd.instructions import Ligne
from socle.champs import Periode
from socle.web import (
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    acces,
    format_prefere,
)
from socle.web.diffusion import diffuser

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["facturation"])

JSON, CSV, PDF, HTML = "application/json", "text/csv", "application/pdf", "text/html"

_RENDUS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "La facture, dans le format demandé par Accept.",
        "content": {
            CSV: {"schema": {"type": "string"}},
            PDF: {"schema": {"type": "string", "format": "binary"}},
            HTML: {"schema": {"type": "string"}},
        },
    }
}
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Les lignes, ou la page qui les montre.",
        "content": {HTML: {"schema": {"type": "string"}}},
    }
}
_GARDE: Final = {"Content-Security-Policy": politique()}
"""Ce que porte toute page."""


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
    summary="Lire une facture : JSON, CSV, PDF accessible ou page (FAC-10)",
)
async def lire_facture(
    numero: s.Numero, appel: Lecture, accept: Annotated[str, Header(include_in_schema=False)] = JSON
) -> Response:
    """Selon Accept : application/json, text/csv, application/pdf (PDF/UA-1) ou text/html.

    Le papier et la page disent en plus ce qui a changé depuis le document précédent.
    """
    voulu = format_prefere(accept, (JSON, CSV, PDF, HTML))
    facture = await appel.lire_brut(vues.FACTURE.de(numero))
    nom = f"{facture.entete['nature'].replace('_', '-')}-{numero}"
    en_tetes = {"Vary": "Accept"}
    if voulu == HTML:
        corps = await _composer(appel, facture, ecran.rendre)
        return Response(corps, headers={**en_tetes, **_GARDE}, media_type=voulu)
    if voulu != JSON:
        suffixe = "csv" if voulu == CSV else "pdf"
        en_tetes["Content-Disposition"] = f'attachment; filename="{nom}.{suffixe}"'
    if voulu == PDF:
        corps = await _composer(appel, facture, pdf.rendre)
        return Response(corps, headers=en_tetes, media_type=voulu)
    lots = lectures.lots(appel.lire_brut, facture)
    if voulu == JSON:
        morceaux, forme = brut.rendre(facture.entete, facture.empreinte, lots), JSON
    else:
        morceaux, forme = tableur.diffuser(facture.entete, lots), tableur.ENTETE.decode()
    if facture.nombre_lignes <= vues.LOT:
        corps = b"".join([morceau async for morceau in morceaux])
        return Response(corps, headers=en_tetes, media_type=voulu)
    return diffuser(appel.requete, morceaux, voulu, f"{forme} {facture.empreinte}", en_tetes)


async def _composer(
    appel: Appel[Ports],
    facture: Ligne,
    rendre: Callable[[Mapping[str, Any], LignesLues, Comparaison | None], str | bytes],
) -> str | bytes:
    """Le papier ou la page, composé à l'écart; d'un long document, il n'a que le sommaire."""
    document = {**facture.entete, "empreinte": facture.empreinte, "lignes": []}
    lu = LignesLues()
    async for lignes in lectures.lots(appel.lire_brut, facture):
        await asyncio.to_thread(lu.ajouter, lignes)
        if facture.nombre_lignes <= lectures.LIGNES_MAXIMALES:
            document["lignes"] = lignes
    comparaison = await _comparer(appel, facture, lu)
    return await asyncio.to_thread(rendre, document, lu, comparaison)


async def _comparer(appel: Appel[Ports], facture: Ligne, lu: LignesLues) -> Comparaison | None:
    """Rien d'un premier document, ni de la note de crédit d'une décision."""
    if facture.piece:
        return None
    precedent = await lectures.lire_precedent(appel.lire_brut, facture.organisme, facture.periode)
    return precedent.comparer(lu.pli) if precedent else None


@routes.get(
    "/factures/{numero}/ecarts",
    response_model=s.EcartsOut,
    operation_id="lire_ecarts",
    summary="Lire ce qui a changé depuis le document précédent, par tarif (FAC-9)",
)
async def lire_ecarts(numero: s.Numero, appel: Lecture) -> Response:
    """Ajouts, fins, prix, prorata, actes, corrections : leur somme est la différence."""
    facture = await appel.lire_brut(vues.FACTURE.de(numero))
    lu = await lectures.compter(appel.lire_brut, facture)
    corps = s.EcartsOut.de(lu, await _comparer(appel, facture, lu))
    return Response(corps.model_dump_json(), media_type=JSON)


@routes.get(
    "/factures/{numero}/sous-totaux",
    response_model=s.SousTotauxOut,
    operation_id="lire_sous_totaux",
    summary="Lire les sous-totaux par imputation, site et tarif (FAC-16)",
)
async def lire_sous_totaux(numero: s.Numero, appel: Lecture) -> Response:
    """Chaque liste somme au total avant taxes; une valeur absente réunit ce qui n'en dit pas."""
    facture = await appel.lire_brut(vues.FACTURE.de(numero))
    lu = await lectures.compter(appel.lire_brut, facture)
    return Response(s.SousTotauxOut.de(lu.sous_totaux).model_dump_json(), media_type=JSON)


@routes.get(
    "/factures/{numero}/lignes",
    response_model=Liste[s.LigneOut],
    responses=_PAGE,
    operation_id="lister_lignes_facture",
    summary="Lister les lignes d'une facture, expliquées (FAC-9)",
)
async def lister_lignes(
    numero: s.Numero,
    appel: Lecture,
    page: PageDemandee,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Actif ou acte, événements, tarif et version, période d'origine, calcul en clair.

    En page (text/html), chaque ligne déplie son explication.
    """
    filtre = vues.FiltreLignes(numero=numero)
    if format_prefere(accept, (JSON, HTML)) == HTML:
        facture = await appel.lire_brut(vues.FACTURE.de(numero))
        lues = await appel.lire_brut(vues.page_de_lignes(facture, page.limite, page.curseur))
        corps = await asyncio.to_thread(ecran.rendre_lignes, facture.entete, lues, page.limite)
        return Response(corps, headers={"Vary": "Accept", **_GARDE}, media_type=HTML)
    reponse = await appel.lister(
        vues.LIGNES,
        filtre,
        Liste[s.LigneOut],
        page=page,
        presenter=lambda ligne: ligne.donnees,
        sous=vues.FACTURE.de(numero),
    )
    reponse.headers["Vary"] = "Accept"
    return reponse


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
