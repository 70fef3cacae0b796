"""Une route publique dit qui peut l'appeler, sans quoi l'application ne se construit pas."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from pydantic import SecretStr

from noyau import ANNUAIRE, Acteur
from socle.web import AccesSigne, acces
from socle.web.openapi import completer

SIGNE = AccesSigne(object, Acteur("itsm"), (SecretStr("whsec_AAAA"),), dict)


def application(dependance: object) -> FastAPI:
    assemblee = FastAPI()

    @assemblee.get("/x")
    async def lire(_: Annotated[object, dependance]) -> None: ...

    return assemblee


@pytest.mark.parametrize("dependance", [Depends(acces(object, "admin")), Depends(SIGNE)])
def test_un_acces_ou_une_signature_suffit(dependance: object) -> None:
    completer(application(dependance), ANNUAIRE, {}, {})


def test_une_route_sans_acces_arrete_le_demarrage() -> None:
    async def personne() -> None: ...

    with pytest.raises(ValueError, match="/x"):
        completer(application(Depends(personne)), ANNUAIRE, {}, {})


def test_un_role_hors_de_l_annuaire_arrete_le_demarrage() -> None:
    with pytest.raises(ValueError, match="inconnu-au-bataillon"):
        completer(application(Depends(acces(object, "inconnu-au-bataillon"))), ANNUAIRE, {}, {})


def test_une_etiquette_que_rien_ne_decrit_arrete_le_demarrage() -> None:
    assemblee = application(Depends(SIGNE))
    assemblee.router.routes.clear()

    @assemblee.get("/x", tags=["muette"])
    async def lire(_: Annotated[object, Depends(SIGNE)]) -> None: ...

    with pytest.raises(ValueError, match="muette"):
        completer(assemblee, ANNUAIRE, {}, {})


def test_deux_operations_du_meme_nom_arretent_le_demarrage() -> None:
    """Un client engendré n'en garderait qu'une."""
    assemblee = application(Depends(SIGNE))

    @assemblee.get("/y", operation_id="lire")
    async def relire(_: Annotated[object, Depends(SIGNE)]) -> None: ...

    with pytest.raises(ValueError, match="« lire »"):
        completer(assemblee, ANNUAIRE, {}, {})
