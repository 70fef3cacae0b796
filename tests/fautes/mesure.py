"""La mesure tuée, ou devancée, pendant qu'un mois se ferme ou se corrige."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import NAMESPACE_DNS, uuid5

from noyau import Acteur
from services.sla.tests.scene import MESURES, mesure_de
from sla.disponibilites.cas_usage.constats import Corriger, corriger_indisponibilite
from sla.disponibilites.domaine.indisponibilites import Constat
from sla.disponibilites.ports import Ports as PortsDisponibilites
from sla.exclusions.cas_usage import Prononcer, prononcer
from sla.exclusions.ports import Ports as PortsExclusions
from socle.service import Contexte
from tests.fautes.fil import Fil
from tests.fautes.processus import Base, Faire, eprouver
from tests.fautes.terrain_mesure import DEBUT, FIN_JUSTE, LIVREE_TARD, Semis, fermer, suivre

MUTANTS: Final = {
    "mois fermé hors de la transaction": ("fermeture", "INTO fermetures"),
    "taux publié hors de la transaction": ("fermeture", "socle_outbox"),
    "verdicts annoncés hors de la transaction": ("rapport de recalcul", "INTO verdicts_recalcules"),
    "marques retirées hors de la transaction": ("recalcul appliqué", "DELETE FROM a_corriger"),
}
"""Un mutant, l'ouvrage qui le montre, et ce que porte l'instruction qu'il valide à part."""
SANS_VERROU: Final = "pg_advisory_xact_lock"
"""Le mutant d'une course : un verrou pris à part tombe aussitôt."""
ATTENTE: Final = 0.3
"""Secondes données au fait pour se commettre avant que la fermeture n'aille plus loin."""


async def mutant_attrape(semis: Semis, nom: str) -> bool:
    """Vrai si une mort au bord d'une transaction montre ce que le mutant en a sorti."""
    ouvrage, mots = MUTANTS[nom]
    bilan = await eprouver(semis, semis.ouvrages[ouvrage], points="avant_commit", a_part=mots)
    return bool(bilan.ecarts)


async def mutants_manques(semis: Semis) -> list[str]:
    """Les mutants des ouvrages de cet état qu'aucune mort ne montre."""
    siens = [nom for nom, (ouvrage, _) in MUTANTS.items() if ouvrage in semis.ouvrages]
    return [nom for nom in siens if not await mutant_attrape(semis, nom)]


@dataclass(frozen=True, slots=True)
class Arrivee:
    """Un fait qui arrive pendant la fermeture, et ce que dit alors la mesure qu'il touche."""

    faire: Faire
    qui: str
    """Les lignes de cette mesure, dans les mois fermés et dans leurs corrections."""
    dit: str
    """Ce que son jugement contient une fois le fait connu."""


def arrivees(semis: Semis) -> Mapping[str, Arrivee]:
    """Une livraison, une exclusion, une indisponibilité corrigée."""
    mesuree = f"mesure_id = '{mesure_de(LIVREE_TARD)}'"
    exclue = f"mesure_id = '{MESURES['tard']}'"
    return {
        "livraison": Arrivee(semis.livrer, mesuree, '{"verdict": "conforme"}'),
        "exclusion": Arrivee(_exclure, exclue, '{"exclue": true}'),
        "indisponibilité corrigée": Arrivee(
            _Correction(semis), "sujet = 'service' AND organisme = 'MTQ'", '{"panne": 1800}'
        ),
    }


async def _exclure(contexte: Contexte) -> None:
    commande = Prononcer(
        id=uuid5(NAMESPACE_DNS, "exclusion"),
        mesure_id=MESURES["tard"],
        condition="force_majeure",
        motif="Le verglas a fermé l'entrepôt.",
        preuve="Avis 2026-114",
    )
    await _personne(contexte).executer(
        "prononcer", PortsExclusions, prononcer, commande, cle="exclusion"
    )


@dataclass(frozen=True, slots=True)
class _Correction:
    semis: Semis

    async def __call__(self, contexte: Contexte) -> None:
        commande = Corriger(
            id=self.semis.panne,
            constat=Constat(service="messagerie", debut=DEBUT, fin=FIN_JUSTE),
            motif="La fin était fausse.",
        )
        await _personne(contexte).executer(
            "corriger", PortsDisponibilites, corriger_indisponibilite, commande, cle="correction"
        )


def _personne(contexte: Contexte) -> Contexte:
    return Contexte(contexte.executeur, contexte.mesures, acteur=Acteur("ana"))


@dataclass(slots=True)
class Course:
    """Ce qu'ont montré des fermetures devancées, chacune à un autre point."""

    essais: int = 0
    figes: int = 0
    """Combien de faits sont dans ce que la fermeture a figé."""
    corriges: int = 0
    """Combien en sont une correction."""
    ecarts: list[str] = field(default_factory=list)
    """Les faits perdus, ou dits deux fois; les mois publiés deux fois."""


@dataclass(slots=True)
class _Passage:
    """Lance le fait dès que ce point est passé; une fois."""

    base: Base
    faire: Faire
    au: int
    tache: asyncio.Task[None] | None = None

    async def __call__(self, passes: int) -> None:
        if self.tache is None and passes >= self.au:
            self.tache = asyncio.create_task(self.base.reprendre(self.faire))
            await asyncio.wait([self.tache], timeout=ATTENTE)


async def courir(
    semis: Semis, noms: Sequence[str], essais: int, *, sans_verrou: bool = False
) -> Course:
    """Tant de fermetures pendant lesquelles un de ces faits arrive, à autant de points.

    `sans_verrou` : le mutant, jusqu'au premier écart.
    """
    course, temoin, sortes = Course(), Fil(), arrivees(semis)
    async with semis.copie() as base:
        await base.tuer(fermer, temoin)
    for rang in range(essais):
        nom = noms[rang % len(noms)]
        au = rang * len(temoin.points) // essais
        async with semis.copie() as base:
            fil = Fil(a_part=SANS_VERROU if sans_verrou else "")
            await _devancer(base, sortes[nom], fil, au)
            figes, corriges, manquements = await _sort(base, sortes[nom])
        course.essais += 1
        course.figes += figes
        course.corriges += corriges
        if figes + corriges != 1 or manquements:
            course.ecarts.append(f"{nom}, {au} : {figes} figé, {corriges} corrigé {manquements}")
            if sans_verrou:
                break
    return course


async def _devancer(base: Base, arrivee: Arrivee, fil: Fil, au: int) -> None:
    """Ferme, le fait arrivant à ce point; puis tout ce qui en suit."""
    passage = _Passage(base, arrivee.faire, au)
    fil.en_passant = passage
    async with base.processus(fil) as contexte:
        await fermer(contexte)
    await passage(au)
    assert passage.tache is not None
    await passage.tache
    for faire in (suivre, fermer, suivre):
        await base.reprendre(faire)


async def _sort(base: Base, arrivee: Arrivee) -> tuple[int, int, list[str]]:
    """Combien de fois le fait est figé, corrigé; et ce qui ne doit pas être."""
    qui, dit = arrivee.qui, f"'{arrivee.dit}'::jsonb"
    ((figes, corriges, corrections),) = await base.lire(
        f"SELECT (SELECT count(*) FROM mesures_fermees WHERE {qui} AND jugement @> {dit}),"
        f" count(*) FILTER (WHERE apres @> {dit}), count(*) FROM corrections WHERE {qui}"
    )
    manquements = [x["nom"] for x in await base.lire(_MANQUEMENTS) if x["n"]]
    if corrections != corriges:
        manquements.append("corrections qui disent autre chose")
    return figes, corriges, manquements


_MANQUEMENTS: Final = """
SELECT 'mois qui ne sont pas fermés une fois' AS nom, count(*) - 1 AS n FROM fermetures
UNION ALL
SELECT 'taux publiés deux fois, ou jamais', count(*) FROM (
  SELECT FROM taux_fermes AS t FULL JOIN (
    SELECT convert_from(charge, 'UTF8')::jsonb AS dit FROM socle_outbox WHERE type = 'taux.fermé'
  ) AS o ON dit->>'indicateur' = t.indicateur AND coalesce(dit->>'organisme', '') = t.organisme
    AND dit->>'empreinte' = t.empreinte
  GROUP BY t.indicateur, t.organisme HAVING count(t.empreinte) <> 1 OR count(dit) <> 1) AS x
UNION ALL
SELECT 'mesures encore marquées', count(*) FROM a_corriger
UNION ALL
SELECT 'mesures du mois ni figées ni corrigées', count(*) FROM (
  SELECT id, organisme FROM mesures WHERE periode = '2026-09'
  EXCEPT SELECT mesure_id, organisme FROM mesures_fermees
  EXCEPT SELECT mesure_id, organisme FROM corrections) AS x
"""
"""Ce qui ne doit pas être, et combien de fois cela est."""
