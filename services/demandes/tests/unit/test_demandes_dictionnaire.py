"""Le dictionnaire des réponses gardées : figé, et qui vaut ses octets."""

import json
from hashlib import sha256
from pathlib import Path

import demandes
from demandes.dictionnaire import DICTIONNAIRE
from socle.execution.idempotence import Reponse

EXEMPLES = Path(demandes.__file__).with_name("exemples.json")
FIGE = "56e6ffc59205b476"


def test_le_dictionnaire_est_fige() -> None:
    """Changé, une réponse gardée hier ne se relirait plus : l'appel répété serait un 500."""
    assert sha256(DICTIONNAIRE).hexdigest()[:16] == FIGE


def test_une_reponse_de_demande_se_garde_en_moins_du_tiers() -> None:
    exemples = json.loads(EXEMPLES.read_text("utf-8"))
    for operation in ("approuver_demande", "prendre_en_charge_demande", "livrer_article"):
        corps = json.dumps(exemples[operation]["200"], ensure_ascii=False, separators=(",", ":"))
        gardee = Reponse(200, corps.encode()).comprimer(DICTIONNAIRE)
        assert 3 * len(gardee) < len(corps), operation
