"""Un rapport en document JSON, et son empreinte."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from sla.rapports.domaine.rapport import Corrigee, Precisions, Rapport
from sla.taux.domaine.attendus import lire_unite
from sla.taux.domaine.citees import FicheCitee
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne

_SANS_HEURE = datetime(2000, 1, 1, tzinfo=UTC)


@cache
def _forme() -> TypeAdapter[Rapport]:
    return TypeAdapter(Rapport)


def document(rapport: Rapport) -> bytes:
    """Le JSON d'un rapport; `lire` le rend tel quel."""
    return _forme().dump_json(rapport)


def lire(octets: bytes | str) -> Rapport:
    """Le rapport de ce document; un champ ajouté depuis y prend sa valeur d'office.

    Son empreinte est celle sous laquelle il se garde : la recalculer en donnerait une autre.
    """
    rapport = _forme().validate_json(octets)
    siens = [replace(i, unite=lire_unite(i.unite)) for i in rapport.indicateurs]
    return replace(rapport, indicateurs=siens)


def empreinte(rapport: Rapport) -> str:
    """SHA-256 de ce qu'il dit : établi de nouveau sur les mêmes faits, c'est la même."""
    return sha256(document(replace(rapport, etabli_le=_SANS_HEURE))).hexdigest()


def fiche_citee(dite: Mapping[str, Any]) -> FicheCitee:
    """La version de fiche d'un document."""
    return FicheCitee(**{**dite, "debut": date.fromisoformat(dite["debut"])})


def corrigee(ligne: Ligne) -> Corrigee:
    """La correction d'une ligne."""
    cotes = {
        nom: _precisions(getattr(ligne, nom)) for nom in ("precisions_avant", "precisions_apres")
    }
    return objet(Corrigee, ligne, **cotes)


def _precisions(dites: Mapping[str, Any] | None) -> Precisions | None:
    if dites is None:
        return None
    cible = dites["cible"]
    return Precisions(
        exclusions=tuple(dites["exclusions"]),
        signalee=bool(dites["signalee"]),
        cible=None if cible is None else Decimal(cible),
        service_ajuste=dites["service_ajuste"],
        panne_ajuste=dites["panne_ajuste"],
    )
