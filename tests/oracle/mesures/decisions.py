"""Ce que des personnes décident d'une vie mesurée, tiré au sort (SLA-8).

Le MCN exclut des mesures et revient sur des exclusions; un organisme conteste des conditions et des
suspensions. Rien ici ne connaît le code éprouvé.
"""

from collections.abc import Iterator, Sequence
from random import Random

from tests.oracle.mesures.naif import SUJETS, Cle, Contestee, Prononcee, Savoir

INVOQUEES = ("force_majeure", "cas_fortuit")
SORTS = ("acceptee",) * 5 + ("rejetee", "retiree", "ouverte")
AILLEURS = 0.1
"""La part de ce qui se décide d'un autre organisme : cela ne change rien ici."""


def tirer(graine: int, savoir: Savoir, organisme: str, autres: Sequence[str]) -> None:
    """Ajoute à ce savoir, sept fois sur dix, ce qui fut décidé de cet organisme."""
    # Un hasard à part : les vies d'une graine restent ce qu'elles sont sans décision.
    hasard = Random(f"décisions {graine}")
    if hasard.random() < 0.3:
        return
    de = hasard.choice(autres) if hasard.random() < AILLEURS else organisme
    savoir.prononcees += _prononcees(hasard, savoir, de)
    savoir.contestees += _contestees(hasard, savoir, de)


def _mesures(savoir: Savoir) -> list[tuple[Cle, list[str]]]:
    """Ce qui pourrait se mesurer, et les conditions qu'en disent les versions de sa fiche."""
    sujets = {
        (sorte, m.corps[champ])
        for m in savoir.messages
        if m.type != "acte.rectifié"
        for sorte, champ in [SUJETS.get(m.type, ("demande", "demande_id"))]
    }
    conditions: dict[Cle, set[str]] = {}
    for sorte, sujet in sujets:
        for fiche in savoir.fiches:
            for i in fiche["indicateurs"]:
                if i["sujet"] == sorte:
                    dites = conditions.setdefault((sorte, sujet, fiche["code"], i["code"]), set())
                    dites |= {c["code"] for c in i["conditions"]}
    return [(cle, sorted(conditions[cle])) for cle in sorted(conditions)]


def _prononcees(hasard: Random, savoir: Savoir, organisme: str) -> Iterator[Prononcee]:
    """Des exclusions qui se suivent : la suivante n'est posée qu'une fois l'autre annulée."""
    for cle, _ in _mesures(savoir):
        combien = hasard.choice((0, 0, 0, 1, 1, 2, 3))
        demeure = hasard.random() < 0.5
        for rang in range(combien):
            annulee = rang < combien - 1 or not demeure
            yield Prononcee(organisme, cle, hasard.choice(INVOQUEES), annulee)


def _contestees(hasard: Random, savoir: Savoir, organisme: str) -> Iterator[Contestee]:
    for cle, conditions in _mesures(savoir):
        for condition in conditions:
            if hasard.random() < 0.7:
                yield Contestee(organisme, hasard.choice(SORTS), cle=cle, condition=condition)
    for message in savoir.messages:
        if message.type == "demande.suspendue" and hasard.random() < 0.8:
            yield Contestee(organisme, hasard.choice(SORTS), acte=message.id)
