"""Où une faute se joue : un témoin isolé, sa base neuve, ses deux rôles, son horloge conduite."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import asyncpg

from noyau import Acte, Acteur, Resultat
from outils.essais.banc import HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from outils.essais.temoin.service import (
    Augmentation,
    Compte,
    Ports,
    inscrire_corrige,
    service_isole,
)
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, Portee, transaction
from socle.execution.deroulement import CasUsage
from socle.execution.executeur import Executeur, Invocation
from socle.execution.idempotence import Reclamation, Reponse
from socle.execution.sceaux import sceller, verifier
from socle.reception import Ordre
from socle.reception.ecoutes import EcoutesReunies
from socle.service import Service
from tests.fautes.verdicts import Passage

PLEIN = """
CREATE FUNCTION essai_plein() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'plus de place' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER essai_plein BEFORE INSERT ON socle_outbox
FOR EACH STATEMENT EXECUTE FUNCTION essai_plein();
ALTER TABLE socle_outbox DISABLE TRIGGER essai_plein;
"""
LENTEUR = """
CREATE FUNCTION essai_lent() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF random() < 0.2 THEN PERFORM pg_sleep(random() * 0.08); END IF; RETURN NULL; END $$;
CREATE TRIGGER essai_lent AFTER INSERT ON socle_audit
FOR EACH STATEMENT EXECUTE FUNCTION essai_lent();
"""
"""Une écriture sur cinq tarde entre sa mise en boîte d'envoi et son COMMIT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rafale:
    """Plusieurs augmentations du même compte, en un seul acte."""

    organisme: str
    code: str
    des: Sequence[int]


async def rafale(commande: Rafale, ports: Ports, acte: Acte) -> Resultat[Compte]:
    """Augmente un compte autant de fois qu'il est dit; un fait par augmentation."""
    deja = await ports.tenir(commande.organisme, commande.code)
    compte = replace(deja, valeur=deja.valeur + sum(commande.des), version=deja.version + 1)
    await ports.enregistrer(compte)
    faits = [
        Augmentation(code=compte.code, organisme=compte.organisme, de=de, survenu_le=acte.le)
        for de in commande.des
    ]
    return Resultat(compte, *faits)


def corriger(ecoutes: EcoutesReunies) -> EcoutesReunies:
    """Les écoutes, telles qu'après la correction du défaut que le poison révélait."""
    return {
        classe: tuple(replace(ecoute, cas=inscrire_corrige) for ecoute in siennes)
        for classe, siennes in ecoutes.items()
    }


@dataclass(slots=True)
class Terrain:
    """Une base neuve du témoin, et de quoi y écrire et y lire."""

    service: Service[Any]
    ordre: Ordre
    api: Moteur
    interne: Moteur
    horloge: HorlogeConduite
    ecrivain: Executeur
    executeur: Executeur
    proprietaire: asyncpg.Connection

    @classmethod
    @asynccontextmanager
    async def ouvrir(
        cls,
        modeles: Modeles,
        *,
        ordre: Ordre = Ordre.STRICT,
        horloge: HorlogeConduite | None = None,
        reserve: int = 4,
    ) -> AsyncIterator["Terrain"]:
        """Copie la base modèle et monte le témoin; ferme tout à la sortie."""
        service = service_isole("temoin", ordre)
        acces = await modeles.copie(service)
        reglages = reglages_d_essai(service.reglages, acces, str(modeles.jwks))
        delais = reglages.base.delais
        delais.reserve, delais.verrou, delais.instruction = reserve, 10_000, 12_000
        banc = monter(service, reglages, modeles.emetteur, horloge or HorlogeConduite())
        proprietaire = await asyncpg.connect(acces["migrer"])
        await proprietaire.execute(PLEIN)
        try:
            yield cls(
                service,
                ordre,
                banc.moteur_api,
                banc.moteur_interne,
                banc.horloge,
                banc.roles.executeur(banc.moteur_api),
                banc.roles.executeur(banc.moteur_interne),
                proprietaire,
            )
        finally:
            await proprietaire.close()
            await banc.fermer()

    async def remplir_le_disque(self, *, plein: bool) -> None:
        """Refuse, ou admet de nouveau, toute insertion dans la boîte d'envoi."""
        ordre = "ENABLE" if plein else "DISABLE"
        await self.proprietaire.execute(f"ALTER TABLE socle_outbox {ordre} TRIGGER essai_plein")

    async def ecrire_lentement(
        self, commande: Rafale, libre: asyncio.Event, portee: Portee
    ) -> Reponse:
        """Une écriture qui, une fois réclamée, attend `libre` avant d'agir."""

        async def lente(ordre: Rafale, ports: Ports, acte: Acte) -> Resultat[Compte]:
            await libre.wait()
            return await rafale(ordre, ports, acte)

        return await self.ecrire(commande, cas=lente, portee=portee)

    async def ecrire(
        self,
        commande: Rafale,
        cle: str | None = None,
        cas: CasUsage[Rafale, Ports, Compte] = rafale,
        portee: Portee | None = None,
    ) -> Reponse:
        """Une écriture de l'API, sous la portée de son organisme."""
        reclamation = Reclamation(
            "essai", "rafale", cle or uuid4().hex, bytes(32), commande.organisme
        )
        return await self.ecrivain.ecrire(
            Invocation(Acteur("essai"), reclamation, commande.code),
            portee or Portee(commande.organisme),
            Ports,
            cas,
            commande,
            lambda compte: Reponse(200, f"{compte.valeur}/{compte.version}".encode()),
        )

    async def lire(self, requete: str, *valeurs: object) -> list[asyncpg.Record]:
        """Lit sous le rôle interne."""
        async with transaction(self.interne, INTERNE) as connexion:
            lignes: list[asyncpg.Record] = await connexion.pilote.fetch(requete, *valeurs)
        return lignes

    async def compter(self, table: str) -> int:
        lignes = await self.lire(f"SELECT count(*) AS n FROM {table}")
        return int(lignes[0]["n"])

    async def passages(self, prefixe: str = "") -> list[Passage]:
        """Les effets constatés, dans l'ordre, des clés qui commencent ainsi."""
        lignes = await self.lire(
            "SELECT evenement_id, cle, sequence FROM passages"
            " WHERE starts_with(cle, $1) ORDER BY rang",
            prefixe,
        )
        return [Passage(r["evenement_id"], r["cle"], r["sequence"]) for r in lignes]

    async def audit_rompu(self) -> bool:
        """Scelle tout ce qui est commis, puis refait toute la chaîne."""
        while await sceller(self.interne):
            pass
        return (await verifier(self.interne)).rupture is not None

    async def fuites(self, organisme: str) -> int:
        """Ce qu'un organisme étranger voit de celui-ci."""
        async with transaction(self.api, Portee("ETRANGER")) as connexion:
            lignes = await connexion.pilote.fetch(
                "SELECT organisme FROM comptes UNION ALL SELECT organisme FROM socle_idempotence"
            )
        return sum(ligne["organisme"] == organisme for ligne in lignes)
