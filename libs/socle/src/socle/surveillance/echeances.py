"""Ce qui finit : les certificats que le bus demande."""

from collections.abc import Mapping
from pathlib import Path

from socle.bus.kafka import ReglagesBus


def fins_des_certificats(bus: ReglagesBus | None) -> Mapping[str, float]:
    """La fin (époque) de chaque certificat que ce processus a lu au départ, par réglage.

    D'un fichier qui en porte plusieurs, la première fin. Lève `ValueError` s'il ne se lit pas.
    """
    if bus is None:
        return {}
    fichiers = {"autorite": bus.autorite, "certificat": bus.certificat}
    return {nom: _premiere_fin(fichier) for nom, fichier in fichiers.items() if fichier is not None}


def _premiere_fin(fichier: Path) -> float:
    # Un rôle sans certificat n'a que faire de la cryptographie, qui pèse dix mégaoctets.
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    certificats = load_pem_x509_certificates(fichier.read_bytes())
    return min(certificat.not_valid_after_utc.timestamp() for certificat in certificats)
