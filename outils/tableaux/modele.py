"""Un panneau, un tableau, et leur forme Grafana."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

LARGEUR: Final = 24
HAUTEUR: Final = 7
Genre = Literal["timeseries", "stat", "bargauge", "table"]
Unite = Literal["percentunit", "s", "short", "reqps", "bytes", "suffix: $", "none"]


@dataclass(frozen=True, slots=True)
class Panneau:
    """Ce qu'une requête montre; `alarme` est la valeur d'où le panneau rougit."""

    titre: str
    requete: str
    legende: str = ""
    unite: Unite = "short"
    genre: Genre = "timeseries"
    alarme: float | None = None
    croissant: bool = True
    """Faux : c'est en deçà de `alarme` qu'il rougit."""
    largeur: int = 8
    exemplaires: bool = False
    """Vrai : sur les courbes, les traces que les durées citent. La requête lit la mesure même."""
    vide_admis: str = ""
    """Pourquoi la démonstration peut n'y montrer rien; vide : elle doit y montrer quelque chose."""


@dataclass(frozen=True, slots=True)
class Tableau:
    """Un tableau, à qui il sert, et ses rangées."""

    uid: str
    titre: str
    pour: str
    rangees: Sequence[tuple[str, Sequence[Panneau]]] = field(default_factory=tuple)

    @property
    def panneaux(self) -> list[Panneau]:
        return [panneau for _, siens in self.rangees for panneau in siens]


SOURCE: Final = {"type": "prometheus", "uid": "prometheus"}


def en_grafana(tableau: Tableau) -> dict[str, Any]:
    """Le tableau, tel que Grafana le provisionne."""
    panneaux: list[dict[str, Any]] = []
    y = 0
    for titre, siens in tableau.rangees:
        panneaux.append(_rangee(len(panneaux) + 1, titre, y))
        y, x = y + 1, 0
        for panneau in siens:
            if x + panneau.largeur > LARGEUR:
                x, y = 0, y + HAUTEUR
            place = {"x": x, "y": y, "w": panneau.largeur, "h": HAUTEUR}
            panneaux.append(_panneau(len(panneaux) + 1, panneau, place))
            x += panneau.largeur
        y += HAUTEUR
    return {
        "uid": tableau.uid,
        "title": tableau.titre,
        "description": tableau.pour,
        "tags": ["sbg"],
        "timezone": "America/Toronto",
        "editable": False,
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panneaux,
    }


def _rangee(rang: int, titre: str, y: int) -> dict[str, Any]:
    place = {"x": 0, "y": y, "w": LARGEUR, "h": 1}
    return {
        "id": rang, "type": "row", "title": titre, "collapsed": False, "gridPos": place,
        "panels": [],
    }  # fmt: skip


def _panneau(rang: int, panneau: Panneau, place: dict[str, int]) -> dict[str, Any]:
    cible: dict[str, Any] = {
        "refId": "A",
        "datasource": SOURCE,
        "expr": panneau.requete,
        "legendFormat": panneau.legende,
        "instant": panneau.genre != "timeseries",
    }
    if panneau.exemplaires:
        cible["exemplar"] = True
    return {
        "id": rang,
        "type": panneau.genre,
        "title": panneau.titre,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [cible],
        "fieldConfig": {
            "defaults": {"unit": panneau.unite, "thresholds": _seuils(panneau)},
            "overrides": [],
        },
    }


def _seuils(panneau: Panneau) -> dict[str, Any]:
    dessous, dessus = ("green", "red") if panneau.croissant else ("red", "green")
    pas: list[dict[str, Any]] = [{"color": dessous, "value": None}]
    if panneau.alarme is None:
        pas = [{"color": "green", "value": None}]
    else:
        pas.append({"color": dessus, "value": panneau.alarme})
    return {"mode": "absolute", "steps": pas}
