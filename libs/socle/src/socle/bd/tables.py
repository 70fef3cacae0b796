"""Les tables du socle, les mêmes dans la base de chaque service (préfixe « socle_ »)."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[int]):
    """L'identifiant de transaction de PostgreSQL sur 64 bits."""

    cache_ok: bool | None = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


metadonnees_socle = MetaData()
_INSTANT = DateTime(timezone=True)

outbox = Table(
    "socle_outbox",
    metadonnees_socle,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("evenement_id", Uuid, nullable=False),
    Column("sujet", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("survenu_le", _INSTANT, nullable=False),
    Column("enregistre_le", _INSTANT, nullable=False),
    Column(
        "en_tetes", LargeBinary, nullable=False, comment="En-têtes supplémentaires, objet JSON."
    ),
    Column("charge", LargeBinary, nullable=False),
    Column("tentatives", Integer, nullable=False, server_default=text("0")),
    Column("derniere_erreur", Text),
    Index("socle_outbox_part", "part", "id"),
    comment="Une ligne présente est une ligne due; l'accusé du bus la supprime.",
)

sequences = Table(
    "socle_sequences",
    metadonnees_socle,
    Column("sujet", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("derniere", BigInteger, nullable=False),
    PrimaryKeyConstraint("sujet", "cle"),
    comment="Le dernier numéro publié par (sujet, clé) : contigu, et verrou d'ordre des écritures.",
)

idempotence = Table(
    "socle_idempotence",
    metadonnees_socle,
    Column("appelant", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("organisme", Text, nullable=False, comment="« * » pour le MCN."),
    Column("empreinte", LargeBinary, nullable=False),
    Column("statut", SmallInteger, nullable=False),
    Column("en_tetes", LargeBinary, nullable=False),
    Column("corps", LargeBinary, nullable=False),
    Column("garde_jusqua", _INSTANT, nullable=False, comment="Heure système."),
    PrimaryKeyConstraint("appelant", "operation", "cle"),
    Index("socle_idempotence_purge", "garde_jusqua"),
)

inbox = Table(
    "socle_inbox",
    metadonnees_socle,
    Column("evenement_id", Uuid, primary_key=True),
    Column("garde_jusqua", _INSTANT, nullable=False, comment="Heure système."),
    Index("socle_inbox_purge", "garde_jusqua"),
)

suivi = Table(
    "socle_suivi",
    metadonnees_socle,
    Column("sujet", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("derniere", BigInteger, nullable=False),
    PrimaryKeyConstraint("sujet", "cle"),
    comment="Le dernier numéro traité par (sujet, clé) des écoutes strictes.",
)

stationnement = Table(
    "socle_stationnement",
    metadonnees_socle,
    Column("evenement_id", Uuid, primary_key=True),
    Column("sujet", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("gare_le", _INSTANT, nullable=False, comment="Heure système."),
    Column("message", LargeBinary, nullable=False),
    Index("socle_stationnement_cle", "sujet", "cle", "sequence"),
    comment="Les événements stricts dont un prédécesseur manque.",
)

rebuts = Table(
    "socle_rebuts",
    metadonnees_socle,
    Column("evenement_id", Uuid, primary_key=True),
    Column("sujet", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("raison", Text, nullable=False),
    Column("ecarte_le", _INSTANT, nullable=False, comment="Heure système."),
    Column("message", LargeBinary, nullable=False),
    Index("socle_rebuts_cle", "sujet", "cle"),
    comment="Les événements écartés, avec leur raison, jusqu'à leur rejeu.",
)

jalon_annonce = Table(
    "socle_jalon_annonce",
    metadonnees_socle,
    Column("sujet", Text, primary_key=True),
    Column("jusqua", _INSTANT, nullable=False, comment="Heure d'affaires."),
    comment="Le dernier jalon annoncé : aucun fait ne s'enregistre plus avant.",
)

jalons = Table(
    "socle_jalons",
    metadonnees_socle,
    Column("sujet", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("partitions", Integer, nullable=False),
    Column("jusqua", _INSTANT, nullable=False, comment="Heure d'affaires."),
    PrimaryKeyConstraint("sujet", "partition"),
    comment="Les jalons reçus, par partition.",
)

audit = Table(
    "socle_audit",
    metadonnees_socle,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tx", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    Column("le", _INSTANT, nullable=False, comment="Heure d'affaires."),
    Column("acteur", Text, nullable=False),
    Column("organisme", Text, nullable=False, comment="Pour qui; « * » pour le MCN."),
    Column("operation", Text, nullable=False),
    Column("objet", Text, nullable=False),
    Column("faits", ARRAY(Text), nullable=False),
    Column("empreinte", LargeBinary, nullable=False, comment="SHA-256 de la commande reçue."),
    Column("trace", Text, nullable=False),
    Index("socle_audit_ordre", "tx", "id"),
    comment="Un ajout par écriture, dans sa transaction; ni modification ni suppression.",
)

sceaux = Table(
    "socle_sceaux",
    metadonnees_socle,
    Column("numero", BigInteger, primary_key=True),
    Column("dernier_tx", Xid8, nullable=False),
    Column("dernier_id", BigInteger, nullable=False),
    Column("nombre", Integer, nullable=False),
    Column("empreinte", LargeBinary, nullable=False),
    Column("scelle_le", _INSTANT, nullable=False, comment="Heure système."),
    comment="La chaîne de hachage de l'audit, un maillon par lot.",
)
