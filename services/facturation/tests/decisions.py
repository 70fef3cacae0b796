"""De quoi décider d'un mois facturé : trois postes, des contestations, le verbe qui crédite."""

from typing import Any
from uuid import uuid4

import httpx

from facturation.factures.cas_usage import crediter_lignes
from facturation.factures.domaine.credits import Credit, CrediterLignes
from facturation.factures.ports import Ports
from noyau import Montant
from outils.essais.banc import Banc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    facture,
    fermer_septembre,
    jour,
    livraison,
    organisme,
    planter,
)

SEPTEMBRE = "2026-2027-000001"


async def crediter(b: Banc, numero: str, **montants: str | None) -> str | None:
    """Crédite des lignes (`L1="98.00"`; nul : tout ce qui reste); rend le numéro de la note."""
    credits_ = tuple(
        Credit(id=uuid4(), rang=int(nom[1:]), montant=None if m is None else Montant.de(m))
        for nom, m in montants.items()
    )
    commande = CrediterLignes(numero=numero, credits=credits_, motif="Le poste était en panne.")
    note = await b.contexte.executer(
        "crediter_lignes", Ports, crediter_lignes, commande, cle=uuid4().hex
    )
    return None if note is None else note.numero


async def trois_postes(b: Banc, *, taxable: bool = False) -> list[Any]:
    """Septembre facturé à MTQ : trois postes à 147 $; on est au 1er octobre."""
    await planter(b)
    await b.recevoir(organisme(taxable=taxable))
    actifs = [uuid4() for _ in range(3)]
    await b.recevoir(*map(livraison, actifs), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    return actifs


async def octobre(b: Banc) -> dict[str, Any]:
    """Le document d'octobre, émis le 2 novembre."""
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    (sort,) = (await executer(b, "2026-10"))["sorts"]
    return await facture(b, sort["numero"]) if sort["numero"] else {}


def mtq(b: Banc, sujet: str = "gestionnaire-1") -> httpx.AsyncClient:
    """Une gestionnaire de MTQ."""
    return b.client("gestionnaire", organisme="MTQ", sujet=sujet)


def agent(b: Banc, sujet: str = "facturation-1") -> httpx.AsyncClient:
    """Quelqu'un de la facturation."""
    return b.client("facturation", sujet=sujet)


async def contester(b: Banc, *rangs: int, **champs: Any) -> dict[str, Any]:
    """La contestation de ces lignes de septembre, par MTQ."""
    corps = {"motif": "Hors d'usage.", "lignes": [{"rang": rang} for rang in rangs], **champs}
    rendu = await mtq(b).post(f"/v1/factures/{SEPTEMBRE}/contestations", json=corps)
    assert rendu.status_code == 201, rendu.text
    contestation: dict[str, Any] = rendu.json()
    return contestation


async def poser(
    client: httpx.AsyncClient, contestation: dict[str, Any], geste: str, **corps: Any
) -> dict[str, Any]:
    """La contestation après ce geste."""
    rendu = await client.post(f"/v1/contestations/{contestation['id']}/{geste}", json=corps)
    assert rendu.status_code == 200, rendu.text
    posee: dict[str, Any] = rendu.json()
    return posee
