"""Ce qui s'échange."""

from rest_framework import serializers

from bench.pairs.comptes.models import Compte


class AugmentationSerializer(serializers.Serializer):
    """De combien."""

    de = serializers.IntegerField(min_value=1, max_value=1_000_000)


class CompteSerializer(serializers.ModelSerializer):
    """Un compte."""

    class Meta:
        model = Compte
        fields = ("organisme", "code", "valeur", "version")


class PageSerializer(serializers.Serializer):
    """La page demandée."""

    limite = serializers.IntegerField(min_value=1, max_value=200, default=50)
    curseur = serializers.CharField(max_length=1_000, default=None)
