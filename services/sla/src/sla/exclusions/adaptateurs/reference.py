"""Ce qui se lit une fois, au démarrage : ce qui s'invoque, et jusqu'où l'on conteste."""

import tomllib
from importlib.resources import files

from sla.exclusions.domaine.regles import Regles, ReglesDatees


def lire_regles() -> ReglesDatees:
    """Les règles livrées avec le service, datées (SLA-8)."""
    texte = files("sla").joinpath("donnees", "exclusions.toml").read_text(encoding="utf-8")
    return ReglesDatees.de(
        {
            d["debut"]: Regles(
                conditions={c["code"]: c["libelle"] for c in d["conditions"]},
                contestations_ouvertes=d["contestations_ouvertes"],
            )
            for d in tomllib.loads(texte)["regles"]
        }
    )
