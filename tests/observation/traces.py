"""La trace d'une demande, du portail à la ligne de facture.

Une seule, par parenté : l'appel du portail, le webhook qui la porte à l'ITSM, l'acte qu'il nous
rend avec elle, le fait que la facturation en inscrit. L'émission, elle, est d'un autre jour et
compte bien des faits : elle s'y relie (un lien, pas un parent, comme OpenTelemetry le veut).
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from tests.observation import enregistrements as recus

ALLEE: Final = frozenset({"demandes", "sla", "facturation"})
"""Les services qu'une demande traverse."""
Traces = Mapping[str, Sequence[recus.Etape]]


def juger(par_trace: Traces, bilan: dict[str, Any]) -> None:
    """Ajoute au bilan ce que disent les traces, et ce qui y manque."""
    entieres = [e for e in par_trace.values() if _du_portail_au_fait(e)]
    emises = [e for e in par_trace.values() if _emet(e)]
    jointes = [n for e in emises if (n := _noms(e) & {t[0].trace for t in entieres})]
    relies = [e for siennes in par_trace.values() for e in siennes if e.liees]
    bilan |= {
        "traces": len(par_trace),
        "etapes": sum(map(len, par_trace.values())),
        "traces_du_portail_au_fait_facturable": len(entieres),
        "emissions": len(emises),
        "emissions_reliees_a_une_trace_entiere": len(jointes),
        "actes_relies_a_leur_demande": sum(e.genre == recus.SERVEUR for e in relies),
        "lots_relies_a_leurs_messages": sum(e.genre == recus.CONSOMMATEUR for e in relies),
    }
    manques = {
        "nulle trace ne va du portail au fait facturable, par l'ITSM": entieres,
        "nulle émission ne se relie à la trace d'une demande": jointes,
        "nul acte sur une demande ne se relie à la trace où elle est née": [
            e for e in relies if e.genre == recus.SERVEUR and e.service == "demandes"
        ],
    }
    bilan["defauts"] += [manque for manque, trouves in manques.items() if not trouves]
    if entieres:
        bilan["exemple"] = list(_raconter(max(entieres, key=len)))


def juger_les_exemplaires(
    par_trace: Traces, cites: Mapping[str, AbstractSet[str]], bilan: dict[str, Any]
) -> None:
    """Chaque panneau qui en montre cite des traces, et le collecteur les a."""
    tous = set().union(*cites.values())
    retrouves = {
        trace for trace in tous if any(e.genre == recus.SERVEUR for e in par_trace.get(trace, ()))
    }
    bilan |= {"exemplaires": len(tous), "exemplaires_retrouves": len(retrouves)}
    bilan["defauts"] += [
        f"{panneau} : nul exemplaire" for panneau, dits in cites.items() if not dits
    ]
    if tous != retrouves:
        perdus = len(tous - retrouves)
        bilan["defauts"].append(f"{perdus} exemplaires citent une trace que le collecteur n'a pas")


def _du_portail_au_fait(siennes: Sequence[recus.Etape]) -> bool:
    """Une seule trace : déposée, portée à l'ITSM, rendue par lui, écoutée, inscrite à facturer."""
    return (
        _recoit(siennes, "POST /v1/demandes")
        and any(_est(e, "demandes", recus.CLIENT, "POST") for e in siennes)
        and _recoit(siennes, "POST /v1/itsm/evenements")
        and _ecoutent(siennes) >= ALLEE
        and _ecrit(siennes, "INTO faits")
    )


def _emet(siennes: Sequence[recus.Etape]) -> bool:
    """L'émission d'un organisme, et les lignes qu'elle écrit."""
    emission = any(_est(e, "facturation", recus.INTERNE, "emettre_facture") for e in siennes)
    return emission and _ecrit(siennes, "INTO lignes")


def _noms(siennes: Iterable[recus.Etape]) -> set[str]:
    """Les traces auxquelles celle-ci se relie."""
    return {liee for e in siennes for liee in e.liees}


def _est(etape: recus.Etape, service: str, genre: int, nom: str) -> bool:
    return (etape.service, etape.genre, etape.nom) == (service, genre, nom)


def _recoit(siennes: Iterable[recus.Etape], nom: str) -> bool:
    return any(
        _est(e, "demandes", recus.SERVEUR, nom)
        and {"http.route", "http.response.status_code"} <= e.attributs.keys()
        for e in siennes
    )


def _ecoutent(siennes: Iterable[recus.Etape]) -> set[str]:
    """Les services dont une écoute du bus est de cette trace."""
    return {
        e.service
        for e in siennes
        if e.genre == recus.CONSOMMATEUR and e.attributs.get("messaging.system") == "kafka"
    }


def _ecrit(siennes: Iterable[recus.Etape], quoi: str) -> bool:
    return any(
        e.service == "facturation" and quoi in str(e.attributs.get("db.query.text", ""))
        for e in siennes
    )


def _raconter(siennes: Sequence[recus.Etape]) -> Iterable[str]:
    """Les étapes que nous nommons nous-mêmes, et nos webhooks."""
    for e in siennes:
        if e.du_systeme or _est(e, "demandes", recus.CLIENT, "POST"):
            yield f"{e.service} : {e.nom}"
