"""Ce qu'un service déclare : tables totales et sans doublon, dans l'ordre de ses aires."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import Depends

from noyau import Acte, Fait, Resultat
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import CompteAugmente, CompteSuivi, Ports, service
from socle.bus.kafka import ReglagesBus
from socle.envoi.depot import lignes_de
from socle.envoi.evenements import evenement_de, publications, reunir
from socle.envoi.relais import Relais
from socle.execution.deroulement import Branchement, Prises
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception import Ecoute, Ordre, Recu
from socle.reception.ecoutes import reunir_ecoutes
from socle.reglages import Reglages
from socle.roles.relais import _taches_du_socle
from socle.service import TACHES_DU_SOCLE, Aire, Contexte, Service, Tache
from socle.web import (
    Routeur,
    acces,
)

SURVENU = datetime(2026, 9, 1, 13, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompteFerme(Fait):
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompteLu(Fait):
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompteOublie(Fait):
    code: str


def _traduire(fait: CompteFerme | CompteLu) -> CompteAugmente | None:
    if isinstance(fait, CompteLu):
        return None
    return CompteAugmente(code=fait.code, organisme="MTQ", de=1)


PUBLICATIONS = publications(CompteFerme | CompteLu, _traduire)


def test_un_fait_se_publie_a_sa_survenue_sous_l_identite_de_son_acte() -> None:
    acte = UUID("6f0c2a1e-2222-4000-8000-000000000001")
    faits = [
        CompteFerme(code="a", survenu_le=SURVENU, acte_id=acte),
        CompteFerme(code="a", survenu_le=SURVENU),
    ]
    nomme, neuf = lignes_de(faits, PUBLICATIONS, "sbg.essai.v1", {})
    assert (nomme.survenu_le, nomme.evenement_id) == (SURVENU, acte), "DEM-12"
    assert neuf.evenement_id != acte
    assert evenement_de(faits[0], PUBLICATIONS) == CompteAugmente(code="a", organisme="MTQ", de=1)
    assert evenement_de(CompteLu(code="a", survenu_le=SURVENU), PUBLICATIONS) is None, "interne"


def test_un_fait_que_nulle_aire_ne_traduit_ne_se_tait_pas() -> None:
    with pytest.raises(TypeError, match="CompteOublie"):
        evenement_de(CompteOublie(code="a", survenu_le=SURVENU), PUBLICATIONS)


def test_deux_aires_ne_traduisent_pas_le_meme_fait() -> None:
    seul = publications(CompteOublie, lambda _: None)
    assert set(reunir([PUBLICATIONS, seul])) == {CompteFerme, CompteLu, CompteOublie}
    with pytest.raises(RuntimeError, match="CompteLu"):
        reunir([PUBLICATIONS, publications(CompteLu, _traduire)])


def test_des_ports_ne_se_branchent_pas_deux_fois() -> None:
    branchement = Branchement(Ports, Ports)
    with pytest.raises(RuntimeError, match="Ports"):
        Prises([branchement, branchement])


async def _rien(_: Contexte) -> int:
    return 0


def _avec(*aires: Aire[Reglages]) -> Service[Reglages]:
    base = service()
    return replace(base, aires=(*base.aires, *aires))


@pytest.mark.parametrize(
    ("nom", "aires"), [("rappels", "ab"), *((nom, "a") for nom in sorted(TACHES_DU_SOCLE))]
)
def test_deux_taches_n_ont_pas_le_meme_nom(nom: str, aires: str) -> None:
    """Elles se partageraient un verrou, et l'une se tairait; le socle a aussi les siennes."""
    declarees: list[Aire[Reglages]] = [
        Aire(nom=aire, taches=lambda _: (Tache(nom, 1.0, _rien),)) for aire in aires
    ]
    with pytest.raises(RuntimeError, match=nom):
        _avec(*declarees).taches(Reglages())


def test_les_ecoutes_d_un_service_suivent_l_ordre_de_ses_aires() -> None:
    async def cas(_: Sequence[object], __: Ports, ___: Acte) -> Resultat[None]:
        return Resultat(None)

    basse, haute = (Ecoute(lambda recu: recu, cas, Ports, ordre) for ordre in Ordre)
    reunies = reunir_ecoutes({CompteAugmente: basse}, {CompteSuivi: haute, CompteAugmente: haute})
    assert list(reunies) == [CompteAugmente, CompteSuivi]
    assert [e.ordre for e in reunies[CompteAugmente]] == [basse.ordre, haute.ordre]
    assert [e.aire for e in reunies[CompteAugmente]] == [0, 1]
    assert [e.aire for e in reunies[CompteSuivi]] == [1]


@pytest.mark.integration
async def test_une_aire_basse_recoit_tout_le_lot_avant_une_haute_et_chacune_en_ordre(
    banc: MonterBanc,
) -> None:
    """Écouté par deux aires, un fait ne passe pas après ceux que la plus haute écoute seule."""
    passages: list[tuple[str, list[str]]] = []

    def aire(nom: str, *evenements: type[Any]) -> Aire[Reglages]:
        async def cas(codes: Sequence[str], _: Ports, __: Acte) -> Resultat[None]:
            passages.append((nom, list(codes)))
            return Resultat(None)

        def code(recu: Recu[CompteAugmente]) -> str:
            return recu.evenement.code

        return Aire(nom=nom, ecoutes={e: Ecoute(code, cas, Ports) for e in evenements})

    comptes = replace(service().aires[0], ecoutes={})
    haute = aire("haute", CompteSuivi, CompteAugmente)
    b = await banc(replace(service(), aires=(comptes, aire("basse", CompteAugmente), haute)))
    faits = (
        CompteAugmente(code="a", organisme="MTQ", de=1),
        CompteSuivi(code="b", organisme="MTQ", de=1),
        CompteAugmente(code="c", organisme="MTQ", de=1),
    )
    await b.recevoir(*faits)
    assert passages == [("basse", ["a", "c"]), ("haute", ["a", "b", "c"])]


@pytest.mark.integration
async def test_les_noms_que_le_socle_se_garde_sont_ceux_de_ses_taches(banc: MonterBanc) -> None:
    b = await banc(service())
    relais = Relais(b.moteur_interne, ReglagesBus(adresses="x:0"), "r", Sante(), Mesures("r"))
    taches = _taches_du_socle(b.roles, b.moteur_interne, relais, Mesures("r"))
    assert {tache.nom for tache in taches} == TACHES_DU_SOCLE


@pytest.mark.integration
async def test_un_role_que_nul_jeton_ne_porte_est_refuse_au_demarrage(banc: MonterBanc) -> None:
    routes = Routeur()

    @routes.get("/x")
    async def _x(_: Any = Depends(acces(Ports, "directeur"))) -> None:  # noqa: ANN401, B008
        return None

    monte = await banc(_avec(Aire(nom="essai", routes=lambda _: (routes,))))
    with pytest.raises(ValueError, match="directeur"):
        monte.client("directeur")
