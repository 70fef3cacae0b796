"""La vie d'un contrat conclu, chez chaque organisme : pièces, différends, sortie, évaluations."""

from collections.abc import Sequence

from outils.essais.banc import Banc
from services.courtier.tests.acquisitions import offre_voulue
from services.courtier.tests.marche import EMPREINTES, Marche
from tests.securite.gestes import fait


async def semer(
    banc: Banc, vendu: Marche, entente_id: str, offre_id: str, organismes: Sequence[str]
) -> None:
    """Un contrat conclu par organisme, et de chaque liste, au moins une ligne."""
    for organisme in organismes:
        contrat = await _conclu(banc, vendu, entente_id, offre_id, organisme)
        client = banc.client("gestionnaire", organisme=organisme, sujet=f"suivi-{organisme}")
        jour = "2026-09-01"
        personne = {"nom": f"P. {organisme}", "courriel": f"p@{organisme}.example"}
        await fait(client, f"contrats-conclus/{contrat}/consentement", personne)
        piece = {"genre": "choix", "titre": f"Choix de {organisme}", "empreinte": "1" * 64}
        deposee = await fait(client, f"contrats/{contrat}/pieces", piece | {"datee_le": jour})
        motif = {"motif": f"Motif de {organisme}"}
        await fait(vendu.courtier, f"contrats/{contrat}/pieces/{deposee['id']}/demande", motif)
        await fait(client, f"contrats/{contrat}/gels", motif)
        differend = {"contrat_id": contrat, "nature": "plainte", "survenu_le": jour}
        differend |= {"objet": f"Objet de {organisme}", "texte": f"Texte de {organisme}"}
        await fait(client, "differends", differend)
        incident = {"nature": "manquement", "survenu_le": jour, "constate_le": jour}
        incident |= {"description": f"Manquement chez {organisme}"}
        await fait(client, f"contrats/{contrat}/incidents", incident)


async def _conclu(banc: Banc, vendu: Marche, entente_id: str, offre_id: str, organisme: str) -> str:
    par = banc.client("gestionnaire", organisme=organisme, sujet=f"gest-{organisme}")
    dossier = await vendu.acquisition(entente_id, offre_voulue(offre_id), par=par)
    contrat = str((await fait(vendu.courtier, "contrats", vendu.preparation(dossier.id)))["id"])
    client = banc.client("signataire", organisme=organisme, sujet=f"signataire-{organisme}")
    await fait(client, f"contrats/{contrat}/validation", None)
    await fait(client, f"contrats/{contrat}/signature", {"partie": "client", **EMPREINTES})
    signature = {nom: EMPREINTES[nom] for nom in ("contrat", "annexe_modificative")}
    signature |= {"partie": "fournisseur", "signataire": f"F. {organisme}"}
    signature |= {"signe_le": banc.horloge().isoformat()}
    await fait(vendu.courtier, f"contrats/{contrat}/signature", signature)
    return contrat
