"""Ce qu'on lit des demandes."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from contrats.base import CodeOrganisme
from demandes.demande.adaptateurs.tables import demandes
from demandes.demande.domaine.demande import Etat, Sorte
from socle.bd.vues import VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDemandes:
    """Ce qu'on demande d'une liste de demandes."""

    organisme: CodeOrganisme | None = None
    etat: Etat | None = None
    sorte: Sorte | None = None
    numero: Annotated[
        str | None, Field(pattern=r"^D-[0-9]{4}-[0-9]{6,12}$", examples=["D-2026-000123"])
    ] = None


DEMANDE = VueObjet(select(demandes), demandes.c.id, "Demande introuvable.")
DEMANDES = VueListe(
    requete=select(demandes), filtre=FiltreDemandes, cles=(demandes.c.id,), decroissant=True
)
