"""Les tables des contestations; leur fil, leurs pièces et les validations ne changent plus."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from facturation.base import INSTANT, MONTANT, choix, metadonnees
from facturation.contestations.domaine.contestations import Etat, Geste
from facturation.contestations.domaine.pieces import GenrePiece

contestations = Table(
    "contestations",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("numero", Text, nullable=False, comment="Le document contesté."),
    Column("etat", choix(Etat), nullable=False),
    Column("motif", Text, nullable=False),
    Column("fait_nouveau", Text),
    Column("tardive", Boolean, nullable=False),
    Column("ouverte_le", INSTANT, nullable=False),
    Column("ouverte_par", Text, nullable=False),
    Column("note", Text, comment="La note de crédit de la décision."),
    Column("echeance", Date, comment="Absente : finie, ou en attente d'une réponse."),
    Column("rappel_le", Date, comment="Le jour du prochain rappel."),
    Column("rappel_fait", Date, comment="Celui du dernier publié."),
    Column("finie_le", INSTANT, comment="Absent : en cours."),
    Column(
        "gelee",
        Boolean,
        nullable=False,
        server_default="false",
        comment="Vrai : nulle de ses pièces ne se détruit.",
    ),
    Column("version", Integer, nullable=False),
    Index("contestations_ouverte", "ouverte_le", "id"),
    Index("contestations_organisme", "organisme", "ouverte_le", "id"),
    Index("contestations_etat", "etat", "ouverte_le", "id"),
    Index("contestations_numero", "numero"),
    Index("contestations_echeance", "echeance", postgresql_where=text("echeance IS NOT NULL")),
    Index("contestations_rappel", "rappel_le", postgresql_where=text("rappel_le IS NOT NULL")),
    comment="Ce qu'un organisme conteste d'un document (FAC-8).",
)

lignes_contestees = Table(
    "lignes_contestees",
    metadonnees,
    Column("contestation_id", Uuid, primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("numero", Text, nullable=False),
    Column("motif", Text, nullable=False),
    Column("montant", MONTANT, nullable=False, comment="Ce que la ligne demandait."),
    Column("accorde", MONTANT, comment="Ce que la décision en rend."),
    Column("ouverte", Boolean, nullable=False, comment="Faux : la contestation est finie."),
    ForeignKeyConstraint(["contestation_id"], ["contestations.id"], name="lignes_contestees_id"),
    Index(
        "lignes_contestees_ouvertes",
        "organisme",
        "numero",
        "rang",
        unique=True,
        postgresql_where=text("ouverte"),
    ),
    Index("lignes_contestees_numero", "numero", "rang"),
    comment="Une ligne n'est que d'une contestation ouverte à la fois.",
)

echanges = Table(
    "echanges",
    metadonnees,
    Column("contestation_id", Uuid, primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("geste", choix(Geste), nullable=False),
    Column("le", INSTANT, nullable=False),
    Column("par", Text, nullable=False),
    Column("texte", Text),
    ForeignKeyConstraint(["contestation_id"], ["contestations.id"], name="echanges_contestation"),
    comment="Le fil d'une contestation; on y ajoute, on n'y change rien.",
)

pieces = Table(
    "pieces",
    metadonnees,
    Column("contestation_id", Uuid, primary_key=True),
    Column("empreinte", Text, primary_key=True, comment="SHA-256 du contenu."),
    Column("organisme", Text, nullable=False),
    Column("nom", Text, nullable=False),
    Column("genre", choix(GenrePiece), nullable=False),
    Column("taille", Integer, nullable=False, comment="En octets."),
    Column("versee_le", INSTANT, nullable=False),
    Column("versee_par", Text, nullable=False),
    Column("contenu", LargeBinary, comment="Absent : détruit."),
    Column("detruite_le", INSTANT),
    Column("detruite_par", Text),
    Column("detruite_motif", Text),
    ForeignKeyConstraint(["contestation_id"], ["contestations.id"], name="pieces_contestation"),
    CheckConstraint(
        "num_nulls(detruite_le, detruite_par, detruite_motif)"
        " = CASE WHEN contenu IS NULL THEN 0 ELSE 3 END",
        name="pieces_detruites",
    ),
    Index(
        "pieces_gardees",
        "versee_le",
        "contestation_id",
        "empreinte",
        postgresql_where=text("detruite_le IS NULL"),
    ),
    Index(
        "pieces_gardees_organisme",
        "organisme",
        "versee_le",
        "contestation_id",
        "empreinte",
        postgresql_where=text("detruite_le IS NULL"),
    ),
    comment="Immuables, sinon détruites, une fois (FAC-8).",
)

validations = Table(
    "validations",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("numero", Text, primary_key=True),
    Column("validee_le", INSTANT, nullable=False),
    Column("validee_par", Text, nullable=False),
    comment="Qui a validé un document, une fois (TEL-2); immuables.",
)
