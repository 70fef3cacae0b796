"""Les avenants d'un contrat : préparation, validation, autorisation, signatures (CI-16, CI-17)."""

from uuid import UUID

from starlette.responses import Response

from courtier.avenants.adaptateurs import vues
from courtier.avenants.cas_usage import (
    AbandonnerAvenant,
    TransmettreCopie,
    ViserAvenant,
    abandonner_avenant,
    autoriser_avenant,
    autoriser_le_budget,
    deposer_efvp,
    preparer_avenant,
    preparer_de_nouveau,
    signer_par_client,
    signer_par_fournisseur,
    transmettre_copie,
    valider_avenant,
)
from courtier.avenants.entrees import schemas as s
from courtier.avenants.entrees.acces import (
    Autorite,
    Client,
    Courtier,
    Lecteur,
    Partie,
    Signature,
)
from socle.bd.instructions import Ligne
from socle.web import SITUE, Liste, PageDemandee, Routeur, uuid7

routes = Routeur(prefix="/v1/contrats/{contrat_id}/avenants", tags=["avenants"])


@routes.get(
    "",
    response_model=Liste[s.AvenantOut],
    operation_id="lister_avenants",
    summary="Lister les avenants d'un contrat (CI-17)",
)
async def lister(contrat_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Du premier au dernier, abandonnés compris."""
    return await appel.lister(
        vues.AVENANTS,
        vues.FiltreAvenants(contrat_id=contrat_id),
        Liste[s.AvenantOut],
        page=page,
        presenter=_avenant,
        sous=vues.CONTRAT.de(contrat_id),
    )


@routes.post(
    "",
    status_code=201,
    responses=SITUE,
    response_model=s.AvenantOut,
    operation_id="preparer_avenant",
    summary="Préparer un avenant à un contrat en cours (CI-17)",
)
async def preparer(contrat_id: UUID, corps: s.AvenantIn, appel: Courtier) -> Response:
    """Des quantités revues au prix du contrat, des offres ajoutées au prix du jour, une durée.

    Un seul est ouvert à la fois; rien ne touche les conditions ni la portée, ni ne dépasse 36 mois.
    """
    return await appel.ecrire(
        preparer_avenant,
        corps.commande(contrat_id, uuid7()),
        s.AvenantOut.de,
        statut=201,
        emplacement=lambda avenant: f"/v1/contrats/{contrat_id}/avenants/{avenant.id}",
    )


@routes.get(
    "/{avenant_id}",
    response_model=s.AvenantOut,
    operation_id="lire_avenant",
    summary="Lire un avenant",
)
async def lire(contrat_id: UUID, avenant_id: UUID, appel: Lecteur) -> Response:
    """L'avenant, ce qu'il change, ses signatures et les actes que son état permet."""
    return await appel.lire(vues.avenant(contrat_id, avenant_id), _avenant)


@routes.post(
    "/{avenant_id}/preparation",
    response_model=s.AvenantOut,
    operation_id="reprendre_preparation_avenant",
    summary="Préparer de nouveau un avenant que le client n'a pas signé (CI-17)",
)
async def reprendre(
    contrat_id: UUID, avenant_id: UUID, corps: s.AvenantIn, appel: Courtier
) -> Response:
    """Le client valide, et le dirigeant autorise, de nouveau."""
    commande = corps.commande(contrat_id, avenant_id)
    return await appel.ecrire(preparer_de_nouveau, commande, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/validation",
    response_model=s.AvenantOut,
    operation_id="valider_avenant",
    summary="Valider, pour le client, l'avenant préparé (CI-16)",
)
async def valider(contrat_id: UUID, avenant_id: UUID, appel: Client) -> Response:
    """Un gestionnaire ou un signataire de l'organisme client."""
    commande = ViserAvenant(contrat_id=contrat_id, avenant_id=avenant_id)
    return await appel.ecrire(valider_avenant, commande, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/autorisation",
    response_model=s.AvenantOut,
    operation_id="autoriser_avenant",
    summary="Autoriser la dépense que l'avenant ajoute (CI-17)",
)
async def autoriser(
    contrat_id: UUID, avenant_id: UUID, corps: s.AutorisationAvenantIn, appel: Autorite
) -> Response:
    """Le dirigeant de son jeton, ou le gestionnaire avec la pièce signée; jamais une machine."""
    commande = corps.commande(contrat_id, avenant_id, uuid7())
    return await appel.ecrire(autoriser_avenant, commande, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/efvp",
    response_model=s.AvenantOut,
    operation_id="deposer_efvp_avenant",
    summary="Déposer l'EFVP des offres que l'avenant ajoute (CI-13)",
)
async def deposer(
    contrat_id: UUID, avenant_id: UUID, corps: s.EfvpAvenantIn, appel: Client
) -> Response:
    """Exigée avant la signature du client, si le contrat porte des renseignements personnels."""
    commande = corps.commande(contrat_id, avenant_id, uuid7())
    return await appel.ecrire(deposer_efvp, commande, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/budget",
    response_model=s.AvenantOut,
    operation_id="autoriser_budget_avenant",
    summary="Consigner l'autorisation budgétaire du contrat modifié (CI-16)",
)
async def budgeter(
    contrat_id: UUID, avenant_id: UUID, corps: s.BudgetAvenantIn, appel: Client
) -> Response:
    """Exigée avant la signature du client, si le contrat modifié dépasse la sienne."""
    commande = corps.commande(contrat_id, avenant_id, uuid7())
    return await appel.ecrire(autoriser_le_budget, commande, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/signature",
    response_model=s.AvenantOut,
    operation_id="signer_avenant",
    summary="Signer : le client, puis le fournisseur par le Courtier (CI-16, CI-17)",
)
async def signer(
    contrat_id: UUID, avenant_id: UUID, corps: s.SignatureAvenantIn, appel: Signature
) -> Response:
    """Le mandat du client couvre le total du contrat modifié (403, DEM-8).

    La signature du fournisseur, que le Courtier consigne, change le contrat.
    """
    if isinstance(corps, s.SignatureAvenantClientIn):
        commande = corps.commande(contrat_id, avenant_id)
        return await appel.ecrire(signer_par_client, commande, s.AvenantOut.de)
    consignee = corps.commande(contrat_id, avenant_id)
    return await appel.ecrire(signer_par_fournisseur, consignee, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/copie",
    response_model=s.AvenantOut,
    operation_id="transmettre_copie_avenant",
    summary="Transmettre au Courtier la copie de l'avenant signé (CI-16)",
)
async def transmettre(
    contrat_id: UUID, avenant_id: UUID, corps: s.CopieAvenantIn, appel: Partie
) -> Response:
    """Due dans les 5 jours ouvrables de la dernière signature; tardive, elle est reçue."""
    commande = TransmettreCopie(
        contrat_id=contrat_id, avenant_id=avenant_id, transmise_le=corps.transmise_le
    )
    return await appel.ecrire(transmettre_copie, commande, s.AvenantOut.de)


@routes.post(
    "/{avenant_id}/abandon",
    response_model=s.AvenantOut,
    operation_id="abandonner_avenant",
    summary="Abandonner un avenant qui ne se conclura pas (CI-17)",
)
async def abandonner(
    contrat_id: UUID, avenant_id: UUID, corps: s.AbandonIn, appel: Partie
) -> Response:
    """Avant la signature du fournisseur; un autre peut alors s'ouvrir."""
    commande = AbandonnerAvenant(contrat_id=contrat_id, avenant_id=avenant_id, motif=corps.motif)
    return await appel.ecrire(abandonner_avenant, commande, s.AvenantOut.de)


def _avenant(ligne: Ligne) -> s.AvenantOut:
    return s.AvenantOut.de(vues.avenant_de(ligne))
