"""Les réglages d'un processus, lus de l'environnement (`SBG_…`) ou de fichiers de secrets."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from socle.bd.moteur import DelaisBase
from socle.bus.kafka import ReglagesBus
from socle.execution.sceaux import CONSERVATION_AUDIT_MINIMALE
from socle.exploitation.traces import ReglagesTraces
from socle.web.debits import ReglagesDebit
from socle.web.jetons import ReglagesIdentite

RoleBase = Literal["migrer", "api", "interne"]


class ReglagesBase(BaseModel):
    """Les trois accès à la base du service (DSN), et les délais."""

    migrer: SecretStr | None = None
    api: SecretStr | None = None
    interne: SecretStr | None = None
    delais: DelaisBase = DelaisBase()

    def acces(self, role: RoleBase) -> SecretStr | None:
        """Le DSN d'un rôle de base de données."""
        match role:
            case "migrer":
                return self.migrer
            case "api":
                return self.api
            case "interne":
                return self.interne


class ReglagesHttp(BaseModel):
    """Où écoutent les rôles. Port 0 : celui que le service annonce."""

    hote: str = "127.0.0.1"
    port: int = 0
    port_consommateur: int = 0
    port_relais: int = 0
    arret_secondes: int = 10


class ReglagesConservation(BaseModel):
    """Combien de jours se gardent les tables qui croissent; l'échu part par petits lots."""

    reponses: int = Field(default=7, ge=1)
    receptions: int = Field(default=14, ge=1)
    audit: int = Field(default=2_557, ge=CONSERVATION_AUDIT_MINIMALE)


class Reglages(BaseSettings):
    """Les réglages communs; un service y ajoute les siens par héritage."""

    model_config = SettingsConfigDict(
        env_prefix="SBG_",
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    mode: Literal["production", "demo", "essai"] = "production"
    base: ReglagesBase = ReglagesBase()
    bus: ReglagesBus | None = None
    identite: ReglagesIdentite | None = None
    http: ReglagesHttp = ReglagesHttp()
    debit: ReglagesDebit = ReglagesDebit()
    conservation: ReglagesConservation = ReglagesConservation()
    traces: ReglagesTraces = ReglagesTraces()
    horloge_fichier: Path | None = None
    journal: str = "INFO"

    @model_validator(mode="after")
    def _bus_declare(self) -> Self:
        if self.mode == "production" and self.bus is not None and self.bus.protocole is None:
            raise ValueError(
                "SBG_BUS__PROTOCOLE est requis en production : SASL_SSL, SSL, SASL_PLAINTEXT; ou"
                " PLAINTEXT, qui laisse quiconque joint le bus y publier."
            )
        return self
