"""Le semeur : un renseignement personnel inventé dans chaque place de chaque opération."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, product
from urllib.parse import quote
from uuid import uuid4

import httpx

from noyau import ANNUAIRE
from outils.essais.banc import Banc
from tests.securite.documents import Operation, Place
from tests.securite.gestes import ALPHA, BRAVO, ORGANISMES
from tests.securite.intrus import ROLES_INTRUS, Donnees, Intrus
from tests.securite.puits import Puits
from tests.securite.semis import annoncer

ABONNE = "https://abonne.example/recu"
REFUSER = """
CREATE FUNCTION jamais() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'refus de %', NEW; END $$;
CREATE TRIGGER jamais BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION jamais();
"""
"""Ce qu'une écriture de l'organisme rencontre si la base la refuse : le message cite la ligne."""
REFUSEES = {"demandes": "organismes", "courtier": "contrats"}


@dataclass(slots=True)
class Semeur:
    """Plante un canari neuf dans chaque texte libre de chaque opération."""

    banc: Banc
    intrus: Intrus
    puits: Puits
    abonne: str = ABONNE
    """L'adresse que portent les webhooks créés."""
    signataires: list[str] = field(default_factory=list)
    canaris: list[str] = field(default_factory=list)
    gardes: int = 0
    _numeros: Iterator[int] = field(default_factory=lambda: count(1))

    def neuf(self, place: Place) -> str:
        """Un canari de la forme voulue : un nom propre, ou une adresse de courriel."""
        canari = f"Zoe-Canari-{uuid4().hex[:12]}"
        if "@" in str(place.schema.get("pattern", "")):
            canari = f"zoe.canari.{uuid4().hex[:12]}@personne.example"
        return self._retenu(canari)

    def _retenu(self, canari: str) -> str:
        self.canaris.append(canari)
        return canari

    async def semer(self) -> None:
        for operation in self.intrus.operations:
            for place in operation.places:
                if place.nom == "curseur" or not (place.ou == "path" or place.est_texte_libre):
                    continue
                await self._planter(operation, place)

    async def semer_par_l_itsm(self) -> None:
        """Les textes d'une annonce signée, que son document ne décrit pas."""
        for demande_id, longueur in product(self.intrus.connus["demande_id"][:8], (1, 100)):
            canari = self._retenu(f"Zoe-Canari-{uuid4().hex[:12]}")
            for genre in ("suspension", "reprise", canari):
                donnees = {"demande_id": demande_id, "motif": canari * longueur}
                recu = await annoncer(self.banc, f"{canari}-{genre}", genre, donnees)
                self.gardes += recu.is_success
                if recu.is_error:
                    self.puits.problemes.append(f"{recu.headers} {recu.text}")

    def _client(self, operation: Operation) -> httpx.AsyncClient:
        """Quelqu'un qui peut; du MCN, son sujet même est un canari."""
        mcn = sorted(operation.roles & ANNUAIRE.mcn)
        if mcn:
            return self.banc.client(*mcn, sujet=self._retenu(f"agent-canari-{uuid4().hex}"))
        return self.banc.client(*ROLES_INTRUS, organisme=ALPHA, sujet=f"signataire-{ALPHA}")

    def _rendre_neuf(self, corps: dict[str, object]) -> None:
        """Ce que l'exemple du document ne peut pas savoir de cette base-ci."""
        numero = next(self._numeros)
        corps |= {"code": f"ZZ-{numero}"} if "code" in corps else {}
        corps |= {"neq": f"{1_180_000_000 + numero}"} if "neq" in corps else {}
        corps |= {"organisme": ALPHA} if "organisme" in corps else {}
        corps |= {"url": self.abonne} if "url" in corps else {}
        for nom in ("entente_id", "remplace_id"):
            connus = [*self.intrus.connus[nom], *self.signataires]
            corps |= {nom: connus[0]} if nom in corps and connus else {}

    async def _planter(self, operation: Operation, place: Place) -> None:
        """La valeur seule, puis trop longue, puis avec un caractère nul : jusqu'à en garder une."""
        canari = self.neuf(place)
        client = self._client(operation)
        for valeur, chemin in product(
            (canari, canari * 100, f"{canari}\0"), self.intrus.chemins(operation)[:12]
        ):
            corps, parametres, valeurs = None, {}, chemin
            if operation.exemple is not None:
                corps = operation.corps(*([(place, valeur)] if place.ou == "body" else []))
                if isinstance(corps, dict):
                    self._rendre_neuf(corps)
            if place.ou == "query":
                parametres = {place.nom: valeur}
            elif place.ou == "path":
                valeurs = {**chemin, place.nom: quote(valeur, safe="")}
            adresse = operation.adresse(valeurs)
            condition = '"1"'
            if operation.methode == "PATCH":
                condition = (await client.get(adresse)).headers.get("ETag", condition)
            reponse = await client.request(
                operation.methode,
                adresse,
                json=corps,
                params=parametres,
                headers=self._en_tetes(canari) | {"If-Match": condition},
            )
            if reponse.is_success:
                self.gardes += 1
                return
            if place.ou != "path":  # un refus peut redire le code que nomme l'adresse
                self.puits.problemes.append(f"{reponse.headers} {reponse.text}")

    def _en_tetes(self, canari: str) -> dict[str, str]:
        """Des en-têtes que rien n'oblige à redire."""
        cle = f"{canari}-{next(self._numeros)}"
        noms = ("User-Agent", "Referer", "Cookie", "X-Request-Id", "Idempotency-Key")
        return dict.fromkeys(noms, cle)


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


async def semer(banc: Banc, puits: Puits, abonne: str = ABONNE) -> Semeur:
    """Plante partout dans un service; rend le semeur, et ce qu'il a planté."""
    donnees = await Donnees.lire(banc, *ORGANISMES)
    semeur = Semeur(banc, Intrus(banc, donnees, ALPHA, BRAVO), puits, abonne)
    await semeur.intrus.reconnaitre()
    if banc.service.nom == "demandes":
        lus = await banc.client("agent-csc").get(f"/v1/organismes/{ALPHA}/signataires")
        semeur.signataires += [signataire["id"] for signataire in lus.json()["elements"]]
        await semeur.semer_par_l_itsm()
    await semeur.semer()
    return semeur
