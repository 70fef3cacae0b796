"""Ce que partagent les tables du socle, les mêmes dans la base de chaque service (« socle_ »)."""

from sqlalchemy import DateTime, MetaData
from sqlalchemy.types import UserDefinedType

metadonnees_socle = MetaData()
INSTANT = DateTime(timezone=True)


class Xid8(UserDefinedType[int]):
    """L'identifiant de transaction de PostgreSQL sur 64 bits."""

    cache_ok: bool | None = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"
