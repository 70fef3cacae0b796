"""Apercevoir, émettre et lire les documents d'une période, par l'API."""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.documents import Facture, facture_lisible
from demo.scenario.autour import Introuvable
from demo.scenario.clients import FACTURATION, Clients, Document, Personne

PATIENCE_S = 30.0
FORMATS = {
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
}


@dataclass(slots=True)
class Facturier:
    """La facturation d'une période; les documents s'écrivent sous `sortie`."""

    clients: Clients
    sortie: Path
    annoncees: dict[tuple[str, str], Document] = field(default_factory=dict)
    """Les aperçus vus avant d'émettre, par période et organisme."""

    async def apercevoir(self, periode: str, qui: Personne = FACTURATION) -> list[Document]:
        """L'aperçu de chaque organisme que `qui` peut voir : rien ne s'écrit (FAC-7)."""
        corps = {"periode": periode, "apercu": True}
        cle = f"apercu-{periode}-{qui.sujet}"
        lu = await self.clients.poster("facturation", "executions", corps, qui=qui, cle=cle)
        organismes: list[Document] = lu["organismes"]
        return organismes

    async def emettre(self, periode: str) -> None:
        """L'aperçu, puis l'émission : le même calcul (FAC-7). Lève `Introuvable` sans fin."""
        for apercu in await self.apercevoir(periode):
            self.annoncees[periode, apercu["organisme"]] = apercu["facture"]
        corps = {"periode": periode, "apercu": False}
        execution = await self.clients.poster(
            "facturation", "executions", corps, qui=FACTURATION, cle=f"emission-{periode}"
        )
        chemin = f"executions/{execution['id']}"
        try:
            async with asyncio.timeout(PATIENCE_S):
                while execution["etat"] != "terminee":
                    await asyncio.sleep(0.2)
                    execution = await self.clients.lire("facturation", chemin, qui=FACTURATION)
        except TimeoutError as erreur:
            raise Introuvable("L'émission des factures ne finit pas.") from erreur
        if raisons := [sort["raison"] for sort in execution["sorts"] if sort["raison"]]:
            raise Introuvable(f"Une facture ne s'émet pas : {raisons[0]}")

    async def numeros(self, periode: str) -> dict[str, str]:
        """Le numéro de la facture du mois, par organisme."""
        resumes = await self.clients.lister(
            "facturation", "factures", qui=FACTURATION, periode=periode
        )
        return {r["organisme"]: r["numero"] for r in resumes if r["corrige"] is None}

    async def document(self, numero: str) -> Document:
        return await self.clients.lire("facturation", f"factures/{numero}", qui=FACTURATION)

    async def factures(self, periode: str, noms: Mapping[str, str]) -> tuple[Facture, ...]:
        """Les factures du mois, leurs lignes nommées par `noms`, de leur source au scénario."""
        numeros = await self.numeros(periode)
        return tuple([await self._facture(periode, n, noms) for n in sorted(numeros.values())])

    async def _facture(self, periode: str, numero: str, noms: Mapping[str, str]) -> Facture:
        document = await self.document(numero)
        organisme = document["organisme"]
        nom = f"facture-{organisme}-{periode}"
        lignes = [
            {**ligne, "nom": noms.get(ligne["source"], ligne["source"])}
            for ligne in document["lignes"]
        ]
        return Facture.model_validate(
            {
                **document,
                "nom": document["destinataire"]["nom"],
                "lignes": sorted(lignes, key=lambda ligne: (ligne["nom"], ligne["debut"])),
                "apercu_egal": facture_lisible(document) == self.annoncees[periode, organisme],
                "fichiers": await self.ecrire(f"factures/{numero}", nom),
            }
        )

    async def ecrire(
        self, chemin: str, nom: str, formats: Iterable[str] = FORMATS
    ) -> dict[str, str]:
        """Ce que dit une adresse dans chaque format, et le nom de chaque fichier écrit."""
        fichiers = {suffixe: f"{nom}.{suffixe}" for suffixe in formats}
        for suffixe, fichier in fichiers.items():
            contenu = await self.clients.lire_brut(
                "facturation", chemin, qui=FACTURATION, accept=FORMATS[suffixe]
            )
            (self.sortie / fichier).write_bytes(contenu)
        return fichiers


def empreinte(document: Mapping[str, Any]) -> str:
    """SHA-256 du JSON canonique de ce qu'un aperçu et sa facture ont en commun (FAC-7)."""
    commun = facture_lisible(dict(document))
    texte = json.dumps(commun, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(texte.encode()).hexdigest()
