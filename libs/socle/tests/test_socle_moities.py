"""Un grand lot d'écoutes libres se traite en deux moitiés de clés, les jalons après elles."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from socle.bus.enveloppe import TYPE_JALON, Message
from socle.bus.kafka import ReglagesBus
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception.consommateur import LOT, Consommateur
from socle.reception.reception import Reception


class _Reception:
    """Retient ce qu'on lui donne à traiter, et combien à la fois."""

    def __init__(self, panne: str | None = None) -> None:
        self.traites: list[list[Message]] = []
        self.panne = panne
        self.ensemble = self.au_plus = 0

    async def traiter(self, messages: Sequence[Message]) -> None:
        self.ensemble += 1
        self.au_plus = max(self.au_plus, self.ensemble)
        await asyncio.sleep(0.01)
        self.ensemble -= 1
        if any(m.cle == self.panne for m in messages):
            raise ConnectionError
        self.traites.append(list(messages))


def _consommateur(reception: _Reception) -> Consommateur:
    faux = cast("Reception", reception)
    return Consommateur(
        faux, ReglagesBus(adresses="127.0.0.1:1"), (), "essai", Sante(), Mesures("essai")
    )


def _messages(nombre: int, cles: int = 40) -> list[Message]:
    def message(rang: int, cle: str, **en_tetes: Any) -> Message:
        return Message("sbg.essai.v1", 0, rang, cle, {"ce_type": "fait", **en_tetes}, b"{}")

    faits = [message(rang, f"c{rang % cles}") for rang in range(nombre)]
    return [*faits[:10], message(nombre, "", ce_type=TYPE_JALON), *faits[10:]]


async def test_un_lot_ordinaire_se_traite_d_un_bloc() -> None:
    reception, messages = _Reception(), _messages(LOT - 1)
    await _consommateur(reception)._traiter(messages)
    assert reception.traites == [messages]


async def test_une_cle_reste_dans_sa_moitie_en_ordre_et_les_jalons_suivent() -> None:
    reception, messages = _Reception(), _messages(2 * LOT)
    await _consommateur(reception)._traiter(messages)
    *moities, jalons = reception.traites
    assert [m.type for m in jalons] == [TYPE_JALON]
    assert not {m.cle for m in moities[0]} & {m.cle for m in moities[1]}
    assert all([m.position for m in x] == sorted(m.position for m in x) for x in moities)
    assert sum(map(len, moities)) == 2 * LOT
    assert reception.au_plus == 2


async def test_une_panne_d_une_moitie_retient_les_jalons() -> None:
    """La position n'avancera pas : tout se relira, l'autre moitié sans effet double."""
    reception = _Reception(panne="c7")
    with pytest.raises(ConnectionError):
        await _consommateur(reception)._traiter(_messages(2 * LOT))
    assert len(reception.traites) == 1
    assert all(m.type != TYPE_JALON for m in reception.traites[0])
