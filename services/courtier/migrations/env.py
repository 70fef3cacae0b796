"""Les migrations du Courtier."""

from courtier.avenants.adaptateurs import tables as _avenants  # noqa: F401
from courtier.base import metadonnees
from courtier.calendriers.adaptateurs import tables as _calendriers  # noqa: F401
from courtier.catalogue.adaptateurs import tables as _catalogue  # noqa: F401 -- déclare ses tables
from courtier.conclus.adaptateurs import tables as _conclus  # noqa: F401
from courtier.conservation.adaptateurs import tables as _conservation  # noqa: F401
from courtier.consommation.adaptateurs import tables as _consommation  # noqa: F401
from courtier.contrats.adaptateurs import tables as _contrats  # noqa: F401
from courtier.differends.adaptateurs import tables as _differends  # noqa: F401
from courtier.dossiers.adaptateurs import tables as _dossiers  # noqa: F401
from courtier.evaluations.adaptateurs import tables as _evaluations  # noqa: F401
from courtier.obligations.adaptateurs import tables as _obligations  # noqa: F401
from courtier.organismes.adaptateurs import tables as _organismes  # noqa: F401
from courtier.pieces.adaptateurs import tables as _pieces  # noqa: F401
from courtier.seao.adaptateurs import tables as _seao  # noqa: F401
from courtier.sortie.adaptateurs import tables as _sortie  # noqa: F401
from socle.schema.migration import executer_env

executer_env(metadonnees)
