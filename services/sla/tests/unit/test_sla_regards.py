"""SLA-5 : de ce qui atteint plusieurs organismes, chacun ne lit que lui."""

from hypothesis import given
from hypothesis import strategies as st

from sla.disponibilites.domaine.regards import PorteeVue, voir

CODES = st.lists(st.sampled_from(("MTQ", "SQ", "RAMQ", "MSP")), unique=True).map(tuple)
SITES = st.lists(st.sampled_from(("Siège", "Entrepôt")), unique=True).map(tuple)


@given(organismes=CODES, sites=SITES)
def test_sla_5_le_mcn_lit_tout(organismes: tuple[str, ...], sites: tuple[str, ...]) -> None:
    assert voir(None, organismes, sites) == PorteeVue(
        organismes=organismes,
        nombre_organismes=len(organismes),
        sites=sites,
        nombre_sites=len(sites),
    )


@given(lecteur=st.sampled_from(("MTQ", "SQ")), organismes=CODES, sites=SITES)
def test_sla_5_un_organisme_ne_lit_que_lui_et_les_nombres(
    lecteur: str, organismes: tuple[str, ...], sites: tuple[str, ...]
) -> None:
    vue = voir(lecteur, organismes, sites)
    assert set(vue.organismes) == {lecteur} & set(organismes)
    assert (vue.nombre_organismes, vue.nombre_sites) == (len(organismes), len(sites))
    assert vue.sites == (sites if organismes == (lecteur,) else ())
