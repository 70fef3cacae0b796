"""Ce que coûte un rôle qui démarre : le temps d'être prêt, et la mémoire qu'il tient."""

from dataclasses import dataclass, field

from bench.quinze import ROLES, Quinze, arreter
from bench.resultats import But, Resultats
from bench.scene import Scene
from demo.ports import SERVICES


@dataclass(slots=True)
class Departs:
    """Chacun seul, l'un après l'autre : ce qu'il attend, et ce qu'il calcule."""

    quinze: Quinze
    secondes: list[float] = field(default_factory=list)
    processeur: list[float] = field(default_factory=list)

    async def lancer_seul(self, service: str, role: str) -> None:
        """Lance un rôle, attend qu'il soit prêt, l'arrête."""
        lance = self.quinze.lancer(service, role)
        try:
            self.secondes.append(await lance.attendre(self.quinze.client))
            temps = lance.systeme.cpu_times()
            self.processeur.append(temps.user + temps.system)
        finally:
            arreter([lance])


async def mesurer(scene: Scene, resultats: Resultats, _: int) -> None:
    """Les quinze rôles un à un, puis ensemble; la mémoire se lit quand tous sont prêts."""
    async with Quinze.preparer(scene) as quinze:
        # Les sujets du bus, et le code compilé, n'attendent ensuite plus personne.
        async with quinze.lances():
            pass
        departs = Departs(quinze)
        for service in SERVICES:
            for role in ROLES:
                await departs.lancer_seul(service, role)
        async with quinze.lances() as (lances, durees):
            pss = {f"{un.service} {un.role}": un.pss for un in lances}
    resultats.seul("départ, un rôle seul, prêt", "s", departs.secondes, But("≤", 1))
    resultats.seul("départ, un rôle seul, processeur", "s", departs.processeur, But("≤", 1))
    resultats.seul("départ, quinze rôles à la fois, prêts", "s", [max(durees)], But("≤", 8))
    resultats.seul("départ, mémoire d'un rôle (PSS)", "Mio", list(pss.values()), But("≤", 80))
    plus_gros = max(pss, key=lambda nom: pss[nom])
    resultats.seul(
        f"départ, mémoire du plus gros ({plus_gros})", "Mio", [pss[plus_gros]], But("≤", 80)
    )
