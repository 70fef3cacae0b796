"""Ce que le code attend d'une base : ses révisions et ses tables, sans rien charger d'alembic."""

import re
from pathlib import Path
from typing import Final

from sqlalchemy import MetaData

from socle.bd.base import metadonnees_socle
from socle.envoi import tables as _envoi
from socle.execution import tables as _execution
from socle.reception import tables as _reception

MODULES_DES_TABLES: Final = (_envoi, _execution, _reception)
"""Les modules dont l'import déclare les tables du socle."""
TABLES_DU_SOCLE: Final = metadonnees_socle
"""Toutes : ce module les a déclarées."""
_FICHIER: Final = re.compile(r"(?:[0-9]{8}_)?([0-9]{4})_\w+\.py")


def revisions(dossier: Path) -> tuple[str, ...]:
    """Les révisions d'un dossier, de la première à la dernière; elles font une seule suite.

    Leur numéro est dans le nom de leur fichier; un essai vérifie qu'alembic y lit les mêmes.
    """
    trouvees = (_FICHIER.fullmatch(fichier.name) for fichier in (dossier / "versions").iterdir())
    return tuple(sorted(trouvee[1] for trouvee in trouvees if trouvee))


def noms_des_tables(tables: MetaData) -> frozenset[str]:
    """Les tables d'un service, et celles du socle."""
    return frozenset({*tables.tables, *TABLES_DU_SOCLE.tables})
