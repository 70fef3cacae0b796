"""Un vrai émetteur OIDC : ses jetons jouent le parcours principal dans les cinq vrais processus."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest

from demo.systeme import Systeme
from outils.moteurs import keycloak_reel
from outils.moteurs.keycloak_reel import Etat
from tests.e2e.gestes import Client, ok
from tests.securite.constat import constater
from tests.securite.vivant import systeme_vivant

pytestmark = [pytest.mark.e2e, pytest.mark.reel, pytest.mark.xdist_group("systeme")]

SOIR = datetime(2026, 9, 1, 22, 30, tzinfo=UTC)
OCTOBRE = datetime(2026, 10, 1, 13, 0, tzinfo=UTC)
PATIENCE_S = 60.0


@pytest.fixture
def keycloak() -> Etat:
    etat = keycloak_reel.en_marche()
    if etat is None:
        pytest.skip("Keycloak n'est pas en marche : make keycloak")
    return etat


@pytest.fixture
async def systeme(keycloak: Etat, tmp_path: Path) -> AsyncIterator[Systeme]:
    """Les cinq services, qui ne croient que ce Keycloak."""
    identite = {
        "SBG_IDENTITE__EMETTEUR": keycloak.emetteur,
        "SBG_IDENTITE__AUDIENCE": "sbg",
        "SBG_IDENTITE__JWKS": keycloak.jwks,
    }
    async with systeme_vivant(tmp_path, lambda _: identite) as ouvert:
        yield ouvert


@dataclass(slots=True)
class Parcours:
    """Les appelants du royaume, et ce qu'ils ont fait."""

    systeme: Systeme
    keycloak: Etat
    etapes: list[str] = field(default_factory=list)
    _jetons: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def jeton(self, client: str, personne: str | None = None) -> str:
        """Un jeton de Keycloak : d'un client par lui-même, ou d'une personne par le portail."""
        if (client, personne) not in self._jetons:
            self._jetons[client, personne] = self.keycloak.jeton(client, personne)
        return self._jetons[client, personne]

    def appelant(self, service: str, qui: str) -> Client:
        """Un client (portail, itsm, integration) ou une personne, devant un service."""
        machine = qui in {"portail", "itsm", "integration"}
        jeton = self.jeton(qui) if machine else self.jeton("portail", qui)
        return Client(self.systeme, service, jeton)

    async def poser(
        self, etape: str, qui: str, chemin: str, statut: int = 200, **corps: object
    ) -> dict[str, Any]:
        """Un acte aux demandes, qui doit donner ce statut."""
        rendu = ok(await self.appelant("demandes", qui).post(chemin, corps), statut)
        self.etapes.append(etape)
        return rendu

    async def lire(self, etape: str, service: str, qui: str, chemin: str) -> dict[str, Any]:
        rendu = ok(await self.appelant(service, qui).get(chemin))
        self.etapes.append(etape)
        return rendu


async def test_le_parcours_principal_avec_de_vrais_jetons(systeme: Systeme, keycloak: Etat) -> None:
    """De l'inscription à la facture : trois clients par eux-mêmes, deux personnes de MTQ."""
    p = Parcours(systeme, keycloak)
    sujet = jwt.decode(p.jeton("portail", "b-gagnon"), options={"verify_signature": False})["sub"]
    await systeme.vider()
    for code in ("MTQ", "SQ"):
        corps = {"code": code, "nom": f"Ministère {code}"}
        await p.poser(f"organisme {code} inscrit", "integration", "organismes", 201, **corps)
    mandat = {"nom": "B. G.", "sujet": sujet, "debut": "2026-04-01"}
    chemin = "organismes/MTQ/signataires"
    await p.poser("signataire désigné", "integration", chemin, 201, **mandat)
    poste = await _poste_du_portail(p)
    await _poste_de_la_demandeuse(p)
    await _soutien_et_incident(p)
    await systeme.vider()
    mesures = await p.lire("verdict lu", "sla", "a-tremblay", "mesures")
    assert poste["id"] in {mesure["sujet_id"] for mesure in mesures["elements"]}
    await _facturer(p)
    await _refus(p, poste["id"])
    constater("jetons, vrai Keycloak : étapes du parcours principal", len(p.etapes))


async def _poste_du_portail(p: Parcours) -> dict[str, Any]:
    """Le portail demande pour MTQ, la signataire approuve, l'ITSM livre, ce qui la complète."""
    articles = [{"produit": "PORTABLE-14"}]
    corps = {"sorte": "poste_physique", "articles": articles, "soumettre": True}
    demande = await p.poser("demande du portail", "portail", "demandes", 201,
                            organisme="MTQ", **corps)  # fmt: skip
    chemin, article = f"demandes/{demande['id']}", demande["articles"][0]["id"]
    await p.poser("approbation", "b-gagnon", f"{chemin}/approbation")
    await p.poser("prise en charge", "itsm", f"{chemin}/prise-en-charge")
    await p.poser("suspension", "itsm", f"{chemin}/suspension", motif="Attente du site.")
    await p.poser("reprise", "itsm", f"{chemin}/reprise", motif="Site choisi.")
    await p.poser("livraison", "itsm", f"{chemin}/livraison", article_id=article)
    return demande


async def _poste_de_la_demandeuse(p: Parcours) -> None:
    """Une personne demande : son organisme ne vient que de son jeton."""
    articles = [{"produit": "PORTABLE-14"}]
    corps = {"sorte": "poste_physique", "articles": articles, "soumettre": True}
    demande = await p.poser("demande d'une personne", "a-tremblay", "demandes", 201, **corps)
    assert demande["organisme"] == "MTQ"
    chemin = f"demandes/{demande['id']}"
    await p.poser("annulation", "a-tremblay", f"{chemin}/annulation", motif="Besoin disparu.")


async def _soutien_et_incident(p: Parcours) -> None:
    """Le soutien étendu s'abonne, puis l'ITSM y note un incident du soir (FAC-4)."""
    corps = {"sorte": "soutien_etendu", "soumettre": True}
    demande = await p.poser("soutien demandé", "a-tremblay", "demandes", 201, **corps)
    chemin = f"demandes/{demande['id']}"
    await p.poser("soutien approuvé", "b-gagnon", f"{chemin}/approbation")
    await p.poser("soutien pris en charge", "itsm", f"{chemin}/prise-en-charge")
    await p.poser("soutien en place", "itsm", f"{chemin}/completion")
    incident = {"organisme": "MTQ", "incident_id": str(uuid4()), "intervention_id": str(uuid4())}
    await p.systeme.avancer(SOIR)
    incident |= {"debut": "2026-09-01T22:00:00Z"}
    await p.poser("incident de l'ITSM", "itsm", "interventions", 201,
                  **incident, minutes=20, cloture=True)  # fmt: skip


async def _facturer(p: Parcours) -> None:
    """Octobre venu, l'intégration émet septembre; l'organisme lit sa facture, le portail aussi."""
    await p.systeme.avancer(OCTOBRE)
    await p.systeme.attendre_jalons(datetime(2026, 10, 1, 4, 0, tzinfo=UTC))
    await p.systeme.vider()
    integration = p.appelant("facturation", "integration")
    corps = {"periode": "2026-09", "apercu": False}
    execution = ok(await integration.post("executions", corps), 202)
    limite, etat = time.monotonic() + PATIENCE_S, ""
    while etat != "terminee":
        assert time.monotonic() < limite, f"l'émission reste « {etat} »"
        await asyncio.sleep(0.2)
        etat = ok(await integration.get(f"executions/{execution['id']}"))["etat"]
    p.etapes.append("factures émises")
    for qui in ("a-tremblay", "portail"):
        lues = await p.lire("factures lues", "facturation", qui, "factures?organisme=MTQ")
        (facture,) = lues["elements"]
        assert float(facture["total"]) > 0
        lignes = await p.lire("lignes lues", "facturation", qui,
                              f"factures/{facture['numero']}/lignes")  # fmt: skip
        assert {ligne["nature"] for ligne in lignes["elements"]} > {"abonnement"}


async def _refus(p: Parcours, demande_id: str) -> None:
    """Ce que les mêmes vrais jetons ne permettent pas."""
    demandeuse = p.jeton("portail", "a-tremblay")
    for service, jeton, chemin, statut in (
        ("demandes", demandeuse, "organismes/SQ", 404),
        ("demandes", p.jeton("portail"), "itsm/evenements", 403),
        ("demandes", demandeuse[:-8] + "AAAAAAAA", f"demandes/{demande_id}", 401),
        ("facturation", p.jeton("itsm"), "factures", 403),
        ("facturation", demandeuse, f"executions/{demande_id}", 403),
        ("facturation", demandeuse, "factures?organisme=SQ", 404),
        ("sla", p.jeton("itsm"), "mesures", 403),
        ("courtier", p.jeton("portail"), "contrats", 403),
    ):
        refus = await Client(p.systeme, service, jeton).get(chemin)
        assert refus.status_code == statut, f"{chemin} : {refus.text}"
    approuver = f"demandes/{demande_id}/approbation"
    refus = await p.appelant("demandes", "a-tremblay").post(approuver)
    assert refus.status_code == 403
