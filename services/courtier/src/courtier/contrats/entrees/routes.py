"""Les contrats spécifiques : préparation, validation, signatures, copie (CI-14 à CI-17)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from courtier.contrats.adaptateurs import vues
from courtier.contrats.cas_usage.contrats import (
    RefuserContrat,
    TransmettreCopie,
    ValiderContrat,
    preparer_contrat,
    preparer_de_nouveau,
    refuser_contrat,
    resilier_contrat,
    signer_par_fournisseur,
    transmettre_copie,
    valider_contrat,
)
from courtier.contrats.cas_usage.signature_client import (
    LireSignabilite,
    lire_signabilite,
    signer_par_client,
)
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.entrees import schemas as s
from courtier.contrats.entrees.acces import Client, Courtier, Partie, Signature
from courtier.contrats.ports import Ports
from noyau import jour_de_quebec
from socle.bd.instructions import Ligne
from socle.web import (
    SITUE,
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    lu,
    uuid7,
)

routes = Routeur(prefix="/v1", tags=["contrats"])


@routes.get(
    "/contrats",
    response_model=Liste[s.ContratOut],
    operation_id="lister_contrats",
    summary="Lister les contrats",
)
async def lister(
    appel: Partie,
    filtre: Annotated[vues.FiltreContrats, lu(vues.FiltreContrats)],
    page: PageDemandee,
) -> Response:
    """Un organisme voit les siens; le Courtier, tous."""
    jour = jour_de_quebec(appel.horloge())
    datees = vues.FiltreDatees.du(filtre, jour)
    return await appel.lister(
        vues.CONTRATS, datees, Liste[s.ContratOut], page=page, presenter=_lu(appel)
    )


@routes.post(
    "/contrats",
    status_code=201,
    responses=SITUE,
    response_model=s.ContratOut,
    operation_id="preparer_contrat",
    summary="Préparer un contrat spécifique (CI-14, CI-16, CI-17)",
)
async def preparer(corps: s.ContratIn, appel: Courtier) -> Response:
    """Du scénario que confirme le dossier, aux prix publiés qui valent aujourd'hui.

    Un préalable du dossier qui manque refuse la préparation, et se nomme (409).
    """
    return await appel.ecrire(
        preparer_contrat,
        corps.commande(uuid7()),
        _ecrit(appel),
        statut=201,
        emplacement=lambda contrat: f"/v1/contrats/{contrat.id}",
    )


@routes.get(
    "/contrats/{contrat_id}",
    response_model=s.ContratOut,
    operation_id="lire_contrat",
    summary="Lire un contrat",
)
async def lire(contrat_id: UUID, appel: Partie) -> Response:
    """Le contrat, ses prix figés, ses signatures et les actes que son état permet."""
    return await appel.lire(vues.CONTRAT.de(contrat_id), _lu(appel))


@routes.post(
    "/contrats/{contrat_id}/preparation",
    response_model=s.ContratOut,
    operation_id="reprendre_preparation_contrat",
    summary="Préparer de nouveau un contrat que le client n'a pas signé (CI-15)",
)
async def reprendre(contrat_id: UUID, corps: s.PreparationIn, appel: Courtier) -> Response:
    """Fige de nouveau les prix du jour; le client valide de nouveau."""
    return await appel.ecrire(preparer_de_nouveau, corps.commande(contrat_id), _ecrit(appel))


@routes.post(
    "/contrats/{contrat_id}/validation",
    response_model=s.ContratOut,
    operation_id="valider_contrat",
    summary="Valider, pour le client, les documents préparés (CI-16)",
)
async def valider(contrat_id: UUID, appel: Client) -> Response:
    """Un gestionnaire ou un signataire de l'organisme client."""
    commande = ValiderContrat(contrat_id=contrat_id)
    return await appel.ecrire(valider_contrat, commande, _ecrit(appel))


@routes.get(
    "/contrats/{contrat_id}/signature",
    response_model=s.SignabiliteOut,
    operation_id="lire_signature_contrat",
    summary="Lire ce qui empêche le client de signer maintenant (CI-14 à CI-16)",
)
async def lire_signature(contrat_id: UUID, appel: Partie) -> Response:
    """Les contrôles de la signature, tous joués, sans rien écrire : prix du jour compris.

    Le mandat n'y est pas : il est d'une personne, et se juge à sa signature (DEM-3).
    """
    le = appel.horloge()
    commande = LireSignabilite(contrat_id=contrat_id, acteur=appel.acteur, le=le)
    vue = appel.vue(lambda ports: lire_signabilite(commande, ports))
    return await appel.lire(vue, lambda lue: s.SignabiliteOut.de(lue, le))


@routes.post(
    "/contrats/{contrat_id}/signature",
    response_model=s.ContratOut,
    operation_id="signer_contrat",
    summary="Signer : le client, puis le fournisseur par le Courtier (CI-15, CI-16)",
)
async def signer(contrat_id: UUID, corps: s.SignatureIn, appel: Signature) -> Response:
    """Les documents se signent tels que préparés : leurs empreintes sont comparées.

    Le client (rôle signataire) signe avec l'engagement, aux prix publiés du jour, en vertu d'un
    mandat pour un contrat spécifique ou au nom de son titulaire (403, DEM-3), dans la limite de son
    plafond (403, DEM-8); puis le Courtier consigne la signature du fournisseur, sous une
    entente-cadre encore en vigueur, qui conclut le contrat.
    """
    if isinstance(corps, s.SignatureClientIn):
        return await appel.ecrire(signer_par_client, corps.commande(contrat_id), _ecrit(appel))
    return await appel.ecrire(signer_par_fournisseur, corps.commande(contrat_id), _ecrit(appel))


@routes.post(
    "/contrats/{contrat_id}/copie",
    response_model=s.ContratOut,
    operation_id="transmettre_copie_contrat",
    summary="Transmettre au Courtier la copie du contrat signé (CI-16)",
)
async def transmettre(contrat_id: UUID, corps: s.CopieIn, appel: Partie) -> Response:
    """Due dans les 5 jours ouvrables de la dernière signature; tardive, elle est reçue."""
    commande = TransmettreCopie(contrat_id=contrat_id, transmise_le=corps.transmise_le)
    return await appel.ecrire(transmettre_copie, commande, _ecrit(appel))


@routes.post(
    "/contrats/{contrat_id}/refus",
    response_model=s.ContratOut,
    operation_id="refuser_contrat",
    summary="Consigner que le fournisseur refuse de signer (CI-10)",
)
async def refuser(contrat_id: UUID, corps: s.RefusIn, appel: Partie) -> Response:
    """Avant sa signature seulement; le client ou le Courtier le consigne."""
    commande = RefuserContrat(contrat_id=contrat_id, motif=corps.motif)
    return await appel.ecrire(refuser_contrat, commande, _ecrit(appel))


@routes.post(
    "/contrats/{contrat_id}/resiliation",
    response_model=s.ContratOut,
    operation_id="resilier_contrat",
    summary="Résilier un contrat en cours, à une date d'effet (CI-17)",
)
async def resilier(contrat_id: UUID, corps: s.ResiliationIn, appel: Partie) -> Response:
    """La lettre est transmise au Courtier du même coup; l'effet est désormais la fin du contrat."""
    return await appel.ecrire(resilier_contrat, corps.commande(contrat_id, uuid7()), _ecrit(appel))


def _ecrit(appel: Appel[Ports]) -> Callable[[Contrat], s.ContratOut]:
    """Comment se montre, aujourd'hui, un contrat qu'on vient d'écrire."""
    jour = jour_de_quebec(appel.horloge())
    return lambda contrat: s.ContratOut.de(contrat, jour)


def _lu(appel: Appel[Ports]) -> Callable[[Ligne], s.ContratOut]:
    ecrit = _ecrit(appel)
    return lambda ligne: ecrit(vues.contrat_de(ligne))
