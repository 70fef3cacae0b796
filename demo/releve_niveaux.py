"""Relever ce qui éprouve la mesure : disponibilité, date convenue, mois fermé, rapports."""

from collections.abc import Mapping
from pathlib import Path

from demo.facturier import FORMATS
from demo.niveaux import (
    Correction,
    Disponibilite,
    Exclusion,
    Fermeture,
    Niveaux,
    Panne,
    Publie,
    Rapport,
    Recalcul,
    Secteur,
)
from demo.scenario.clients import AGENT, MESURE, Document
from demo.scenario.niveaux import Niveaux as Joues


async def relever_niveaux(joues: Joues, noms: Mapping[str, str], sortie: Path) -> Niveaux:
    """Tout ce qui éprouve la mesure; `noms` donne la clé d'une demande par son identifiant.

    Lève `Refuse` ou `Introuvable` si le système ne suit pas.
    """
    releveur = _Releveur(joues, noms, sortie)
    return Niveaux(
        disponibilite=await releveur.disponibilite(),
        secteur=await releveur.secteur(),
        exclusion=await releveur.exclusion(),
        fermeture=await releveur.fermeture(),
        recalcul=await releveur.recalcul(),
        rapports=tuple([await releveur.rapport(o) for o in (None, joues.rapporte)]),
    )


class _Releveur:
    def __init__(self, joues: Joues, noms: Mapping[str, str], sortie: Path) -> None:
        self.joues, self.noms, self.sortie = joues, noms, sortie

    async def _lire(self, chemin: str) -> Document:
        return await self.joues.clients.lire("sla", chemin, qui=MESURE)

    async def _ecrire(self, chemin: str, nom: str, *formats: str) -> dict[str, str]:
        fichiers = {suffixe: f"{nom}.{suffixe}" for suffixe in formats}
        for suffixe, fichier in fichiers.items():
            contenu = await self.joues.clients.lire_brut(
                "sla", chemin, qui=MESURE, accept=FORMATS[suffixe]
            )
            (self.sortie / fichier).write_bytes(contenu)
        return fichiers

    async def disponibilite(self) -> Disponibilite:
        vise = self.joues.scenario.niveaux["expliquer"]
        (lue,) = await self.joues.lister("disponibilites", **vise)
        chemin = f"disponibilites/{lue['id']}/explication"
        nom = f"disponibilite-{vise['organisme']}-{self.joues.periode}"
        expliquee = await self._lire(chemin)
        pannes = [
            Panne.model_validate(
                {
                    **panne,
                    "brute": sum(p["secondes"] for p in panne["brute"]),
                    "ajustee": sum(p["secondes"] for p in panne["ajustee"]),
                }
            )
            for panne in sorted(expliquee["pannes"], key=lambda panne: panne["debut"])
        ]
        fichiers = await self._ecrire(chemin, nom, "html")
        return Disponibilite.model_validate({**lue, "pannes": pannes, "fichiers": fichiers})

    async def secteur(self) -> Secteur:
        cle = self.joues.scenario.niveaux["secteur"]["demande"]
        mesure = await self.joues.mesure(cle)
        dates = await self.joues.clients.lister("demandes", self.joues.chemin_des_dates, qui=AGENT)
        return Secteur.model_validate({**mesure, "cle": cle, "dates": dates})

    async def exclusion(self) -> Exclusion:
        lue = await self._lire(f"exclusions/{self.joues.exclusion_id}")
        return Exclusion.model_validate({**lue, "cle": self.noms[lue["sujet_id"]]})

    async def fermeture(self) -> Fermeture:
        lue = await self._lire(f"periodes/{self.joues.periode}/fermeture")
        corrections = [self._correction(c) for c in await self.joues.lister("corrections")]
        touches = {correction.indicateur for correction in corrections}
        lus = sorted(await self.joues.lister("taux"), key=lambda t: t["organisme"] is None)
        taux = [lu for lu in lus if lu["indicateur"] in touches]
        return Fermeture.model_validate(
            {**lue, "taux": [_publie(t) for t in taux], "corrections": corrections}
        )

    def _correction(self, lue: Document) -> Correction:
        avant, apres = lue["avant"], lue["apres"]
        return Correction.model_validate(
            {
                **lue,
                "cle": self.noms[lue["sujet_id"]],
                "avant": avant["verdict"],
                "apres": apres["verdict"],
                "jours_avant": avant["jours"],
                "jours_apres": apres["jours"],
            }
        )

    async def recalcul(self) -> Recalcul:
        lu = self.joues.recalcul
        verdicts = await self.joues.clients.lister(
            "sla", f"recalculs/{lu['id']}/verdicts", qui=MESURE
        )
        demandes = [v["sujet_id"] for v in verdicts if v["sujet"] != "service"]
        cles = sorted(self.noms[demande] for demande in demandes)
        donnees = self.joues.scenario.niveaux["recalcul"]
        return Recalcul.model_validate({**lu, "cles": cles, "jour": donnees["jour"]})

    async def rapport(self, organisme: str | None) -> Rapport:
        chemin = f"rapports/{self.joues.periode}"
        if organisme is not None:
            chemin += f"?organisme={organisme}"
        nom = f"rapport-{organisme or 'tous'}-{self.joues.periode}"
        lu = await self._lire(chemin)
        return Rapport(
            organisme=organisme,
            empreinte=lu["empreinte"],
            fichiers=await self._ecrire(chemin, nom, "html", "pdf"),
        )


def _publie(lu: Document) -> Publie:
    """Ce qui fut publié, et à côté ce qui serait publié maintenant; le même, si rien n'a changé."""
    corrige = lu["corrige"] or lu
    return Publie.model_validate(
        {**lu, "corrige_brut": corrige["brut"], "corrige_ajuste": corrige["ajuste"]}
    )
