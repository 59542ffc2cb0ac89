"""Write the next migration from the models: `python installer/new_migration.py "Add keys"`."""

import sys
import tempfile
from pathlib import Path

from frontdesk.core.database import Database
from frontdesk.core.migrate import SCHEMA_HEAD, make_new, write_revision
from frontdesk.tables import METADATA


def main(message: str) -> None:
    """Make a file at the present head, compare the models with it, write what is missing."""
    first = not any(Path("frontdesk/core/migrations/versions").glob("0001*.py"))
    number = "0001" if first else f"{int(SCHEMA_HEAD) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "head.db")
        if not first:
            make_new(database)
        write_revision(database, METADATA, message, number)
        database.close()
    print(f"wrote revision {number}; now raise SCHEMA_HEAD in frontdesk/core/migrate.py")


if __name__ == "__main__":
    main(sys.argv[1])
