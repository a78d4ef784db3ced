"""A run in a format of before is refused, with what plays its pack again."""

import pytest

from detente import Run, simulate
from detente.errors import DetenteError
from tests.sealing import edit


@pytest.mark.parametrize("schema", ["detente/record/1", "detente/record/4"])
def test_a_run_in_a_format_of_before_is_refused_with_what_plays_its_pack(crisis, tmp_path, schema):
    run = simulate(crisis, futures=4, worlds=1, grid="tiny", threads=1, out=tmp_path / "run")
    edit(run.folder, schema=schema)

    with pytest.raises(DetenteError, match="another version of detente") as refused:
        Run.open(run.folder)

    assert "detente run RUN/pack" in refused.value.hint
