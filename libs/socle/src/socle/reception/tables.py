"""Les tables de la réception : ce qui est réclamé, suivi, en attente, écarté."""

import sqlalchemy as sa

from socle.bd.base import INSTANT, metadonnees_socle

inbox = sa.Table(
    "socle_inbox",
    metadonnees_socle,
    sa.Column("evenement_id", sa.Uuid, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False, comment="Vide : reçu avant qu'on le garde."),
    sa.Column("garde_jusqua", INSTANT, nullable=False, comment="Heure système."),
    sa.PrimaryKeyConstraint("evenement_id", "sujet"),
    sa.Index("socle_inbox_purge", "garde_jusqua"),
)

suivi = sa.Table(
    "socle_suivi",
    metadonnees_socle,
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("derniere", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("sujet", "cle"),
    comment="Le dernier numéro traité par (sujet, clé) des écoutes strictes.",
)

stationnement = sa.Table(
    "socle_stationnement",
    metadonnees_socle,
    sa.Column("evenement_id", sa.Uuid, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("stationne_le", INSTANT, nullable=False, comment="Heure système."),
    sa.Column("message", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("evenement_id", "sujet"),
    sa.Index("socle_stationnement_cle", "sujet", "cle", "sequence"),
    comment="Les événements stricts dont un prédécesseur manque.",
)

rebuts = sa.Table(
    "socle_rebuts",
    metadonnees_socle,
    sa.Column("evenement_id", sa.Uuid, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("raison", sa.Text, nullable=False),
    sa.Column("ecarte_le", INSTANT, nullable=False, comment="Heure système."),
    sa.Column("message", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("evenement_id", "sujet"),
    sa.Index("socle_rebuts_cle", "sujet", "cle"),
    comment="Les événements écartés, avec leur raison, jusqu'à leur rejeu.",
)

jalons = sa.Table(
    "socle_jalons",
    metadonnees_socle,
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("partitions", sa.Integer, nullable=False),
    sa.Column("jusqua", INSTANT, nullable=False, comment="Heure d'affaires."),
    sa.PrimaryKeyConstraint("sujet", "partition"),
    comment="Les jalons reçus, par partition.",
)
