"""Un second juge de SLA-1 à SLA-10, écrit de la règle, qui parcourt le calendrier heure par heure.

Il ne partage rien avec les services : il lit le JSON des événements, relit l'histoire entière à
chaque question, et ne connaît ni transitions, ni intervalles, ni lots, ni ordre d'arrivée.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from tests.oracle.mesures.lecture import Fait, Json, Jugement, Lecture
from tests.oracle.mesures.temps import Calendrier, local

SUJETS = {
    "contrat.signé": ("contrat", "contrat_id"),
    "avenant.signé": ("contrat", "avenant_id"),
    "copie.transmise": ("contrat", "document_id"),
    "rencontre.demandée": ("dossier", "dossier_id"),
    "rencontre.tenue": ("dossier", "dossier_id"),
}
"""De qui parle un événement; tout autre parle d'une demande."""

Cle: TypeAlias = tuple[str, str, str, str]
"""Sorte du sujet, sujet, fiche, indicateur."""


class Message(NamedTuple):
    """Ce que le bus porte : l'identité, le type, l'instant, le numéro dans sa clé, le corps."""

    id: str
    type: str
    le: datetime
    sequence: int
    corps: Json


class Prononcee(NamedTuple):
    """Une mesure que le MCN a exclue de lui-même, et s'il est revenu dessus (SLA-8)."""

    organisme: str
    cle: Cle
    condition: str
    annulee: bool


class Contestee(NamedTuple):
    """Ce qu'un organisme a contesté, et ce qu'il en advint : une condition, ou une suspension."""

    organisme: str
    sort: str
    """« acceptee », « rejetee », « retiree » ou « ouverte »."""
    cle: Cle | None = None
    condition: str | None = None
    acte: str | None = None


@dataclass
class Savoir:
    """Tout ce que le juge a reçu, et ce qu'on en a décidé."""

    messages: list[Message]
    calendrier: Calendrier
    fiches: Sequence[Json]
    retirees: list[Json] = field(default_factory=list)
    statu_quos: list[Json] = field(default_factory=list)
    fins: list[tuple[int, Json]] = field(default_factory=list)
    """Rang et corps des `statu_quo.fini`."""
    prononcees: list[Prononcee] = field(default_factory=list)
    contestees: list[Contestee] = field(default_factory=list)


def juger(savoir: Savoir) -> dict[Cle, Jugement]:
    """Chaque mesure de chaque sujet."""
    jugements: dict[Cle, Jugement] = {}
    for (sorte, sujet), (organisme, histoire) in _histoires(savoir.messages).items():
        if sorte == "dossier" or not histoire:
            continue
        vue = Vue(savoir, organisme)
        codes = {(f["code"], i["code"]) for f in vue.fiches for i in f["indicateurs"]}
        for fiche, code in codes:
            juge = vue.juger(sorte, fiche, code, histoire)
            if juge is not None:
                cle = (sorte, sujet, fiche, code)
                jugements[cle] = juge._replace(exclut=vue.excluent(cle, juge.exclut))
    return jugements


def _histoires(messages: list[Message]) -> dict[tuple[str, str], tuple[str, list[Fait]]]:
    """Par sujet, son organisme et ses faits à leur heure juste, dans l'ordre."""
    faits: dict[tuple[str, str], dict[str, Fait]] = {}
    organismes: dict[tuple[str, str], str] = {}
    dossiers: dict[tuple[str, str], set[str]] = {}
    for m in messages:
        if m.type == "acte.rectifié":
            continue
        sorte, champ = SUJETS.get(m.type, ("demande", "demande_id"))
        sujet = (sorte, m.corps[champ])
        organismes[sujet] = m.corps["organisme"]
        effet = m.corps.get("signe_fournisseur_le")
        le = m.le if effet is None else datetime.fromisoformat(effet)
        faits.setdefault(sujet, {})[m.id] = Fait(m.id, m.type, le, m.corps)
        if m.type == "contrat.signé" and m.corps.get("dossier_id"):
            dossiers.setdefault(sujet, set()).add(m.corps["dossier_id"])
    justes = {sujet: _justes(siens.values(), messages) for sujet, siens in faits.items()}
    histoires = {}
    for sujet, siens in justes.items():
        tous = list(siens)
        if siens:
            ne = min(siens, key=lambda f: f.place).le
            for dossier in dossiers.get(sujet, ()):
                tous += [f for f in justes.get(("dossier", dossier), ()) if f.le <= ne]
        histoires[sujet] = organismes[sujet], sorted(tous, key=lambda f: f.place)
    return histoires


def _justes(faits: Iterable[Fait], messages: list[Message]) -> list[Fait]:
    """De chaque acte, la dernière rectification vaut; nul, il n'a pas eu lieu."""
    justes = []
    for fait in faits:
        siennes = [
            m for m in messages if m.type == "acte.rectifié" and m.corps["acte_id"] == fait.acte
        ]
        if siennes:
            juste = max(siennes, key=lambda m: m.sequence).corps["survenu_le"]
            if juste is None:
                continue
            fait = Fait(fait.acte, fait.type, datetime.fromisoformat(juste), fait.corps)  # noqa: PLW2901
        justes.append(fait)
    return justes


class Vue:
    """Ce que lit un organisme : les versions publiées, moins les retirées; celles qu'il garde."""

    def __init__(self, savoir: Savoir, organisme: str) -> None:
        self._savoir = savoir
        self._organisme = organisme
        self.fiches = [f for f in savoir.fiches if not any(_vise(r, f) for r in savoir.retirees)]
        self._obtenues = [
            c for c in savoir.contestees if c.organisme == organisme and c.sort == "acceptee"
        ]

    def excluent(self, cle: Cle, selon_la_fiche: frozenset[str]) -> frozenset[str]:
        """Ce qui exclut enfin cette mesure : moins le contesté, plus ce que le MCN invoque."""
        ecartees = {c.condition for c in self._obtenues if c.cle == cle}
        posees = {
            p.condition
            for p in self._savoir.prononcees
            if p.organisme == self._organisme and p.cle == cle and not p.annulee
        }
        return (selon_la_fiche - ecartees) | posees

    def en_vigueur(self, code: str, jour: date) -> Json | None:
        siennes = [f for f in self.fiches if f["code"] == code]
        gardes = [
            (max(s["debut"], f["debut"]), s["version"])
            for s in self._savoir.statu_quos
            for f in siennes
            if s["organisme"] == self._organisme
            and s["fiche"] == code
            and s["version"] == f["version"]
            and max(s["debut"], f["debut"]) <= jour.isoformat() < self._fin_de(s)
        ]
        if gardes:
            _, numero = max(gardes)
            return next(f for f in siennes if f["version"] == numero)
        commencees = [f for f in siennes if f["debut"] <= jour.isoformat()]
        return max(commencees, key=lambda f: (f["debut"], f["version"]), default=None)

    def _depuis(self, fiche: Json) -> str:
        """Le premier jour où cette version vaut pour lui; à défaut, son début."""
        if not self._savoir.statu_quos:
            return str(fiche["debut"])
        jours = {f["debut"] for f in self.fiches}
        jours |= {s["debut"] for s in self._savoir.statu_quos}
        jours |= {fin["fin"] for _, fin in self._savoir.fins}
        valent = [
            j for j in jours if self.en_vigueur(fiche["code"], date.fromisoformat(j)) is fiche
        ]
        return min(valent, default=str(fiche["debut"]))

    def _fin_de(self, statu_quo: Json) -> str:
        dites = [
            (rang, fin["fin"])
            for rang, fin in self._savoir.fins
            if fin["statu_quo_id"] == statu_quo["statu_quo_id"]
            and fin["organisme"] == statu_quo["organisme"]
            and fin["fiche"] == statu_quo["fiche"]
        ]
        return max(dites)[1] if dites else "9999-12-31"

    def juger(
        self, sorte: str, code: str, indicateur: str, histoire: list[Fait]
    ) -> Jugement | None:
        """Ce que dit la version en vigueur au J0 qu'elle donne elle-même (SLA-3).

        Si aucune ne donne un J0 sous elle, la plus ancienne de deux qui se renvoient l'une à
        l'autre; sinon, celle de la naissance, comme tant que J0 n'est pas connu.
        """
        candidats: list[tuple[str, int, int, Jugement]] = []
        for fiche in self.fiches:
            juge = self._selon(fiche, code, sorte, indicateur, histoire)
            if juge is None:
                continue
            debut, n = self._depuis(fiche), fiche["version"]
            au_j0 = None if juge.j0 is None else self.en_vigueur(code, juge.j0)
            if au_j0 is fiche:
                candidats.append((debut, 0, n, juge))
                continue
            y_va = au_j0 and self._selon(au_j0, code, sorte, indicateur, histoire)
            revient = y_va and y_va.j0 and self.en_vigueur(code, y_va.j0)
            if au_j0 and revient is fiche:
                candidats.append((max(debut, self._depuis(au_j0)), 1, n, juge))
            ne_le = self._ne_le(fiche, indicateur, histoire)
            if self.en_vigueur(code, ne_le) is fiche and (juge.j0 is None or y_va):
                candidats.append((debut, 2, n, juge))
        return _choisir(candidats) if candidats else None

    def _ne_le(self, fiche: Json, indicateur: str, histoire: list[Fait]) -> date:
        (sien,) = (i for i in fiche["indicateurs"] if i["code"] == indicateur)
        types = {b["evenement"] for b in sien["ouvre"]}
        return local(next(f.le for f in histoire if f.type in types)).date()

    def _selon(
        self, fiche: Json, code: str, sorte: str, indicateur: str, histoire: list[Fait]
    ) -> Jugement | None:
        """Ce que dit cette version; None si elle ne couvre pas le sujet."""
        if fiche["code"] != code:
            return None
        sien = next((i for i in fiche["indicateurs"] if i["code"] == indicateur), None)
        if sien is None or sien["sujet"] != sorte:
            return None
        ecartes = {c.acte for c in self._obtenues}
        effectifs = [f for f in histoire if f.acte not in ecartes]
        return Lecture(sien, fiche["version"], effectifs, self._savoir.calendrier).juger()


def _vise(retiree: Json, fiche: Json) -> bool:
    memes: bool = retiree["code"] == fiche["code"] and retiree["debut"] == fiche["debut"]
    return memes and bool(fiche["version"] <= retiree["version"])


def _choisir(candidats: list[tuple[str, int, int, Jugement]]) -> Jugement:
    """De publication en publication : on ne revient pas sur un J0 déjà passé."""
    candidats.sort(key=lambda c: c[:3])
    _, rang, _, choisi = candidats[0]
    for depuis, autre_rang, _, autre in candidats:
        if autre_rang < rang and (choisi.j0 is None or choisi.j0.isoformat() >= depuis):
            rang, choisi = autre_rang, autre
    return choisi
