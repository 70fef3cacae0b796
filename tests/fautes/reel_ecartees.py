"""Des lignes impossibles devant de vrais relais et un vrai Kafka; l'opérateur les répare."""

import asyncio
from functools import partial

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from socle.bus.kafka import TAILLE_REQUETE
from tests.fautes.arriere import deposer
from tests.fautes.epreuve import Epreuve

_GATER = """
CREATE FUNCTION essai_gater() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.cle = 'IMPOSSIBLE-d' AND NEW.sequence = 1 THEN NEW.survenu_le := '-infinity'; END IF;
  IF NEW.cle = 'IMPOSSIBLE-e' AND NEW.sequence = 1 THEN NEW.en_tetes := '{'; END IF;
  IF NEW.cle = 'IMPOSSIBLE-t' AND NEW.sequence = 1 THEN
    NEW.en_tetes := convert_to(json_build_object('x', repeat('x', 1100000))::text, 'UTF8');
  END IF;
  IF NEW.cle = 'IMPOSSIBLE-b' AND NEW.sequence = 1 THEN
    NEW.en_tetes := convert_to(json_build_object('x', repeat('x', 60000))::text, 'UTF8');
  END IF;
  RETURN NEW; END $$;
ALTER TABLE socle_outbox DROP CONSTRAINT socle_outbox_temps;
CREATE TRIGGER essai_gater BEFORE INSERT ON socle_outbox
FOR EACH ROW EXECUTE FUNCTION essai_gater();
"""
_REPARER = """
DROP TRIGGER essai_gater ON socle_outbox;
DROP FUNCTION essai_gater;
UPDATE socle_outbox SET en_tetes = '{}', survenu_le = enregistre_le
WHERE cle LIKE 'IMPOSSIBLE-%' AND cle <> 'IMPOSSIBLE-b';
ALTER TABLE socle_outbox ADD CONSTRAINT socle_outbox_temps
CHECK (isfinite(survenu_le) AND isfinite(enregistre_le));
"""
_JALON = "SELECT coalesce(extract(epoch FROM min(jusqua)) * 1000, 0)::bigint FROM socle_jalons"


async def reparer_l_impossible(e: Epreuve) -> None:
    """Une ligne de chaque sorte : les autres clés passent, le jalon attend; réparé, tout arrive.

    La dernière sorte, le bus la refuse, et tout son paquet avec; relever sa limite la répare.
    """
    avant = e.attendus.total()
    proprietaire = await asyncpg.connect(e.scene.acces.migrer)
    await proprietaire.execute(_GATER)
    await _limiter(e, 50_000)
    impossibles = {f"IMPOSSIBLE-{sorte}": [1, 2] for sorte in "detb"}
    await deposer(e, {**impossibles, **{f"SAIN-{n}": [1, 1] for n in range(6)}})
    passees = partial(_au_moins, e, "SELECT count(*) FROM passages", avant + 12)
    await e.scene.attendre(passees, "les autres clés passent")
    ecartees = partial(_au_moins, e, "SELECT count(*) FROM socle_ecartes WHERE raison <> ''", 4)
    await e.scene.attendre(ecartees, "quatre lignes écartées")
    await asyncio.sleep(1)
    jalon = await e.valeur(_JALON)
    await asyncio.sleep(3)
    e.chiffres.nul("lignes impossibles : avance du jalon", await e.valeur(_JALON) - jalon)
    await _limiter(e, TAILLE_REQUETE)
    await proprietaire.execute(_REPARER)
    await proprietaire.close()
    code = await e.scene.lancer("envois", "rejouer", "--tous").attendre_fin()
    e.chiffres.nul("lignes réparées : rejeu (code de sortie)", code or 0)
    await e.tout_arrive()
    await e.scene.attendre(partial(_au_moins, e, _JALON, jalon + 1), "le jalon repart")
    restantes = await e.valeur("SELECT count(*) FROM socle_ecartes")
    e.chiffres.nul("lignes réparées : restantes", restantes)


async def _limiter(e: Epreuve, octets: int) -> None:
    """Change ce que le sujet admet d'octets par paquet."""
    admin = AIOKafkaAdminClient(bootstrap_servers=e.scene.courtier.bootstrap)
    await admin.start()
    reglages = {"retention.ms": "-1", "max.message.bytes": str(octets)}
    sujet = ConfigResource(ConfigResourceType.TOPIC, e.scene.service.sujet, reglages)
    await admin.alter_configs([sujet])
    await admin.close()


async def _au_moins(e: Epreuve, requete: str, but: int) -> bool:
    return await e.valeur(requete) >= but
