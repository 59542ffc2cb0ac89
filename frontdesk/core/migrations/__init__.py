"""The data file's history: Alembic's environment and one module a version."""
