"""Les tables de l'exécuteur : réponses gardées, audit et ses sceaux."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from socle.bd.base import INSTANT, Xid8, metadonnees_socle

idempotence = sa.Table(
    "socle_idempotence",
    metadonnees_socle,
    sa.Column("appelant", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("organisme", sa.Text, nullable=False, comment="« * » pour le MCN."),
    sa.Column("empreinte", sa.LargeBinary, nullable=False),
    sa.Column("statut", sa.SmallInteger, nullable=False),
    sa.Column(
        "en_tetes",
        sa.LargeBinary,
        nullable=False,
        comment="Vides : ils sont dans le corps, comprimé.",
    ),
    sa.Column("corps", sa.LargeBinary, nullable=False),
    sa.Column("garde_jusqua", INSTANT, nullable=False, comment="Heure système."),
    sa.PrimaryKeyConstraint("appelant", "operation", "cle"),
    sa.Index("socle_idempotence_purge", "garde_jusqua"),
)

audit = sa.Table(
    "socle_audit",
    metadonnees_socle,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("tx", Xid8, nullable=False, server_default=sa.text("pg_current_xact_id()")),
    sa.Column("le", INSTANT, nullable=False, comment="Heure d'affaires."),
    sa.Column("acteur", sa.Text, nullable=False),
    sa.Column("organisme", sa.Text, nullable=False, comment="Pour qui; « * » pour le MCN."),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("objet", sa.Text, nullable=False),
    sa.Column("faits", ARRAY(sa.Text), nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False, comment="SHA-256 de la commande reçue."),
    sa.Column("trace", sa.Text, nullable=False),
    # À la création, la base la partage par années et lui ôte sa clé primaire (socle.schema.annees).
    sa.Index("socle_audit_ordre", "tx", "id"),
    comment="Un ajout par écriture, dans sa transaction, et par lecture d'un vérificateur; ni"
    " modification ni suppression.",
)

sceaux = sa.Table(
    "socle_sceaux",
    metadonnees_socle,
    sa.Column("numero", sa.BigInteger, primary_key=True),
    sa.Column("dernier_tx", Xid8, nullable=False),
    sa.Column("dernier_id", sa.BigInteger, nullable=False),
    sa.Column("nombre", sa.Integer, nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False),
    sa.Column("scelle_le", INSTANT, nullable=False, comment="Heure système."),
    comment="La chaîne de hachage de l'audit, un maillon par lot.",
)
