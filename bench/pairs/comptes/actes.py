"""Un acte : une transaction sous la portée de l'appelant, une seule fois par clé."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zlib import crc32

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from bench.pairs.comptes.authentication import Acteur
from bench.pairs.comptes.exceptions import CleReutilisee, Conflit
from bench.pairs.comptes.models import Audit, ReponseGardee, Sequence, Sortant

FRAGMENTS = 64


@dataclass(frozen=True, slots=True)
class Resultat:
    """Ce qu'un acte rend, et le fait qu'il établit."""

    corps: bytes
    etag: str
    type: str
    cle: str
    fait: Mapping[str, object]


@contextmanager
def portee(acteur: Acteur) -> Iterator[None]:
    """Une transaction où la sécurité par ligne ne laisse voir que ce que l'acteur peut voir."""
    mcn = "mcn" if acteur.organisme is None else ""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(
            "SELECT set_config('sbg.organisme', %s, true), set_config('sbg.portee', %s, true)",
            [acteur.organisme or "", mcn],
        )
        yield


def une_fois(requete: Request, operation: str, acte: Callable[[], Resultat]) -> HttpResponse:
    """Pose l'acte, dépose son fait, inscrit l'audit et garde la réponse; répété, la rend.

    Lève `ParseError` (400) sans clé, `Conflit` (409) si le même appel est en cours,
    `CleReutilisee` (422) si la clé a servi à un autre.
    """
    acteur: Acteur = requete.user
    cle = requete.headers.get("Idempotency-Key", "")
    if not cle:
        raise ParseError("L'en-tête Idempotency-Key est requis.")
    corps = json.dumps(requete.data, sort_keys=True).encode()
    empreinte = sha256(b"\x1f".join((requete.path.encode(), corps))).digest()
    identite = (acteur.appelant, operation, cle)
    with portee(acteur):
        _reclamer(identite)
        deja = ReponseGardee.objects.filter(pk=identite).first()
        if deja is None:
            resultat = acte()
            le = _publier(resultat)
            _inscrire(requete, operation, empreinte, resultat, le)
            deja = ReponseGardee.objects.create(
                pk=identite,
                organisme=acteur.etiquette,
                empreinte=empreinte,
                statut=200,
                en_tetes=en_json({"ETag": resultat.etag}),
                corps=resultat.corps,
            )
        elif bytes(deja.empreinte) != empreinte:
            raise CleReutilisee
    return rendre(bytes(deja.corps), deja.statut, json.loads(bytes(deja.en_tetes)))


def _reclamer(identite: tuple[str, str, str]) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", ["\x1f".join(identite)]
        )
        if not curseur.fetchone()[0]:
            raise Conflit("Le même appel est déjà en cours; réessayez dans un instant.")


def _publier(resultat: Resultat) -> datetime:
    """Dépose le fait, au numéro suivant de sa clé; rend son heure."""
    sequence, _ = Sequence.objects.select_for_update().get_or_create(
        sujet=settings.SUJET, cle=resultat.cle
    )
    sequence.derniere += 1
    sequence.save(update_fields=("derniere",))
    le: datetime = timezone.now()
    Sortant.objects.create(
        sujet=settings.SUJET,
        cle=resultat.cle,
        fragment=crc32(resultat.cle.encode()) % FRAGMENTS,
        sequence=sequence.derniere,
        type=resultat.type,
        survenu_le=le,
        enregistre_le=le,
        charge=en_json(resultat.fait),
    )
    return le


def _inscrire(
    requete: Request, operation: str, empreinte: bytes, resultat: Resultat, le: datetime
) -> None:
    Audit.objects.create(
        le=le,
        acteur=requete.user.sujet,
        organisme=requete.user.etiquette,
        operation=operation,
        objet=requete.path,
        faits=[resultat.type],
        empreinte=empreinte,
    )


def en_json(valeur: object) -> bytes:
    """Les octets d'une réponse, ou d'un événement."""
    octets: bytes = JSONRenderer().render(valeur)
    return octets


def rendre(corps: bytes, statut: int, en_tetes: Mapping[str, str]) -> HttpResponse:
    """Une réponse JSON."""
    return HttpResponse(corps, status=statut, headers=en_tetes, content_type="application/json")


def etag(corps: bytes, version: int = 0) -> str:
    """L'ETag de ces octets."""
    return f'"{version}.{sha256(corps).hexdigest()[:24]}"'
