"""Lire ce que le système conclut : les taux du mois, puis ses factures et leur vie."""

from dataclasses import dataclass, field
from typing import Any

from demo.documents import Facture, Ligne
from demo.facturier import Facturier
from demo.releve_niveaux import relever_niveaux
from demo.releve_vie import relever_vie
from demo.resultats import (
    Arrivees,
    Attente,
    Echanges,
    Explication,
    Mesure,
    Rectification,
    Resultats,
)
from demo.scenario.autour import Autour, Introuvable
from demo.scenario.clients import AGENT, ITSM, MESURE, Document
from demo.scenario.joueur import Joueur
from demo.scenario.niveaux import Niveaux
from demo.scenario.suite import Suite
from demo.taux import Taux


@dataclass(slots=True)
class Releveur:
    """Relève ce que le mois a donné, puis ce que ses factures sont devenues."""

    joueur: Joueur
    autour: Autour
    suite: Suite
    niveaux: Niveaux
    facturier: Facturier
    du_mois: dict[str, Any] = field(default_factory=dict)

    async def relever_mois(self) -> None:
        """Ce qui se mesure du mois, le matin du suivant. Lève `Refuse` ou `Introuvable`."""
        await self.niveaux.attendre_minutes()
        demandes = await self.joueur.relire()
        self.du_mois = {
            "mesures": await self._mesures(demandes),
            "taux": await self._taux(),
            "explication": await self._explication(demandes),
        }

    async def relever(self, presentation: str) -> Resultats:
        """Tous les résultats, à la fin. Lève `Refuse` ou `Introuvable` si rien ne suit."""
        demandes = await self.joueur.relire()
        noms = await self._noms(demandes)
        factures = await self.facturier.factures(self._periode, noms)
        return Resultats(
            presentation=presentation,
            periode=self._periode,
            organismes={o["code"]: o["nom"] for o in self.joueur.scenario.organismes},
            factures=factures,
            ligne_expliquee=self._ligne_expliquee(factures),
            attente=Attente.model_validate(self.autour.attente),
            echanges=await self._echanges(),
            arrivees=await self._arrivees(demandes),
            vie=await relever_vie(self.suite, noms),
            niveaux=await relever_niveaux(
                self.niveaux, {d["id"]: cle for cle, d in demandes.items()}, self.facturier.sortie
            ),
            **self.du_mois,
        )

    @property
    def _periode(self) -> str:
        return str(self.joueur.scenario.mois)

    async def _mesures(self, demandes: dict[str, Document]) -> tuple[Mesure, ...]:
        """Chaque demande a une mesure par indicateur qui la couvre : ici, une ou aucune."""
        lues = await self.joueur.clients.lister("sla", "mesures", qui=MESURE)
        du_scenario = {
            demandes[d.cle]["id"]: d for d in self.joueur.scenario.demandes if d.cle in demandes
        }
        return tuple(
            Mesure.model_validate({**lue, "cle": demande.cle, "pourquoi": demande.pourquoi})
            for lue in lues
            if (demande := du_scenario.get(lue["sujet_id"]))
        )

    async def _taux(self) -> tuple[Taux, ...]:
        lus = await self.joueur.clients.lister("sla", "taux", qui=MESURE, periode=self._periode)
        return tuple(Taux.model_validate(lu) for lu in lus)

    async def _noms(self, demandes: dict[str, Document]) -> dict[str, str]:
        """De l'identifiant d'une source facturée à son nom dans le scénario."""
        noms = {self.autour.contrat_id: self.joueur.scenario.autour["contrat"]["cle"]}
        noms[self.suite.courtage.contrat["id"]] = self.suite.courtage.donnees["cle"]
        noms |= {identifiant: cle for cle, identifiant in self.autour.incidents.items()}
        cle_de = {demande["id"]: cle for cle, demande in demandes.items()}
        for cle, demande in demandes.items():
            for rang, article in enumerate(demande["articles"], start=1):
                noms[article["actif_id"] or article["id"]] = f"{cle}/{rang}"
        abonnements = await self.joueur.clients.lister("demandes", "abonnements-soutien", qui=AGENT)
        return noms | {a["id"]: cle_de[a["demande_id"]] for a in abonnements}

    async def _explication(self, demandes: dict[str, Document]) -> Explication:
        cle = self.joueur.scenario.autour["expliquer"]["mesure"]
        sujet = demandes[cle]["id"]
        (mesure,) = await self.joueur.clients.lister("sla", "mesures", qui=MESURE, sujet=sujet)
        lue = await self.joueur.clients.lire(
            "sla", f"mesures/{mesure['id']}/explication", qui=MESURE
        )
        regime = lue["regime"]
        return Explication.model_validate(
            {
                **lue,
                "cle": cle,
                "indicateur": regime["indicateur"],
                "libelle": regime["libelle"],
                "delai": regime["delai"],
            }
        )

    def _ligne_expliquee(self, factures: tuple[Facture, ...]) -> Ligne:
        voulue = self.joueur.scenario.autour["expliquer"]["ligne"]
        for facture in factures:
            for ligne in facture.lignes:
                if (ligne.nom, ligne.tarif, ligne.nature) == tuple(voulue.values()):
                    return ligne
        raise Introuvable(f"Aucune facture ne porte la ligne {voulue}.")

    async def _echanges(self) -> Echanges:
        differes = await self.joueur.clients.lister(
            "demandes", "itsm/evenements", qui=AGENT, sort="differe"
        )
        vus, recus = self.joueur.clients.echanges, self.autour.itsm.recus
        return Echanges(
            appels=vus.appels,
            evenements_itsm=vus.evenements_itsm,
            repetitions_itsm=vus.repetitions_itsm,
            differes_restants=len(differes),
            sortants=recus.par_type,
            fausses_signatures=recus.fausses_signatures,
            pannes_itsm=recus.pannes,
        )

    async def _arrivees(self, demandes: dict[str, Document]) -> Arrivees:
        """Ce que les demandes gardent des actes de l'ITSM, ordre d'arrivée et doubles oubliés."""
        lire, vus = self.joueur.clients.lister, self.joueur.clients.echanges
        lignes = [
            (cle, ligne)
            for cle, demande in demandes.items()
            for ligne in await lire("demandes", f"demandes/{demande['id']}/chronologie", qui=AGENT)
        ]
        de_l_itsm = [ligne for _, ligne in lignes if ligne["acteur"] == ITSM.sujet]
        return Arrivees(
            hors_ordre=vus.hors_ordre_itsm,
            redits=vus.redits_itsm,
            inscrits=len(de_l_itsm),
            differes=sum(ligne["differe_depuis"] is not None for ligne in de_l_itsm),
            rectifications=tuple(
                _rectification(cle, ligne) for cle, ligne in lignes if ligne["rectifications"]
            ),
        )


def _rectification(cle: str, ligne: Document) -> Rectification:
    derniere = ligne["rectifications"][-1]
    return Rectification.model_validate(
        {
            **ligne,
            "cle": cle,
            "juste": derniere["survenu_le"],
            "motif": derniere["motif"],
            "dite_le": derniere["enregistre_le"],
        }
    )
