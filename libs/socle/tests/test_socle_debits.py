"""Le débit permis : par sujet, par adresse qu'on ne reconnaît pas, en mémoire bornée."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.reglages import ReglagesDebit
from socle.web.debits import Seaux


class Temps:
    """Un temps que l'essai avance."""

    def __init__(self) -> None:
        self.secondes = 0.0

    def __call__(self) -> float:
        return self.secondes


def test_un_seau_laisse_passer_sa_rafale_puis_son_debit() -> None:
    temps = Temps()
    seaux = Seaux(par_seconde=10, rafale=3, temps=temps)
    assert [seaux.attente("a") for _ in range(3)] == [0, 0, 0]
    assert seaux.attente("a") == pytest.approx(0.1)
    assert seaux.attente("b") == 0, "un autre a le sien"
    temps.secondes += 0.1
    assert seaux.attente("a") == 0
    assert seaux.attente("a") > 0
    temps.secondes += 3_600
    assert [seaux.attente("a") > 0 for _ in range(4)] == [False, False, False, True]


@given(st.lists(st.floats(min_value=0, max_value=2), max_size=200))
def test_nul_ne_passe_plus_que_sa_rafale_et_son_debit(pas: list[float]) -> None:
    temps, passes = Temps(), 0
    seaux = Seaux(par_seconde=5, rafale=7, temps=temps)
    for avance in pas:
        temps.secondes += avance
        passes += seaux.attente("a") == 0
    assert passes <= 7 + 5 * temps.secondes + 1e-6


def test_la_memoire_des_seaux_est_bornee() -> None:
    seaux = Seaux(par_seconde=1, rafale=1, gardes=10)
    for sujet in range(1_000):
        assert seaux.attente(str(sujet)) == 0
    assert len(seaux._seaux) == 10
    assert seaux.attente("999") > 0, "le dernier vu est encore suivi"


@pytest.mark.parametrize(
    "faux", [{"par_seconde": 0}, {"par_seconde": "nan"}, {"par_seconde": "inf"}, {"rafale": 0}]
)
def test_un_mauvais_reglage_ne_leve_pas_la_limite(faux: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReglagesDebit.model_validate(faux)


def test_le_debit_par_defaut() -> None:
    assert (ReglagesDebit().par_seconde, ReglagesDebit().rafale) == (500, 1_000)


@pytest.mark.integration
async def test_au_dela_un_sujet_attend_et_les_autres_non(banc: MonterBanc) -> None:
    b = await banc(service(), debit={"par_seconde": 0.001, "rafale": 3})
    client = b.client("demandeur", organisme="MTQ")
    statuts = [(await client.get("/v1/comptes")).status_code for _ in range(4)]
    assert statuts == [200, 200, 200, 429]
    freine = await client.post("/v1/comptes/a/augmentation", json={"de": 1})
    assert freine.headers["content-type"] == "application/problem+json"
    assert freine.json()["title"] == "Trop d'appels"
    assert 900 < int(freine.headers["retry-after"]) <= 1_000
    assert await b.sortants() == []
    voisin = b.client("demandeur", organisme="MTQ", sujet="voisin")
    assert (await voisin.get("/v1/comptes")).status_code == 200
    homonyme = b.client("demandeur", organisme="MSSS", sujet="demandeur@MTQ")
    assert (await homonyme.get("/v1/comptes")).status_code == 200
    assert (await b.client().get("/sante/vivacite")).status_code == 200


@pytest.mark.integration
async def test_une_adresse_aux_jetons_refuses_attend_mais_pas_un_bon_jeton(
    banc: MonterBanc,
) -> None:
    b = await banc(service(), debit={"refus_par_seconde": 0.001, "refus_rafale": 2})
    sans = b.client()
    statuts = [(await sans.get("/v1/comptes")).status_code for _ in range(4)]
    assert statuts == [401, 401, 429, 429]
    faux = await sans.get("/v1/comptes", headers={"Authorization": "Bearer a.b.c"})
    assert (faux.status_code, "retry-after" in faux.headers) == (429, True)
    bon = b.client("demandeur", organisme="MTQ")
    assert (await bon.get("/v1/comptes")).status_code == 200
