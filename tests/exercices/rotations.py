"""Les rotations, sous un trafic continu : clés de l'émetteur, secrets, mots de passe de la base.

Deux répliques des demandes servent; ce qui demande un redémarrage se fait à deux neuves, prêtes
avant que les deux autres ne se retirent. Aucun appel n'est refusé, aucun envoi mal signé; à la fin,
ce qui est retiré ne vaut plus.
"""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from outils.emetteur import Emetteur
from outils.essais.bus import lire_le_bus
from socle.schema.provisionnement import Acces
from socle.web.jetons import RETENUE
from tests.exercices.arbre import Arbre
from tests.exercices.defauts import ExerciceManque, exiger
from tests.exercices.flotte import Flotte, Replique, cle
from tests.exercices.mandataire import Trafic, signer
from tests.exercices.mise_a_niveau import CREEE, SUJET, juger
from tests.exercices.resultats import Mesure
from tests.fautes.cibles import Cible, Conduite, en_service

PAGE = Path(__file__).parents[2] / "docs" / "exploitation" / "rotations.md"
ORDRE = re.compile(r"^    ((CREATE|ALTER) ROLE (\w+) .*PASSWORD '…'.*;)$", re.MULTILINE)


@dataclass(slots=True)
class Rotation:
    """Ce qui tourne, l'ancien et le neuf."""

    flotte: Flotte
    trafic: Trafic
    cible: Cible
    ancien: Emetteur = field(init=False)
    neuf: Emetteur = field(default_factory=Emetteur)
    itsm: tuple[str, str] = field(init=False)
    coffre: tuple[str, str] = field(default_factory=lambda: (cle("un:"), cle("deux:")))
    neuves: list[Replique] = field(default_factory=list)
    acces: Acces = field(init=False)
    """Ceux d'avant."""
    _mots: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ancien, self.acces = self.flotte.emetteur, self.flotte.acces["demandes"]
        self.itsm = (self.trafic.secret_itsm, cle("whsec_"))

    def regler(self, itsm: str, coffre: str) -> None:
        """Ce que liront les répliques qui partent à présent."""
        self.flotte.reglages |= {
            "SBG_ITSM_SECRETS": itsm,
            "SBG_WEBHOOKS_CLES": coffre,
            "SBG_WEBHOOKS_RESEAUX_PERMIS": "127.0.0.0/8",
        }

    def lancer(self) -> None:
        """Lance deux répliques; elles ne servent pas encore."""
        self.neuves = [self.flotte.lancer("demandes", Arbre.n()) for _ in range(2)]

    async def remplacer(self) -> None:
        """Met en service les deux répliques lancées, puis retire celles d'avant."""
        anciennes = self.flotte.servant("demandes")
        await self.flotte.mettre_en_service(*self.neuves)
        await self.flotte.retirer(*anciennes)

    def publier(self, *emetteurs: Emetteur) -> None:
        """Publie leurs clés, d'un coup : un lecteur n'en voit jamais une part."""
        cles, brouillon = [], self.flotte.dossier / "jwks.partiel"
        for emetteur in emetteurs:
            emetteur.publier(brouillon)
            cles += json.loads(brouillon.read_text("utf-8"))["keys"]
        brouillon.write_text(json.dumps({"keys": cles}), "utf-8")
        brouillon.replace(self.flotte.jwks)

    # --- La base ---------------------------------------------------------------------------------

    async def executer(self, verbe: str) -> None:
        """Joue les ordres de la page qui commencent ainsi, chacun avec un mot de passe neuf."""
        connexion = await asyncpg.connect(self.flotte.serveur.dsn)
        try:
            for ordre, dit, role in ORDRE.findall(PAGE.read_text("utf-8")):
                if dit == verbe:
                    self._mots[role] = secrets.token_hex(12)
                    await connexion.execute(ordre.replace("…", self._mots[role]))
        finally:
            await connexion.close()

    def prendre(self, **roles: str) -> None:
        """Les processus qui partent à présent prennent, à chaque accès, ce rôle de la base."""
        acces = self.flotte.acces["demandes"]
        dsn = {
            nom: _dsn(getattr(acces, nom), role, self._mots[role]) for nom, role in roles.items()
        }
        self.flotte.acces["demandes"] = replace(acces, **dsn)


def _dsn(ancien: str, role: str, mot: str) -> str:
    return re.sub(r"//[^@]+@", f"//{role}:{mot}@", ancien)


async def jouer(flotte: Flotte, trafic: Trafic) -> list[Mesure]:
    """Joue toutes les rotations; lève `ExerciceManque` si une justesse manque."""
    debut = time.monotonic()
    async with en_service(Cible(Conduite.SAINE)) as cible:
        r = Rotation(flotte, trafic, cible)
        avant, refus = trafic.mandataire.servies.total(), len(trafic.refus)
        async with trafic.en_continu():
            r.regler(r.itsm[0], r.coffre[0])
            r.lancer()
            await r.remplacer()
            deja = await _tourner_l_emetteur_et_l_abonne(r)
            await _tourner_le_reste(r)
            await trafic.durer(1)
        await _exiger_retires(r)
        await juger(flotte, trafic)
        livres = await _exiger_livres(r, deja)
    return [
        Mesure("rotations : quatre, sous trafic", time.monotonic() - debut, "s"),
        Mesure("rotations : requêtes servies", trafic.mandataire.servies.total() - avant, ""),
        Mesure("rotations : refusées ou rompues", len(trafic.refus) - refus, "", 0),
        Mesure("rotations : envois reçus d'un abonné", livres, ""),
        Mesure("rotations : envois mal signés ou perdus", cible.signatures_fausses, "", 0),
    ]


async def _tourner_l_emetteur_et_l_abonne(r: Rotation) -> set[str]:
    """Sans redémarrer celles qui servent. Rend les demandes d'avant l'abonnement."""
    temoin = _lecture(r.ancien)
    webhook = await _csc(r, "", {"url": r.cible.url, "types": [CREEE]}, 201)
    deja, r.cible.secret = set(r.trafic.creees), webhook["secret"]
    r.publier(r.ancien, r.neuf)
    publiees = time.monotonic()
    await _livrer_encore(r)
    # Deux signatures, l'ancienne et la neuve : l'abonné passe à la sienne quand il veut.
    tourne = await _csc(r, f"/{webhook['id']}/rotation", {}, 200)
    await _livrer_encore(r)
    r.cible.secret = tourne["secret"]
    await _livrer_encore(r)
    await _lancer_sous_les_deux(r)
    await asyncio.sleep(max(0.0, publiees + RETENUE + 1 - time.monotonic()))
    r.trafic.emetteur = r.flotte.emetteur = r.neuf
    await r.trafic.durer(2)
    for statut in await _statuts(r, temoin):
        exiger(statut == 200, f"un ancien jeton, sa clé encore publiée : {statut}")
    return deja


async def _lancer_sous_les_deux(r: Rotation) -> None:
    """Les répliques suivantes lisent l'ancien et le neuf; elles ne servent pas encore."""
    await r.executer("CREATE")
    r.prendre(api="demandes_api_b", interne="demandes_interne_b")
    # La clé neuve du coffre n'est d'abord que lue : une réplique d'avant ne l'ouvrirait pas.
    r.regler(",".join(r.itsm), ",".join(r.coffre))
    r.lancer()


async def _tourner_le_reste(r: Rotation) -> None:
    """L'ITSM, le coffre et la base : les deux valent, on change, puis l'ancien se retire."""
    await r.remplacer()
    r.trafic.secret_itsm = r.itsm[1]
    await _livrer_encore(r)
    await r.executer("ALTER")
    r.prendre(migrer="demandes_migrer")
    r.publier(r.neuf)
    r.regler(r.itsm[1], ",".join(reversed(r.coffre)))
    r.lancer()
    await r.remplacer()
    await r.flotte.commander("demandes", Arbre.n(), "tache", "chiffrer-secrets")
    await _livrer_encore(r)


async def _livrer_encore(r: Rotation) -> None:
    """Attend que l'abonné reçoive encore quelques envois."""
    voulus = len(r.cible.effets) + 5

    async def manque() -> int | None:
        return max(0, voulus - len(r.cible.effets)) or None

    await r.flotte.attendre(manque, "envois à l'abonné")


async def _csc(r: Rotation, suite: str, corps: Mapping[str, Any], statut: int) -> dict[str, Any]:
    """Un geste sur les abonnés, par l'API; lève `ExerciceManque` s'il est refusé."""
    en_tetes = r.trafic.en_tetes("admin", None)
    chemin = "/v1/webhooks" + suite
    reponse = await r.trafic.mandataire.envoyer(
        "POST", chemin, statut, json=corps, headers=en_tetes
    )
    if reponse is None:
        raise ExerciceManque(f"{chemin} : {r.trafic.refus[-1]}")
    lu: dict[str, Any] = reponse.json()
    return lu


def _lecture(emetteur: Emetteur) -> dict[str, str]:
    """De quoi lire, sous un jeton de cet émetteur."""
    return {"Authorization": f"Bearer {emetteur.jeton(['agent-csc'], sujet='temoin')}"}


async def _statuts(r: Rotation, en_tetes: Mapping[str, str]) -> list[int]:
    """Ce que chaque réplique répond à une lecture."""
    return [
        (await r.flotte.client.get(f"{une.adresse}/v1/organismes", headers=en_tetes)).status_code
        for une in r.flotte.servant("demandes")
    ]


async def _exiger_retires(r: Rotation) -> None:
    """Lève `ExerciceManque` si quelque chose de retiré vaut encore."""
    exiger(await _statuts(r, _lecture(r.ancien)) == [401, 401], "l'ancienne clé signe encore")
    exiger(await _statuts(r, _lecture(r.neuf)) == [200, 200], "la clé neuve ne vaut pas")
    corps, maintenant = b"{}", datetime.now(UTC)  # noqa: TID251 -- l'heure des signatures
    for une in r.flotte.servant("demandes"):
        adresse = f"{une.adresse}/v1/itsm/evenements"
        vieille = signer(corps, r.itsm[0], maintenant)
        reponse = await r.flotte.client.post(adresse, content=corps, headers=vieille)
        exiger(reponse.status_code == 401, f"l'ancien secret de l'ITSM : {reponse.status_code}")
    for ancien, neuf in zip(astuple(r.acces), astuple(r.flotte.acces["demandes"]), strict=True):
        exiger(await _refuse(ancien), "un ancien mot de passe de la base vaut encore")
        exiger(not await _refuse(neuf), "un mot de passe neuf de la base ne vaut pas")
    cles = "SELECT count(*) FROM webhooks, unnest(secrets) AS s WHERE NOT starts_with(s, 'deux:')"
    exiger(not await r.flotte.valeur("demandes", cles), "une clé reste sous l'ancien coffre")


async def _refuse(dsn: str) -> bool:
    try:
        await (await asyncpg.connect(dsn)).close()
    except asyncpg.InvalidPasswordError:
        return True
    return False


async def _exiger_livres(r: Rotation, deja: set[str]) -> int:
    """Chaque demande créée depuis l'abonnement est livrée, bien signée; rend combien d'envois."""
    messages = await lire_le_bus(r.flotte.bus, SUJET)
    voulus = {str(m.identifiant) for m in messages if m.type == CREEE and m.cle not in deja}

    async def manque() -> int | None:
        return len(voulus - r.cible.effets) or None

    await r.flotte.attendre(manque, "envois restés à livrer")
    exiger(not r.cible.signatures_fausses, f"{r.cible.signatures_fausses} envois mal signés")
    return r.cible.demandes
