"""La vie d'un contrat conclu, chez chaque organisme : pièces, différends, sortie, évaluations."""

from collections.abc import Sequence
from typing import Any

import httpx

from outils.essais.banc import Banc
from services.courtier.tests.acquisitions import offre_voulue, periodes
from services.courtier.tests.marche import Marche
from tests.securite.gestes import fait


async def semer(
    banc: Banc,
    vendu: Marche,
    entente_id: str,
    offre_id: str,
    organismes: Sequence[str],
    *,
    finis: bool,
) -> None:
    """Un contrat conclu par organisme; `finis` : l'heure passe leur fin, des pièces se détruisent.

    De chaque liste, alors, au moins une ligne.
    """
    contrats = [
        (organisme, await _conclu(banc, vendu, entente_id, offre_id, organisme))
        for organisme in organismes
    ]
    for rang, (organisme, contrat) in enumerate(contrats):
        client = _client(banc, organisme)
        await _differer(client, organisme, contrat)
        avis = {"nature": "conclusion", "numero": f"2014516{rang}", "publie_le": "2026-09-01"}
        await fait(client, f"contrats/{contrat}/publication-seao", avis | {"indicateur": "aucun"})
    if not finis:
        return
    banc.horloge.aller("2026-10-02T09:00-04:00")
    for organisme, contrat in contrats:
        await _conserver(_client(banc, organisme), vendu.courtier, organisme, contrat)


def _client(banc: Banc, organisme: str) -> httpx.AsyncClient:
    return banc.client("gestionnaire", organisme=organisme, sujet=f"suivi-{organisme}")


async def _differer(client: httpx.AsyncClient, organisme: str, contrat: str) -> None:
    """Une personne-ressource, une plainte, un manquement."""
    jour = "2026-09-01"
    personne = {"nom": f"P. {organisme}", "courriel": f"p@{organisme}.example"}
    await fait(client, f"contrats-conclus/{contrat}/consentement", personne)
    differend = {"contrat_id": contrat, "nature": "plainte", "survenu_le": jour}
    differend |= {"objet": f"Objet de {organisme}", "texte": f"Texte de {organisme}"}
    await fait(client, "differends", differend)
    incident = {"nature": "manquement", "survenu_le": jour, "constate_le": jour}
    incident |= {"description": f"Manquement chez {organisme}"}
    await fait(client, f"contrats/{contrat}/incidents", incident)


async def _conserver(
    client: httpx.AsyncClient, courtier: httpx.AsyncClient, organisme: str, contrat: str
) -> None:
    """Une pièce détruite, une demandée, un gel."""
    pieces = f"contrats/{contrat}/pieces"
    deposees = []
    for rang in (1, 2):
        piece = {"genre": "choix", "titre": f"Choix {rang} de {organisme}"}
        piece |= {"empreinte": str(rang) * 64, "datee_le": "2026-09-01"}
        deposees.append((await fait(client, pieces, piece))["id"])
    detruite = {"pieces": deposees[:1], "detruites_le": "2026-10-02", "methode": organisme}
    await fait(client, f"{pieces}/destructions", detruite | {"attestation": "3" * 64})
    motif = {"motif": f"Motif de {organisme}"}
    await fait(courtier, f"{pieces}/{deposees[1]}/demande", motif)
    await fait(client, f"contrats/{contrat}/gels", motif)


async def _conclu(banc: Banc, vendu: Marche, entente_id: str, offre_id: str, organisme: str) -> str:
    par = banc.client("gestionnaire", organisme=organisme, sujet=f"gest-{organisme}")
    besoin: dict[str, Any] = {"duree_mois": 1, "consommation": periodes((1, 1, 40))}
    dossier = await vendu.acquisition(entente_id, offre_voulue(offre_id), par=par, **besoin)
    preparation = vendu.preparation(dossier.id, debut="2026-09-01")
    prepare = await fait(vendu.courtier, "contrats", preparation)
    contrat, documents = str(prepare["id"]), prepare["documents"]
    client = banc.client("signataire", organisme=organisme, sujet=f"signataire-{organisme}")
    await fait(client, f"contrats/{contrat}/validation", None)
    await fait(client, f"contrats/{contrat}/signature", {"partie": "client", **documents})
    signature = {nom: documents[nom] for nom in ("contrat", "annexe_modificative")}
    signature |= {"partie": "fournisseur", "signataire": f"F. {organisme}"}
    signature |= {"signe_le": banc.horloge().isoformat()}
    await fait(vendu.courtier, f"contrats/{contrat}/signature", signature)
    return contrat
