"""Un banc des demandes : organismes, signataires et produits en place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from contrats.catalogue import (
    Declencheur,
    FichePubliee,
    ProduitInscrit,
    Quantite,
    Tarif,
    TarifPublie,
)
from noyau import Comparaison, Predicat
from outils.essais.banc import Banc

FICHIER_CLIENT = ("organisme.", "signataire.", "substitution.")
PRODUITS: dict[str, dict[str, Any]] = {
    "PORTABLE-14": {"sorte": "materiel", "tarifs": ("POSTE-01",)},
    "MON-24": {"sorte": "moniteur", "tarifs": ("MONITEUR-02",)},
    "VIRTUEL": {"sorte": "poste_virtuel", "tarifs": ("POSTE-VIRTUEL",)},
    "NAVIGATEUR": {"sorte": "logiciel", "noyau": True, "tarifs": ()},
    "DESSIN": {"sorte": "logiciel", "tarifs": ("PRODUIT",)},
    "TELEPHONE": {"sorte": "appareil_mobile", "tarifs": ("MOBILE",)},
    "CABINET": {"sorte": "materiel", "tarifs": ("POSTE-05",), "reserve_hauts_dirigeants": True},
}


def produit_inscrit(code: str, **champs: Any) -> ProduitInscrit:
    base: dict[str, Any] = {
        "code": code, "libelle": code, "categorie": "essai", "statut": "actif",
        "noyau": False, "normalise": True,
    }  # fmt: skip
    return ProduitInscrit(**{**base, **champs})


def prix_publie(produit: str, prix: str, debut: str = "2026-04-01") -> TarifPublie:
    return TarifPublie(
        produit=produit, version=1, debut=date.fromisoformat(debut), prix=Decimal(prix)
    )


def tarif_horaire(code: str, *exigences: Comparaison) -> Tarif:
    """Un tarif dû pour du temps travaillé qui le nomme (CAT-9)."""
    si = Predicat(((Comparaison(fait="tarif", egale=code), *exigences),))
    return Tarif(
        code=code,
        libelle=code,
        du=Declencheur(evenement="travail.effectué", si=si),
        quantite=Quantite(forme="duree", fait="minutes", pas=15, par=("jour",)),
        montant=Decimal("63.00"),
    )


def fiche(*tarifs: str | Tarif, version: int = 1, debut: str = "2026-04-01") -> FichePubliee:
    return FichePubliee(
        code="POSTES",
        titre="Postes",
        version=version,
        debut=date.fromisoformat(debut),
        tarifs=tuple(tarif_horaire(t) if isinstance(t, str) else t for t in tarifs),
        indicateurs=(),
    )


@dataclass(slots=True)
class Parcours:
    """Les gens d'un essai, et leurs gestes."""

    banc: Banc
    csc: httpx.AsyncClient
    demandeur: httpx.AsyncClient
    signataire: httpx.AsyncClient

    @classmethod
    async def monter(cls, banc: Banc) -> "Parcours":
        csc = banc.client("agent-csc", "technicien", sujet="agent")
        for code in ("MTQ", "SQ"):
            corps = {"code": code, "nom": f"Organisme {code}"}
            (await csc.post("/v1/organismes", json=corps)).raise_for_status()
            mandat = {"nom": "S.", "sujet": f"signataire-{code}", "debut": "2026-04-01"}
            chemin = f"/v1/organismes/{code}/signataires"
            (await csc.post(chemin, json=mandat)).raise_for_status()
        produits = (produit_inscrit(nom, **champs) for nom, champs in PRODUITS.items())
        await banc.recevoir(
            *produits,
            prix_publie("DESSIN", "120.00"),
            fiche("AMENAGEMENT-BUR", "AMENAGEMENT-INFRA"),
        )
        return cls(
            banc=banc,
            csc=csc,
            demandeur=banc.client("demandeur", organisme="MTQ", sujet="demandeur-MTQ"),
            signataire=banc.client("signataire", organisme="MTQ", sujet="signataire-MTQ"),
        )

    async def creer(self, **champs: Any) -> dict[str, Any]:
        corps = {
            "sorte": "poste_physique",
            "articles": [{"produit": "PORTABLE-14"}],
            "soumettre": True,
            **champs,
        }
        reponse = await self.demandeur.post("/v1/demandes", json=corps)
        assert reponse.status_code == 201, reponse.text
        rendu: dict[str, Any] = reponse.json()
        return rendu

    async def agir(
        self,
        client: httpx.AsyncClient,
        demande: Mapping[str, Any],
        geste: str,
        statut: int = 200,
        /,
        **corps: Any,
    ) -> dict[str, Any]:
        reponse = await client.post(f"/v1/demandes/{demande['id']}/{geste}", json=corps)
        assert reponse.status_code == statut, reponse.text
        rendu: dict[str, Any] = reponse.json()
        return rendu

    async def prise_en_charge(self, **champs: Any) -> dict[str, Any]:
        """Une demande soumise, approuvée s'il le faut, et prise en charge."""
        demande = await self.creer(**champs)
        if demande["faits"]["approbation_requise"]:
            await self.agir(self.signataire, demande, "approbation")
        return await self.agir(self.csc, demande, "prise-en-charge")

    async def types(self, demande: Mapping[str, Any] | None = None) -> list[str]:
        """Les types publiés, hors du fichier client; ceux d'une demande, si on la nomme."""
        sortants = await self.banc.sortants()
        return [
            s.type
            for s in sortants
            if (demande is None or s.cle == demande["id"]) and not s.type.startswith(FICHIER_CLIENT)
        ]


async def chronologie(parcours: Parcours, demande: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Les lignes de la chronologie d'une demande, par geste."""
    lue = await parcours.csc.get(f"/v1/demandes/{demande['id']}/chronologie")
    return {ligne["geste"]: ligne for ligne in lue.json()["elements"]}
