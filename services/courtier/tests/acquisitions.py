"""Mener un dossier d'acquisition au bout, face à l'API."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Corps = dict[str, Any]

EFVP = "d" * 64
PAR_PERSONNE = [{"code": "base", "sert": 1}]


def periodes(*quantites: tuple[int, int, int]) -> list[Corps]:
    """Des quantités de (du mois, au mois, combien)."""
    return [{"du_mois": du, "au_mois": au, "quantite": q} for du, au, q in quantites]


BESOINS: Corps = {
    "exigences": [{"code": "boite", "nature": "fonction", "texte": "Une boîte de 50 Go."}],
    "duree_mois": 24,
    "unite": "usagers",
    "consommation": periodes((1, 24, 40)),
    "methode": "Effectif au 31 mars.",
    "budget": "50000.00",
    "sensibilite": "aucune",
    "risque": "Faible.",
    "renseignements_personnels": False,
}
SATISFAITE: Corps = {"exigence": "boite", "satisfaite": True, "source": "fiche"}


def empreinte_du_budget(dossier_id: str) -> str:
    """Un document ne prouve qu'une chose : chaque dossier a le sien (CI-23)."""
    return hashlib.sha256(dossier_id.encode()).hexdigest()


@dataclass
class Acquisition:
    """Un dossier de MTQ que l'on mène, geste après geste."""

    client: httpx.AsyncClient
    courtier: httpx.AsyncClient
    id: str
    vu: Corps = field(default_factory=dict)
    scenarios: list[str] = field(default_factory=list)

    @classmethod
    async def ouvrir(cls, client: httpx.AsyncClient, courtier: httpx.AsyncClient) -> "Acquisition":
        ouvert = await client.post("/v1/dossiers", json={"titre": "Courriel"})
        assert ouvert.status_code == 201, ouvert.text
        return cls(client, courtier, ouvert.json()["id"], ouvert.json())

    async def tenter(
        self, geste: str, corps: Corps, par: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """Pose un geste, qui peut être refusé."""
        rendu = await (par or self.client).post(f"/v1/dossiers/{self.id}/{geste}", json=corps)
        if rendu.is_success and "tour" in rendu.json():
            self.vu = rendu.json()
        return rendu

    async def poser(self, geste: str, corps: Corps, par: httpx.AsyncClient | None = None) -> Corps:
        """Pose un geste, qui doit passer."""
        rendu = await self.tenter(geste, corps, par)
        assert rendu.is_success, f"{geste} : {rendu.status_code} {rendu.text}"
        lu: Corps = rendu.json()
        return lu

    async def lire(self, quoi: str = "") -> Corps:
        lu = await self.client.get(f"/v1/dossiers/{self.id}{quoi}")
        assert lu.status_code == 200, lu.text
        corps: Corps = lu.json()
        return corps

    async def scenario(self, entente_id: str, *offres: Corps, titre: str = "Scénario") -> str:
        """L'identifiant du scénario ajouté."""
        corps = {"titre": titre, "entente_id": entente_id, "offres": list(offres)}
        await self.poser("scenarios", corps)
        connus = [s["id"] for s in (await self.lire("/scenarios"))["elements"]]
        [nouveau] = set(connus) - set(self.scenarios)
        self.scenarios.append(nouveau)
        return str(nouveau)

    async def jusqu_a_se_completer(self, offres: Sequence[str], **besoins: object) -> None:
        """Besoins dits d'une fonction par offre, que chacune est seule à tenir."""
        codes = [f"fonction_{rang}" for rang, _ in enumerate(offres)]
        exigences = [{"code": c, "nature": "fonction", "texte": "Une fonction."} for c in codes]
        await self.poser("besoins", {**BESOINS, "exigences": exigences, **besoins})
        await self.poser("consultation", {"criteres": {}, "offres": list(offres)})
        for sienne, offre_id in zip(codes, offres, strict=True):
            verdicts = [{**SATISFAITE, "exigence": c, "satisfaite": c == sienne} for c in codes]
            await self.poser("conformite", {"offre_id": offre_id, "verdicts": verdicts})

    async def jusqu_aux_scenarios(self, offres: Sequence[str], **besoins: object) -> None:
        """Besoins dits, Catalogue consulté, chaque offre conforme."""
        await self.poser("besoins", {**BESOINS, **besoins})
        await self.poser("consultation", {"criteres": {}, "offres": list(offres)})
        for offre_id in offres:
            await self.poser("conformite", {"offre_id": offre_id, "verdicts": [SATISFAITE]})

    async def demarrer(
        self, scenario_id: str, le: str, *, budget: str = "50000.00", heure: str = "09:00-04:00"
    ) -> None:
        """Du choix à l'admissibilité, tout le jour dit."""
        await self.poser("choix", {"scenario_id": scenario_id})
        await self.contacter(le, heure)
        await self.confirmer(le, budget)

    async def contacter(self, le: str, heure: str = "09:00-04:00") -> None:
        """Du contact à la rencontre."""
        fournisseur = {"fournisseur_id": self.vu["choix"]["fournisseur_id"]}
        await self.poser("contact", fournisseur)
        lus = {"texte": "Tout.", "conditions_lues": True, "engagement_lu": True}
        await self.poser("informations", lus)
        await self.poser("rencontre", {"tenue_le": f"{le}T{heure}"}, self.courtier)

    async def confirmer(self, le: str, budget: str = "50000.00", **change: object) -> None:
        """Du budget à l'admissibilité."""
        await self.poser(
            "budget", {"montant": budget, "date": le, "empreinte": empreinte_du_budget(self.id)}
        )
        await self.poser("confirmation", dict(change))
        await self.poser("admissibilite", self.admissibilite(le))

    def admissibilite(self, le: str, jusqu_au: str = "2027-03-31") -> Corps:
        verification = {
            "nature": "attestation_revenu_quebec",
            "faite_le": le,
            "valide_jusqu_au": jusqu_au,
            "empreinte": "9" * 64,
        }
        fournisseur = self.vu["choix"]["fournisseur_id"]
        return {"fournisseur_id": fournisseur, "verifications": [verification]}


def offre_voulue(
    offre_id: str, composantes: Sequence[Corps] = PAR_PERSONNE, lieu: str | None = None
) -> Corps:
    return {"offre_id": offre_id, "lieu": lieu, "composantes": list(composantes)}
