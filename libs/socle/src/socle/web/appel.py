"""L'appel : tout ce qu'une route doit savoir de qui l'appelle et comment répondre.

L'accès est un type dans la signature, et dit les ports de l'aire :

    Csc = Annotated[Appel[Ports], Depends(acces(Ports, "agent-csc", "technicien"))]
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from noyau import Acteur, Annuaire, Horloge, Introuvable
from socle.bd.connexion import Connexion
from socle.bd.transaction import Portee
from socle.bd.vues import PageLue, SansFiltre, Vue, VueCalculee, VuePaginee
from socle.champs import epurer
from socle.execution.audit import EntreeAudit
from socle.execution.deroulement import CasUsage
from socle.execution.executeur import Executeur, Invocation
from socle.execution.idempotence import Reclamation, Reponse
from socle.exploitation.securite import APPELANT, Appelant
from socle.identifiants import uuid7
from socle.reglages import ReglagesDebit
from socle.web.corps import canonique, est_json
from socle.web.debits import Debits
from socle.web.etags import etag, versions_lues
from socle.web.jetons import Verificateur
from socle.web.listes import page_json
from socle.web.modeles import Liste
from socle.web.pages import Page
from socle.web.parametres import Parametres
from socle.web.problemes import Probleme

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C")
P = TypeVar("P")
T = TypeVar("T")
F = TypeVar("F", bound="DataclassInstance")
_CLE: Final = re.compile("[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Etat:
    """Ce que l'application garde pour ses routes, construit une fois au démarrage."""

    executeur: Executeur
    verificateur: Verificateur
    parametres: Parametres = field(default_factory=Parametres)
    debits: Debits = field(default_factory=lambda: Debits(ReglagesDebit()))


def etat_de(requete: Request) -> Etat:
    """L'état de l'application qui sert cette requête."""
    return cast("Etat", requete.app.state.sbg)


@dataclass(frozen=True, slots=True)
class Appel(Generic[P]):
    """Un appel authentifié et autorisé, par jeton ou par signature."""

    acteur: Acteur
    ports: type[P]
    executeur: Executeur
    requete: Request
    appelant: str
    cle: str
    versions: frozenset[int] | None = None
    """Les versions que l'appelant accepte (If-Match); rien : il n'en exige aucune."""
    en_tete_cle: str = "Idempotency-Key"
    """L'en-tête d'où vient la clé."""

    @property
    def horloge(self) -> Horloge:
        """L'heure d'affaires."""
        return self.executeur.horloge

    @property
    def portee(self) -> Portee:
        return Portee.de(self.acteur)

    def organisme(self, nomme: str | None) -> str:
        """L'organisme dont parle l'appel : celui du jeton, ou celui que nomme le MCN.

        Lève `Introuvable` si le jeton d'un organisme en nomme un autre, `Probleme` 422 si le MCN
        n'en nomme aucun.
        """
        if self.acteur.organisme is None:
            if nomme is None:
                raise Probleme(422, "Le champ « organisme » est requis pour un jeton du MCN.")
            return nomme
        if nomme not in (None, self.acteur.organisme):
            raise Introuvable("Organisme introuvable.")
        return self.acteur.organisme

    def filtre_organisme(self, nomme: str | None) -> str | None:
        """Le filtre d'une liste : un organisme ne demande que le sien; le MCN, tous par défaut."""
        return nomme if self.acteur.est_mcn else self.organisme(nomme)

    async def ecrire(
        self,
        cas: CasUsage[C, P, T],
        commande: C,
        presenter: Callable[[T], BaseModel | None],
        *,
        statut: int | Callable[[T], int] = 200,
        emplacement: Callable[[T], str] | None = None,
        taire: Sequence[str] = (),
    ) -> Response:
        """Exécute un cas d'usage une fois par clé, puis répond; répété, rend la même chose.

        `taire` nomme les champs qui ne se montrent qu'une fois : ils ne se gardent pas, et l'appel
        répété les rend nuls.
        """

        def composer(valeur: T) -> Reponse:
            modele = presenter(valeur)
            corps, en_tetes = _rendre(modele)
            if emplacement is not None:
                en_tetes["Location"] = emplacement(valeur)
            rendu = statut(valeur) if callable(statut) else statut
            garde = None
            if taire and modele is not None:
                garde, _ = _rendre(modele.model_copy(update=dict.fromkeys(taire)))
            return Reponse(rendu if corps else 204, corps, en_tetes, garde)

        chemin: str = self.requete.scope["path"]
        empreinte = await self._empreinte(chemin)
        reclamation = Reclamation(
            appelant=self.appelant,
            operation=f"{self.requete.method} {self.requete.scope['route'].path}",
            cle=self.cle or self._cle_de_condition(empreinte),
            empreinte=empreinte,
            organisme=self.portee.etiquette,
            en_tete=self.en_tete_cle,
        )
        invocation = Invocation(self.acteur, reclamation, chemin, self.versions)
        reponse = await self.executeur.ecrire(
            invocation, self.portee, self.ports, cas, commande, composer
        )
        media = "application/json" if reponse.corps else None
        return Response(reponse.corps, reponse.statut, dict(reponse.en_tetes), media)

    def _cle_de_condition(self, empreinte: bytes) -> str:
        """Une demande gardée par une seule version n'aboutit qu'une fois : elle tient lieu de clé.

        Plusieurs versions, ou « * », peuvent redemander légitimement la même chose.
        """
        unique = self.versions is not None and len(self.versions) == 1
        return f"condition:{empreinte.hex() if unique else uuid7().hex}"

    async def _empreinte(self, chemin: str) -> bytes:
        corps = await self.requete.body()
        if corps and est_json(self.requete.headers.get("content-type", "application/json")):
            corps = canonique(await self.requete.json())
        version = ",".join(map(str, sorted(self.versions or ())))
        return sha256(b"\x1f".join((chemin.encode(), version.encode(), corps))).digest()

    async def lire(self, vue: Vue[T], presenter: Callable[[T], BaseModel]) -> Response:
        """Répond un objet, avec son ETag; la vue lève `Introuvable` s'il n'est pas visible."""
        corps, en_tetes = _rendre(presenter(await self.lire_brut(vue)))
        return Response(corps, 200, en_tetes, "application/json")

    async def lire_brut(self, vue: Vue[T]) -> T:
        """La valeur d'une vue, pour une réponse d'un autre format."""
        return await self.executeur.lire(self.portee, vue)

    async def consulter(self, lecture: Callable[[P], Awaitable[T]]) -> T:
        """Ce qu'une lecture du domaine tire des ports de l'aire."""
        return await self.lire_brut(self.vue(lecture))

    def vue(self, lecture: Callable[[P], Awaitable[T]]) -> Vue[T]:
        """La même lecture, comme une vue : `lire` la répond avec son ETag."""
        return lambda cx: lecture(self.executeur.deroulement.prises.ouvrir(self.ports, cx))

    async def parcourir(
        self,
        lecture: Callable[[P], Awaitable[Sequence[T]]],
        forme: type[Liste[Any]],
        *,
        page: Page,
        presenter: Callable[[T], object],
    ) -> Response:
        """Répond une page de ce qu'une lecture du domaine calcule tout entier, dans son ordre."""
        vue: VueCalculee[SansFiltre] = VueCalculee(lambda cx, _: self.vue(lecture)(cx))
        return await self.lister(vue, SansFiltre(), forme, page=page, presenter=presenter)

    async def lister(
        self,
        vue: VuePaginee[F],
        filtre: F,
        forme: type[Liste[Any]],
        *,
        page: Page,
        presenter: Callable[[Any], object] | None = None,
        sous: Vue[object] | None = None,
    ) -> Response:
        """Répond une page de liste; `sous` vérifie d'abord, du même coup, que le parent existe.

        Le champ `organisme` d'un filtre passe par `filtre_organisme`, ici pour toutes les listes;
        celle dont le filtre ne l'a pas se restreint à l'organisme du jeton.

        Sous plusieurs filtres, le bon index dépend des valeurs : chaque lecture se planifie.

        Sans `presenter`, chaque colonne est un champ de l'élément qui porte son nom.
        """
        lue = await self._lire_page(vue, filtre, page.limite, page.curseur, sous)
        if presenter is None:
            colonnes, elements = lue.colonnes, lue.lignes
        else:
            colonnes, elements = (), list(map(presenter, lue.lignes))
        en_tetes = {}
        if lue.suivant is not None:
            en_tetes["Link"] = f'<{self.page_suivante(lue.suivant, page.limite)}>; rel="next"'
        corps = page_json(forme, elements, lue.suivant, colonnes)
        return Response(corps, 200, en_tetes, "application/json")

    async def tout_lister(
        self, vue: VuePaginee[F], filtre: F, lot: int = 1_000
    ) -> AsyncIterator[Sequence[Any]]:
        """Toutes les lignes que dirait la même liste, lot par lot, chacun dans sa transaction."""
        suivant: str | None = None
        while True:
            lue = await self._lire_page(vue, filtre, lot, suivant)
            yield lue.lignes
            suivant = lue.suivant
            if suivant is None:
                return

    async def _lire_page(
        self,
        vue: VuePaginee[F],
        filtre: F,
        limite: int,
        curseur: str | None,
        sous: Vue[object] | None = None,
    ) -> PageLue:
        if hasattr(filtre, "organisme"):
            filtre = replace(filtre, organisme=self.filtre_organisme(filtre.organisme))

        async def lire(connexion: Connexion) -> PageLue:
            if sous is not None:
                await sous(connexion)
            return await vue.lire(connexion, filtre, limite, curseur, self.acteur.organisme)

        donnes = [champ for champ in fields(filtre) if getattr(filtre, champ.name) is not None]
        return await self.executeur.lire(self.portee, lire, selon_valeurs=len(donnes) > 1)

    def page_suivante(self, curseur: str, limite: int) -> str:
        """L'adresse de la page suivante : la même, à un autre curseur."""
        paires = self.requete.query_params.multi_items()
        reprise = {**dict(paires), "curseur": curseur, "limite": limite}
        return f"{self.requete.scope['path']}?{urlencode(reprise)}"


@dataclass(frozen=True, slots=True, eq=False)
class Acces(Generic[P]):
    """Une dépendance et les rôles qu'elle exige (aucun : tout jeton valide); l'OpenAPI les lit."""

    ports: type[P]
    roles: frozenset[str]
    cle_requise: bool = True
    """Faux : l'appelant n'en sait pas donner, et le verbe ne double rien."""
    garde: Callable[[Appel[P]], Awaitable[None]] | None = None
    """Ce qu'exige encore l'aire d'un appelant au bon rôle, lu de ses ports; lève un refus."""

    def admis(self, methode: str, annuaire: Annuaire) -> frozenset[str]:
        """Les rôles qu'admet une route de cette méthode.

        Ceux qu'elle nomme, sinon tous; les vérificateurs, de toute lecture et d'elle seule.
        """
        nommes = self.roles or annuaire.roles
        if methode == "GET":
            return nommes | annuaire.verificateurs
        return nommes - annuaire.verificateurs

    async def __call__(self, requete: Request) -> Appel[P]:
        etat = etat_de(requete)
        acteur = await _authentifier(requete, etat)
        annuaire = etat.verificateur.annuaire
        etiquette = Portee.de(acteur).etiquette
        verifie = bool(acteur.roles & annuaire.verificateurs)
        requete.scope[APPELANT] = Appelant(acteur.sujet, etiquette, verificateur=verifie)
        appelant = f"{etiquette}/{acteur.sujet}"
        etat.debits.compter(appelant)
        if not acteur.roles & self.admis(requete.method, annuaire):
            raise Probleme(403)
        cle, versions = _cle(requete, requise=self.cle_requise), _versions(requete)
        etat.parametres.exiger(requete)
        if requete.method == "GET" and verifie:
            await _inscrire_lecture(requete, etat, acteur)
        appel = Appel(acteur, self.ports, etat.executeur, requete, appelant, cle, versions)
        if self.garde is not None:
            await self.garde(appel)
        return appel


def acces(
    ports: type[P],
    *roles: str,
    cle_requise: bool = True,
    garde: Callable[[Appel[P]], Awaitable[None]] | None = None,
) -> Acces[P]:
    """La dépendance d'une route : authentifie, exige un de ces rôles, la clé et la condition.

    Sans clé requise, l'appel qui n'en donne pas en reçoit une neuve. `garde` dit le reste : elle
    passe avant qu'une réponse gardée ne se rende.

    Sans rôle nommé : tout jeton valide. Lève `Probleme` 400, 401, 403 ou 428. Un rôle que nul
    jeton ne porte est refusé à la construction de l'application.
    """
    return Acces(ports, frozenset(roles), cle_requise, garde)


async def _authentifier(requete: Request, etat: Etat) -> Acteur:
    """L'acteur que dit le jeton; lève `Probleme` 401, 503, ou 429 si l'adresse en abuse."""
    try:
        return await etat.verificateur.acteur(_jeton(requete))
    except Probleme as refus:
        if refus.statut == 401:
            etat.debits.compter_refus(adresse_de(requete))
        raise


async def _inscrire_lecture(requete: Request, etat: Etat, acteur: Acteur) -> None:
    """Inscrit à l'audit la lecture d'un vérificateur, avant qu'elle se fasse.

    Les paramètres peuvent porter un nom de personne (un curseur) : seule leur empreinte se garde,
    et l'organisme qu'ils nomment.
    """
    chemin = epurer(requete.scope["path"])
    vise = requete.query_params.get("organisme", "")
    portee = Portee.de(acteur)
    entree = EntreeAudit(
        acteur=acteur.sujet,
        organisme=vise if etat.verificateur.annuaire.est_organisme(vise) else portee.etiquette,
        operation=f"GET {requete.scope['route'].path}",
        objet=chemin,
        empreinte=sha256(f"{chemin}?{requete.url.query}".encode()).digest(),
    )
    await etat.executeur.inscrire_lecture(portee, entree)


def adresse_de(requete: Request) -> str:
    """L'adresse de l'appelant, ou celle du mandataire; vide si le serveur ne la dit pas."""
    return requete.client.host if requete.client else ""


def _jeton(requete: Request) -> str:
    """Le jeton porté; lève `Probleme` 401."""
    genre, _, jeton = requete.headers.get("authorization", "").partition(" ")
    if genre.lower() != "bearer" or not jeton:
        raise Probleme(401, "Un jeton est requis.", WWW_Authenticate="Bearer")
    return jeton.strip()


def _cle(requete: Request, *, requise: bool) -> str:
    cles = requete.headers.getlist("idempotency-key")
    # Les blancs autour d'une valeur n'en sont pas (RFC 9110, § 5.5).
    cle = cles[0].strip(" \t") if cles else ""
    if not cles and not requise:
        return uuid7().hex
    if requete.method in {"POST", "DELETE"} and not cle:
        raise Probleme(400, "L'en-tête Idempotency-Key est requis.")
    if len(cles) > 1 or (cle and not _CLE.fullmatch(cle)):
        raise Probleme(
            400, "L'en-tête Idempotency-Key a de 1 à 200 caractères ASCII visibles, sans espace."
        )
    return cle


def _versions(requete: Request) -> frozenset[int] | None:
    conditions = requete.headers.getlist("if-match")
    if conditions:
        return versions_lues(conditions)
    if requete.method in {"PUT", "PATCH"}:
        raise Probleme(428)
    return None


def _rendre(modele: BaseModel | None) -> tuple[bytes, dict[str, str]]:
    if modele is None:
        return b"", {}
    corps = modele.__pydantic_serializer__.to_json(modele)
    version = getattr(modele, "version", None)
    # Ce qui n'a pas de version reçoit son ETag de `Condition`, s'il se lit.
    return corps, {"ETag": etag(corps, version)} if isinstance(version, int) else {}
