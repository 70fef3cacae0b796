"""L'intrus : un jeton d'un organisme, tous ses rôles, et les noms des objets d'un autre.

Une seule règle juge chaque essai : nommer l'objet d'autrui ou un objet qui n'existe pas doit
donner la même réponse, sans rien d'autrui dedans, et sans rien changer chez lui.
"""

import base64
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx
from sqlalchemy import text

from noyau import ANNUAIRE
from outils.essais.banc import Banc
from tests.securite.documents import UUID, Json, Operation, Place, operations

ROLES_INTRUS = tuple(sorted(ANNUAIRE.organisme | ANNUAIRE.machines))
PARTAGEES = frozenset({"GET /v1/contrats-conclus"})
"""Les listes qui montrent à chacun ce qui est à d'autres, par la règle (CI-22)."""
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2}.*)?")
_EXERCICE = re.compile(r"\d{4}-\d{4}")
_EMPREINTE = re.compile("[0-9a-f]{64}")
_NOM = re.compile(r"^(code|numero|fiche|produit|version|periode)$|(^|_)id$")
"""Les colonnes des tables communes qui désignent un objet; un rang n'en est pas un."""
_TABLES = """
SELECT c.relname, EXISTS (SELECT FROM pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attname = 'organisme') AS separee
FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND c.relname NOT LIKE 'socle%' AND c.relname <> 'alembic_version'
"""


def _ocid(table: str, rang: Mapping[str, Any]) -> list[str]:
    """Le nom d'un contrat aux données ouvertes, que rien ne garde : il se tire de son numéro."""
    connu = table == "publications_seao" and rang["numero"] is not None
    return [f"ocds-ec9k95-{rang['numero']}"] if connu else []


@dataclass(frozen=True, slots=True)
class Donnees:
    """Ce que la base d'un service tient : les marques de chacun, et ce qui est à tous."""

    communes: frozenset[str]
    marques: Mapping[str, frozenset[str]]
    lignes: Mapping[str, int]

    @classmethod
    async def lire(cls, banc: Banc, *organismes: str) -> "Donnees":
        """Les textes des lignes de chaque organisme, et de lui seul : des marques à chercher."""
        communes: set[str] = set()
        siennes: dict[str, set[str]] = {organisme: set() for organisme in organismes}
        lignes: dict[str, int] = {}
        async with banc.interne() as connexion:
            for table, separee in await connexion.lignes(text(_TABLES)):
                rangs = await connexion.colonne(text(f"SELECT to_jsonb(t) FROM {table} t"))
                for rang in rangs:
                    proprietaire = rang.get("organisme") if separee else _le_seul(rang)
                    if proprietaire in siennes:
                        siennes[proprietaire].update(_feuilles(rang), _ocid(table, rang))
                    else:
                        noms = {str(v) for c, v in rang.items() if _NOM.search(c)}
                        communes |= {nom for nom in noms if not nom.isdigit()}
                if separee:
                    lignes[table] = len(rangs)
                communes |= {rang["consignee_le"][:7] for rang in rangs if rang.get("consignee_le")}
        # Un exercice est un temps : il n'est à personne.
        communes |= {m for siens in siennes.values() for m in siens if _EXERCICE.fullmatch(m)}
        marques = {
            organisme: frozenset(
                m
                for m in siens.difference(
                    communes, *(s for o, s in siennes.items() if o != organisme)
                )
                if len(m) >= 6 and not _DATE.fullmatch(m) and not m.startswith("\\x")
            )
            for organisme, siens in siennes.items()
        }
        return cls(frozenset(communes), marques, lignes)


def _le_seul(rang: Json) -> str | None:
    """L'organisme d'une ligne qui peut en nommer plusieurs, s'il est seul, ou s'il la tient."""
    nommes = rang.get("lecteurs") or rang.get("organismes") or [rang.get("client")]
    return str(nommes[0]) if len(nommes) == 1 and nommes[0] else None


def _feuilles(valeur: Json) -> Iterator[str]:
    if isinstance(valeur, str):
        yield valeur
    elif isinstance(valeur, dict):
        for membre in valeur.values():
            yield from _feuilles(membre)
    elif isinstance(valeur, list):
        for membre in valeur:
            yield from _feuilles(membre)


async def empreinte(banc: Banc, organisme: str) -> str:
    """L'empreinte de toutes les lignes d'un organisme."""
    async with banc.interne() as connexion:
        tables = [t for t, separee in await connexion.lignes(text(_TABLES)) if separee]
        sommes = [
            await connexion.valeur(
                text(
                    f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                    f" FROM {table} t WHERE organisme = :o"
                ),
                {"o": organisme},
            )
            for table in tables
        ]
    return " ".join(str(somme) for somme in sommes)


def inconnu(valeur: str) -> str:
    """Une valeur de même forme, que personne ne connaît."""
    if UUID.fullmatch(valeur):
        return str(uuid4())
    if _EMPREINTE.fullmatch(valeur):
        # Toujours la même : déposée chez soi plus tôt, elle ne prouve plus rien d'autre non plus.
        return sha256(valeur.encode()).hexdigest()
    if "@" in valeur:
        return "inconnu@inconnu.example"
    if valeur.startswith("ORG-"):
        return "ORG-INCONNU"
    return re.sub(r"\d", "9", valeur) if any(c.isdigit() for c in valeur) else "INCONNU-9"


@dataclass(slots=True)
class Bilan:
    """Ce que des essais ont donné."""

    appels: int = 0
    reussis: int = 0
    lus: int = 0
    attaques: int = 0
    """Les noms d'autrui essayés, place par place."""
    fuites: list[str] = field(default_factory=list)
    par_operation: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ecritures: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Intrus:
    """Un appelant d'un organisme, qui connaît les données d'un autre."""

    banc: Banc
    donnees: Donnees
    organisme: str
    victime: str
    bilan: Bilan = field(default_factory=Bilan)
    connus: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _temoins: dict[tuple[object, ...], int] = field(default_factory=dict)
    _client: httpx.AsyncClient | None = None

    @property
    def operations(self) -> list[Operation]:
        toutes = operations(self.banc.application.openapi())
        return [operation for operation in toutes if operation.nom not in PARTAGEES]

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            sujet = f"signataire-{self.organisme}"
            # Au courtier, une machine n'écrit pas sous un rôle de personne (CI-16).
            au_courtier = self.banc.service.nom == "courtier"
            roles = sorted(ANNUAIRE.organisme) if au_courtier else ROLES_INTRUS
            self._client = self.banc.client(*roles, organisme=self.organisme, sujet=sujet)
        return self._client

    async def appeler(
        self, operation: Operation, adresse: str, corps: Json = None, **options: Any
    ) -> httpx.Response:
        """Un appel bien formé par ailleurs : clé neuve, condition dite."""
        condition = {"If-Match": '"1"'} if operation.methode in {"PUT", "PATCH"} else {}
        en_tetes = condition | options.pop("headers", {})
        envoi = {} if corps is None else {"json": corps}
        reponse = await self.client.request(
            operation.methode, adresse, headers=en_tetes, **envoi, **options
        )
        self.bilan.appels += 1
        if reponse.is_server_error:
            self.bilan.fuites.append(f"{operation.nom} : {reponse.status_code}")
        if reponse.is_success:
            self.bilan.reussis += 1
            self.bilan.par_operation[operation.nom] += 1
            if operation.methode != "GET":
                objet = adresse.partition("?")[0]
                self.bilan.ecritures.append((operation.nom, unquote(objet)))
        return reponse

    # --- Le bon organisme ------------------------------------------------------------------------

    async def reconnaitre(self) -> None:
        """Lit tout ce qui est à soi, par chaque nom, dans chaque format, et en s'y nommant.

        Rien d'autrui n'y paraît, pas même sur ce qu'ils ont en commun.
        """
        for operation in self.operations:
            if operation.methode != "GET":
                continue
            for valeurs in self._adresses(operation, self.donnees.marques[self.organisme]):
                for media in operation.formats:
                    adresse = operation.adresse(valeurs)
                    reponse = await self.appeler(operation, adresse, headers={"Accept": media})
                    if reponse.is_success:
                        self._retenir(reponse, valeurs)
                        self._juger(operation, reponse, "chez soi", "")
                if any(place.nom == "organisme" for place in operation.dans("query")):
                    siens = {"organisme": self.organisme}
                    await self.appeler(operation, operation.adresse(valeurs), params=siens)

    def _retenir(self, reponse: httpx.Response, valeurs: Mapping[str, str]) -> None:
        for nom, valeur in valeurs.items():
            if valeur not in self.connus[nom]:
                self.connus[nom].append(valeur)
        if any(marque in reponse.text for marque in self.donnees.marques[self.organisme]):
            self.bilan.lus += 1

    def _adresses(
        self, operation: Operation, marques: frozenset[str]
    ) -> Iterator[Mapping[str, str]]:
        """Chaque façon de remplir le chemin de ces marques, ou de ce qui est à tous."""
        places = operation.dans("path")
        offertes = [*sorted(marques), *sorted(self.donnees.communes)]
        choix = [[v for v in offertes if p.accueille(v) and "/" not in v] for p in places]
        for valeurs in product(*choix):
            yield dict(zip((p.nom for p in places), valeurs, strict=True))

    async def ecrire_chez_soi(self) -> None:
        """Joue chaque écriture sur ses propres objets."""
        for operation in self.operations:
            if operation.methode == "GET" or not operation.roles & set(ROLES_INTRUS):
                continue
            nommees = [p for p in operation.dans("body") if not p.est_texte_libre]
            for valeurs in self._adresses(operation, self.donnees.marques[self.organisme]):
                siens = [(p, self.organisme) for p in nommees if p.nom == "organisme"]
                corps = operation.corps(*siens) if operation.exemple is not None else None
                await self.appeler(operation, operation.adresse(valeurs), corps)

    # --- Chez autrui -----------------------------------------------------------------------------

    async def attaquer(self) -> None:
        """Nomme les objets d'autrui de toutes les façons, dans toutes les opérations."""
        avant = await empreinte(self.banc, self.victime)
        for operation in self.operations:
            await self._par_le_chemin(operation)
            await self._par_la_requete(operation)
            await self._par_le_corps(operation)
            await self._par_le_curseur(operation)
        if await empreinte(self.banc, self.victime) != avant:
            self.bilan.fuites.append(f"des lignes de {self.victime} ont changé")

    def _siennes(self, place: Place) -> list[str]:
        return sorted(v for v in self.donnees.marques[self.victime] if place.accueille(v))

    def _a_moi(self, operation: Operation) -> dict[str, str]:
        """Un chemin qui mène chez soi, pour que l'essai porte sur le reste."""
        valeurs = {}
        for place in operation.dans("path"):
            miennes = [v for v in self.donnees.marques[self.organisme] if place.accueille(v)]
            valeurs[place.nom] = next(
                iter([*self.connus[place.nom], *sorted(miennes), str(uuid4())])
            )
        return valeurs

    def chemins(self, operation: Operation) -> list[Mapping[str, str]]:
        """Des chemins qui mènent chez soi, ou à ce qui est à tous."""
        marques = self.donnees.marques[self.organisme]
        connus = [self.connus[place.nom] for place in operation.dans("path")]
        if all(connus):
            noms = [place.nom for place in operation.dans("path")]
            return [dict(zip(noms, valeurs, strict=True)) for valeurs in product(*connus)]
        return list(self._adresses(operation, marques))

    async def _par_le_chemin(self, operation: Operation) -> None:
        """Le chemin, dans chaque format que l'opération exporte."""
        for place in operation.dans("path"):
            for valeur in self._siennes(place):
                if "/" in valeur:
                    continue
                for media in operation.formats:
                    await self._essayer(operation, place, valeur, media)

    async def _par_la_requete(self, operation: Operation) -> None:
        for place in operation.dans("query"):
            if place.nom == "curseur":
                continue
            for valeur in self._siennes(place):
                await self._essayer(operation, place, valeur)

    async def _par_le_corps(self, operation: Operation) -> None:
        for place in operation.dans("body"):
            if place.est_texte_libre:
                continue
            for valeur in self._siennes(place):
                await self._essayer(operation, place, valeur)

    async def _par_le_curseur(self, operation: Operation) -> None:
        """Le curseur d'une page d'autrui, donné à sa propre liste."""
        if not any(p.nom == "curseur" for p in operation.dans("query")):
            return
        autre = self.banc.client(*ROLES_INTRUS, organisme=self.victime, sujet="intrus")
        chez_lui = {p.nom: self._siennes(p)[:40] for p in operation.dans("path")}
        for valeurs in product(*chez_lui.values()):
            adresse = operation.adresse(dict(zip(chez_lui, valeurs, strict=True)))
            page = await autre.get(adresse, params={"limite": 1})
            suivant = page.json().get("suivant") if page.is_success else None
            if suivant:
                a_moi = operation.adresse(self._a_moi(operation))
                reponse = await self.appeler(operation, a_moi, params={"curseur": suivant})
                self._juger(operation, reponse, "curseur", suivant)

    async def _essayer(
        self, operation: Operation, place: Place, valeur: str, media: str = "application/json"
    ) -> None:
        cle = (
            operation.nom,
            place.ou,
            place.nom,
            place.chemin,
            media,
            UUID.fullmatch(valeur) is None and inconnu(valeur),
        )
        if cle not in self._temoins:
            temoin = await self._nommer(operation, place, inconnu(valeur), media)
            self._temoins[cle] = temoin.status_code
        self.bilan.attaques += 1
        reponse = await self._nommer(operation, place, valeur, media)
        attendu = self._temoins[cle]
        if reponse.status_code != attendu:
            self.bilan.fuites.append(
                f"{operation.nom}, {place.ou} {place.nom} : {reponse.status_code} chez autrui,"
                f" {attendu} pour un inconnu"
            )
        if place.ou == "path" and reponse.is_success and _montre(reponse):
            self.bilan.fuites.append(f"{operation.nom} : {reponse.status_code} sur {place.nom}")
        self._juger(operation, reponse, place.nom, valeur)

    async def _nommer(
        self, operation: Operation, place: Place, valeur: str, media: str
    ) -> httpx.Response:
        valeurs = self._a_moi(operation)
        corps = operation.corps() if operation.exemple is not None else None
        parametres = {}
        if place.ou == "path":
            valeurs[place.nom] = valeur
        elif place.ou == "query":
            parametres[place.nom] = valeur
        else:
            corps = operation.corps((place, valeur))
        return await self.appeler(
            operation, operation.adresse(valeurs), corps, params=parametres,
            headers={"Accept": media},
        )  # fmt: skip

    def _juger(self, operation: Operation, reponse: httpx.Response, ou: str, envoye: str) -> None:
        """Rien d'autrui dans la réponse, hors ce que l'intrus a lui-même envoyé."""
        rendu = reponse.text + "".join(_curseurs(reponse)) + str(reponse.headers)
        siennes = self.donnees.marques[self.victime]
        vues = [m for m in siennes if m in rendu and m not in envoye and m not in _clair(envoye)]
        if vues:
            self.bilan.fuites.append(f"{operation.nom}, {ou} : rend {vues[:3]}")


def _montre(reponse: httpx.Response) -> bool:
    """Faux pour une liste vide : ne rien montrer n'est pas répondre."""
    if reponse.headers.get("content-type", "").startswith("application/json"):
        corps = reponse.json()
        return not (isinstance(corps, dict) and corps.get("elements") == [])
    return True


def _curseurs(reponse: httpx.Response) -> Iterator[str]:
    if reponse.headers.get("content-type", "").startswith("application/json"):
        corps = reponse.json()
        if isinstance(corps, dict) and isinstance(corps.get("suivant"), str):
            yield _clair(corps["suivant"])


def _clair(curseur: str) -> str:
    """Le contenu d'un curseur; vide si ce n'en est pas un."""
    try:
        return base64.urlsafe_b64decode(curseur + "=" * (-len(curseur) % 4)).decode()
    except ValueError:
        return ""
