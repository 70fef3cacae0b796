"""Le dossier d'acquisition d'un contrat, mené par l'organisme jusqu'à l'admissibilité (CI-10)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.scenario.clients import COURTIER, Clients, Document, Personne
from demo.scenario.lecture import a_quebec

_EXIGENCE = {"code": "boite_50_go", "nature": "fonction", "texte": "Une boîte de 50 Go."}
_VERDICT = {"exigence": "boite_50_go", "satisfaite": True, "source": "fiche"}


@dataclass(slots=True)
class Acquisition:
    """Un dossier, et le dernier état que le Courtier en a rendu."""

    clients: Clients
    qui: Personne
    cle: str = "dossier"
    """Ce qui distingue ses appels de ceux d'un autre dossier."""
    id: str = ""
    vu: Document = field(default_factory=dict)

    async def mener(self, donnees: Mapping[str, Any], entente_id: str, offre_id: str) -> str:
        """Ses cinq étapes, d'un seul scénario; rend l'identifiant du dossier."""
        await self._ouvrir(donnees["titre"])
        await self._analyser(donnees, offre_id)
        base = [{"code": "base", "sert": 1}]
        offre = {"offre_id": offre_id, "lieu": "Montréal", "composantes": base}
        scenario = {"titre": donnees["fournisseur"], "entente_id": entente_id, "offres": [offre]}
        await self._poser("scenarios", scenario)
        scenarios = await self.clients.lister("courtier", f"{self._chemin}/scenarios", qui=self.qui)
        await self._poser("choix", {"scenario_id": scenarios[0]["id"]})
        jour = a_quebec(donnees["prepare_le"]).date().isoformat()
        await self._demarrer(jour, donnees["budget"])
        return self.id

    async def acceder(self) -> None:
        """Le compte d'accès au Catalogue, demandé puis accordé (CI-11)."""
        motif = {"motif": "Analyse d'offres pour ce projet."}
        compte = await self.clients.poster(
            "courtier", "acces", motif, qui=self.qui, cle="acces-demande"
        )
        accord = {"decision": "accordee", "motif": "Représente l'organisme."}
        decision = f"acces/{compte['id']}/decision"
        await self.clients.poster("courtier", decision, accord, qui=COURTIER, cle="acces-accorde")

    async def _ouvrir(self, titre: str) -> None:
        self.vu = await self.clients.poster(
            "courtier", "dossiers", {"titre": titre}, qui=self.qui, cle=self.cle
        )
        self.id = self.vu["id"]

    async def _analyser(self, donnees: Mapping[str, Any], offre_id: str) -> None:
        """Les besoins, le Catalogue, la conformité de l'offre."""
        duree = donnees["duree_mois"]
        periode = {"du_mois": 1, "au_mois": duree, "quantite": donnees["quantite"]}
        besoins = {
            "exigences": [_EXIGENCE],
            "duree_mois": duree,
            "unite": "usagers",
            "consommation": [periode],
            "methode": "Effectif au 31 mars.",
            "budget": donnees["budget"],
            "sensibilite": "protégé A",
            "risque": "Faible.",
            "renseignements_personnels": False,
        }
        await self._poser("besoins", besoins)
        criteres = {"categorie": donnees["categorie"]}
        await self._poser("consultation", {"criteres": criteres, "offres": [offre_id]})
        await self._poser("conformite", {"offre_id": offre_id, "verdicts": [_VERDICT]})

    async def _demarrer(self, jour: str, autorise: str) -> None:
        """Du contact, d'où court l'IC-1, à l'admissibilité du fournisseur."""
        fournisseur = {"fournisseur_id": self.vu["choix"]["fournisseur_id"]}
        await self._poser("contact", fournisseur)
        lus = {"conditions_lues": True, "engagement_lu": True}
        await self._poser("informations", {"texte": "Le projet et ses quantités.", **lus})
        await self._poser("rencontre", {"tenue_le": self.vu["contact"]["le"]}, qui=COURTIER)
        budget = {"montant": autorise, "date": jour, "empreinte": _empreinte("budget", self.id)}
        await self._poser("budget", budget)
        await self._poser("confirmation", {})
        verification = {
            "nature": "attestation_revenu_quebec",
            "faite_le": jour,
            "valide_jusqu_au": "2026-12-31",
            "empreinte": _empreinte("attestation"),
        }
        await self._poser("admissibilite", {**fournisseur, "verifications": [verification]})

    @property
    def _chemin(self) -> str:
        return f"dossiers/{self.id}"

    async def _poser(self, geste: str, corps: Document, qui: Personne | None = None) -> None:
        self.vu = await self.clients.poster(
            "courtier",
            f"{self._chemin}/{geste}",
            corps,
            qui=qui or self.qui,
            cle=f"{self.cle}-{geste}",
        )


def _empreinte(nom: str, de: str = "NB-2026") -> str:
    return empreintes(nom, de=de)[nom]


def empreintes(*noms: str, de: str = "NB-2026") -> dict[str, str]:
    """Les empreintes de documents d'exemple, par leur nom."""
    return {nom: hashlib.sha256(f"{nom} {de}".encode()).hexdigest() for nom in noms}
