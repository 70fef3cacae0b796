"""L'étape 5 : contact, informations, rencontre, budget, confirmation, admissibilité (CI-16)."""

from uuid import UUID

from starlette.responses import Response

from courtier.dossiers.cas_usage.analyses import confirmer_besoins
from courtier.dossiers.cas_usage.dossiers import PoserGeste, poser_geste, tenir_rencontre
from courtier.dossiers.entrees import demarrage as d
from courtier.dossiers.entrees.acces import Client, Partie
from courtier.dossiers.entrees.sorties import DossierOut
from socle.web import Routeur

routes = Routeur(prefix="/v1/dossiers/{dossier_id}", tags=["dossiers"])


@routes.post(
    "/contact",
    response_model=DossierOut,
    operation_id="demander_rencontre_dossier",
    summary="Demander la rencontre de démarrage (CI-16, IC-1)",
)
async def contacter(dossier_id: UUID, corps: d.ContactIn, appel: Client) -> Response:
    """Le fournisseur nommé est celui du choix; l'IC-1 court du premier contact."""
    commande = PoserGeste(dossier_id=dossier_id, contenu=corps.contenu(appel.horloge()))
    return await appel.ecrire(poser_geste, commande, DossierOut.de)


@routes.post(
    "/informations",
    response_model=DossierOut,
    operation_id="fournir_informations_dossier",
    summary="Fournir les informations de la rencontre (CI-16)",
)
async def informer(dossier_id: UUID, corps: d.InformationsIn, appel: Client) -> Response:
    """Les conditions applicables et le formulaire d'engagement ont été lus."""
    commande = PoserGeste(dossier_id=dossier_id, contenu=corps.contenu)
    return await appel.ecrire(poser_geste, commande, DossierOut.de)


@routes.post(
    "/rencontre",
    response_model=DossierOut,
    operation_id="tenir_rencontre_dossier",
    summary="Consigner la rencontre de démarrage (CI-16)",
)
async def rencontrer(dossier_id: UUID, corps: d.RencontreIn, appel: Partie) -> Response:
    """Ses préalables se vérifient : autorisation et EFVP, s'il y a lieu, la précèdent."""
    return await appel.ecrire(tenir_rencontre, corps.commande(dossier_id), DossierOut.de)


@routes.post(
    "/budget",
    response_model=DossierOut,
    operation_id="autoriser_budget_dossier",
    summary="Consigner l'autorisation budgétaire (CI-16)",
)
async def autoriser(dossier_id: UUID, corps: d.BudgetIn, appel: Client) -> Response:
    """La dernière vaut; le total ne la dépasse jamais."""
    return await appel.ecrire(poser_geste, corps.commande(dossier_id), DossierOut.de)


@routes.post(
    "/confirmation",
    response_model=DossierOut,
    operation_id="confirmer_besoins_dossier",
    summary="Confirmer les besoins (CI-15, CI-16)",
)
async def confirmer(dossier_id: UUID, corps: d.ConfirmationIn, appel: Client) -> Response:
    """Tous les scénarios se rechiffrent, et la règle du plus bas prix se rejoue."""
    return await appel.ecrire(confirmer_besoins, corps.commande(dossier_id), DossierOut.de)


@routes.post(
    "/admissibilite",
    response_model=DossierOut,
    operation_id="verifier_admissibilite_dossier",
    summary="Consigner l'admissibilité administrative du fournisseur (CI-16)",
)
async def verifier(dossier_id: UUID, corps: d.AdmissibiliteIn, appel: Client) -> Response:
    """Chaque vérification doit valoir encore le jour de la signature."""
    return await appel.ecrire(poser_geste, corps.commande(dossier_id), DossierOut.de)
