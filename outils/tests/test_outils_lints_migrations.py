"""Une migration neuve qui verrouillerait ou réécrirait une table en service est refusée."""

from pathlib import PurePosixPath

import pytest

from outils.lints.cadre import Source
from outils.lints.migrations import FIGEES, migration_sans_verrou

VERSIONS = "services/demandes/migrations/versions"
NEUVE = f"{VERSIONS}/20270101_0900_neuve.py"
EXIGER = "op.alter_column('t', 'c', nullable=False)"


def constats(corps: str, chemin: str = NEUVE, fonction: str = "upgrade") -> list[str]:
    texte = f"def {fonction}():\n    " + corps.replace("\n", "\n    ")
    return [dit for _, dit in migration_sans_verrou(Source(PurePosixPath(chemin), texte))]


@pytest.mark.parametrize(
    "corps",
    [
        "op.create_index('i', 't', ['c'])",
        "op.create_index('i', 't', ['c'], if_not_exists=False)",
        "op.add_column('t', sa.Column('c', sa.Text, nullable=False))",
        "op.add_column('t', sa.Column('c', sa.Uuid, server_default=text('gen_random_uuid()')))",
        "op.alter_column('t', 'c', type_=sa.Text)",
        EXIGER,
        "op.create_check_constraint('n', 't', 'c > 0')",
        "op.create_foreign_key('n', 't', 'u', ['c'], ['d'])",
        "op.create_unique_constraint('n', 't', ['c'])",
        "op.execute('CREATE UNIQUE INDEX i ON t (c)')",
        "op.execute('ALTER TABLE t ADD CONSTRAINT n CHECK (c > 0)')",
        "op.execute('ALTER TABLE t ALTER COLUMN c TYPE bigint')",
        "op.execute('ALTER TABLE t ALTER COLUMN c SET NOT NULL')",
        "op.execute('LOCK TABLE t')",
        "op.execute('REINDEX TABLE t')",
        "op.create_table('u')\nop.create_index('i', 't', ['c'])",
    ],
)
def test_ce_qui_verrouille_est_refuse(corps: str) -> None:
    assert constats(corps)


@pytest.mark.parametrize(
    "corps",
    [
        "op.create_table('t')\nop.create_index('i', 't', ['c'])",
        "op.create_table('t')\nop.execute('CREATE INDEX i ON t (c)')",
        "op.create_index('i', 't', ['c'], if_not_exists=True)",
        "op.create_index('i', 't', ['c'], postgresql_concurrently=True)",
        "op.add_column('t', sa.Column('c', sa.Text, nullable=False, server_default=''))",
        "op.add_column('t', sa.Column('c', sa.Text))",
        "op.alter_column('t', 'c', nullable=True)",
        "op.create_check_constraint('n', 't', 'c > 0', postgresql_not_valid=True)",
        "op.execute('CREATE INDEX CONCURRENTLY i ON t (c)')",
        "op.execute('ALTER TABLE t ADD CONSTRAINT n CHECK (c > 0) NOT VALID')",
        "op.execute('ALTER TABLE t VALIDATE CONSTRAINT n')",
        f"# verrou : la table a une ligne par service\n{EXIGER}",
    ],
)
def test_ce_qui_ne_verrouille_pas_est_admis(corps: str) -> None:
    assert constats(corps) == []


def test_une_exemption_dit_pourquoi() -> None:
    assert constats(f"# verrou :\n{EXIGER}")


def test_ni_le_retour_ni_les_revisions_passees_ne_se_jugent() -> None:
    assert constats(EXIGER, fonction="downgrade") == []
    for service, derniere in FIGEES.items():
        versions = f"services/{service}/migrations/versions"
        assert constats(EXIGER, f"{versions}/20261127_{derniere:04d}_passee.py") == []
        assert constats(EXIGER, f"{versions}/20261127_{derniere + 1:04d}_neuve.py")
