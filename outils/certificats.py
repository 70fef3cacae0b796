"""Un certificat d'essai, signé de lui-même."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificat_de(hote: str, dossier: Path) -> tuple[Path, Path]:
    """Le certificat d'un hôte et sa clé, écrits là; vaut un jour."""
    cle = ec.generate_private_key(ec.SECP256R1())
    maintenant = datetime.now(UTC)  # noqa: TID251 -- TLS juge à l'heure de la machine
    nom = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hote)])
    certificat = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(maintenant - timedelta(hours=1))
        .not_valid_after(maintenant + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(hote)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usages(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(cle.public_key()), critical=False)
        .sign(cle, hashes.SHA256())
    )
    fichier, privee = dossier / f"{hote}.pem", dossier / f"{hote}.key"
    fichier.write_bytes(certificat.public_bytes(serialization.Encoding.PEM))
    privee.touch(mode=0o600)
    privee.write_bytes(
        cle.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return fichier, privee


def _usages() -> x509.KeyUsage:
    """Signer, et certifier : un Python strict refuse une autorité qui ne le dit pas."""
    refuses = (
        *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("crl_sign", "encipher_only", "decipher_only"),
    )
    sans = dict.fromkeys(refuses, False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, **sans)
