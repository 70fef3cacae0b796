"""La consommation d'un contrat : ses commandes, ses factures, sa courbe (CI-19)."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header
from starlette.responses import Response

from courtier.consommation.adaptateurs import vues
from courtier.consommation.adaptateurs.rendus import page_consommation
from courtier.consommation.cas_usage import (
    AnnulerCommande,
    AnnulerFacture,
    Commander,
    Facturer,
    annuler_commande,
    annuler_facture,
    chercher_recoupements,
    commander,
    corriger_commande,
    corriger_facture,
    facturer,
    lire_consommation,
)
from courtier.consommation.entrees import recus as r
from courtier.consommation.entrees import schemas as s
from courtier.consommation.entrees import tableur
from courtier.consommation.entrees.acces import Lecteur, Tenue
from noyau import jour_de_quebec
from pages import politique
from socle.web import Liste, PageDemandee, Routeur, format_prefere

JSON, HTML, CSV = "application/json", "text/html", "text/csv"
_FORMES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {forme: {"schema": {"type": "string"}} for forme in (HTML, CSV)}}
}

routes = Routeur(prefix="/v1/contrats/{contrat_id}", tags=["consommation"])


@routes.get(
    "/consommation",
    response_model=s.ConsommationOut,
    responses=_FORMES,
    operation_id="lire_consommation",
    summary="Lire la consommation d'un contrat, sa courbe et son épuisement prévu (CI-19)",
)
async def lire(
    contrat_id: UUID,
    appel: Lecteur,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """En page (`Accept: text/html`), la courbe et son tableau; en CSV, un mois par rangée."""
    forme = format_prefere(accept, (JSON, HTML, CSV))
    jour = jour_de_quebec(appel.horloge())
    lue = await appel.consulter(lambda ports: lire_consommation(contrat_id, ports, jour=jour))
    if forme == HTML:
        en_tetes = {"Content-Security-Policy": politique(), "Vary": "Accept"}
        return Response(page_consommation.rendre(lue, jour), headers=en_tetes, media_type=HTML)
    if forme == CSV:
        return Response(tableur.rendre(lue.mois), headers=tableur.EN_TETES, media_type=CSV)
    corps = s.ConsommationOut.de(lue).model_dump_json()
    return Response(corps, headers={"Vary": "Accept"}, media_type=JSON)


@routes.get(
    "/recoupements",
    response_model=Liste[s.RecoupementOut],
    operation_id="lister_recoupements",
    summary="Signaler ce qui se paierait deux fois pour un même besoin (CI-19)",
)
async def lister_recoupements(contrat_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Les autres contrats en cours de l'organisme, même catégorie d'offre, mêmes mois."""
    jour = jour_de_quebec(appel.horloge())
    return await appel.parcourir(
        lambda ports: chercher_recoupements(contrat_id, ports, jour=jour),
        Liste[s.RecoupementOut],
        page=page,
        presenter=s.RecoupementOut.model_validate,
    )


@routes.get(
    "/commandes",
    response_model=Liste[s.CommandeOut],
    operation_id="lister_commandes",
    summary="Lister les commandes d'un contrat (CI-19)",
)
async def lister_commandes(contrat_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Par date; annulées et corrigées comprises."""
    return await appel.lister(
        vues.COMMANDES,
        vues.FiltreCommandes(contrat_id=contrat_id),
        Liste[s.CommandeOut],
        page=page,
        presenter=lambda ligne: s.CommandeOut.de(vues.commande_de(ligne)),
        sous=vues.CONTRAT.de(contrat_id),
    )


@routes.post(
    "/commandes",
    status_code=201,
    response_model=s.CommandeOut,
    operation_id="inscrire_commande",
    summary="Inscrire une commande, si elle tient au contrat (CI-19)",
)
async def inscrire_commande(contrat_id: UUID, corps: r.CommandeIn, appel: Tenue) -> Response:
    """Refusée avant toute écriture : au-delà du montant, hors de la durée ou des offres."""
    commande = Commander(contrat_id=contrat_id, commandes=(corps.voulue,))
    return await appel.ecrire(commander, commande, s.CommandeOut.d_une, statut=201)


@routes.post(
    "/commandes/lots",
    status_code=201,
    response_model=s.LotDeCommandesOut,
    operation_id="inscrire_lot_commandes",
    summary="Inscrire un lot de commandes, en JSON ou en CSV (CI-19)",
)
async def inscrire_lot(contrat_id: UUID, corps: r.LotDeCommandesIn, appel: Tenue) -> Response:
    """Toutes s'inscrivent, ou aucune; les lignes d'un même bon font une commande."""
    commande = Commander(contrat_id=contrat_id, commandes=corps.voulues)
    return await appel.ecrire(commander, commande, s.LotDeCommandesOut.de, statut=201)


@routes.post(
    "/commandes/{commande_id}/annulation",
    response_model=s.CommandeOut,
    operation_id="annuler_commande",
    summary="Annuler une commande, motif à l'appui (CI-19)",
)
async def annuler(
    contrat_id: UUID, commande_id: UUID, corps: r.AnnulationIn, appel: Tenue
) -> Response:
    """Elle n'engage plus rien et reste listée; ce qui en fut facturé demeure consommé."""
    commande = AnnulerCommande(contrat_id=contrat_id, commande_id=commande_id, motif=corps.motif)
    return await appel.ecrire(annuler_commande, commande, s.CommandeOut.de)


@routes.post(
    "/commandes/{commande_id}/correction",
    status_code=201,
    response_model=s.CommandeOut,
    operation_id="corriger_commande",
    summary="Remplacer une commande par une autre, motif à l'appui (CI-19)",
)
async def corriger(
    contrat_id: UUID, commande_id: UUID, corps: r.CorrectionDeCommandeIn, appel: Tenue
) -> Response:
    """L'ancienne reste listée, annulée; ses factures consomment la nouvelle."""
    commande = corps.commande(contrat_id, commande_id)
    return await appel.ecrire(corriger_commande, commande, s.CommandeOut.de, statut=201)


@routes.get(
    "/factures",
    response_model=Liste[s.FactureOut],
    operation_id="lister_factures_fournisseur",
    summary="Lister les factures du fournisseur d'un contrat (CI-19)",
)
async def lister_factures(
    contrat_id: UUID, appel: Lecteur, page: PageDemandee, commande_id: UUID | None = None
) -> Response:
    """Par date; annulées et corrigées comprises."""
    return await appel.lister(
        vues.FACTURES,
        vues.FiltreFactures(contrat_id=contrat_id, commande_id=commande_id),
        Liste[s.FactureOut],
        page=page,
        presenter=lambda ligne: s.FactureOut.de(vues.facture_de(ligne)),
        sous=vues.CONTRAT.de(contrat_id),
    )


@routes.post(
    "/factures",
    status_code=201,
    response_model=s.FactureOut,
    operation_id="inscrire_facture_fournisseur",
    summary="Inscrire une facture du fournisseur (CI-19)",
)
async def inscrire_facture(contrat_id: UUID, corps: r.FactureIn, appel: Tenue) -> Response:
    """Un fait : elle ne se refuse ni pour son montant, ni pour son bon; le dépassement s'annonce.

    Deux numéros qui ne diffèrent que par la casse ou les blancs sont le même (409, CI-19).
    """
    commande = Facturer(contrat_id=contrat_id, factures=(corps.voulue,))
    return await appel.ecrire(facturer, commande, s.FactureOut.d_une, statut=201)


@routes.post(
    "/factures/lots",
    status_code=201,
    response_model=s.LotDeFacturesOut,
    operation_id="inscrire_lot_factures",
    summary="Inscrire un lot de factures du fournisseur, en JSON ou en CSV (CI-19)",
)
async def inscrire_factures(contrat_id: UUID, corps: r.LotDeFacturesIn, appel: Tenue) -> Response:
    """Toutes s'inscrivent, ou aucune."""
    factures = tuple(facture.voulue for facture in corps.factures)
    commande = Facturer(contrat_id=contrat_id, factures=factures)
    return await appel.ecrire(facturer, commande, s.LotDeFacturesOut.de, statut=201)


@routes.post(
    "/factures/{facture_id}/annulation",
    response_model=s.FactureOut,
    operation_id="annuler_facture_fournisseur",
    summary="Annuler une facture du fournisseur, motif à l'appui (CI-19)",
)
async def annuler_une_facture(
    contrat_id: UUID, facture_id: UUID, corps: r.AnnulationIn, appel: Tenue
) -> Response:
    """Elle ne compte plus et reste listée; son numéro peut resservir."""
    commande = AnnulerFacture(contrat_id=contrat_id, facture_id=facture_id, motif=corps.motif)
    return await appel.ecrire(annuler_facture, commande, s.FactureOut.de)


@routes.post(
    "/factures/{facture_id}/correction",
    status_code=201,
    response_model=s.FactureOut,
    operation_id="corriger_facture_fournisseur",
    summary="Remplacer une facture du fournisseur par une autre, motif à l'appui (CI-19)",
)
async def corriger_une_facture(
    contrat_id: UUID, facture_id: UUID, corps: r.CorrectionDeFactureIn, appel: Tenue
) -> Response:
    """L'ancienne reste listée, annulée."""
    commande = corps.commande(contrat_id, facture_id)
    return await appel.ecrire(corriger_facture, commande, s.FactureOut.de, statut=201)
