"""A store that is forgotten when it is closed: for practice while the data are locked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from biofeedback.storage.database import Store
from biofeedback.storage.engine import open_engine, use_write_ahead_log
from biofeedback.storage.folder import prepare_folder
from biofeedback.storage.protection.keys import DataKey
from biofeedback.storage.protection.opening import Protection
from biofeedback.storage.revisions import bring_up_to_date


@contextmanager
def unkept_store() -> Iterator[Store]:
    """A store in a temporary folder under a key that nobody ever has: what is left of it on the disk cannot be read.

    Raises
    ------
    OSError, StoreError
        If there is no place for it.
    """
    with TemporaryDirectory(prefix="biofeedback-", ignore_cleanup_errors=True) as place:
        folder, key = Path(place), DataKey.new()
        database = prepare_folder(folder)
        engine = open_engine(database, key)
        bring_up_to_date(engine, database)
        use_write_ahead_log(engine)
        with Store(folder, engine, database, Protection(key)) as store:
            yield store
