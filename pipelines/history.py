"""Dagster's event log in SQLite, its connections kept open: opening and closing one for each event took a tenth of a whole run.

The files and all else are Dagster's own; `dagster.yaml` names this class in its place. It knows neither runs nor assets.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData

KEPT = 4  # the index, and the runs written or looked at last
WAIT_S = 60


class EventLog(SqliteEventLogStorage):
    """One engine per file instead of one per event."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Open the log below `base_dir`."""
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:  # noqa: ANN401  # as Dagster declares it
        """The storage that `dagster.yaml` asks for."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> sa.Engine:
        if shard not in self._engines:
            if len(self._engines) == KEPT:
                self._engines.popitem(last=False)[1].dispose()
            self._engines[shard] = sa.create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": WAIT_S}, pool_size=1)
            # With a write-ahead log this stays whole after a power cut; at worst the last events are missing.
            sa.event.listen(self._engines[shard], "connect", lambda connection, _: connection.execute("PRAGMA synchronous = NORMAL"))
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
