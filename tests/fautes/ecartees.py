"""Des lignes que rien ne ferait partir, par sorte : les autres partent, le jalon attend."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from outils.essais.greffon import Modeles
from socle.bus.enveloppe import TYPE_ECARTE, TYPE_JALON
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.operateur import Attente, Choix, Operateur
from socle.reception.reception import Reception
from socle.surveillance.jauges import jauges_de_base
from socle.surveillance.sondes import sonde_jalon
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.mutants import (
    JalonneurPresse,
    RelaisQuiJette,
    RelaisQuiPasseOutre,
    RelaisSansIsolement,
)
from tests.fautes.pilote import BUS, MESURES, Pieces, RelaisMemoire
from tests.fautes.terrain import Rafale, Terrain
from tests.fautes.verdicts import juger_bus

MALADE, SAINES = "m", ("a", "b", "c", "d", "e", "f")
ATTENDUS = {f"ORG-{code}": 3 for code in (MALADE, *SAINES)}
TOURS = 12
PLAFOND = 60_000
"""Octets que le bus admet ici : moins que ce que vérifie le producteur."""
HATE = 1.0
"""Secondes : un jalon retenu ne sonde pas en vain."""

SORTES: Mapping[str, str] = MappingProxyType(
    {
        "date": "survenu_le = '-infinity'",
        "date lointaine": "enregistre_le = 'infinity'",
        "en-tête": """en_tetes = '{"raison": 3}'""",
        "en-têtes illisibles": "en_tetes = '{'",
        "taille": "en_tetes = convert_to(json_build_object('raison', repeat('x', 1100000))::text,"
        " 'UTF8')",
        "taille, au bus": "charge = convert_to(repeat('x', 70000), 'UTF8')",
        "clé": "cle = repeat('k', 600000)",
    }
)
"""Ce qu'on change à la première ligne d'une clé, par sorte."""

MUTANTS = (
    ("ligne impossible jetée en silence", Pieces(relais=RelaisQuiJette), "tues"),
    ("reste de la clé parti devant l'écartée", Pieces(relais=RelaisQuiPasseOutre), "devant"),
    ("paquet refusé, écarté en entier", Pieces(relais=RelaisSansIsolement), "retenues"),
    ("jalon dit par-dessus un écarté", Pieces(jalonneur=JalonneurPresse), "jalons"),
)
"""Un mutant, et ce qui manque avec lui."""


@dataclass(slots=True)
class Ecartees:
    """Ce qu'une sorte de ligne impossible a montré; tout à zéro : tenu."""

    retenues: int = 0
    """Lignes d'autres clés qui ne sont pas parties."""
    devant: int = 0
    """Faits de sa clé partis devant elle."""
    tues: int = 0
    """Ce que ni la table, ni les mesures, ni la sonde ne disent."""
    jalons: int = 0
    """Jalons dits pendant qu'un fait manquait, et attentes vaines."""
    ecarts: int = 0
    """Ce qui manque, ou est de travers, une fois l'opérateur passé."""
    details: list[str] = field(default_factory=list)

    @property
    def tenu(self) -> bool:
        return not (self.retenues or self.devant or self.tues or self.jalons or self.ecarts)


@dataclass(slots=True)
class Scene:
    """Un terrain, un bus, un relais à éprouver."""

    terrain: Terrain
    pieces: Pieces
    bus: BusMemoire = field(default_factory=lambda: BusMemoire(plafond=PLAFOND))
    mesures: Mesures = field(default_factory=lambda: Mesures("fautes"))

    async def ecrire(self) -> None:
        """Trois faits par clé, en même temps en boîte d'envoi."""
        for code in (MALADE, *SAINES):
            await self.terrain.ecrire(Rafale(organisme="ORG", code=code, des=[1, 1, 1]))

    async def gater(self, sorte: str) -> None:
        """Gâte la première ligne de la clé malade, comme l'aurait fait une version d'avant."""
        ou = "cle = 'ORG-m'" if sorte == "clé" else "cle = 'ORG-m' AND sequence = 1"
        await self.terrain.proprietaire.execute(
            "ALTER TABLE socle_outbox DROP CONSTRAINT socle_outbox_temps;"
            f"UPDATE socle_outbox SET {SORTES[sorte]} WHERE {ou}"
        )

    async def relayer(self, tours: int = TOURS) -> None:
        """Des tours de relais; une panne jette le producteur, comme sa boucle."""
        relais = self.relais()
        for _ in range(tours):
            try:
                await relais.tour()
            except Exception:  # noqa: BLE001 -- la boucle du relais survit à tout
                await relais.jeter_producteur()

    def relais(self) -> RelaisMemoire:
        return self.pieces.relais(
            self.terrain.interne, BUS, "r", Sante(), self.mesures, journaux=self.bus
        )

    async def jalonner(self) -> float:
        """Tente un jalon; rend les secondes que cela a pris."""
        terrain, debut = self.terrain, time.monotonic()
        await self.pieces.jalonneur(
            terrain.interne, self.relais(), terrain.service.sujet, terrain.horloge, attente=3.0
        ).faire()
        return time.monotonic() - debut

    def jalons(self) -> int:
        messages = self.bus.messages(self.terrain.service.sujet)
        return sum(m.type == TYPE_JALON for m in messages)

    @property
    def operateur(self) -> Operateur:
        service = self.terrain.service
        reception = Reception(self.terrain.executeur, service.ecoutes, "temoin", MESURES)
        return Operateur(reception, service.sujet)


async def eprouver(modeles: Modeles, sorte: str, pieces: Pieces | None = None) -> Ecartees:
    """Gâte une ligne, relaie, jalonne; puis l'opérateur y renonce et tout repart."""
    vue = Ecartees()
    async with Terrain.ouvrir(modeles) as terrain:
        scene = Scene(terrain, pieces or Pieces())
        await scene.ecrire()
        await scene.gater(sorte)
        await scene.relayer()
        await _juger_l_attente(scene, vue)
        for garde in await scene.operateur.lister(Attente.ENVOIS, Choix(), 10):
            await scene.operateur.ecarter(Attente.ENVOIS, garde, "essai : fait impossible")
        if sorte != "clé":
            await scene.relayer()
            await scene.jalonner()
            _juger_la_suite(scene, vue)
        vue.ecarts += await terrain.audit_rompu()
    return vue


async def _juger_l_attente(scene: Scene, vue: Ecartees) -> None:
    terrain = scene.terrain
    vue.retenues = len(
        await terrain.lire("SELECT FROM socle_outbox WHERE cle NOT LIKE 'k%' AND cle <> 'ORG-m'")
    )
    parties = [m for m in scene.bus.messages(terrain.service.sujet) if m.type != TYPE_JALON]
    vue.devant = sum(m.cle not in {f"ORG-{code}" for code in SAINES} for m in parties)
    ecartes = await terrain.lire("SELECT raison FROM socle_ecartes")
    vue.tues += [bool(e["raison"]) for e in ecartes] != [True]
    scene.mesures.actualisations[:] = [jauges_de_base(terrain.interne, scene.mesures)]
    dites = (await scene.mesures.exposer()).decode()
    sujet = terrain.service.sujet
    vue.tues += f'sbg_envois_ecartes_lignes{{service="fautes",sujet="{sujet}"}} 1.0' not in dites
    vue.tues += 'sbg_relais_ecartes_total{service="fautes"} 1.0' not in dites
    vue.tues += not await sonde_jalon(terrain.interne, sujet)()
    vue.jalons += await scene.jalonner() > HATE
    vue.jalons += scene.jalons()


def _juger_la_suite(scene: Scene, vue: Ecartees) -> None:
    """Le rang de l'écarté passe, vide; l'ordre tient; le jalon est dit, et dit vrai."""
    messages = scene.bus.messages(scene.terrain.service.sujet)
    verdict = juger_bus(ATTENDUS, messages)
    vides = [(m.cle, m.sequence) for m in messages if m.type == TYPE_ECARTE]
    vue.ecarts += (not verdict.tenu) + (vides != [("ORG-m", 1)]) + (scene.jalons() == 0)
    vue.details.append(f"{verdict} {vides}")


async def sous_panne(modeles: Modeles, pieces: Pieces | None = None) -> int:
    """Un bus en panne, longtemps; rend combien de lignes ont été écartées : aucune."""
    async with Terrain.ouvrir(modeles) as terrain:
        scene = Scene(terrain, pieces or Pieces())
        await scene.ecrire()
        scene.bus.en_panne = True
        await scene.relayer()
        ecartees = await terrain.compter("socle_ecartes")
        scene.bus.en_panne = False
        await scene.relayer()
        return ecartees + await terrain.compter("socle_outbox")
