"""Les contrats spécifiques : préparation, validation, signatures, copie (CI-14 à CI-17)."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from contrats.base import CodeOrganisme
from courtier.adaptateurs import tables as t
from courtier.adaptateurs import vues
from courtier.adaptateurs.lignes import Ligne, contrat_de
from courtier.cas_usage.preparer_contrat import preparer_contrat
from courtier.cas_usage.preparer_de_nouveau import preparer_de_nouveau
from courtier.cas_usage.signer_par_client import signer_par_client
from courtier.cas_usage.signer_par_fournisseur import signer_par_fournisseur
from courtier.cas_usage.transmettre_copie import TransmettreCopie, transmettre_copie
from courtier.cas_usage.valider_contrat import ValiderContrat, valider_contrat
from courtier.domaine.contrats import Etat
from courtier.entrees.acces import (
    AppelClient,
    AppelCopie,
    AppelCourtier,
    AppelSignature,
    LectureContrats,
)
from courtier.entrees.schemas_contrats import (
    ContratIn,
    ContratOut,
    CopieIn,
    SignatureClientIn,
    SignatureIn,
    TermesIn,
)
from socle.web import Liste, PageDemandee, uuid7

routes = APIRouter(prefix="/v1", tags=["Contrats spécifiques"])


@routes.get("/contrats", response_model=Liste[ContratOut], summary="Lister les contrats")
async def lister(
    appel: LectureContrats,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    fournisseur_id: UUID | None = None,
    etat: Etat | None = None,
) -> Response:
    """Un organisme voit les siens; le Courtier, tous."""
    return await appel.lister(
        vues.contrats(organisme=organisme, fournisseur_id=fournisseur_id, etat=etat),
        Liste[ContratOut],
        cles=(t.contrats.c.id,),
        page=page,
        presenter=_contrat,
    )


@routes.post(
    "/contrats",
    status_code=201,
    response_model=ContratOut,
    summary="Préparer un contrat spécifique (CI-14, CI-16, CI-17)",
)
async def preparer(corps: ContratIn, appel: AppelCourtier) -> Response:
    """Fige les prix publiés qui valent aujourd'hui; le fournisseur est celui de l'entente-cadre."""
    return await appel.ecrire(
        preparer_contrat,
        corps.commande(uuid7()),
        ContratOut.de,
        statut=201,
        emplacement=lambda contrat: f"/v1/contrats/{contrat.id}",
    )


@routes.get("/contrats/{contrat_id}", response_model=ContratOut, summary="Lire un contrat")
async def lire(contrat_id: UUID, appel: LectureContrats) -> Response:
    """Le contrat, ses prix figés, ses signatures et les actes que son état permet."""
    return await appel.lire(lambda cx: vues.un(cx, vues.contrat(contrat_id), _contrat))


@routes.post(
    "/contrats/{contrat_id}/preparation",
    response_model=ContratOut,
    summary="Préparer de nouveau un contrat que le client n'a pas signé (CI-15)",
)
async def reprendre(contrat_id: UUID, corps: TermesIn, appel: AppelCourtier) -> Response:
    """Fige de nouveau les prix du jour; le client valide de nouveau."""
    return await appel.ecrire(preparer_de_nouveau, corps.preparation(contrat_id), ContratOut.de)


@routes.post(
    "/contrats/{contrat_id}/validation",
    response_model=ContratOut,
    summary="Valider, pour le client, les documents préparés (CI-16)",
)
async def valider(contrat_id: UUID, appel: AppelClient) -> Response:
    """Un gestionnaire ou un signataire de l'organisme client."""
    return await appel.ecrire(valider_contrat, ValiderContrat(contrat_id=contrat_id), ContratOut.de)


@routes.post(
    "/contrats/{contrat_id}/signature",
    response_model=ContratOut,
    summary="Signer : le client, puis le fournisseur par le Courtier (CI-15, CI-16)",
)
async def signer(contrat_id: UUID, corps: SignatureIn, appel: AppelSignature) -> Response:
    """Les documents se signent tels que préparés : leurs empreintes sont comparées.

    Le client (rôle signataire) signe avec l'engagement, aux prix publiés du jour; puis le Courtier
    consigne la signature du fournisseur, qui conclut le contrat.
    """
    if isinstance(corps, SignatureClientIn):
        return await appel.ecrire(signer_par_client, corps.commande(contrat_id), ContratOut.de)
    return await appel.ecrire(signer_par_fournisseur, corps.commande(contrat_id), ContratOut.de)


@routes.post(
    "/contrats/{contrat_id}/copie",
    response_model=ContratOut,
    summary="Transmettre au Courtier la copie du contrat signé (CI-16)",
)
async def transmettre(contrat_id: UUID, corps: CopieIn, appel: AppelCopie) -> Response:
    """Due dans les 5 jours ouvrables de la dernière signature; tardive, elle est reçue."""
    commande = TransmettreCopie(contrat_id=contrat_id, transmise_le=corps.transmise_le)
    return await appel.ecrire(transmettre_copie, commande, ContratOut.de)


def _contrat(ligne: Ligne) -> ContratOut:
    return ContratOut.de(contrat_de(ligne))
