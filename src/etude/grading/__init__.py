"""The engine: judges an answer by tests. Standard library, the registry and the jail only; no web, no database."""
