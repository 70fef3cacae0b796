"""Ouvrir, lister, lire un dossier; sa chronologie, ses avis, ses pièces, sa fin (CI-10, CI-12)."""

from typing import Annotated
from uuid import UUID

from fastapi import Header
from starlette.responses import Response

from courtier.dossiers.adaptateurs import vues
from courtier.dossiers.adaptateurs.rendus import page_dossier
from courtier.dossiers.cas_usage.dossiers import (
    DeposerPiece,
    OuvrirDossier,
    PoserGeste,
    clore_dossier,
    deposer_piece,
    dire_decret,
    lire_actes,
    lire_pieces,
    ouvrir_dossier,
    poser_geste,
)
from courtier.dossiers.domaine.etapes import DossierVu
from courtier.dossiers.entrees import demarrage as d
from courtier.dossiers.entrees import sorties as s
from courtier.dossiers.entrees.acces import Client, Courtier, Lecteur
from courtier.dossiers.entrees.formes import HTML, JSON, PAGE, page_html
from courtier.dossiers.ports import Ports
from socle.web import SITUE, Liste, PageDemandee, Routeur, format_prefere, lu, uuid7

routes = Routeur(prefix="/v1", tags=["dossiers"])


@routes.get(
    "/dossiers",
    response_model=Liste[s.DossierResumeOut],
    operation_id="lister_dossiers",
    summary="Lister les dossiers d'acquisition",
)
async def lister(
    appel: Lecteur,
    filtre: Annotated[vues.FiltreDossiers, lu(vues.FiltreDossiers)],
    page: PageDemandee,
) -> Response:
    """Un organisme voit les siens; `avise=true` : ceux dont une offre citée a changé (CI-12).

    `reserves=true` : ceux dont le choix porte des réserves (CI-15).
    """
    return await appel.lister(vues.DOSSIERS, filtre, Liste[s.DossierResumeOut], page=page)


@routes.post(
    "/dossiers",
    status_code=201,
    responses=SITUE,
    response_model=s.DossierOut,
    operation_id="ouvrir_dossier",
    summary="Ouvrir un dossier d'acquisition (CI-10)",
)
async def ouvrir(corps: d.DossierIn, appel: Client) -> Response:
    """Le dossier est celui de l'organisme du jeton."""
    commande = OuvrirDossier(dossier_id=uuid7(), organisme=appel.organisme(None), titre=corps.titre)
    return await appel.ecrire(
        ouvrir_dossier,
        commande,
        s.DossierOut.de,
        statut=201,
        emplacement=lambda vu: f"/v1/dossiers/{vu.id}",
    )


@routes.get(
    "/dossiers/{dossier_id}",
    response_model=s.DossierOut,
    responses=PAGE,
    operation_id="lire_dossier",
    summary="Lire un dossier, et ce qui lui manque (CI-10)",
)
async def lire(
    dossier_id: UUID,
    appel: Lecteur,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """`manque` dit, geste par geste, les préalables qui ne sont pas tenus et leur règle.

    En page (`Accept: text/html`), ses cinq étapes, ce qui manque et sa chronologie.
    """
    le, forme = appel.horloge(), format_prefere(accept, (JSON, HTML))

    async def regarder(ports: Ports) -> DossierVu:
        return await ports.regarder(await ports.acquisitions.dossiers.lire(dossier_id), le)

    if forme == HTML:
        return page_html(page_dossier.rendre(await appel.consulter(regarder), le))
    reponse = await appel.lire(appel.vue(regarder), s.DossierOut.de)
    reponse.headers["Vary"] = "Accept"
    return reponse


@routes.get(
    "/dossiers/{dossier_id}/chronologie",
    response_model=Liste[s.ActeOut],
    operation_id="lire_chronologie_dossier",
    summary="Lire la chronologie d'un dossier (CI-10)",
)
async def chronologie(dossier_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Tous les gestes, dans l'ordre; ceux qu'un retour a défaits y restent, à refaire."""
    return await appel.parcourir(
        lambda ports: lire_actes(dossier_id, ports),
        Liste[s.ActeOut],
        page=page,
        presenter=s.ActeOut.de,
    )


@routes.get(
    "/dossiers/{dossier_id}/avis",
    response_model=Liste[s.AvisOut],
    operation_id="lister_avis_dossier",
    summary="Lister ce qui a changé des offres que cite un dossier (CI-12)",
)
async def avis(dossier_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Du plus récent au plus ancien."""
    return await appel.lister(
        vues.AVIS,
        vues.FiltreAvis(dossier_id=dossier_id),
        Liste[s.AvisOut],
        page=page,
        sous=vues.DOSSIER.de(dossier_id),
    )


@routes.post(
    "/dossiers/{dossier_id}/retour",
    response_model=s.DossierOut,
    operation_id="revenir_etape_dossier",
    summary="Revenir à une étape antérieure (CI-10)",
)
async def revenir(dossier_id: UUID, corps: d.RetourIn, appel: Client) -> Response:
    """Jusqu'à la signature du client; ce qui suivait est à refaire, rien ne s'efface."""
    commande = PoserGeste(dossier_id=dossier_id, contenu=corps.contenu)
    return await appel.ecrire(poser_geste, commande, s.DossierOut.de)


@routes.post(
    "/dossiers/{dossier_id}/cloture",
    response_model=s.DossierOut,
    operation_id="clore_dossier",
    summary="Clore un dossier sans contrat (CI-10)",
)
async def clore(dossier_id: UUID, corps: d.ClotureIn, appel: Client) -> Response:
    """L'autre véhicule est refusé à un organisme que le décret 596-2020 oblige."""
    return await appel.ecrire(clore_dossier, corps.commande(dossier_id), s.DossierOut.de)


@routes.get(
    "/dossiers/{dossier_id}/pieces",
    response_model=Liste[s.PieceOut],
    operation_id="lister_pieces_dossier",
    summary="Lister les pièces d'un dossier (CI-23)",
)
async def lister_pieces(dossier_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """De la plus ancienne à la plus récente, celles des gestes comprises."""
    return await appel.parcourir(
        lambda ports: lire_pieces(dossier_id, ports),
        Liste[s.PieceOut],
        page=page,
        presenter=s.PieceOut.de,
    )


@routes.post(
    "/dossiers/{dossier_id}/pieces",
    status_code=201,
    response_model=s.PieceOut,
    operation_id="deposer_piece_dossier",
    summary="Déposer une pièce d'un dossier (CI-23)",
)
async def deposer(dossier_id: UUID, corps: d.PieceIn, appel: Client) -> Response:
    """Son genre, son titre, sa date et son empreinte; le document vit chez l'organisme."""
    commande = DeposerPiece(dossier_id=dossier_id, piece=corps.piece(uuid7()))
    return await appel.ecrire(deposer_piece, commande, s.PieceOut.de, statut=201)


@routes.get(
    "/decret-596",
    response_model=Liste[s.DecretOut],
    operation_id="lister_decret",
    summary="Lister qui le décret 596-2020 oblige (CI-10)",
)
async def lister_decret(
    appel: Lecteur,
    filtre: Annotated[vues.FiltreDecret, lu(vues.FiltreDecret)],
    page: PageDemandee,
) -> Response:
    """Tout ce qu'on en a dit; d'un même jour, le dernier dit vaut."""
    return await appel.lister(vues.DECRETS, filtre, Liste[s.DecretOut], page=page)


@routes.post(
    "/decret-596",
    status_code=201,
    response_model=s.DecretOut,
    operation_id="dire_decret",
    summary="Dire qu'un organisme est tenu par le décret 596-2020, ou non (CI-10)",
)
async def dire(corps: d.DecretIn, appel: Courtier) -> Response:
    """À compter d'un jour; s'ajoute à ce qu'on en a déjà dit."""
    return await appel.ecrire(dire_decret, corps.commande, s.DecretOut.de, statut=201)
