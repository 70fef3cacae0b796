"""La copie d'un sujet : par tranches, entière, et jamais rendue sur autre chose.

Le retour à ses positions se joue sur un vrai Kafka (`make exercices`) : la grappe simulée ne sait
pas effacer un sujet.
"""

import gzip
from pathlib import Path

import pytest

from outils.moteurs import Moteurs
from socle.bus.copie import (
    CopieRefusee,
    Tranche,
    _fichiers,
    _messages,
    exporter,
    rendre,
    tranches,
)
from socle.bus.kafka import ReglagesBus, nouveau_producteur, preparer_sujets
from socle.identifiants import uuid7

pytestmark = pytest.mark.integration


async def _sujet(moteurs: Moteurs) -> tuple[ReglagesBus, str]:
    bus = ReglagesBus(adresses=moteurs.bootstrap, creer_sujets=moteurs.bus == "kafka")
    sujet = f"copie.{uuid7().hex}"
    await preparer_sujets(bus, [sujet])
    await _publier(bus, sujet)
    return bus, sujet


async def _publier(bus: ReglagesBus, sujet: str, *charges: bytes) -> None:
    producteur = nouveau_producteur(bus, "essai")
    await producteur.start()
    try:
        await producteur.partitions_for(sujet)
        for charge in charges:
            en_tetes = [("ce_id", b"\xff"), ("ce_id", b"")]
            await producteur.send(sujet, charge, b"cle", headers=en_tetes, timestamp_ms=1_000)
        await producteur.flush()
    finally:
        await producteur.stop()


async def test_chaque_tranche_porte_ce_que_la_precedente_n_avait_pas(
    les_moteurs: Moteurs, tmp_path: Path
) -> None:
    bus, sujet = await _sujet(les_moteurs)
    for charges in ((b"un", b"\xfe"), (b"trois",), ()):
        await _publier(bus, sujet, *charges)
        assert (await exporter(bus, sujet, tmp_path)).messages == len(charges)
    fichiers = _fichiers(tmp_path)
    assert [f.name for f in fichiers] == ["00000001.jsonl.gz", "00000002.jsonl.gz"]
    lus = [message for fichier in fichiers for message in _messages(fichier)]
    assert [m["value"] for m in lus] == [b"un", b"\xfe", b"trois"]
    assert {m["key"] for m in lus} == {b"cle"}
    assert lus[0]["headers"] == [("ce_id", b"\xff"), ("ce_id", b"")]
    assert [t.messages for t in tranches(tmp_path, sujet)] == [2, 1]


async def test_une_copie_ne_se_rend_qu_a_un_sujet_vide(
    les_moteurs: Moteurs, tmp_path: Path
) -> None:
    bus, sujet = await _sujet(les_moteurs)
    with pytest.raises(CopieRefusee, match="aucune tranche"):
        await rendre(bus, sujet, tmp_path)
    await _publier(bus, sujet, b"un")
    await exporter(bus, sujet, tmp_path)
    with pytest.raises(CopieRefusee, match="n'est pas vide"):
        await rendre(bus, sujet, tmp_path)


async def test_un_sujet_plus_court_que_sa_copie_n_est_plus_le_sien(
    les_moteurs: Moteurs, tmp_path: Path
) -> None:
    bus, sujet = await _sujet(les_moteurs)
    await _publier(bus, sujet, b"un")
    fins = (await exporter(bus, sujet, tmp_path)).a
    _poser(tmp_path, "00000002.jsonl.gz", Tranche(sujet, fins, {p: o + 9 for p, o in fins.items()}))
    with pytest.raises(CopieRefusee, match="dossier neuf"):
        await exporter(bus, sujet, tmp_path)


async def test_deux_copies_a_la_fois_ne_melent_pas_leurs_tranches(
    les_moteurs: Moteurs, tmp_path: Path
) -> None:
    bus, sujet = await _sujet(les_moteurs)
    await _publier(bus, sujet, b"un")
    brouillon = tmp_path / "00000001.jsonl.partiel"
    brouillon.touch()
    with pytest.raises(CopieRefusee, match="Une autre copie"):
        await exporter(bus, sujet, tmp_path)
    brouillon.unlink()
    assert (await exporter(bus, sujet, tmp_path)).messages == 1
    assert ([f.name for f in _fichiers(tmp_path)], brouillon.exists()) == (
        ["00000001.jsonl.gz"], False
    )  # fmt: skip


def _poser(dossier: Path, nom: str, tranche: Tranche) -> None:
    with gzip.open(dossier / nom, "wb") as flux:
        flux.write(tranche.en_tete())


def test_une_tranche_qui_manque_ou_d_ailleurs_se_refuse(tmp_path: Path) -> None:
    _poser(tmp_path, "00000001.jsonl.gz", Tranche("s", {0: 0}, {0: 3}))
    _poser(tmp_path, "00000003.jsonl.gz", Tranche("s", {0: 5}, {0: 6}))
    with pytest.raises(CopieRefusee, match="Il manque une tranche avant 00000003"):
        tranches(tmp_path, "s")
    with pytest.raises(CopieRefusee, match="porte s, non t"):
        tranches(tmp_path, "t")


@pytest.mark.parametrize("reste", [0, 30, -40])
async def test_une_tranche_coupee_se_dit_avant_de_rien_rendre(
    les_moteurs: Moteurs, tmp_path: Path, reste: int
) -> None:
    bus, sujet = await _sujet(les_moteurs)
    await _publier(bus, sujet, *(uuid7().bytes for _ in range(50)))
    await exporter(bus, sujet, tmp_path)
    (fichier,) = _fichiers(tmp_path)
    fichier.write_bytes(fichier.read_bytes()[:reste])
    with pytest.raises(CopieRefusee, match=f"{fichier.name} est coupé"):
        await rendre(bus, sujet, tmp_path)
    if reste >= 0:
        with pytest.raises(CopieRefusee, match="effacez-le"):
            await exporter(bus, sujet, tmp_path)
