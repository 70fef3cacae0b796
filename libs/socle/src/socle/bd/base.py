"""Ce que partagent les tables du socle, les mêmes dans la base de chaque service (« socle_ »)."""

from sqlalchemy import DateTime, MetaData
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

metadonnees_socle = MetaData()
INSTANT = DateTime(timezone=True)


class Xid8(UserDefinedType[int]):
    """L'identifiant de transaction de PostgreSQL sur 64 bits."""

    cache_ok: bool | None = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


# Une table relue de la base (alembic) rend ce type à ses colonnes, au lieu d'avertir.
ischema_names["xid8"] = Xid8
