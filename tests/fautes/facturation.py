"""La facturation tuée à chaque instruction, puis reprise : elle laisse ce qu'elle doit."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import NAMESPACE_DNS, uuid5

from facturation.emissions.cas_usage import DemanderExecution, demander_execution
from facturation.emissions.entrees.taches import emettre
from facturation.emissions.ports import Ports as PortsEmissions
from facturation.main import service
from noyau import Mois
from outils.moteurs import ServeurPostgres
from socle.exploitation.sante import Sante
from socle.service import Contexte
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.fil import Fil
from tests.fautes.pilote import BUS, Mort, RelaisMemoire
from tests.fautes.processus import REPRISES, Bilan, eprouver
from tests.fautes.terrain_facturation import MESURES, PERIODE, Base, Semis

RELAIS: Final = 3
TOURS: Final = 60
_MANQUEMENTS: Final = """
SELECT 'numéros sautés' AS nom, count(*) FILTER (WHERE c.dernier <> f.n) AS n
  FROM compteurs AS c
  JOIN (SELECT nature, count(*) AS n FROM factures GROUP BY nature) AS f USING (nature)
UNION ALL
SELECT 'documents sans leur événement, ou qui en ont deux', count(*) FROM factures AS f
  WHERE 1 <> (SELECT count(*) FROM socle_outbox AS o
    WHERE o.type IN ('facture.émise', 'note_de_crédit.émise')
      AND convert_from(o.charge, 'UTF8')::jsonb @>
        jsonb_build_object('numero', f.numero, 'empreinte', f.empreinte))
UNION ALL
SELECT 'organismes émis deux fois', count(*) FROM (SELECT FROM traitements JOIN executions
    ON id = execution_id WHERE etat = 'emise'
    GROUP BY traitements.organisme, periode HAVING count(*) > 1) AS x
UNION ALL
SELECT 'lignes hors des totaux', count(*) FROM factures AS f
  WHERE NOT EXISTS (SELECT FROM lignes AS l
    WHERE (l.organisme, l.periode, l.piece) = (f.organisme, f.periode, f.piece)
    HAVING count(*) = f.nombre_lignes AND sum(montant) = f.total_avant_taxes)
"""
"""Ce qui ne doit pas être, et combien de fois cela est."""
MUTANTS: Final = {
    "numéro pris hors de la transaction": "INTO compteurs",
    "sources touchées prises hors de la transaction": "FROM touchees",
    "événement déposé hors de la transaction": "socle_outbox",
}
"""Un mutant, et ce que porte l'instruction qu'il valide à part."""


async def mutant_attrape(semis: Semis, nom: str) -> bool:
    """Vrai si une mort au bord d'une transaction montre ce que le mutant en a sorti."""
    bilan = await eprouver(semis, emettre, points="avant_commit", a_part=MUTANTS[nom])
    return bool(bilan.ecarts)


async def a_plusieurs(semis: Semis, graine: int, *, taux: float = 0.02) -> Bilan:
    """Trois exécutions d'une période, trois relais à la fois, qui meurent au hasard."""
    bilan = Bilan()
    async with semis.copie() as base:
        await base.reprendre(emettre)
        attendus = await base.documents()
    async with semis.copie() as base:
        await base.reprendre(_redemander)
        fils = [Fil(taux=taux, hasard=Random(graine + n)) for n in range(RELAIS)]
        await asyncio.gather(*(_relayer(base, fil) for fil in fils))
        await base.reprendre(emettre)
        bilan.morts = sum(fil.frappes for fil in fils)
        emis = await base.documents()
        bilan.documents = len(emis)
        bilan.ecarts = [str(x) for x in sorted(emis ^ attendus)]
        bilan.ecarts += [f"{x['nom']} : {x['n']}" for x in await base.lire(_MANQUEMENTS) if x["n"]]
        bilan.ajouts = await base.ajoutees_par(emettre)
    return bilan


async def _redemander(contexte: Contexte) -> None:
    """La même période, deux fois de plus."""
    for rang in range(1, RELAIS):
        demande = DemanderExecution(
            id=uuid5(NAMESPACE_DNS, f"exécution {rang}"), periode=Mois.lire(PERIODE), organisme=None
        )
        await contexte.executer(
            "demander_execution", PortsEmissions, demander_execution, demande, cle=f"{rang}"
        )


async def _relayer(base: Base, fil: Fil) -> None:
    """Un relais que l'on relance à chaque mort."""
    for _ in range(REPRISES):
        with suppress(Mort, Exception):
            async with base.processus(fil) as contexte:
                await emettre(contexte)
                return


async def bus_arrete(semis: Semis, graine: int) -> Bilan:
    """Rien ne part tant que le bus est arrêté; ensuite, chaque fait, sous un seul identifiant."""
    bilan, bus = Bilan(), BusMemoire(en_panne=True)
    async with semis.copie() as base:
        for ouvrage in semis.ouvrages.values():
            await base.reprendre(ouvrage)
        deposes = {x["evenement_id"] for x in await base.lire("SELECT * FROM socle_outbox")}
        await _envoyer(base, bus, None)
        bilan.ecarts += ["parti d'un bus arrêté"] * len(bus.messages(service().sujet))
        bus.en_panne = False
        await _envoyer(base, bus, Random(graine))
        arrives = [m.identifiant for m in bus.messages(service().sujet)]
        restants = await base.lire("SELECT 1 FROM socle_outbox")
    bilan.documents, bilan.morts = len(deposes), len(arrives)
    bilan.ecarts += [str(x) for x in deposes ^ set(arrives)] + ["resté"] * len(restants)
    return bilan


async def _envoyer(base: Base, bus: BusMemoire, hasard: Random | None) -> None:
    """Le relais du produit, qu'une panne n'arrête pas; au hasard, des accusés se perdent."""
    async with base.moteur() as moteur:
        taux = 0.2 if hasard else 0.0
        relais = RelaisMemoire(
            moteur, BUS, "facturation", Sante(), MESURES, journaux=bus, hasard=hasard, taux=taux
        )
        for _ in range(TOURS):
            try:
                if not await relais.tour() and not bus.en_panne:
                    break
            except Exception:  # noqa: BLE001 -- le bus : l'épreuve l'a voulu
                await relais.jeter_producteur()


@dataclass(slots=True)
class _Arret:
    """Arrête le serveur, sans ménagement, dès que ce point est passé; une fois."""

    serveur: ServeurPostgres
    au: int

    async def __call__(self, passes: int) -> None:
        if self.au and passes >= self.au:
            self.au = 0
            await asyncio.to_thread(self.serveur.arreter, "immediat")


async def base_arretee(semis: Semis, serveur: ServeurPostgres, arrets: int) -> Bilan:
    """PostgreSQL tombe au milieu de l'émission, revient, et un autre processus la finit."""
    bilan, temoin = Bilan(), Fil()
    async with semis.copie() as base:
        await base.tuer(emettre, temoin)
        attendu = await base.etat()
    bilan.points = len(temoin.points)
    for arret in range(1, arrets + 1):
        fil = Fil(en_passant=_Arret(serveur, arret * bilan.points // (arrets + 1)))
        async with semis.copie() as base:
            # L'avance d'une séquence copiée n'est journalisée qu'après un point de contrôle : sans
            # lui, la copie, elle seule, reviendrait en arrière.
            await semis.modeles.administrer("CHECKPOINT")
            with suppress(Exception):
                await base.tuer(emettre, fil)
            await asyncio.to_thread(serveur.demarrer)
            await base.reprendre(emettre)
            obtenu = await base.etat()
            bilan.ajouts += await base.ajoutees_par(emettre)
        bilan.morts += 1
        bilan.ecarts += [t for t in attendu | obtenu if attendu.get(t) != obtenu.get(t)]
    return bilan
