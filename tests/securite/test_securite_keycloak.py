"""Un vrai émetteur OIDC : ses jetons, ses rôles, ses organismes, sur le parcours principal."""

import jwt
import pytest

from demo.systeme import service_de
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from outils.moteurs import keycloak_reel
from outils.moteurs.keycloak_reel import Etat
from services.demandes.tests.parcours import PRODUITS, produit_inscrit
from tests.securite.constat import constater

pytestmark = [pytest.mark.integration, pytest.mark.reel]


@pytest.fixture
def keycloak() -> Etat:
    etat = keycloak_reel.en_marche()
    if etat is None:
        pytest.skip("Keycloak n'est pas en marche : make keycloak")
    return etat


@pytest.fixture
async def demandes(modeles: Modeles, keycloak: Etat) -> Banc:
    """Les demandes, qui ne croient que ce Keycloak."""
    service = service_de("demandes")
    reglages = reglages_d_essai(service.reglages, await modeles.copie(service), keycloak.jwks)
    identite = {"emetteur": keycloak.emetteur, "audience": "sbg", "jwks": keycloak.jwks}
    valeurs = type(reglages)(**{**reglages.model_dump(), "identite": identite})
    return monter(service, valeurs, modeles.emetteur, HorlogeConduite())


async def test_le_parcours_principal_avec_de_vrais_jetons(demandes: Banc, keycloak: Etat) -> None:
    """L'intégration inscrit, la demandeuse demande, le signataire approuve, l'ITSM livre."""
    await demandes.recevoir(*(produit_inscrit(nom, **champs) for nom, champs in PRODUITS.items()))
    client = demandes.client()

    async def appeler(jeton: str, chemin: str, **corps: object) -> dict[str, str]:
        en_tetes = {"Authorization": f"Bearer {jeton}"}
        reponse = await client.post(f"/v1/{chemin}", json=corps, headers=en_tetes)
        assert reponse.is_success, f"{chemin} : {reponse.text}"
        rendu: dict[str, str] = reponse.json()
        return rendu

    integration, itsm = keycloak.jeton("integration"), keycloak.jeton("itsm")
    demandeuse = keycloak.jeton("portail", "a-tremblay")
    signataire = keycloak.jeton("portail", "b-gagnon")
    sujet = jwt.decode(signataire, options={"verify_signature": False})["sub"]
    try:
        for code in ("MTQ", "SQ"):
            await appeler(integration, "organismes", code=code, nom=f"Ministère {code}")
        mandat = {"nom": "B. G.", "sujet": sujet, "debut": "2026-04-01"}
        await appeler(integration, "organismes/MTQ/signataires", **mandat)
        articles = [{"produit": "PORTABLE-14"}]
        corps = {"sorte": "poste_physique", "articles": articles, "soumettre": True}
        demande = await appeler(demandeuse, "demandes", **corps)
        assert demande["organisme"] == "MTQ"
        chemin = f"demandes/{demande['id']}"
        await appeler(signataire, f"{chemin}/approbation")
        await appeler(itsm, f"{chemin}/prise-en-charge")
        for jeton, adresse, statut in (
            (demandeuse, "/v1/organismes/SQ", 404),
            (keycloak.jeton("portail"), "/v1/itsm/evenements", 403),
            (demandeuse[:-8] + "AAAAAAAA", "/v1/organismes/MTQ", 401),
        ):
            refus = await client.get(adresse, headers={"Authorization": f"Bearer {jeton}"})
            assert refus.status_code == statut, refus.text
    finally:
        await demandes.fermer()
    constater("jetons, vrai Keycloak : étapes du parcours principal", 12)
