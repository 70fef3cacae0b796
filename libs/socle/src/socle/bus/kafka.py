"""Les clients Kafka, avec des réglages sûrs; le seul module qui nomme aiokafka hors des boucles."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    GroupIdNotFound,
    IncompatibleBrokerVersion,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)
from aiokafka.helpers import create_ssl_context
from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from socle.bus.enveloppe import Message

TAILLE_REQUETE = 1_000_000
_NOEUD = re.compile(r"[^\s:/,]+:[0-9]{1,5}")
_SANS_FIN = {"retention.ms": "-1", "max.message.bytes": str(TAILLE_REQUETE)}


class ReglagesBus(BaseModel):
    """Comment joindre le bus. Le nombre de partitions se fixe avant la mise en production."""

    adresses: str
    partitions: int = Field(default=6, ge=1)
    replication: int = Field(default=1, ge=1)
    creer_sujets: bool = False
    """Vrai : tout rôle crée les sujets qui manquent (démonstration, essais); sinon, `migrer`."""
    attente_ms: int = Field(default=500, ge=10, le=5_000)
    """Ce que le bus garde la question d'un consommateur quand il n'a rien; un message la libère."""
    protocole: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] | None = None
    """À dire en production; sans lui, ni chiffre ni identité."""
    mecanisme: Literal["SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    usager: str | None = None
    mot_de_passe: SecretStr | None = None
    autorite: Path | None = None
    """Le certificat de l'autorité qui signe ceux des nœuds; absent : celles du système."""
    certificat: Path | None = None
    cle: Path | None = None
    """Le certificat du service et sa clé : l'identité TLS mutuelle."""

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        protocole = self.protocole or "PLAINTEXT"
        if protocole.startswith("SASL") != (self.usager is not None):
            raise ValueError("Un usager va avec un protocole SASL, et lui seul.")
        if (self.usager is None) != (self.mot_de_passe is None):
            raise ValueError("Un usager du bus va avec son mot de passe.")
        fichiers = (self.autorite, self.certificat, self.cle)
        if any(fichiers) and not protocole.endswith("SSL"):
            raise ValueError("Un certificat va avec un protocole chiffré : SSL ou SASL_SSL.")
        if absents := [str(f) for f in fichiers if f is not None and not f.is_file()]:
            raise ValueError(f"Fichiers introuvables : {', '.join(absents)}.")
        if (self.certificat is None) != (self.cle is None):
            raise ValueError("Un certificat du service va avec sa clé.")
        return self

    def acces(self) -> dict[str, Any]:
        """Ce que tout client d'aiokafka demande pour s'annoncer au bus."""
        protocole = self.protocole or "PLAINTEXT"
        commun: dict[str, Any] = {
            "bootstrap_servers": self.adresses,
            "security_protocol": protocole,
        }
        if protocole.endswith("SSL"):
            commun["ssl_context"] = create_ssl_context(
                cafile=self.autorite, certfile=self.certificat, keyfile=self.cle
            )
        if self.mot_de_passe is not None:
            commun["sasl_mechanism"] = self.mecanisme
            commun["sasl_plain_username"] = self.usager
            commun["sasl_plain_password"] = self.mot_de_passe.get_secret_value()
        return commun

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
        **reglages.acces(),
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
        **reglages.acces(),
        group_id=groupe,
        client_id=groupe or "sbg-relecture",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=10_000,
        heartbeat_interval_ms=3_000,
        max_poll_interval_ms=60_000,
        request_timeout_ms=15_000,
        metadata_max_age_ms=5_000,
        fetch_max_wait_ms=reglages.attente_ms,
    )


async def creer_sujets(reglages: ReglagesBus, sujets: Sequence[str]) -> None:
    """Crée les sujets manquants, gardés sans limite de temps : ils sont l'histoire.

    Ne rend la main que lorsque le bus les montre tous : un sujet qu'on vient de supprimer se dit
    encore « existant » un instant, puis disparaît.
    """
    async with _administrateur(reglages) as admin:
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


async def preparer_sujets(reglages: ReglagesBus, sujets: Sequence[str]) -> list[str]:
    """Crée ceux qui manquent, si les réglages le disent; rend ceux qui manquent encore, triés.

    Un sujet que le bus ne montre pas à cette identité manque.
    """
    if reglages.creer_sujets:
        await creer_sujets(reglages, sujets)
    async with _administrateur(reglages) as admin:
        decrits = await admin.describe_topics(list(sujets))
        return sorted(sujet["topic"] for sujet in decrits if sujet["error_code"])


@asynccontextmanager
async def _administrateur(reglages: ReglagesBus) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**reglages.acces())
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def membres(reglages: ReglagesBus, groupe: str) -> list[str] | None:
    """Les membres d'un groupe de consommateurs; `None` si ce bus ne sait pas le dire."""
    async with _administrateur(reglages) as admin:
        for reste in range(20, -1, -1):
            try:
                return await _membres(admin, groupe)
            except IncompatibleBrokerVersion:  # la grappe simulée
                return None
            except KafkaError as erreur:
                # Sur une grappe neuve, le coordonnateur d'un groupe met un instant à paraître.
                if not (reste and erreur.retriable):
                    raise
                await asyncio.sleep(0.5)
    raise AssertionError


async def _membres(admin: AIOKafkaAdminClient, groupe: str) -> list[str]:
    (reponse,) = await admin.describe_consumer_groups([groupe])
    noms: list[str] = []
    for code, _, _, _, _, presents, *_ in reponse.groups:
        if code not in (0, GroupIdNotFound.errno):
            raise for_code(code)(f"groupe {groupe}")
        noms += [f"{client}@{hote.lstrip('/')}" for _, client, hote, *_ in presents]
    return noms


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
