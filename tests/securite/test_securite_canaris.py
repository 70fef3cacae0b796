"""Des renseignements personnels plantés partout ne ressortent nulle part où ils n'ont que faire."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

import httpx
import pytest
import structlog

from demo.systeme import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from socle.web.jetons import ROLES_MCN
from tests.securite.constat import constater
from tests.securite.documents import Operation, Place
from tests.securite.intrus import ROLES_INTRUS, Donnees, Intrus
from tests.securite.puits import Puits, recueillir
from tests.securite.semis import ALPHA, BRAVO, ORGANISMES
from tests.securite.test_securite_locataires import alterer, seme

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("canaris")]

# Ce qu'une écriture de l'organisme rencontre si la base la refuse : le message cite la ligne.
REFUSER = "ALTER TABLE {table} ADD CONSTRAINT jamais CHECK (organisme = '') NOT VALID"


@dataclass(slots=True)
class Semeur:
    """Plante un canari neuf dans chaque texte libre de chaque opération."""

    banc: Banc
    intrus: Intrus
    puits: Puits
    signataires: list[str] = field(default_factory=list)
    canaris: list[str] = field(default_factory=list)
    gardes: int = 0
    _numeros: Iterator[int] = field(default_factory=lambda: count(1))

    def neuf(self, place: Place) -> str:
        """Un canari de la forme voulue : un nom propre, ou une adresse de courriel."""
        canari = f"Zoe-Canari-{uuid4().hex[:12]}"
        if "@" in str(place.schema.get("pattern", "")):
            canari = f"zoe.canari.{uuid4().hex[:12]}@personne.example"
        self.canaris.append(canari)
        return canari

    async def semer(self) -> None:
        for operation in self.intrus.operations:
            for place in operation.places:
                if place.ou != "path" and place.est_texte_libre and place.nom != "curseur":
                    await self._planter(operation, place)

    def _client(self, operation: Operation) -> httpx.AsyncClient:
        mcn = sorted(operation.roles & ROLES_MCN)
        if mcn:
            return self.banc.client(*mcn, sujet=f"agent-{next(self._numeros)}")
        return self.banc.client(*ROLES_INTRUS, organisme=ALPHA, sujet=f"signataire-{ALPHA}")

    def _rendre_neuf(self, corps: dict[str, object]) -> None:
        """Ce que l'exemple du document ne peut pas savoir de cette base-ci."""
        numero = next(self._numeros)
        corps |= {"code": f"ZZ-{numero}"} if "code" in corps else {}
        corps |= {"neq": f"{1_180_000_000 + numero}"} if "neq" in corps else {}
        corps |= {"organisme": ALPHA} if "organisme" in corps else {}
        for nom in ("entente_id", "remplace_id"):
            connus = [*self.intrus.connus[nom], *self.signataires]
            corps |= {nom: connus[0]} if nom in corps and connus else {}

    async def _planter(self, operation: Operation, place: Place) -> None:
        """La valeur seule, puis trop longue, puis avec un caractère nul : jusqu'à en garder une."""
        canari = self.neuf(place)
        client = self._client(operation)
        for valeur in (canari, canari * 100, f"{canari}\0"):
            for valeurs in self.intrus.chemins(operation)[:12]:
                corps, parametres = None, {}
                if place.ou == "body":
                    corps = operation.corps((place, valeur))
                    if isinstance(corps, dict):
                        self._rendre_neuf(corps)
                else:
                    parametres = {place.nom: valeur}
                adresse = operation.adresse(valeurs)
                condition = '"1"'
                if operation.methode == "PATCH":
                    condition = (await client.get(adresse)).headers.get("ETag", condition)
                reponse = await client.request(
                    operation.methode,
                    adresse,
                    json=corps,
                    params=parametres,
                    headers={"If-Match": condition, "User-Agent": canari},
                )
                if reponse.is_success:
                    self.gardes += 1
                    break
                self.puits.problemes.append(reponse.text)


def ressortis(puits: Puits, canaris: list[str]) -> list[str]:
    """Les genres de sortie où un canari se lit."""
    return sorted(
        {
            f"{genre} : …{contenu[max(0, contenu.find(canari) - 60) : contenu.find(canari) + 40]}"
            for genre, contenu in puits.contenu().items()
            for canari in canaris
            if canari in contenu
        }
    )


async def _semer(banc: Banc, puits: Puits) -> Semeur:
    donnees = await Donnees.lire(banc, *ORGANISMES)
    semeur = Semeur(banc, Intrus(banc, donnees, ALPHA, BRAVO), puits)
    await semeur.intrus.reconnaitre()
    if banc.service.nom == "demandes":
        lus = await banc.client("agent-csc").get(f"/v1/organismes/{ALPHA}/signataires")
        semeur.signataires += [signataire["id"] for signataire in lus.json()["elements"]]
    await semeur.semer()
    await puits.relever(banc)
    return semeur


async def test_aucun_canari_ne_ressort(banc: MonterBanc) -> None:
    bancs = [await seme(banc, service) for service in SERVICES]
    with recueillir() as puits:
        semeurs = [await _semer(monte, puits) for monte in bancs]
        for semeur, table in zip(
            semeurs, (None, "organismes", None, None, "contrats"), strict=True
        ):
            if table is not None:
                await alterer(semeur.banc, REFUSER.format(table=table))
                await semeur.semer()
    canaris = [canari for semeur in semeurs for canari in semeur.canaris]
    contenu = puits.contenu()
    assert all(contenu.values()), {genre: len(c) for genre, c in contenu.items()}
    assert "http.imprevu" in contenu["journaux"]
    constater("canaris : plantés", len(canaris))
    constater("canaris : gardés par le produit", sum(semeur.gardes for semeur in semeurs))
    vus = ressortis(puits, canaris)
    assert not vus, vus
    constater("canaris : ressortis", len(vus))


async def test_mutant_un_journal_qui_dit_le_message_des_erreurs_est_attrape(
    banc: MonterBanc,
) -> None:
    monte = await seme(banc, "demandes")
    with recueillir() as puits:
        structlog.configure(
            processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(puits.journaux),
        )
        await alterer(monte, REFUSER.format(table="organismes"))
        semeur = await _semer(monte, puits)
    assert ressortis(puits, semeur.canaris)
