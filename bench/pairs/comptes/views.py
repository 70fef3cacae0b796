"""Les trois routes du témoin."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from zlib import crc32

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from bench.pairs.comptes.actes import Resultat, en_json, etag, portee, rendre, une_fois
from bench.pairs.comptes.authentication import Acteur
from bench.pairs.comptes.exceptions import Conflit
from bench.pairs.comptes.models import Compte
from bench.pairs.comptes.serializers import (
    AugmentationSerializer,
    CompteSerializer,
    PageSerializer,
)

AUGMENTER = "POST /v1/comptes/{code}/augmentation"
_LISTE = f"{crc32(b'comptes.organisme comptes.code'):x}"


class Augmentation(APIView):
    """Augmenter un compte."""

    def post(self, requete: Request, code: str) -> HttpResponse:
        corps = AugmentationSerializer(data=requete.data)
        corps.is_valid(raise_exception=True)
        organisme, de = requete.user.organisme or "MCN", corps.validated_data["de"]
        return une_fois(requete, AUGMENTER, lambda: _augmenter(organisme, code, de))


class UnCompte(APIView):
    """Lire un compte."""

    def get(self, requete: Request, organisme: str, code: str) -> HttpResponse:
        with portee(requete.user):
            try:
                compte = Compte.objects.get(pk=(organisme, code))
            except Compte.DoesNotExist:
                raise NotFound("Ce compte n'existe pas.") from None
        corps, etiquette = _presenter(compte)
        return rendre(corps, 200, {"ETag": etiquette})


class Comptes(APIView):
    """Lister les comptes, par clés."""

    def get(self, requete: Request) -> HttpResponse:
        page = PageSerializer(data=requete.query_params)
        page.is_valid(raise_exception=True)
        limite, curseur = page.validated_data["limite"], page.validated_data["curseur"]
        comptes = _visibles(requete.user)
        if curseur is not None:
            comptes = comptes.filter(pk__gt=_lire_curseur(curseur))
        with portee(requete.user):
            lus = list(comptes[: limite + 1])
        suivant = _ecrire_curseur(lus[limite - 1].pk) if len(lus) > limite else None
        elements = CompteSerializer(lus[:limite], many=True).data
        corps = en_json({"elements": elements, "suivant": suivant})
        en_tetes = {"ETag": etag(corps)}
        if suivant is not None:
            lien = f"{requete.path}?limite={limite}&curseur={suivant}"
            en_tetes["Link"] = f'<{lien}>; rel="next"'
        return rendre(corps, 200, en_tetes)


def _visibles(acteur: Acteur) -> QuerySet[Compte]:
    tous = Compte.objects.all()
    return tous if acteur.organisme is None else tous.filter(organisme=acteur.organisme)


def _augmenter(organisme: str, code: str, de: int) -> Resultat:
    if de == 13:
        raise Conflit("Treize porte malheur.", regle="TEM-1")
    compte, _ = Compte.objects.select_for_update().get_or_create(organisme=organisme, code=code)
    compte.valeur += de
    compte.version += 1
    compte.save(update_fields=("valeur", "version"))
    corps, etiquette = _presenter(compte)
    fait = {"code": code, "organisme": organisme, "de": de}
    return Resultat(corps, etiquette, "compte.augmenté", f"{organisme}-{code}", fait)


def _presenter(compte: Compte) -> tuple[bytes, str]:
    corps = en_json(CompteSerializer(compte).data)
    return corps, etag(corps, compte.version)


def _ecrire_curseur(cle: Sequence[str]) -> str:
    texte = json.dumps([_LISTE, *cle], separators=(",", ":"))
    return urlsafe_b64encode(texte.encode()).decode().rstrip("=")


def _lire_curseur(curseur: str) -> tuple[str, str]:
    try:
        liste, organisme, code = json.loads(urlsafe_b64decode(curseur + "=" * (-len(curseur) % 4)))
        if liste == _LISTE:
            return organisme, code
    except (ValueError, TypeError):
        pass
    raise ValidationError({"curseur": ["Le curseur ne se lit pas."]})
