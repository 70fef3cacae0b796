"""Les commandes d'un service : seules ou groupées, leurs options lues de leur fonction."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from outils.essais.temoin.service import service
from socle.lanceur import commande
from socle.service import Commande, Contexte, Groupe


async def _compter(
    _contexte: Contexte,
    dire: Callable[[str], None],
    jusqu_a: Annotated[int, typer.Argument(max=10)],
    *,
    pas: Annotated[int, typer.Option("--pas", help="De combien.")] = 1,
) -> bool:
    dire(str(list(range(0, jusqu_a, pas))))
    return True


@pytest.fixture
def appli() -> typer.Typer:
    une = Commande("compter", "Compte.", _compter)
    temoin = service()
    aires = [*temoin.aires]
    aires[0] = replace(aires[0], commandes=(une, Groupe("comptes", "Des comptes.", (une,))))
    return commande(replace(temoin, aires=aires))


@pytest.mark.parametrize("nom", [("compter",), ("comptes", "compter")])
def test_une_commande_dit_ses_options(appli: typer.Typer, nom: tuple[str, ...]) -> None:
    dit = CliRunner().invoke(appli, [*nom, "--help"], env={"COLUMNS": "120"})
    assert (dit.exit_code, "--pas" in dit.output, "jusqu_a" in dit.output.lower()) == (
        0,
        True,
        True,
    )


@pytest.mark.parametrize("mal", [("compter",), ("compter", "11"), ("compter", "3", "--autre")])
def test_une_commande_mal_dite_sort_2(appli: typer.Typer, mal: tuple[str, ...]) -> None:
    """Avant d'ouvrir la base : rien n'est lu d'un environnement vide."""
    assert CliRunner().invoke(appli, list(mal)).exit_code == 2
