"""Ce qui se publie des contrats, étape par étape."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import INSTANT, metadonnees

publications = sa.Table(
    "publications_seao",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False, comment="Celui du contrat."),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("requise", sa.Boolean, nullable=False),
    sa.Column("organisme_nom", sa.Text, nullable=False, comment="Celui du jour de la conclusion."),
    sa.Column("organisme_neq", sa.Text),
    sa.Column("fournisseur_id", sa.Uuid, nullable=False),
    sa.Column("fournisseur_nom", sa.Text, nullable=False),
    sa.Column("fournisseur_neq", sa.Text),
    sa.Column("entente", sa.Text, nullable=False, comment="Le numéro de l'entente-cadre."),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("conclu_le", INSTANT, nullable=False),
    sa.Column("montant", sa.Numeric(14, 2), nullable=False, comment="Le montant conclu."),
    sa.Column("numero", sa.Text, comment="Celui du SEAO; absent : pas encore publié."),
    sa.Column("indicateur", sa.Text),
    sa.Column("titre", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Column("echeances", JSONB, nullable=False, comment="Ce qui reste à publier."),
    sa.Column("due_le", sa.Date, comment="La première de ces dates."),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.UniqueConstraint("numero", name="publications_seao_numero"),
    sa.Index("publications_seao_id", "id"),
    sa.Index("publications_seao_due", "due_le", "id"),
    sa.Index("publications_seao_organisme_due", "organisme", "due_le", "id"),
)

etapes = sa.Table(
    "etapes_seao",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("rang", sa.Integer, nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("montant", sa.Numeric(14, 2), nullable=False, comment="Courant; de la fin : payé."),
    sa.Column("fin", sa.Date, nullable=False),
    sa.Column("le", INSTANT, nullable=False),
    sa.Column("consignee_par", sa.Text, nullable=False),
    sa.Column("consignee_le", INSTANT, nullable=False),
    sa.Column("avis_publie_le", sa.Date, comment="Absent : l'avis n'est pas consigné."),
    sa.Column("avis_par", sa.Text),
    sa.Column("avis_le", INSTANT),
    sa.PrimaryKeyConstraint("organisme", "contrat_id", "id"),
    sa.UniqueConstraint("organisme", "contrat_id", "rang", name="etapes_seao_rang"),
    sa.Index("etapes_seao_contrat", "contrat_id", "rang"),
    sa.Index("etapes_seao_consignees", "consignee_le", "id"),
    sa.Index("etapes_seao_organisme", "organisme", "consignee_le", "id"),
)
