"""D'un récit aux messages du bus : les mêmes histoires, par le vrai chemin."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from contrats import EVENEMENTS, Evenement
from contrats import demandes as faits
from contrats.catalogue import FichePubliee
from contrats.catalogue import Indicateur as IndicateurPublie
from outils.essais.banc import Banc
from services.sla.tests.builders import Recit
from sla.fiches.domaine import Fiche
from sla.histoires.domaine import Episode
from socle.bus.enveloppe import Message

SIGNATAIRE = UUID(int=1)


def messages(banc: Banc, recit: Recit, demande_id: UUID, organisme: str = "MTQ") -> list[Message]:
    """Les messages d'une demande : ses épisodes dans l'ordre du récit, puis ce qui les rectifie."""
    episodes = [
        banc.message(
            _evenement(episode, demande_id, organisme),
            survenu_le=episode.survenu_le,
            enregistre_le=episode.enregistre_le,
            sequence=place,
            id=uuid5(demande_id, str(episode.evenement_id)),
        )
        for place, episode in enumerate(recit.episodes, 1)
    ]
    types = {episode.evenement_id: episode.type for episode in recit.episodes}
    return episodes + [
        banc.message(
            faits.ActeRectifie(
                organisme=organisme,
                agregat_id=demande_id,
                acte_id=uuid5(demande_id, str(r.acte_id)),
                acte=types[r.acte_id],
                survenu_le=r.survenu_le,
                cause="rectification",
            ),
            sequence=r.rang,
            id=uuid5(demande_id, f"{r.acte_id}{r.rang}"),
        )
        for r in recit.rectifications
    ]


def messages_de_fiches(banc: Banc, fiches: Iterable[Fiche]) -> list[Message]:
    """Les messages du catalogue qui publient ces versions."""
    return [banc.message(_fiche(fiche)) for fiche in fiches]


def _evenement(episode: Episode, demande_id: UUID, organisme: str) -> Evenement:
    classe = EVENEMENTS[episode.type, 1]
    return classe.model_validate(
        {"organisme": organisme, "demande_id": demande_id, **_donnees(episode)}
    )


def _donnees(episode: Episode) -> dict[str, Any]:
    attendues = [{"article_id": a.article_id, "evenement": a.evenement} for a in episode.attendues]
    if (creation := episode.creation) is not None:
        champs = {nom: getattr(creation, nom) for nom in creation.__slots__}
        return {**champs, "livraisons_attendues": attendues}
    if episode.type == faits.DemandeRouverte.TYPE:
        return {"livraisons_attendues": attendues}
    if episode.livraison is not None:
        article = episode.livraison.article_id
        return {"article_id": article, "actif_id": article, "produit": "PORTABLE-14"}
    return {"signataire_id": SIGNATAIRE}


def _fiche(fiche: Fiche) -> FichePubliee:
    return FichePubliee(
        code=fiche.code,
        titre=fiche.titre,
        version=fiche.version,
        debut=fiche.debut,
        fin=fiche.fin,
        tarifs=(),
        indicateurs=tuple(
            IndicateurPublie.model_validate({nom: getattr(i, nom) for nom in i.__slots__})
            for i in fiche.indicateurs
        ),
    )
