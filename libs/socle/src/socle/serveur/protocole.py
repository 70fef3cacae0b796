"""Le protocole HTTP du serveur, borné sans mandataire devant lui : octets, nombres, délais.

httptools garde un en-tête inachevé tant qu'il vient, et uvicorn attend sans fin une requête qui
tarde : une seule connexion tenait 60 Mo.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from socle.reglages import Bornes
from socle.serveur.en_tetes import EN_TETES_DE_SURETE
from socle.serveur.problemes import probleme_du_cadre

TAILLE_CORPS: Final = 1_000_000
"""Octets permis dans un corps de requête."""
TRANCHE: Final = 16_384
"""Octets de réponse à lire en `delai_reponse`."""
TROP: Final = 4 * TAILLE_CORPS
"""Octets d'un corps refusé qu'on laisse venir, pour que l'appelant lise son refus."""


class _EnTetesTropGros(Exception):
    """Levée dans l'analyseur, qui s'arrête là."""


@dataclass(slots=True)
class _Lecture:
    """Où en est la requête que l'analyseur lit."""

    rang: int = 0
    octets: int = 0
    nombre: int = 0
    etape: Literal["attente", "en-têtes", "corps", "lue"] = "attente"


class ProtocoleBorne(HttpToolsProtocol):
    """Le protocole d'uvicorn, qui compte ce qu'il lit et le temps qu'il attend."""

    def __init__(self, *arguments: Any, bornes: Bornes, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        self._bornes = bornes
        self._lecture = _Lecture()
        self._muets = 0
        self._jetes = 0
        self._a_lire = self._a_relire = b""
        self._attendu: tuple[str, int] | None = None
        self._echeance: asyncio.TimerHandle | None = None
        self._ecriture: asyncio.TimerHandle | None = None

    # Les connexions

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._bornes.connexions and not self._prendre_une_place():
            self._refuser(503, {"Retry-After": "2"})
            return
        self._surveiller()

    def connection_lost(self, exc: Exception | None) -> None:
        for minuterie in (self._echeance, self._ecriture):
            if minuterie is not None:
                minuterie.cancel()
        super().connection_lost(exc)

    def _prendre_une_place(self) -> bool:
        """Coupe au besoin une connexion qui ne demande rien; celles qu'on sert restent."""
        ouvertes = [c for c in self.connections if not c.transport.is_closing()]
        if len(ouvertes) <= self._bornes.connexions:
            return True
        for autre in ouvertes:
            if autre is not self and isinstance(autre, ProtocoleBorne) and autre.oisive:
                autre.transport.close()
                return True
        return False

    @property
    def oisive(self) -> bool:
        """Vrai si elle n'a pas de requête en cours."""
        return self._en_cours is None and self._lecture.etape != "corps"

    @property
    def _en_cours(self) -> RequestResponseCycle | None:
        """La dernière requête remise à l'application, tant que sa réponse n'est pas finie."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return None if cycle is None or cycle.response_complete else cycle

    # Ce qui entre

    def data_received(self, data: bytes) -> None:
        self._muets += len(data)
        while data and not self.transport.is_closing():
            self._a_lire, self._a_relire = data, b""
            super().data_received(data)
            data = self._a_relire
        if self.transport.is_closing():
            return
        # Un en-tête, une fin de corps ou une extension de morceau qui ne finissent pas.
        if self._muets > self._bornes.octets_en_tetes:
            self._refuser(431)
            return
        self._surveiller()

    def on_message_begin(self) -> None:
        self._lecture = _Lecture(self._lecture.rang + 1, etape="en-têtes")
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._compter(len(url), 0)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._compter(len(name) + len(value), 1)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._muets = 0
        self._lecture.etape = "corps"
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._muets = 0
        if self.cycle.response_complete:
            self._jetes += len(body)
            if self._jetes > TROP:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._muets = self._jetes = 0
        self._lecture.etape = "lue"
        super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Relit, sans son offre, la requête qui offre un autre protocole (RFC 9110, § 7.8).

        L'analyseur s'arrête à la fin de ses en-têtes et perd le corps; le client HTTP de Java offre
        h2c à chaque requête en clair.
        """
        (lus,) = cast("httptools.HttpParserUpgrade", sys.exception()).args
        methode, version = self.parser.get_method(), self.parser.get_http_version()
        if methode == b"CONNECT":
            self._refuser(400)
            return
        fermer = any(n == b"connection" and b"close" in v.lower() for n, v in self.headers)
        gardes = [(n, v) for n, v in self.headers if n not in {b"connection", b"upgrade"}]
        gardes += [(b"connection", b"close")] if fermer else []
        lignes = [b"%s %s HTTP/%s" % (methode, self.url, version.encode())]
        lignes += [nom + b": " + valeur for nom, valeur in gardes]
        self._a_relire = b"\r\n".join([*lignes, b"", b""]) + self._a_lire[lus:]
        self.parser = httptools.HttpRequestParser(self)

    def _compter(self, octets: int, nombre: int) -> None:
        self._muets = 0
        lecture = self._lecture
        lecture.octets += octets
        lecture.nombre += nombre
        bornes = self._bornes
        if lecture.octets > bornes.octets_en_tetes or lecture.nombre > bornes.nombre_en_tetes:
            raise _EnTetesTropGros

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- le message anglais d'uvicorn
        lecture, bornes = self._lecture, self._bornes
        trop = lecture.octets > bornes.octets_en_tetes or lecture.nombre > bornes.nombre_en_tetes
        self._refuser(431 if trop else 400)

    # Le temps

    def _surveiller(self) -> None:
        """Pose l'échéance de ce qu'on attend de l'appelant, s'il nous fait attendre."""
        etape, rang = self._lecture.etape, self._lecture.rang
        if etape == "lue":
            attendu = ("attente", rang) if self._en_cours is None else None
        else:
            attendu = etape, rang
        if attendu == self._attendu:
            return
        self._attendu = attendu
        if self._echeance is not None:
            self._echeance.cancel()
        bornes = self._bornes
        delais = {"corps": bornes.delai_corps, "lue": bornes.delai_oisif}
        delai = delais.get(etape, bornes.delai_en_tetes)
        self._echeance = attendu and self.loop.call_later(delai, self._expirer)

    def _expirer(self) -> None:
        if self._lecture.etape in {"en-têtes", "corps"}:
            self._refuser(408)
        else:
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._veiller(self.transport.get_write_buffer_size())

    def _veiller(self, reste: int) -> None:
        self._ecriture = self.loop.call_later(self._bornes.delai_reponse, self._continuer, reste)

    def _continuer(self, avant: int) -> None:
        """Laisse du temps à qui lit, si lentement que ce soit; coupe qui ne lit pas."""
        reste = self.transport.get_write_buffer_size()
        if avant - reste < TRANCHE:
            self.transport.abort()
        else:
            self._veiller(reste)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._ecriture is not None:
            self._ecriture.cancel()

    # Les refus

    def _refuser(self, statut: int, plus: Mapping[str, str] | None = None) -> None:
        """Répond un problème, si la place en est libre, et coupe."""
        if self.transport.is_closing():
            return
        if self._peut_repondre():
            probleme = probleme_du_cadre(statut)
            en_tetes = {**EN_TETES_DE_SURETE, "Cache-Control": "no-store", **(plus or {})}
            dit = f"HTTP/1.1 {statut} {HTTPStatus(statut).phrase}\r\nConnection: close"
            lignes = [dit.encode()]
            lignes += [f"{nom}: {valeur}".encode() for nom, valeur in en_tetes.items()]
            lignes += [nom + b": " + valeur for nom, valeur in probleme.raw_headers]
            self.transport.write(b"\r\n".join([*lignes, b"", bytes(probleme.body)]))
        self.transport.close()

    def _peut_repondre(self) -> bool:
        """Faux tant qu'une réponse est commencée, ou qu'une requête d'avant attend la sienne."""
        cycle = self._en_cours
        if cycle is None:
            return True
        return self._lecture.etape == "corps" and not self.pipeline and not cycle.response_started
