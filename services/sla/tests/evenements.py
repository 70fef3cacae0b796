"""D'un récit aux messages du bus : les mêmes histoires, par le vrai chemin."""

from collections.abc import Iterable, Mapping
from json import dumps
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from calendrier import VersionCalendrier
from contrats import EVENEMENTS, Evenement
from contrats import demandes as faits
from contrats.catalogue import CalendrierPublie, FichePubliee, FicheRetiree
from contrats.catalogue import Indicateur as IndicateurPublie
from outils.essais.banc import Banc
from services.sla.tests.builders import Recit
from sla.fiches.domaine import Fiche, VersionRetiree
from sla.histoires.domaine import Episode
from socle.bus.enveloppe import Message

_NOMME: Mapping[str, str] = MappingProxyType(
    {"demande": "demande_id", "contrat": "contrat_id", "dossier": "dossier_id"}
)
_AUTRES: Mapping[str, Any] = MappingProxyType(
    {
        "signataire_id": UUID(int=1),
        "produit": "PORTABLE-14",
        "fournisseur_id": UUID(int=2),
        "debut": "2026-11-01",
        "duree_mois": 12,
        "montant": "1200.00",
        "elements": (),
    }
)
"""Ce que nos récits ne disent pas et que les contrats exigent."""


def messages(banc: Banc, recit: Recit, sujet_id: UUID, organisme: str = "MTQ") -> list[Message]:
    """Les messages d'un sujet : ses épisodes dans l'ordre du récit, puis ce qui les rectifie."""
    champ = _NOMME[recit.sujet.sorte]
    nomme = {"dossier_id": dossier_de(sujet_id), "organisme": organisme, champ: sujet_id}
    episodes = [
        banc.message(
            _evenement(episode, nomme),
            survenu_le=episode.survenu_le,
            enregistre_le=episode.enregistre_le,
            sequence=place,
            id=uuid5(sujet_id, str(episode.acte_id)),
        )
        for place, episode in enumerate(recit.episodes, 1)
    ]
    types = {episode.acte_id: episode.type for episode in recit.episodes}
    return episodes + [
        banc.message(
            faits.ActeRectifie(
                organisme=organisme,
                agregat_id=sujet_id,
                acte_id=uuid5(sujet_id, str(r.acte_id)),
                acte=types[r.acte_id],
                survenu_le=r.survenu_le,
                cause="rectification",
            ),
            sequence=r.rang,
            id=uuid5(sujet_id, f"{r.acte_id}{r.rang}"),
        )
        for r in recit.rectifications
    ]


def dossier_de(contrat_id: UUID) -> UUID:
    """Le dossier d'où naît, sauf mention contraire, le contrat d'un récit."""
    return uuid5(contrat_id, "dossier")


def message_de_calendrier(
    banc: Banc, version: VersionCalendrier, rang: int = 1, calendrier: str = "fonction_publique"
) -> Message:
    """Le message du catalogue qui publie cette version du calendrier."""
    document = {**version.vers_document(), "calendrier": calendrier}
    return banc.message(CalendrierPublie.model_validate_json(dumps(document)), sequence=rang)


def messages_de_fiches(banc: Banc, versions: Iterable[Fiche | VersionRetiree]) -> list[Message]:
    """Les messages du catalogue qui publient, ou retirent, ces versions."""
    return [banc.message(_fiche(version)) for version in versions]


def _evenement(episode: Episode, nomme: Mapping[str, Any]) -> Evenement:
    attendues = [{"article_id": a.article_id, "evenement": a.evenement} for a in episode.attendues]
    dits = {
        **_AUTRES,
        "actif_id": episode.livraison,
        "signe_client_le": episode.survenu_le,
        "signe_fournisseur_le": episode.survenu_le,
        "livraisons_attendues": attendues,
        **episode.faits,
        **nomme,
    }
    return EVENEMENTS[episode.type, 1].model_validate(dits)


def _fiche(version: Fiche | VersionRetiree) -> FichePubliee | FicheRetiree:
    if isinstance(version, VersionRetiree):
        return FicheRetiree(code=version.code, version=version.version, debut=version.debut)
    return FichePubliee(
        code=version.code,
        titre=version.titre,
        version=version.version,
        debut=version.debut,
        tarifs=(),
        indicateurs=tuple(
            IndicateurPublie.model_validate(i, from_attributes=True) for i in version.indicateurs
        ),
    )
