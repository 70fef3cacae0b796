"""Les références de l'émission écrivent ce que l'on émet; une petite année se mesure."""

from pathlib import Path

import asyncpg
import pytest

from bench.annee import MOIS, une_annee
from bench.facturier import FacturierOrm, recopier
from bench.parc import Parc, mois_de, ouvrir
from bench.resultats import Resultats
from bench.scene import Scene
from outils.essais.greffon import Modeles
from outils.moteurs import Moteurs

pytestmark = pytest.mark.integration


@pytest.fixture
def scene(tmp_path: Path, les_moteurs: Moteurs, modeles: Modeles) -> Scene:
    modeles.emetteur.publier(tmp_path / "jwks.json")
    return Scene(tmp_path, les_moteurs, modeles, modeles.emetteur)


async def test_les_references_ecrivent_autant_de_lignes_au_meme_montant(scene: Scene) -> None:
    async with ouvrir(scene) as banc:
        parcs = [
            Parc(banc, nom=nom, actifs=12) for nom in ("NOUS", "ORM", "ATTENTIF", "LOT", "SQL")
        ]
        for parc in parcs:
            await parc.semer()
        nous, orm, attentif, lot, sql = parcs
        await nous.emettre(mois_de(2))
        dsn = banc.roles.dsn("interne").get_secret_value()
        async with FacturierOrm.ouvrir(dsn) as facturier:
            await facturier.facturer(orm.code, mois_de(2), "ligne à ligne")
            await facturier.facturer(lot.code, mois_de(2), "en lot")
            await facturier.facturer(attentif.code, mois_de(2), "attentif")
            with pytest.raises(Exception, match=r"déjà facturé|duplicate key"):
                await facturier.facturer(attentif.code, mois_de(2), "attentif")
        pilote = await asyncpg.connect(dsn)
        await recopier(pilote, sql.code, mois_de(1), mois_de(2))
        ecrites = await pilote.fetch(
            "SELECT count(*), sum(montant), count(DISTINCT (source, tarif, nature, debut))"
            " FROM lignes WHERE periode = $1 GROUP BY organisme",
            str(mois_de(2)),
        )
        dites = await pilote.fetch(
            "SELECT DISTINCT donnees - '{source,evenements}'::text[] - 'rang' FROM lignes"
            " WHERE periode = $1 AND organisme = ANY($2)",
            *(str(mois_de(2)), [nous.code, sql.code]),
        )
        await pilote.close()
    assert len(ecrites) == 5
    assert len(set(map(tuple, ecrites))) == 1
    assert len(dites) == 1, "le SQL seul écrit ce que nous écrivons"


async def test_une_petite_annee_se_mesure(scene: Scene, tmp_path: Path) -> None:
    resultats = Resultats(sortie=tmp_path / "bench.json")
    await une_annee(scene, resultats, 0.02, actifs=8)
    assert [r.mesure.split(", ")[0] for r in resultats.liste] == ["3 organismes de 8 actifs"] * 5
    assert MOIS == 12
