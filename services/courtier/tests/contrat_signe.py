"""Un contrat conclu face à l'API, et les gestes de sa vie : avenants, commandes, factures."""

from dataclasses import dataclass
from typing import Any

import httpx

from services.courtier.tests.marche import Corps, Marche

AVENANT = "e" * 64


@dataclass(frozen=True, slots=True)
class Conclu:
    """Le contrat conclu de MTQ : 40 × 12,50 $ × 24 mois, du 1er octobre 2026; 12 000 $."""

    marche: Marche
    corps: Corps
    autre: str
    """Une autre offre du même fournisseur, à 25 $."""

    @property
    def chemin(self) -> str:
        return f"/v1/contrats/{self.corps['id']}"

    @property
    def offre_id(self) -> str:
        offre_id: str = self.corps["elements"][0]["offre_id"]
        return offre_id

    def avenant(self, **autres: object) -> Corps:
        """Un avenant de vingt unités de plus, dès le septième mois."""
        revue = {"du_mois": 7, "au_mois": 24, "quantite": 60}
        quantites = {"offre_id": self.offre_id, "composante": "base", "quantites": [revue]}
        return {
            "objet": "Vingt boîtes de plus.",
            "accessoire": "Le même service, pour une équipe qui grandit.",
            "avenant": AVENANT,
            "quantites": [quantites],
            **autres,
        }

    async def preparer(self, **autres: object) -> httpx.Response:
        return await self.marche.courtier.post(
            f"{self.chemin}/avenants", json=self.avenant(**autres)
        )

    async def conclure(self, **autres: object) -> Corps:
        """Un avenant préparé, validé, signé des deux parties."""
        prepare = await self.preparer(**autres)
        assert prepare.status_code == 201, prepare.text
        chemin = f"{self.chemin}/avenants/{prepare.json()['id']}"
        document = autres.get("avenant", AVENANT)
        valide = await self.marche.gestionnaire.post(f"{chemin}/validation")
        assert valide.status_code == 200, valide.text
        corps = {"partie": "client", "avenant": document}
        client = await self.marche.signataire.post(f"{chemin}/signature", json=corps)
        assert client.status_code == 200, client.text
        corps = {
            "partie": "fournisseur",
            "signataire": "NB-007",
            "signe_le": self.marche.banc.horloge().isoformat(),
            "avenant": document,
        }
        signe = await self.marche.courtier.post(f"{chemin}/signature", json=corps)
        assert signe.status_code == 200, signe.text
        rendu: Corps = signe.json()
        return rendu

    def commande(self, bon: str = "BC-1", montant: str = "1000.00", **autres: object) -> Corps:
        ligne = {"offre_id": self.offre_id, "composante": "base", "montant": montant}
        return {"bon": bon, "datee_le": "2026-10-05", "lignes": [ligne], **autres}

    def facture(self, numero: str = "F-1", montant: str = "1000.00", **autres: object) -> Corps:
        return {"numero": numero, "datee_le": "2026-10-05", "montant": montant, **autres}

    async def poser(self, chemin: str, corps: Corps) -> httpx.Response:
        return await self.marche.gestionnaire.post(f"{self.chemin}/{chemin}", json=corps)

    async def consommation(self) -> Corps:
        lue = await self.marche.gestionnaire.get(f"{self.chemin}/consommation")
        assert lue.status_code == 200, lue.text
        rendu: dict[str, Any] = lue.json()
        return rendu


async def conclure(marche: Marche) -> Conclu:
    """Un contrat signé par le fournisseur le 8 septembre; on est le 10, l'après-midi."""
    signe = await marche.signe_client()
    autre = await marche.offre(signe["entente_id"], prix="25.00", titre="Tableur boréal")
    contrat = await marche.conclu(signe)
    marche.banc.horloge.aller("2026-09-10T16:00-04:00")
    return Conclu(marche, contrat, autre)
