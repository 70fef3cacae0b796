"""L'ITSM de la démonstration vérifie ce qu'il reçoit, flanche une fois, compte juste (DEM-10)."""

from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from demo.scenario.itsm import Itsm

SECRET = "whsec_" + "c2VjcmV0LWRlLWwtZXNzYWktYmllbi1sb25n"
CORPS = '{"type": "demande.créée"}'


def signe(identifiant: str) -> dict[str, str]:
    maintenant = datetime.now(UTC)  # noqa: TID251 — l'heure d'une signature est la vraie
    return {
        "webhook-id": identifiant,
        "webhook-timestamp": str(int(maintenant.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(identifiant, maintenant, CORPS),
    }


@pytest.mark.integration
def test_l_itsm_ne_compte_que_ce_qui_est_signe_et_une_seule_fois() -> None:
    with Itsm.ecouter() as itsm, httpx.Client(trust_env=False) as client:
        itsm.secret = SECRET

        def envoyer(en_tetes: dict[str, str]) -> int:
            return client.post(itsm.adresse, content=CORPS.encode(), headers=en_tetes).status_code

        assert envoyer({**signe("e-1"), "webhook-signature": "v1,faux"}) == 401
        assert [envoyer(signe("e-1")) for _ in range(3)] == [503, 204, 204]
        assert envoyer(signe("e-2")) == 204
    assert itsm.recus.par_type == {"demande.créée": 2}
    assert itsm.recus.repetitions == 1
    assert itsm.recus.fausses_signatures == 1
