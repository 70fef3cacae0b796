"""Les clients Kafka, avec des réglages sûrs; le seul module qui nomme aiokafka hors des boucles."""

import asyncio
import re
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code
from pydantic import BaseModel, Field, field_validator

from socle.bus.enveloppe import Message

TAILLE_REQUETE = 1_000_000
_NOEUD = re.compile(r"[^\s:/,]+:[0-9]{1,5}")
_SANS_FIN = {"retention.ms": "-1", "max.message.bytes": str(TAILLE_REQUETE)}


class ReglagesBus(BaseModel):
    """Comment joindre le bus. Le nombre de partitions se fixe avant la mise en production."""

    adresses: str
    partitions: int = Field(default=6, ge=1)
    replication: int = Field(default=1, ge=1)
    creer_sujets: bool = True

    @field_validator("adresses")
    @classmethod
    def _hotes_et_ports(cls, adresses: str) -> str:
        noeuds = [noeud.strip() for noeud in adresses.split(",")]
        if not all(_NOEUD.fullmatch(noeud) for noeud in noeuds):
            raise ValueError("Des adresses « hôte:port » séparées par des virgules sont attendues.")
        return ",".join(noeuds)


def nouveau_producteur(reglages: ReglagesBus, nom: str) -> AIOKafkaProducer:
    """Un producteur idempotent; un objet en erreur fatale se jette, il ne se répare pas."""
    return AIOKafkaProducer(
        bootstrap_servers=reglages.adresses,
        client_id=nom,
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=262_144,
        max_request_size=TAILLE_REQUETE,
        request_timeout_ms=6_000,
    )


def nouveau_consommateur(
    reglages: ReglagesBus, sujets: Sequence[str], groupe: str | None
) -> AIOKafkaConsumer:
    """Un consommateur à positions explicites; sans groupe, il lit tout depuis le début."""
    return AIOKafkaConsumer(
        *sujets,
        bootstrap_servers=reglages.adresses,
        group_id=groupe,
        client_id=groupe or "sbg-relecture",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=10_000,
        heartbeat_interval_ms=3_000,
        max_poll_interval_ms=60_000,
        request_timeout_ms=15_000,
        metadata_max_age_ms=5_000,
        fetch_max_wait_ms=100,
    )


async def creer_sujets(reglages: ReglagesBus, sujets: Sequence[str]) -> None:
    """Crée les sujets manquants, gardés sans limite de temps : ils sont l'histoire.

    Ne rend la main que lorsque le bus les montre tous : un sujet qu'on vient de supprimer se dit
    encore « existant » un instant, puis disparaît.
    """
    if not reglages.creer_sujets:
        return
    admin = AIOKafkaAdminClient(bootstrap_servers=reglages.adresses)
    try:
        await admin.start()
        while manquants := set(sujets) - set(await admin.list_topics()):
            neufs = [
                NewTopic(sujet, reglages.partitions, reglages.replication, topic_configs=_SANS_FIN)
                for sujet in sorted(manquants)
            ]
            reponse = await admin.create_topics(neufs)
            for _, code, message in reponse.topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise for_code(code)(message)
            await asyncio.sleep(0.2)
    finally:
        await admin.close()


def message_de(recu: "ConsumerRecord[bytes, bytes]") -> Message:
    """Traduit un enregistrement d'aiokafka; un octet illisible ne fait jamais tomber la boucle."""
    return Message(
        sujet=recu.topic,
        partition=recu.partition,
        position=recu.offset,
        cle=_texte(recu.key),
        en_tetes={nom: _texte(valeur) for nom, valeur in recu.headers},
        charge=recu.value or b"",
    )


def _texte(octets: bytes | None) -> str:
    """Un texte que la base sait tenir : elle refuse l'octet nul."""
    return (octets or b"").decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
