"""A run as tables and arrays: its worlds, what came of them, its futures by address."""

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from detente.ensemble import store
from detente.ensemble.tally import ENDINGS, OUTCOMES
from detente.ensemble.worlds import WORLD, read_worlds
from detente.errors import from_extra

if TYPE_CHECKING:
    from detente.ensemble.run import Run

ADDRESS = ("option", "world", "future")
"""The columns by which a future is found."""


def table_of_worlds(run: "Run") -> pa.Table:
    """Return a row a world: its number, then each number of the pack as it was drawn.

    Raises
    ------
    DetenteError
        If it is missing or is not as it was written for this run.
    """
    worlds = np.arange(run.record.settings.worlds, dtype=np.int32)
    return pa.table({WORLD: worlds, **read_worlds(run)})


def experiments(
    run: "Run",
) -> tuple[pa.Table, Annotated[dict[str, np.ndarray], "shape (options x worlds,) each"]]:
    """Return a row for each option in each world, and how often each ending and outcome comes.

    Raises
    ------
    DetenteError
        If a file of the run is missing or is not as it was written.
    """
    worlds = table_of_worlds(run)
    tables = [
        worlds.add_column(0, "option", pa.array([option] * len(worlds), pa.string()))
        for option in run.options
    ]
    counts = np.concatenate([run.tally(option).endings for option in run.options])
    shares = counts / run.record.settings.futures_of_a_world
    outcomes = {
        key: shares[:, list(members)].sum(axis=1)
        for key, members in {**ENDINGS, **OUTCOMES}.items()
    }
    return pa.concat_tables(tables), outcomes


def dataset_of(run: "Run") -> Any:
    """Return the futures by option, world and future, and the numbers by world.

    Raises
    ------
    DetenteError
        If xarray is missing, or a file of the run is missing or is not as it was written.
    """
    xarray = from_extra("xarray", "xarray", needs="to_xarray")
    settings = run.record.settings
    size = settings.worlds, settings.futures_of_a_world
    rows = np.stack([np.concatenate([*run.rows(one)]).reshape(size) for one in run.options])
    futures = {
        field.name: (ADDRESS, rows[field.name], _attributes(field))
        for field in store.schema()
        if field.name not in ADDRESS
    }
    numbers = {key: (WORLD, drawn) for key, drawn in read_worlds(run).items()}
    places = {
        "option": list(run.options),
        "world": np.arange(size[0]),
        "future": np.arange(size[1]),
    }
    return xarray.Dataset(futures | numbers, places, {"title": run.record.title})


def _attributes(field: pa.Field) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in field.metadata.items()}
