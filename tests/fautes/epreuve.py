"""Une scène, ce qu'on y a écrit en tout, et les chiffres qu'on en tire."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import asyncpg

from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.execution.sceaux import verifier
from tests.fautes.resultats import Chiffres
from tests.fautes.scene import Scene
from tests.fautes.trafic import Trafic
from tests.fautes.verdicts import Passage, Verdict, juger_bus, juger_effets

_NON_SCELLEES = """
SELECT count(*) FROM socle_audit a WHERE NOT EXISTS (
  SELECT 1 FROM (SELECT * FROM socle_sceaux ORDER BY numero DESC LIMIT 1) AS s
  WHERE (a.tx, a.id) <= (s.dernier_tx, s.dernier_id))
"""


@dataclass(slots=True)
class Epreuve:
    """Une scène, ce qu'on y a écrit en tout, et les chiffres qu'on en tire."""

    scene: Scene
    chiffres: Chiffres
    long: bool
    attendus: Counter[str] = field(default_factory=Counter)
    sommes: Counter[str] = field(default_factory=Counter)
    points: set[tuple[str, str]] = field(default_factory=set)
    verdict: Verdict = field(default_factory=Verdict)

    @asynccontextmanager
    async def trafic(
        self, *, perte: float = 0.0, clients: int = 6, cadence: float = 0.01
    ) -> AsyncIterator[Trafic]:
        """Un trafic pendant le bloc; ensuite tout doit arriver."""
        trafic = Trafic(self.scene, taux_de_perte=perte, cadence=cadence)
        trafic.demarrer(clients)
        try:
            yield trafic
        finally:
            await trafic.arreter()
        self.attendus += trafic.attendus
        self.sommes += trafic.sommes
        await self.tout_arrive()

    async def valeur(self, requete: str) -> int:
        connexion = await asyncpg.connect(self.scene.acces.interne)
        try:
            return int(await connexion.fetchval(requete))
        finally:
            await connexion.close()

    async def tout_arrive(self, secondes: float = 180) -> float:
        """Attend que la boîte d'envoi soit vide et que chaque fait ait son effet."""
        total = self.attendus.total()

        async def fini() -> bool:
            if await self.valeur("SELECT count(*) FROM socle_outbox"):
                return False
            return await self.valeur("SELECT count(*) FROM passages") >= total

        try:
            return await self.scene.attendre(fini, "tout est arrivé", secondes)
        except TimeoutError:
            return secondes

    async def comptes_faux(self) -> dict[str, tuple[int, int]]:
        """Les comptes dont la valeur n'est pas la somme de ce qui a été accepté."""
        connexion = await asyncpg.connect(self.scene.acces.interne)
        lignes = await connexion.fetch("SELECT organisme, code, valeur FROM comptes")
        await connexion.close()
        valeurs = Counter({f"{c['organisme']}-{c['code']}": c["valeur"] for c in lignes})
        paires = {cle: (valeurs[cle], somme) for cle, somme in self.sommes.items()}
        return {cle: paire for cle, paire in paires.items() if paire[0] != paire[1]}

    async def verifier_audit(self, *, tout: bool = False) -> None:
        """Refait la chaîne d'audit; `tout` attend d'abord que les relais aient tout scellé."""
        if tout:
            with suppress(TimeoutError):
                await self.scene.attendre(self._tout_scelle, "audit scellé", 60)
            self.chiffres.nul(
                "processus : écritures non scellées", await self.valeur(_NON_SCELLEES)
            )
        moteur = ouvrir_moteur(self.scene.acces.interne, DelaisBase())
        self.verdict.ruptures_audit += (await verifier(moteur)).rupture is not None
        await moteur.fermer()

    async def _tout_scelle(self) -> bool:
        return await self.valeur(_NON_SCELLEES) == 0

    async def juger(self) -> None:
        """Juge tout ce qui s'est passé depuis le début de la scène."""
        connexion = await asyncpg.connect(self.scene.acces.interne)
        lignes = await connexion.fetch(
            "SELECT evenement_id, cle, sequence FROM passages ORDER BY rang"
        )
        await connexion.close()
        self.verdict.ajouter(juger_bus(self.attendus, await self.scene.messages()))
        self.verdict.ajouter(juger_effets(self.attendus, [Passage(*ligne) for ligne in lignes]))
        faux = await self.comptes_faux()
        self.chiffres.nul("processus : comptes faux", len(faux), str(faux)[:300])
        await self.verifier_audit(tout=True)
