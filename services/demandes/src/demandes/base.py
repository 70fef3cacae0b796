"""La base du service : ses tables ont toutes ces métadonnées; une colonne porte le nom du champ."""

from enum import StrEnum

from sqlalchemy import DateTime, Enum, MetaData

metadonnees = MetaData()
INSTANT = DateTime(timezone=True)


def choix(classe: type[StrEnum]) -> Enum:
    """Un texte en base, un membre de l'énumération en Python."""
    return Enum(
        classe, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e]
    )
