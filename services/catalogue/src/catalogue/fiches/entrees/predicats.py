"""Un prédicat tel qu'on l'écrit : une exigence, toutes, ou une parmi plusieurs (CAT-9).

`{fait, egale}`, `{tous: […]}` ou `{un: […]}` : de toute forme reçue, la plus simple se rend.
"""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    SerializationInfo,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue

from catalogue.fiches.entrees.champs import DECIMAL, Ecrit, Fait, Valeur

_EXIGENCES = ("parmi", "egale", "au_moins")


def _egale(valeur: object) -> object:
    """Un nombre s'y écrit aussi en chiffres."""
    if isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool):
        return str(valeur)
    return valeur


class _Exigence(Ecrit):
    parmi: Annotated[tuple[Valeur, ...], Field(min_length=1, max_length=100)] | None = None
    egale: Annotated[bool | Valeur | None, BeforeValidator(_egale)] = None
    au_moins: Annotated[Decimal, Field(max_digits=16, decimal_places=6, ge=0), DECIMAL] | None = (
        None
    )

    @property
    def dites(self) -> dict[str, Any]:
        """Ce qui est exigé, par son nom."""
        return {nom: v for nom in _EXIGENCES if (v := getattr(self, nom)) is not None}


class Comparaison(_Exigence):
    """Un fait, et une seule exigence."""

    fait: Fait

    @model_validator(mode="after")
    def _une_exigence(self) -> Self:
        if len(self.dites) != 1:
            raise ValueError("Un fait s'éprouve par « parmi », « egale » ou « au_moins ».")
        return self


class Choix(_Exigence):
    """Un fait et son exigence, ou `tous` : chacune."""

    fait: Fait | None = None
    tous: Annotated[tuple[Comparaison, ...], Field(min_length=1, max_length=20)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _du_domaine(cls, valeur: object) -> object:
        """Une alternative y est une liste de comparaisons."""
        return {"tous": valeur} if isinstance(valeur, list | tuple) else valeur

    @model_validator(mode="after")
    def _une_forme(self) -> Self:
        formes = [nom for nom in ("fait", "tous", "un") if getattr(self, nom, None) is not None]
        if len(formes) != 1 or len(self.dites) != (self.fait is not None):
            raise ValueError(
                "Un prédicat dit un « fait » et une exigence (« parmi », « egale » ou"
                " « au_moins »), « tous » ou « un »."
            )
        return self

    @property
    def comparaisons(self) -> list[dict[str, Any]]:
        """Celles qui doivent toutes être vraies."""
        if self.tous:
            return [{"fait": c.fait, **c.dites} for c in self.tous]
        return [{"fait": self.fait, **self.dites}]


class Predicat(Choix):
    """Un fait et son exigence; `tous` : chacune; `un` : l'une d'elles, exigence ou `tous`."""

    un: Annotated[tuple[Choix, ...], Field(min_length=1, max_length=20)] | None = None

    @property
    def alternatives(self) -> list[list[dict[str, Any]]]:
        """« un » de « tous » : la forme du domaine."""
        return [choix.comparaisons for choix in self.un or (self,)]

    @model_serializer
    def _rendre(self, info: SerializationInfo) -> dict[str, Any]:
        """Au domaine, toutes ses alternatives; au lecteur, la forme la plus simple."""
        if info.mode == "python":
            return {"un": self.alternatives}
        choix = [tous[0] if len(tous) == 1 else {"tous": tous} for tous in self.alternatives]
        return choix[0] if len(choix) == 1 else {"un": choix}

    @classmethod
    def __get_pydantic_json_schema__(
        cls,
        schema: Any,  # noqa: ANN401 -- un type interne de pydantic
        handler: GetJsonSchemaHandler,
    ) -> JsonSchemaValue:
        """Rendu comme reçu : le même schéma."""
        return handler({nom: v for nom, v in schema.items() if nom != "serialization"})
