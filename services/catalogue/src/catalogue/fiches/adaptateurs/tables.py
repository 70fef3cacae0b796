"""Les tables des fiches : aucune n'appartient à un organisme."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from catalogue.base import metadonnees, table_de_versions

fiches = sa.Table("fiches", metadonnees, sa.Column("code", sa.Text, primary_key=True))

fiche_versions = table_de_versions(
    "fiche_versions",
    fiches,
    sa.Column("contenu", JSONB, nullable=False, comment="Tout ce que dit la version."),
    sa.Column("retiree_le", sa.DateTime(timezone=True)),
)

codes_reserves = sa.Table(
    "codes_reserves",
    metadonnees,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("fiche", sa.Text, sa.ForeignKey(fiches.c.code), nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    comment="Un code est à une seule fiche, et d'une seule nature, pour toujours.",
)


def tarif_de(contenu: sa.ColumnElement[Any]) -> sa.TableValuedColumn[Any]:
    """Un tarif (JSON) par ligne, du contenu d'une version de fiche."""
    elements = sa.func.jsonb_array_elements(contenu["tarifs"], type_=JSONB)
    return elements.column_valued("tarif", joins_implicitly=True)
