"""Les tables de la boîte d'envoi."""

import sqlalchemy as sa

from socle.bd.base import INSTANT, metadonnees_socle

outbox = sa.Table(
    "socle_outbox",
    metadonnees_socle,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("evenement_id", sa.Uuid, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("fragment", sa.SmallInteger, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("version", sa.SmallInteger, nullable=False),
    sa.Column("survenu_le", INSTANT, nullable=False),
    sa.Column("enregistre_le", INSTANT, nullable=False),
    sa.Column(
        "en_tetes", sa.LargeBinary, nullable=False, comment="En-têtes supplémentaires, objet JSON."
    ),
    sa.Column("charge", sa.LargeBinary, nullable=False),
    sa.Column("tentatives", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("derniere_erreur", sa.Text),
    sa.Index("socle_outbox_fragment", "fragment", "id"),
    comment="Une ligne présente est une ligne due; l'accusé du bus la supprime.",
)

ecartes = sa.Table(
    "socle_ecartes",
    metadonnees_socle,
    sa.Column("outbox_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("raison", sa.Text, nullable=False),
    sa.Column("ecarte_le", INSTANT, nullable=False, comment="Heure système."),
    comment="Les lignes de la boîte d'envoi qui ne peuvent partir; le reste de leur clé attend.",
)

sequences = sa.Table(
    "socle_sequences",
    metadonnees_socle,
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("derniere", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("sujet", "cle"),
    comment="Le dernier numéro publié par (sujet, clé) : contigu, et verrou d'ordre des écritures.",
)

jalon_annonce = sa.Table(
    "socle_jalon_annonce",
    metadonnees_socle,
    sa.Column("sujet", sa.Text, primary_key=True),
    sa.Column("jusqua", INSTANT, nullable=False, comment="Heure d'affaires."),
    comment="Le dernier jalon annoncé : aucun fait ne s'enregistre plus avant.",
)
