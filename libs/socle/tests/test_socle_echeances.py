"""Ce qui finit, et ce qui se rompt : certificats du bus, clés de l'émetteur, chaîne d'audit."""

import re
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bus.kafka import ReglagesBus
from socle.execution.sceaux import sceller
from socle.execution.veille import VeilleAudit
from socle.exploitation.mesures import Mesures
from socle.surveillance.echeances import fins_des_certificats


def _certificat(fin: datetime) -> bytes:
    """Un certificat signé de lui-même, jusqu'à cet instant."""
    cle, nom = ec.generate_private_key(ec.SECP256R1()), x509.NameOID.COMMON_NAME
    sujet = x509.Name([x509.NameAttribute(nom, "essai")])
    return (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(fin)
        .sign(cle, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def test_la_premiere_fin_d_un_fichier_de_certificats(tmp_path: Path) -> None:
    tot, tard = datetime(2027, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    autorite = tmp_path / "autorite.pem"
    autorite.write_bytes(_certificat(tard) + _certificat(tot))
    bus = ReglagesBus(adresses="bus:9093", protocole="SSL", autorite=autorite)
    assert fins_des_certificats(bus) == {"autorite": tot.timestamp()}
    assert fins_des_certificats(ReglagesBus(adresses="bus:9092")) == {}
    assert fins_des_certificats(None) == {}
    mesures = Mesures("essai")
    mesures.fixer_certificats(fins_des_certificats(bus))
    dit = mesures.registre.get_sample_value(
        "sbg_certificat_fin_secondes", {"service": "essai", "certificat": "autorite"}
    )
    assert dit == tot.timestamp()


def test_un_certificat_illisible_ferme_le_role(tmp_path: Path) -> None:
    (tmp_path / "autorite.pem").write_text("rien")
    bus = ReglagesBus(adresses="b:1", protocole="SSL", autorite=tmp_path / "autorite.pem")
    with pytest.raises(ValueError, match="PEM"):
        fins_des_certificats(bus)


@pytest.mark.integration
async def test_l_age_des_cles_de_l_emetteur_se_mesure(banc: MonterBanc) -> None:
    b = await banc(service())
    await b.client("demandeur", organisme="MTQ").get("/v1/comptes")
    texte = (await b.gerer("/metrics")).text
    (age,) = re.findall(r"^sbg_cles_age_secondes{.*} (\S+)", texte, re.MULTILINE)
    assert 0 <= float(age) < 60


@pytest.mark.integration
async def test_une_ligne_d_audit_changee_leve_la_mesure_et_sa_reparation_la_baisse(
    banc: MonterBanc,
) -> None:
    b, mesures = await banc(service()), Mesures("essai")
    veille = VeilleAudit(b.moteur_interne, mesures)
    client = b.client("demandeur", organisme="MTQ")
    for rang in range(3):
        await client.post(f"/v1/comptes/c{rang}/augmentation", json={"de": 1})
        await sceller(b.moteur_interne)

    async def rompu() -> float | None:
        for _ in range(3):
            assert await veille.faire() == 0
        return mesures.registre.get_sample_value("sbg_audit_rompu", {"service": "essai"})

    assert await rompu() == 0
    tour = mesures.registre.get_sample_value("sbg_audit_tour_secondes", {"service": "essai"})
    assert tour is not None
    assert tour > 1.7e9
    proprietaire = await asyncpg.connect(b.roles.dsn("migrer").get_secret_value())
    await proprietaire.execute("UPDATE socle_audit SET objet = objet || 'x' WHERE id = 2")
    assert await rompu() == 1
    await proprietaire.execute("UPDATE socle_audit SET objet = left(objet, -1) WHERE id = 2")
    await proprietaire.close()
    assert await rompu() == 0
