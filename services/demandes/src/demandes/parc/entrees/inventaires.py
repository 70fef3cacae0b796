"""L'inventaire d'un organisme : ce qu'il avait en service au soir d'un jour (TEL-2)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Header, Query
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from contrats.base import CodeOrganisme
from demandes.parc.cas_usage import LireInventaire, LotInventaire, lire_inventaire
from demandes.parc.ports import PortsInventaires
from demandes.roles import LECTEURS
from noyau import jour_de_quebec
from pages import tableur
from socle.champs import Jour
from socle.web import Appel, Routeur, Sortie, acces, format_prefere

Lecture = Annotated[Appel[PortsInventaires], Depends(acces(PortsInventaires, *LECTEURS))]
JSON, CSV = "application/json", "text/csv"
LOT: Final = 200
"""Actifs examinés d'un coup, au plus."""

routes = Routeur(prefix="/v1/organismes", tags=["parc"])


class PresentOut(Sortie):
    """Un actif en service ce soir-là, avec l'utilisateur et le site qu'il avait alors."""

    actif_id: UUID
    produit: str
    libelle: str | None = Field(description="null : le ROPN ne le dit pas.")
    sorte: str | None
    demande_id: UUID
    livre_le: datetime = Field(description="Le début de la vie qu'il menait alors.")
    utilisateur_id: str | None
    site: str | None
    succede_a: UUID | None = Field(description="L'actif dont il a pris la place.")


class InventaireOut(Sortie):
    """Un lot de l'inventaire, par identifiant d'actif."""

    organisme: str
    le: date = Field(description="Au soir de ce jour, à Québec.")
    lu_le: datetime = Field(description="Ce qu'on en sait à cet instant, rectifications comprises.")
    elements: list[PresentOut]
    suivant: UUID | None = Field(
        description="L'actif après lequel reprendre (`apres`); null : l'inventaire est entier."
    )


@routes.get(
    "/{organisme}/inventaires",
    response_model=InventaireOut,
    responses={
        200: {
            "description": "En JSON, lot par lot; en CSV (Accept), entier.",
            "content": {CSV: {"schema": {"type": "string"}}},
        },
        409: {"description": "Le jour est à venir (TEL-2)."},
    },
    operation_id="lire_inventaire",
    summary="Lire l'inventaire d'un organisme au soir d'un jour (TEL-2)",
)
async def lire(
    organisme: CodeOrganisme,
    appel: Lecture,
    le: Annotated[Jour | None, Query(description="Absent : aujourd'hui, à cet instant.")] = None,
    apres: Annotated[UUID | None, Query(description="Reprendre après cet actif.")] = None,
    limite: Annotated[int, Query(ge=1, le=LOT, description="Actifs examinés, au plus.")] = LOT,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Relu après une rectification, le même jour montre ce qu'on sait maintenant qu'il était."""
    code, lu_le = appel.organisme(organisme), appel.horloge()
    jour = le or jour_de_quebec(lu_le)
    demande = LireInventaire(organisme=code, le=jour, apres=apres, limite=limite)
    premier = await _lot(appel, demande)
    if format_prefere(accept, (JSON, CSV)) == CSV:
        nom = f'attachment; filename="inventaire-{code}-{jour}.csv"'
        en_tetes = {"Vary": "Accept", "Content-Disposition": nom}
        return StreamingResponse(
            _rangees(appel, demande, premier, lu_le), headers=en_tetes, media_type=CSV
        )
    lot = InventaireOut(
        organisme=code,
        le=jour,
        lu_le=lu_le,
        elements=[PresentOut(**present) for present in _presents(premier)],
        suivant=premier.suivant,
    )
    return Response(lot.model_dump_json(), headers={"Vary": "Accept"}, media_type=JSON)


async def _lot(appel: Appel[PortsInventaires], demande: LireInventaire) -> LotInventaire:
    au = jour_de_quebec(appel.horloge())
    return await appel.consulter(partial(lire_inventaire, demande, au=au))


def _presents(lot: LotInventaire) -> list[dict[str, Any]]:
    return [
        {
            "actif_id": actif.id,
            "produit": actif.produit,
            "libelle": produit and produit.libelle,
            "sorte": produit and produit.sorte,
            "demande_id": actif.demande_id,
            "livre_le": actif.livre_le,
            "utilisateur_id": actif.utilisateur_id,
            "site": actif.site,
            "succede_a": actif.succede_a,
        }
        for actif in lot.actifs
        for produit in (lot.produits.get(actif.produit),)
    ]


async def _rangees(
    appel: Appel[PortsInventaires], demande: LireInventaire, lot: LotInventaire, lu_le: datetime
) -> AsyncIterator[bytes]:
    """Chaque lot se lit dans sa transaction."""
    dits = (demande.organisme, demande.le, lu_le)
    yield tableur.entete(("organisme", "le", "lu_le", *PresentOut.model_fields))
    while True:
        yield tableur.ecrire(
            map(tableur.cellule, (*dits, *present.values())) for present in _presents(lot)
        )
        if lot.suivant is None:
            return
        lot = await _lot(appel, replace(demande, apres=lot.suivant))
