"""Les tables des recalculs; aucune ne se refait du bus."""

from sqlalchemy import BigInteger, Column, Date, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sla.base import INSTANT, metadonnees

recalculs = Table(
    "recalculs",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("sorte", Text, nullable=False, comment="« calendrier » ou « fiche »."),
    Column("nom", Text, nullable=False, comment="La version proposée."),
    Column("debut", Date, nullable=False),
    Column("candidat", JSONB, nullable=False, comment="Ce que le catalogue publierait."),
    Column("empreinte", Text, nullable=False, comment="Celle du candidat."),
    Column("communs", Text, nullable=False, comment="Celle des fiches, calendriers, fermetures."),
    Column("durees", Text, comment="Celle des services, clients et indisponibilités."),
    Column("mois_lu", Text, comment="Le dernier dont les disponibilités sont recomptées."),
    Column("demande_le", INSTANT, nullable=False),
    Column("demande_par", Text, nullable=False),
    Column("acheve_le", INSTANT),
    Column("intrants", Text, comment="L'empreinte de tout ce qui fut lu."),
    Column("taux", JSONB, comment="Les taux qui bougeraient."),
    Column("accepte_le", INSTANT),
    Column("accepte_par", Text),
    comment="Ce qu'une version candidate changerait, dit avant de la publier (SLA-7).",
)

sujets_recalcules = Table(
    "sujets_recalcules",
    metadonnees,
    Column("recalcul_id", Uuid, primary_key=True),
    Column("sorte", Text, primary_key=True),
    Column("sujet_id", Text, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("faits", BigInteger, comment="Combien de faits et de décisions l'ont fait juger."),
    Column("raison", Text, comment="Pourquoi il n'a pu se rejouer."),
    Column("traite_le", INSTANT, comment="Nul : il reste à relire."),
    Index(
        "sujets_recalcules_a_faire",
        *("recalcul_id", "sorte", "sujet_id"),
        postgresql_where=text("traite_le IS NULL"),
    ),
    comment="Les sujets qu'un recalcul relit.",
)

verdicts_recalcules = Table(
    "verdicts_recalcules",
    metadonnees,
    Column("recalcul_id", Uuid, primary_key=True),
    Column("mesure_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("indicateur", Text, nullable=False),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("numero", Text),
    Column("avant", JSONB(none_as_null=True), comment="Nul : elle n'est pas."),
    Column("apres", JSONB(none_as_null=True), comment="Nul : elle ne serait plus."),
    Column("periode_avant", Text),
    Column("periode_apres", Text),
    Column("corrige", ARRAY(Text), nullable=False, comment="Les mois fermés qu'elle corrigerait."),
    Column("cause", Text, comment="De ces corrections."),
    Index(
        "verdicts_recalcules_indicateur",
        *("recalcul_id", "indicateur", "mesure_id", "organisme"),
    ),
    comment="Les mesures et les disponibilités qui bougeraient (SLA-7).",
)
