"""Les tables du témoin et du socle, telles que leurs migrations les ont faites."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

GARDE = timedelta(days=7)
"""Combien de temps une réponse se garde, pour le même appel répété."""


def _echeance() -> datetime:
    maintenant: datetime = timezone.now()
    return maintenant + GARDE


class Compte(models.Model):
    """Un compte d'un organisme."""

    pk = models.CompositePrimaryKey("organisme", "code")
    organisme = models.TextField()
    code = models.TextField()
    valeur = models.IntegerField(default=0)
    version = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "comptes"
        ordering = ("organisme", "code")


class ReponseGardee(models.Model):
    """La réponse d'un appel, pour le même appel répété."""

    pk = models.CompositePrimaryKey("appelant", "operation", "cle")
    appelant = models.TextField()
    operation = models.TextField()
    cle = models.TextField()
    organisme = models.TextField()
    empreinte = models.BinaryField()
    statut = models.SmallIntegerField()
    en_tetes = models.BinaryField()
    corps = models.BinaryField()
    garde_jusqua = models.DateTimeField(default=_echeance)

    class Meta:
        managed = False
        db_table = "socle_idempotence"


class Sequence(models.Model):
    """Le dernier numéro publié d'une clé."""

    pk = models.CompositePrimaryKey("sujet", "cle")
    sujet = models.TextField()
    cle = models.TextField()
    derniere = models.BigIntegerField(default=0)

    class Meta:
        managed = False
        db_table = "socle_sequences"


class Sortant(models.Model):
    """Un événement de la boîte d'envoi."""

    evenement_id = models.UUIDField(primary_key=True, default=uuid4)
    sujet = models.TextField()
    cle = models.TextField()
    fragment = models.SmallIntegerField()
    sequence = models.BigIntegerField()
    type = models.TextField()
    version = models.SmallIntegerField(default=1)
    survenu_le = models.DateTimeField()
    enregistre_le = models.DateTimeField()
    en_tetes = models.BinaryField(default=b"{}")
    charge = models.BinaryField()

    class Meta:
        managed = False
        db_table = "socle_outbox"


class Audit(models.Model):
    """Une entrée d'audit.

    Le rôle de l'API ne fait qu'y ajouter : l'`id` que donne la base ne se relit pas.
    """

    pk = models.CompositePrimaryKey("acteur", "objet", "le")
    le = models.DateTimeField()
    acteur = models.TextField()
    organisme = models.TextField()
    operation = models.TextField()
    objet = models.TextField()
    faits = ArrayField(models.TextField())
    empreinte = models.BinaryField()
    trace = models.TextField(default="")

    class Meta:
        managed = False
        db_table = "socle_audit"
