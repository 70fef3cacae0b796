"""Les gestes d'une demande, posés par l'API ou annoncés par l'ITSM."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from demo.scenario.agenda import Acte
from demo.scenario.clients import AGENT, Clients, Document, Personne
from demo.scenario.gestes import Geste, Verbe
from demo.scenario.lecture import Demande, Scenario

DE_LA_DEMANDE = set(Verbe) - {Verbe.PERTE, Verbe.RECUPERATION, Verbe.RECTIFICATION}
"""Les actes dont l'histoire d'une demande est faite; les autres sont d'un actif, ou rectifient."""


@dataclass(slots=True)
class Joueur:
    """Joue les demandes du scénario et retient ce qu'elles sont devenues, par clé."""

    clients: Clients
    scenario: Scenario
    demandes: dict[str, Document] = field(default_factory=dict)
    _dernier: dict[str, datetime] = field(default_factory=dict)
    """L'instant du plus récent des actes déjà connus d'une demande, par clé."""

    def actes(self) -> Iterator[Acte]:
        """Les gestes de toutes les demandes, à poser."""
        for demande in self.scenario.demandes:
            for rang, geste in enumerate(demande.gestes, start=1):
                cle, libelle = f"{demande.cle}-{rang}", f"{demande.cle} : {geste.verbe}"
                yield Acte(
                    annonce=geste.annonce,
                    ponctuel=not geste.verbe.par_itsm,
                    libelle=libelle,
                    faire=partial(self._jouer, demande, geste, cle),
                )
                if geste.redit is not None:
                    yield Acte(
                        annonce=geste.redit,
                        ponctuel=False,
                        libelle=f"{libelle}, redit",
                        faire=partial(self._redire, demande, geste, cle),
                    )

    async def _jouer(self, demande: Demande, geste: Geste, cle: str) -> None:
        if geste.verbe.par_itsm:
            await self._annoncer(demande, geste, cle)
        else:
            await self._poser(demande, geste, cle)
        if geste.verbe in DE_LA_DEMANDE:
            dernier = self._dernier.get(demande.cle, geste.le)
            if geste.le < dernier:
                self.clients.echanges.hors_ordre_itsm += geste.annonces
            self._dernier[demande.cle] = max(dernier, geste.le)

    async def _redire(self, demande: Demande, geste: Geste, cle: str) -> None:
        """Le même acte sous un autre identifiant : pour le système, le même fait (DEM-12)."""
        await self._annoncer(demande, geste, f"{cle}-redit")
        self.clients.echanges.redits_itsm += geste.annonces

    async def _poser(self, demande: Demande, geste: Geste, cle: str) -> None:
        """Un geste d'une personne de l'organisme, à l'heure de l'horloge."""
        match geste.verbe:
            case Verbe.CREATION:
                corps = _creation(demande, soumettre=geste.mot != "brouillon")
                qui = Personne("demandeur", demande.organisme, f"demandeur-{demande.organisme}")
                self.demandes[demande.cle] = await self.clients.poster(
                    "demandes", "demandes", corps, qui=qui, cle=cle
                )
            case Verbe.SOUMISSION:
                await self._acte(demande, "soumission", {}, "demandeur", cle)
            case Verbe.APPROBATION:
                await self._acte(demande, "approbation", {}, "signataire", cle, geste.mot)
            case Verbe.REFUS:
                await self._acte(demande, "refus", {"motif": geste.motif}, "signataire", cle)
            case Verbe.ANNULATION:
                await self._acte(demande, "annulation", {"motif": geste.motif}, "demandeur", cle)
            case Verbe.REOUVERTURE:
                articles = [self._article(demande, rang)["id"] for rang in geste.articles]
                corps = {"motif": geste.motif, "articles": articles}
                await self._acte(demande, "reouverture", corps, "demandeur", cle)
            case Verbe.RECTIFICATION:
                await self._rectifier(demande, geste, cle)
            case Verbe.PERTE:
                actif_id = await self._actif(demande, geste.articles[0])
                qui = Personne("gestionnaire", demande.organisme, f"parc-{demande.organisme}")
                corps = {"nature": geste.mot, "fait_le": geste.le.date()}
                await self.clients.poster(
                    "demandes", f"actifs/{actif_id}/perte", corps, qui=qui, cle=cle
                )
            case _:
                raise AssertionError(f"« {geste.verbe} » revient à l'ITSM")

    async def _annoncer(self, demande: Demande, geste: Geste, cle: str) -> None:
        """Un geste du MCN, que l'ITSM nous annonce signé."""
        demande_id = self.demandes[demande.cle]["id"]
        match geste.verbe:
            case Verbe.LIVRAISON:
                for rang in geste.articles:
                    article = self._article(demande, rang)["id"]
                    donnees = {"demande_id": demande_id, "article_id": article}
                    await self._signer(geste, "livraison", donnees, f"{cle}-{rang}")
            case Verbe.RECUPERATION:
                actif = {"actif_id": await self._actif(demande, geste.articles[0])}
                await self._signer(geste, "recuperation", actif, cle)
            case Verbe.HEURES | Verbe.COMPLETION:
                genre = "heures_travaillees" if geste.verbe is Verbe.HEURES else "completion"
                travaux = [{"tarif": t.tarif, "minutes": t.minutes} for t in geste.travaux]
                await self._signer(
                    geste, genre, {"demande_id": demande_id, "travaux": travaux}, cle
                )
            case Verbe.SUSPENSION | Verbe.REPRISE:
                donnees = {"demande_id": demande_id, "motif": geste.motif}
                await self._signer(geste, geste.verbe.value, donnees, cle)
            case Verbe.PRISE_EN_CHARGE:
                await self._signer(geste, "prise_en_charge", {"demande_id": demande_id}, cle)
            case _:
                raise AssertionError(f"« {geste.verbe} » ne revient pas à l'ITSM")

    async def _rectifier(self, demande: Demande, geste: Geste, cle: str) -> None:
        """Le CSC dit l'heure juste d'un acte, ou qu'il n'a pas eu lieu (DEM-13)."""
        chemin = f"demandes/{self.demandes[demande.cle]['id']}"
        article = self._article(demande, geste.articles[0])["id"] if geste.articles else None
        lignes = await self.clients.lister("demandes", f"{chemin}/chronologie", qui=AGENT)
        vises = [li for li in lignes if (li["geste"], li["article_id"]) == (geste.vise, article)]
        juste = geste.juste.astimezone(UTC).isoformat() if geste.juste else None
        corps = {
            "actes": [{"acte_id": vise["acte_id"], "survenu_le": juste} for vise in vises],
            "motif": geste.motif,
        }
        await self.clients.poster("demandes", f"{chemin}/rectification", corps, qui=AGENT, cle=cle)

    async def _signer(self, geste: Geste, genre: str, donnees: Document, cle: str) -> None:
        await self.clients.annoncer(
            genre, geste.le, donnees, identifiant=f"itsm-{cle}", fois=geste.fois
        )

    async def _acte(
        self,
        demande: Demande,
        nom: str,
        corps: Document,
        role: str,
        cle: str,
        sujet: str | None = None,
    ) -> None:
        chemin = f"demandes/{self.demandes[demande.cle]['id']}/{nom}"
        if role == "signataire":
            sujet = sujet or self._signataire(demande.organisme)
        qui = Personne(role, demande.organisme, sujet or f"{role}-{demande.organisme}")
        await self.clients.poster("demandes", chemin, corps, qui=qui, cle=cle)

    def _signataire(self, organisme: str) -> str:
        fiche = next(o for o in self.scenario.organismes if o["code"] == organisme)
        sujet: str = fiche["signataire"]["sujet"]
        return sujet

    def _article(self, demande: Demande, rang: int) -> Document:
        article: Document = self.demandes[demande.cle]["articles"][rang - 1]
        return article

    async def _actif(self, demande: Demande, rang: int) -> str:
        lue = await self.clients.lire(
            "demandes", f"demandes/{self.demandes[demande.cle]['id']}", qui=AGENT
        )
        actif: str = lue["articles"][rang - 1]["actif_id"]
        return actif

    async def relire(self) -> dict[str, Document]:
        """Les demandes telles qu'elles sont devenues, par clé du scénario."""
        lues = await self.clients.lister("demandes", "demandes", qui=AGENT)
        par_id = {lue["id"]: lue for lue in lues}
        return {cle: par_id[creee["id"]] for cle, creee in self.demandes.items()}


def _creation(demande: Demande, *, soumettre: bool) -> Document:
    return {
        "sorte": demande.sorte,
        "articles": [{"produit": c.produit, "quantite": c.quantite} for c in demande.articles],
        "utilisateur_id": f"u-{demande.cle.lower()}",
        "site": f"QC-{demande.organisme}",
        "soumettre": soumettre,
    }
