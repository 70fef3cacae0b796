"""Un dossier tel que le juge le lit : la liste de ses actes, relue en entier à chaque question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from tests.oracle.courtier.marche import Dit, Marche, Voulue
from tests.oracle.courtier.prix import Impossible, chiffrer, moins_chers, mois_par_mois

ETAPES: Mapping[str, int] = {
    "besoins": 1,
    "consultation": 2,
    "precision": 3,
    "reponse": 3,
    "banc": 3,
    "conformite": 3,
    "scenario": 4,
    "choix": 4,
    "autorisation": 4,
    "contact": 5,
    "informations": 5,
    "rencontre": 5,
    "budget": 5,
    "confirmation": 5,
    "admissibilite": 5,
    "preparation": 5,
    "validation": 5,
    "signature": 5,
}
"""L'étape de chaque acte; les autres (EFVP, retour, clôture, conclusion) n'en ont pas."""
R = TypeVar("R")
Totaux = Mapping[UUID, int | None]
DEFAITS = frozenset({"preparation", "validation", "signature"})
"""Ce que défait le fournisseur qui refuse de signer après le client."""
RECALCULENT = ("choix", "confirmation", "preparation", "signature")


@dataclass(slots=True)
class Lu:
    """Les actes admis d'un dossier, et les totaux que chacun a figés, en cents."""

    marche: Marche
    actes: list[Dit] = field(default_factory=list)
    figes: list[Totaux] = field(default_factory=list)
    chiffres: dict[object, int | None] = field(default_factory=dict)
    """Ce qui est déjà chiffré : le même scénario, au même instant, ne se recompte pas."""

    memoire: dict[tuple[str, int], Any] = field(default_factory=dict, init=False)
    """Ce qui se relit du dossier tel quel : par question, au nombre de ses actes."""

    def inscrire(self, dit: Dit) -> None:
        self.figes.append(self.totaux_apres(dit))
        self.actes.append(dit)

    def avec(self, dit: Dit) -> "Lu":
        """Le dossier, si cet acte y était; celui-ci n'en change pas."""
        figes = [*self.figes, self.totaux_apres(dit)]
        return replace(self, actes=[*self.actes, dit], figes=figes)

    def jusqu_a(self, rang: int) -> "Lu":
        """Le dossier tel que l'acte de ce rang l'a laissé."""
        return replace(self, actes=self.actes[: rang + 1], figes=self.figes[: rang + 1])

    def totaux_apres(self, dit: Dit) -> Totaux:
        """Ce que l'acte chiffre : son scénario, ou tous."""
        essai = replace(self, actes=[*self.actes, dit], figes=[*self.figes, {}])
        if dit.quoi == "scenario":
            return {dit["id"]: essai.total(dit["id"], dit.le)}
        if dit.quoi in RECALCULENT:
            return {i: essai.total(i, dit.le) for i in essai.scenarios}
        return {}

    def valent(self) -> list[int]:
        """Les rangs des actes que nul retour n'a rendus à refaire."""
        return self.retenir("valent", self._valent)

    def retenir(self, question: str, repondre: Callable[[], R]) -> R:
        """La réponse, lue une fois tant que nul acte ne s'ajoute."""
        cle = (question, len(self.actes))
        if cle not in self.memoire:
            self.memoire[cle] = repondre()
        reponse: R = self.memoire[cle]
        return reponse

    def _valent(self) -> list[int]:
        restent: list[int] = []
        for rang, dit in enumerate(self.actes):
            if dit.quoi == "retour":
                vers = dit["etape"]
                restent = [r for r in restent if ETAPES.get(self.actes[r].quoi, 0) <= vers]
            if dit.quoi == "choix":
                restent = [r for r in restent if not self._pour_un_autre(r, dit["scenario"])]
            if dit.quoi == "refus" and any(self.actes[r].quoi == "signature" for r in restent):
                restent = [r for r in restent if self.actes[r].quoi not in DEFAITS]
            restent.append(rang)
        return restent

    def _pour_un_autre(self, rang: int, scenario: UUID) -> bool:
        """Vrai de l'autorisation d'un scénario que l'on ne choisit plus."""
        ancien = self.actes[rang]
        return ancien.quoi == "autorisation" and ancien["scenario"] != scenario

    def tous(self, quoi: str) -> list[Dit]:
        return [self.actes[r] for r in self.valent() if self.actes[r].quoi == quoi]

    def dernier(self, quoi: str) -> Dit | None:
        siens = self.tous(quoi)
        return siens[-1] if siens else None

    def apres(self, quoi: str, autre: str) -> bool:
        """Vrai si le dernier acte ainsi nommé suit le dernier de l'autre."""
        rangs = {self.actes[r].quoi: r for r in self.valent()}
        return rangs.get(quoi, -1) > rangs.get(autre, -1)

    def tient(self, quoi: str) -> bool:
        """Vrai si cet acte vaut encore; confirmer, ou refuser, rend la préparation à refaire."""
        return self.dernier(quoi) is not None and (
            quoi != "preparation"
            or (self.apres("preparation", "confirmation") and not self.contrat_refuse)
        )

    @property
    def contrat_refuse(self) -> bool:
        """Vrai si le fournisseur a refusé le dernier contrat préparé."""
        rangs = {dit.quoi: rang for rang, dit in enumerate(self.actes)}
        return rangs.get("refus", -1) > rangs.get("preparation", -1)

    @property
    def clos(self) -> bool:
        return any(d.quoi in {"cloture", "conclusion"} for d in self.actes)

    @property
    def signe(self) -> bool:
        return self.dernier("signature") is not None

    @property
    def etape(self) -> int:
        return max((ETAPES.get(self.actes[r].quoi, 1) for r in self.valent()), default=1)

    @property
    def duree(self) -> int:
        dits = [d["duree"] for d in self._besoins_dits() if d["duree"] is not None]
        return int(dits[-1])

    @property
    def periodes(self) -> Any:  # noqa: ANN401 -- des périodes
        return [d["periodes"] for d in self._besoins_dits() if d["periodes"] is not None][-1]

    def _besoins_dits(self) -> list[Dit]:
        """Les besoins, puis chaque confirmation : ce qu'elle tait est ce qui se disait avant."""
        besoins = self.dernier("besoins")
        return [*([besoins] if besoins else []), *self.tous("confirmation")]

    @property
    def besoin(self) -> list[int]:
        """La quantité de chaque mois; lève `Impossible`."""
        return mois_par_mois(self.periodes, self.duree)

    @property
    def donnees(self) -> object:
        besoins = self.dernier("besoins")
        return besoins and (besoins["sensibilite"], besoins["rp"])

    @property
    def personnels(self) -> bool:
        besoins = self.dernier("besoins")
        return besoins is not None and bool(besoins["rp"])

    @property
    def retenues(self) -> tuple[UUID, ...]:
        consultation = self.dernier("consultation")
        return tuple(consultation["offres"]) if consultation else ()

    @property
    def scenarios(self) -> dict[UUID, tuple[UUID, tuple[Voulue, ...]]]:
        """Chaque scénario : son entente et ses offres; le choisi a celles de la confirmation."""
        dits = {d["id"]: (d["entente"], d["offres"]) for d in self.tous("scenario")}
        choix = self.dernier("choix")
        confirmees = [d["offres"] for d in self.tous("confirmation") if d["offres"] is not None]
        if choix and confirmees:
            dits[choix["scenario"]] = (dits[choix["scenario"]][0], confirmees[-1])
        return dits

    def total(self, scenario: UUID, le: datetime) -> int | None:
        """Ce que coûte un scénario à cet instant; aucun s'il ne se chiffre pas."""
        return self.cout(*self.scenarios[scenario], le)

    def cout(self, entente: UUID, offres: tuple[Voulue, ...], le: datetime) -> int | None:
        """Ce que coûtent ces offres pour le besoin, en cents; aucun si cela ne se chiffre pas."""
        cle = (entente, offres, self.periodes, self.duree, le)
        if cle not in self.chiffres:
            try:
                total = chiffrer(offres, entente, self.besoin, self.marche, le)
            except Impossible:
                total = None
            self.chiffres[cle] = total
        return self.chiffres[cle]

    @property
    def totaux(self) -> dict[UUID, int | None]:
        """Le dernier total figé de chaque scénario."""
        rendus: dict[UUID, int | None] = {}
        for rang in self.valent():
            rendus |= self.figes[rang]
        return rendus

    def offre_conforme(self, offre: UUID) -> bool:
        lignes = [d for d in self.tous("conformite") if d["offre"] == offre]
        return bool(lignes) and all(satisfaite for _, satisfaite, *_ in lignes[-1]["verdicts"])

    def conforme(self, scenario: UUID) -> bool:
        return self.repondent([v.offre for v in self.scenarios[scenario][1]])

    def repondent(self, offres: list[UUID]) -> bool:
        """Chaque fonction par l'une des offres, chaque autre exigence par toutes (CI-14)."""
        besoins = self.dernier("besoins")
        lignes = {d["offre"]: d["verdicts"] for d in self.tous("conformite")}
        if besoins is None or any(offre not in lignes for offre in offres):
            return False
        for code, nature in besoins["exigences"]:
            dits = [oui for offre in offres for c, oui, *_ in lignes[offre] if c == code]
            if not (any(dits) if nature == "fonction" else all(dits)):
                return False
        return True

    @property
    def comparables(self) -> dict[UUID, int]:
        """Les scénarios conformes qui se chiffrent, et leur total."""
        return {i: t for i, t in self.totaux.items() if t is not None and self.conforme(i)}

    @property
    def plus_bas(self) -> set[UUID]:
        return moins_chers(self.comparables)

    @property
    def choisi(self) -> UUID | None:
        choix = self.dernier("choix")
        return choix["scenario"] if choix else None

    @property
    def voulues(self) -> tuple[Voulue, ...]:
        """Les offres du scénario choisi."""
        return self.scenarios[self.choisi][1] if self.choisi else ()

    def conclusion(self, voulue: Voulue) -> tuple[int, bool] | None:
        """Ce que la dernière EFVP dit du lieu retenu : la version examinée, et si elle accepte."""
        efvp = self.dernier("efvp")
        for offre, lieu, accepte, _ in efvp["examens"] if efvp else ():
            if (offre, lieu) == (voulue.offre, voulue.lieu) and efvp:
                return self.marche.offres[offre].etat(efvp.le).version, accepte
        return None
