"""Des vies tirées au sort : ce qui arrive à une demande ou à un contrat, et à quelle heure.

Rien ici ne connaît le code éprouvé; une graine suffit à refaire une vie.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.oracle.mesures.naif import Message
from tests.oracle.mesures.temps import QUEBEC, local

HEURES = (time(0), time(1, 30), time(7, 30), time(9), time(12), time(16, 59, 59), time(17),
          time(17, 0, 0, 1), time(17, 0, 1), time(22), time(23, 59, 59))  # fmt: skip
"""Des heures qui piquent : la fermeture à la seconde, le soir où UTC est déjà demain."""
SAISONS = ((1, 1), (3, 7), (4, 1), (5, 17), (6, 19), (8, 31), (10, 5), (10, 27), (12, 18), (12, 28))
"""Autour des fériés et des changements d'heure."""
LIVRENT = {
    "poste_physique": ("poste.livré", "logiciel.installé", "actif.livré"),
    "poste_virtuel": ("poste_virtuel.installé", "logiciel.installé"),
    "logiciel": ("logiciel.installé",),
    "amenagement_utilisateur": ("aménagement.complété",),
    "amenagement_secteur_reamenagement": ("aménagement.complété",),
    "amenagement_secteur_demenagement": ("aménagement.complété",),
    "appareil_mobile": ("appareil.synchronisé",),
    "visio_mise_en_oeuvre": (),
    "conference_web_retrait": (),
    "jamais_vue": ("actif.livré",),
}
"""Sorte de demande → les livraisons que ses articles attendent."""
SORTES = ("poste_physique",) * 5 + ("amenagement_secteur_reamenagement",) + tuple(LIVRENT)
GAMMES = (None, "ordinaire", "detachable", "intermediaire", "tres_haute_performance", "inconnue",
          "jamais_vue")  # fmt: skip


@dataclass
class Vie:
    """Ce qui est arrivé à un sujet, écrit à mesure; l'horloge n'y recule que par rectification."""

    hasard: Random
    organisme: str
    maintenant: datetime
    messages: list[Message] = field(default_factory=list)
    rangs: dict[str, int] = field(default_factory=dict)

    def uuid(self) -> str:
        return str(UUID(int=self.hasard.getrandbits(128), version=4))

    def avancer(self) -> datetime:
        """La même journée, ou quelques jours plus tard; parfois la même seconde."""
        jours = self.hasard.choice((0, 0, 0, 1, 1, 2, 3, 6, 6, 17))
        jour = local(self.maintenant).date() + timedelta(days=jours)
        suivant = instant(self.hasard, jour)
        self.maintenant = max(self.maintenant, suivant)
        return self.maintenant

    def dire(self, type_: str, cle: str, le: datetime | None = None, **corps: Any) -> Message:
        self.rangs[cle] = self.rangs.get(cle, 0) + 1
        message = Message(
            self.uuid(),
            type_,
            self.avancer() if le is None else le,
            self.rangs[cle],
            {"organisme": self.organisme, **corps},
        )
        self.messages.append(message)
        return message

    def rectifier(self, message: Message, cle: str, juste: datetime | None) -> None:
        self.dire(
            "acte.rectifié",
            cle,
            self.maintenant,
            agregat_id=cle,
            acte_id=message.id,
            acte=message.type,
            survenu_le=None if juste is None else juste.isoformat(),
            cause="rectification",
        )


def instant(hasard: Random, jour: date) -> datetime:
    """Une heure de ce jour à Québec; à l'heure redoublée de novembre, l'une ou l'autre."""
    heure = hasard.choice(HEURES)
    murale = datetime.combine(jour, heure, QUEBEC).replace(fold=hasard.randrange(2))
    return murale.astimezone(UTC)


def jour_qui_pique(hasard: Random) -> date:
    """Un jour quelconque de quinze ans, souvent près d'un férié."""
    annee = hasard.randint(2019, 2034)
    if hasard.random() < 0.6:
        mois, jour = hasard.choice(SAISONS)
        return date(annee, mois, jour) + timedelta(days=hasard.randrange(10))
    return date(annee, 1, 1) + timedelta(days=hasard.randrange(365))


def demande(vie: Vie) -> None:
    """Une demande entière, ou interrompue n'importe où; puis rectifiée, une fois sur deux."""
    hasard, identifiant = vie.hasard, vie.uuid()
    _Demande(vie, identifiant, hasard.choice(SORTES)).vivre()
    if hasard.random() < 0.5:
        _rectifier(vie, identifiant)


@dataclass
class _Demande:
    vie: Vie
    id: str
    sorte: str
    articles: dict[str, str] = field(default_factory=dict)
    """Chaque article, et l'événement qui le livre."""
    restent: list[str] = field(default_factory=list)
    suspendue: bool = False

    def dire(self, type_: str, **corps: Any) -> None:
        self.vie.dire(type_, self.id, demande_id=self.id, **corps)

    def vivre(self) -> None:
        hasard = self.vie.hasard
        types = LIVRENT[self.sorte]
        for _ in range(hasard.choice((1, 1, 2, 2, 3)) if types else 0):
            self.articles[self.vie.uuid()] = hasard.choice(types)
        self.restent = list(self.articles)
        approbation = hasard.random() < 0.4
        self.dire(
            "demande.créée",
            numero="D-2026-000001",
            sorte=self.sorte,
            approbation_requise=approbation,
            acquisition_multiple=hasard.random() < 0.2,
            configuration_normalisee=hasard.random() < 0.8,
            logiciel_payant=hasard.random() < 0.2,
            gamme=hasard.choice(GAMMES),
            livraisons_attendues=self._attendues(self.restent),
        )
        if approbation and not self._approuver():
            return
        if "secteur" in self.sorte and hasard.random() < 0.8:
            self._convenir()
        for _ in range(hasard.randint(0, 14)):
            if not self._un_acte():
                return
        if hasard.random() < 0.8:
            self._finir()

    def _attendues(self, articles: Sequence[str]) -> list[dict[str, str]]:
        return [{"article_id": a, "evenement": self.articles[a]} for a in articles]

    def _approuver(self) -> bool:
        reponse = self.vie.hasard.choice(("rien", "refus", "deux", "une", "une", "une", "une"))
        if reponse == "refus":
            self.dire("demande.refusée", signataire_id=str(UUID(int=1)))
        if reponse in {"rien", "refus"}:
            return False
        self.dire("demande.approuvée", signataire_id=str(UUID(int=1)))
        if reponse == "deux":
            self.vie.rectifier(self.vie.messages[-1], self.id, None)
            self.dire("demande.approuvée", signataire_id=str(UUID(int=1)))
        return True

    def _un_acte(self) -> bool:
        """Faux si la demande n'ira pas plus loin."""
        hasard = self.vie.hasard
        match hasard.choice(
            ("livrer", "livrer", "livrer", "suspendre", "suspendre", "rouvrir", "abandonner",
             "convenir", "prendre", "travailler", "redire", "completer")
        ):  # fmt: skip
            case "livrer" if self.restent and not self.suspendue:
                self._livrer(self.restent.pop(hasard.randrange(len(self.restent))))
            case "suspendre":
                self.dire("demande.reprise" if self.suspendue else "demande.suspendue")
                self.suspendue = not self.suspendue
            case "rouvrir" if not self.restent:
                self._rouvrir()
            case "abandonner" if hasard.random() < 0.15:
                self.dire(hasard.choice(("demande.annulée", "demande.redirigée")))
                return False
            case "convenir":
                self._convenir()
            case "prendre":
                self.dire("demande.prise_en_charge")
            case "travailler" if self.articles:
                article = hasard.choice(list(self.articles))
                self.dire(
                    "travail.effectué", article_id=article, tarif="AMENAGEMENT-BUR", minutes=60
                )
            case "redire" if self.articles and hasard.random() < 0.3:
                self._livrer(hasard.choice(list(self.articles)))
            case "completer" if not self.articles:
                self.dire("demande.complétée")
        return True

    def _rouvrir(self) -> None:
        combien = self.vie.hasard.randint(min(1, len(self.articles)), len(self.articles))
        self.restent = self.vie.hasard.sample(list(self.articles), combien)
        self.dire("demande.rouverte", livraisons_attendues=self._attendues(self.restent))
        if "secteur" in self.sorte and self.vie.hasard.random() < 0.7:
            self._convenir()

    def _convenir(self) -> None:
        ecart = timedelta(days=self.vie.hasard.choice((-2, 0, 1, 2, 3, 6, 10, 25)))
        jour = local(self.vie.maintenant).date() + ecart
        self.dire("date.convenue", date_convenue=jour.isoformat())

    def _finir(self) -> None:
        """Ce qui restait se livre, à des heures différentes."""
        if self.suspendue:
            self.dire("demande.reprise")
        while self.restent:
            self._livrer(self.restent.pop())
        if not self.articles:
            self.dire("demande.complétée")

    def _livrer(self, article: str) -> None:
        actif = {"actif_id": article, "produit": "PORTABLE-14", "quantite": 1}
        par = self.articles[article]
        self.dire(par, article_id=article, **({} if par.startswith("aménagement") else actif))
        if not self.restent:
            fin = self.vie.maintenant
            self.vie.dire("demande.complétée", self.id, fin, demande_id=self.id)


def contrat(vie: Vie) -> None:
    """Un dossier, ses rencontres, le contrat qui en naît, parfois un avenant, leurs copies."""
    hasard = vie.hasard
    dossier, identifiant, avenant = vie.uuid(), vie.uuid(), vie.uuid()
    for _ in range(hasard.choice((0, 1, 1, 1, 2))):
        vie.dire("rencontre.demandée", dossier, dossier_id=dossier)
        if hasard.random() < 0.7:
            vie.dire("rencontre.tenue", dossier, dossier_id=dossier)
    if hasard.random() < 0.9 or not vie.messages:
        ne_de = dossier if hasard.random() < 0.85 else None
        corps = {
            "fournisseur_id": str(UUID(int=2)),
            "debut": "2026-11-01",
            "duree_mois": 12,
            "montant": hasard.choice(("1200.00", "90000.00")),
            "elements": [],
        }
        _signer(vie, "contrat.signé", identifiant, dossier_id=ne_de, **corps)
    if hasard.random() < 0.3:
        vie.dire("rencontre.demandée", dossier, dossier_id=dossier)
    documents = [identifiant]
    if hasard.random() < 0.4:
        _signer(vie, "avenant.signé", identifiant, avenant_id=avenant, montant="500.00")
        documents.append(avenant)
    for document in documents:
        for _ in range(hasard.choice((0, 1, 1, 2))):
            vie.dire("copie.transmise", identifiant, contrat_id=identifiant, document_id=document)


def _signer(vie: Vie, type_: str, cle: str, **corps: Any) -> None:
    """La signature prend effet à son heure; on l'apprend le jour même ou plus tard."""
    signe = vie.avancer()
    if vie.hasard.random() < 0.4:
        vie.avancer()
    vie.dire(type_, cle, vie.maintenant, contrat_id=cle, signe_client_le=signe.isoformat(),
             signe_fournisseur_le=signe.isoformat(), **corps)  # fmt: skip


def _rectifier(vie: Vie, cle: str) -> None:
    """Des actes redatés ou annulés, certains plus d'une fois (DEM-13)."""
    for _ in range(vie.hasard.randint(1, 4)):
        actes = [m for m in vie.messages if m.type != "acte.rectifié"]
        vise = vie.hasard.choice(actes)
        heures = vie.hasard.choice((-90, -40, -3, -1, 0, 0, 1, 3, 20, 40, 90))
        juste = None if vie.hasard.random() < 0.3 else vise.le + timedelta(hours=heures)
        # Rien n'est livré avant l'approbation : le service des demandes le refuse (DEM-12).
        livres = [m.le for m in actes if m.corps.get("article_id")]
        approuves = [m.le for m in actes if m.type == "demande.approuvée"]
        if vise.type == "demande.approuvée" and juste and livres and juste > min(livres):
            juste = vise.le
        if vise.corps.get("article_id") and juste and approuves and juste < max(approuves):
            juste = vise.le
        vie.rectifier(vise, cle, juste)
