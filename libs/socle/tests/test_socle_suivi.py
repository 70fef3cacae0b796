"""Ce qu'une écoute stricte suit : toutes les sortes de faits de ses clés, et rien des autres."""

from dataclasses import replace
from random import Random
from typing import ClassVar
from uuid import uuid4

import pytest
from sqlalchemy import text

from outils.essais.banc import DEPART, Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import CompteSuivi, service
from socle.bus.enveloppe import EN_TETE_ECARTE, TYPE_ECARTE, Message
from socle.reception.ecoutes import types_passes
from socle.reception.jalons import jalon_atteint

GUIDE = "sbg.guide.v1"


class CompteRenomme(CompteSuivi):
    TYPE: ClassVar[str] = "compte.renommé"


class DossierOuvert(CompteSuivi):
    """D'une autre sorte d'agrégat; nul ne l'écoute."""

    TYPE: ClassVar[str] = "dossier.ouvert"
    AGREGATS: ClassVar[tuple[str, ...]] = ("dossier",)

    @property
    def cle(self) -> str:
        return f"dossier-{self.code}"


class PieceVersee(DossierOuvert):
    """Sa clé nomme un dossier ou une pièce."""

    TYPE: ClassVar[str] = "pièce.versée"
    AGREGATS: ClassVar[tuple[str, ...]] = ("dossier", "piece")


class ActeRedit(DossierOuvert):
    """Sa clé nomme un compte ou une pièce."""

    TYPE: ClassVar[str] = "acte.redit"
    AGREGATS: ClassVar[tuple[str, ...]] = ("compte", "piece")


class CompteFusionne(CompteSuivi):
    """Celui d'un producteur plus neuf : le consommateur ne le connaît pas."""

    TYPE: ClassVar[str] = "compte.fusionné"


class DossierArchive(DossierOuvert):
    """De même."""

    TYPE: ClassVar[str] = "dossier.archivé"


CONNUS = (CompteSuivi, CompteRenomme, DossierOuvert)


def test_on_passe_les_agregats_qu_on_n_ecoute_pas_jamais_un_type_d_une_cle_suivie() -> None:
    ecoutes = service().ecoutes
    assert types_passes(ecoutes, CONNUS) == {(GUIDE, "dossier.ouvert")}
    assert types_passes(ecoutes, ()) == frozenset()


def test_un_evenement_de_plusieurs_agregats_fait_suivre_tous_ceux_qu_il_nomme() -> None:
    """Sans quoi sa place manquerait à la séquence d'une clé dont on passe le reste."""
    ecoutes = service().ecoutes
    assert types_passes(ecoutes, (*CONNUS, PieceVersee)) == {
        (GUIDE, "dossier.ouvert"),
        (GUIDE, "pièce.versée"),
    }
    assert types_passes(ecoutes, (*CONNUS, PieceVersee, ActeRedit)) == frozenset()


def test_une_version_suivie_d_un_type_fait_suivre_le_type() -> None:
    class Deplace(DossierOuvert):
        TYPE: ClassVar[str] = "compte.renommé"
        VERSION: ClassVar[int] = 2

    assert (GUIDE, "compte.renommé") not in types_passes(service().ecoutes, (*CONNUS, Deplace))


async def _monter(banc: MonterBanc, *connus: type[CompteSuivi]) -> Banc:
    return await banc(replace(service(), evenements=connus or CONNUS))


async def _colonne(b: Banc, requete: str) -> list[object]:
    async with b.interne() as cx:
        return await cx.colonne(text(requete))


def _histoire(b: Banc, hasard: Random) -> list[Message]:
    """Des comptes et des dossiers dont les faits se mêlent; tous les types d'un compte comptent."""
    comptes, dossiers = (CompteSuivi, CompteRenomme, CompteFusionne), (DossierOuvert,)
    messages = []
    for _ in range(60):
        classe = hasard.choice(hasard.choice((comptes, dossiers)))
        messages.append(b.message(classe(code=hasard.choice("abc"), organisme="MTQ", de=1)))
    return messages


def _desordre(messages: list[Message], hasard: Random) -> list[list[Message]]:
    """Tous les messages, doublés pour certains, dans un ordre et des lots quelconques."""
    tous = [*messages, *hasard.sample(messages, 10)]
    hasard.shuffle(tous)
    lots = []
    while tous:
        taille = hasard.randint(1, 12)
        lots.append(tous[:taille])
        del tous[:taille]
    return lots


@pytest.mark.integration
@pytest.mark.parametrize("graine", range(12))
async def test_toute_arrivee_mene_aux_memes_effets_sans_rien_reclamer_d_autrui(
    banc: MonterBanc, graine: int
) -> None:
    b, hasard = await _monter(banc), Random(graine)
    messages = _histoire(b, hasard)
    for lot in _desordre(messages, hasard):
        await b.recevoir_messages(lot)
    await b.recevoir_jalons(DEPART, GUIDE)
    async with b.interne() as cx:
        assert await jalon_atteint(cx, [GUIDE]) == DEPART
        effets = await cx.lignes(text("SELECT cle, sequence FROM effets ORDER BY rang"))
    for cle in ("MTQ-a", "MTQ-b", "MTQ-c"):
        attendus = [m.sequence for m in messages if m.cle == cle and m.type == CompteSuivi.TYPE]
        assert [sequence for c, sequence in effets if c == cle] == attendus
    suivis = {m.identifiant for m in messages if not m.cle.startswith("dossier-")}
    assert set(await _colonne(b, "SELECT evenement_id FROM socle_inbox")) == suivis
    assert not await _colonne(b, "SELECT cle FROM socle_suivi WHERE cle LIKE 'dossier-%'")
    assert not await _colonne(b, "SELECT cle FROM socle_stationnement")


@pytest.mark.integration
async def test_passer_par_type_trouerait_une_cle_suivie(banc: MonterBanc) -> None:
    """Le mutant : sans lui, l'essai des arrivées ne prouverait pas qu'il compte tous les types."""
    b = await _monter(banc)
    b.reception._passes |= {(GUIDE, CompteRenomme.TYPE)}
    renomme, suivi = (c(code="a", organisme="MTQ", de=1) for c in (CompteRenomme, CompteSuivi))
    await b.recevoir(renomme, suivi)
    assert await _colonne(b, "SELECT sequence FROM socle_stationnement") == [2]


@pytest.mark.integration
async def test_un_type_inconnu_se_suit_et_ce_qui_attendait_en_vain_part_une_fois_connu(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc)
    archive = DossierArchive(code="d", organisme="MTQ", de=1)
    await b.recevoir(DossierOuvert(code="d", organisme="MTQ", de=1), archive)
    attend = b.message(CompteSuivi(code="a", organisme="MTQ", de=1), sequence=2)
    await b.recevoir_messages([attend])
    await b.reception.liberer()
    assert await _colonne(b, "SELECT count(*) FROM socle_stationnement") == [2]

    b.reception._passes = types_passes(b.service.ecoutes, (*CONNUS, DossierArchive))
    await b.reception.liberer()
    assert await _colonne(b, "SELECT cle FROM socle_stationnement") == ["MTQ-a"]
    await b.recevoir(CompteSuivi(code="a", organisme="MTQ", de=1), sequence=1)
    assert await _colonne(b, "SELECT sequence FROM effets ORDER BY rang") == [1, 2]


@pytest.mark.integration
async def test_un_ecarte_se_passe_ou_se_compte_selon_le_fait_dont_il_tient_la_place(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc)

    def ecarte(classe: type[CompteSuivi], sequence: int, **dit: str) -> Message:
        message = b.message(classe(code="a", organisme="MTQ", de=1), sequence=sequence, id=uuid4())
        en_tetes = {**message.en_tetes, "ce_type": TYPE_ECARTE, **dit}
        return replace(message, en_tetes=en_tetes, charge=b"{}")

    await b.recevoir_messages(
        [
            ecarte(DossierOuvert, 7, **{EN_TETE_ECARTE: DossierOuvert.TYPE}),
            ecarte(CompteSuivi, 1, **{EN_TETE_ECARTE: CompteSuivi.TYPE}),
            ecarte(CompteSuivi, 2),  # ceux d'avant ne le disaient pas
            b.message(CompteSuivi(code="a", organisme="MTQ", de=1), sequence=3),
        ]
    )
    assert await _colonne(b, "SELECT sequence FROM effets") == [3]
    assert not await _colonne(b, "SELECT cle FROM socle_stationnement")
