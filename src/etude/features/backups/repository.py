"""A bare Git repository that is written without a working copy: every commit replaces folders of the one before.

Objects are written before the branch that names them, so a process that is killed leaves the old state or the new one.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path


Content: TypeAlias = "Mapping[str, bytes] | bytes | None"
Changes: TypeAlias = "Mapping[str, Content]"
BRANCH = Ref(b"refs/heads/main")
FILE, FOLDER = 0o100644, 0o040000
US = "Étude <etude@etude.invalid>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who made a change: a name for people and a word that is unique for this account."""

    name: str
    key: str

    def line(self) -> bytes:
        """Return it as Git writes it; what Git gives a meaning is left out of the name."""
        name = " ".join(self.name.translate(dict.fromkeys(map(ord, "<>"), None)).split())
        return f"{name or self.key} <{self.key}@etude.invalid>".encode()


class Repository:
    """The repository of one data folder. One process at a time may write; the caller sees to it."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo

    @property
    def head(self) -> str:
        """The newest commit, "" where there is none."""
        found = self._repo.refs.read_ref(BRANCH)
        return found.decode() if found else ""

    def read(self, path: str) -> bytes | None:
        """Return a file of the newest commit; None where there is none."""
        if not self.head:
            return None
        try:
            _mode, name = self._root().lookup_path(self._repo.__getitem__, path.encode())
        except KeyError:
            return None
        found = self._repo[name]
        return found.data if isinstance(found, Blob) else None

    def commit(self, changes: Changes, message: str, *, at: datetime, author: Author | None = None) -> str:
        """Commit changes and return the commit; where nothing changes, the newest one.

        Args:
            changes: by path: the files of a folder (all of them), the bytes of a file, or None for what goes.
            message: what the change is, for people.
            at: when it was made.
            author: who made it; None for Étude itself.
        """
        root = self._root()
        for path, content in changes.items():
            root = self._put(root, path.encode().split(b"/"), content)
        self._repo.object_store.add_object(root)
        head = self._repo.refs.read_ref(BRANCH)
        if head and self._root().id == root.id:
            return head.decode()
        commit = Commit()
        commit.tree = root.id
        commit.parents = [ObjectID(head)] if head else []
        commit.author = author.line() if author else US.encode()
        commit.committer = US.encode()
        commit.author_time = commit.commit_time = int(at.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode() + b"\n"
        self._repo.object_store.add_object(commit)
        if not self._repo.refs.set_if_equals(BRANCH, ObjectID(head) if head else None, commit.id):
            raise RuntimeError("somebody else has written to the branch")
        return commit.id.decode()

    def _root(self) -> Tree:
        head = self._repo.refs.read_ref(BRANCH)
        if not head:
            return Tree()
        commit = self._repo[ObjectID(head)]
        assert isinstance(commit, Commit)
        tree = self._repo[commit.tree]
        assert isinstance(tree, Tree)
        return cast("Tree", tree.copy())

    def _put(self, tree: Tree, path: list[bytes], content: Content) -> Tree:
        """Return a tree with what is below one path replaced; trees that become empty go."""
        name, below = path[0], path[1:]
        if below:
            entry = self._repo[tree[name][1]] if name in tree else Tree()
            inner = self._put(entry if isinstance(entry, Tree) else Tree(), below, content)
            return self._set(tree, name, inner)
        if content is None:
            return self._set(tree, name, Tree())
        if isinstance(content, bytes):
            return self._set(tree, name, Blob.from_string(content))
        inner = Tree()
        for file, data in content.items():
            inner = self._put(inner, file.encode().split(b"/"), data)
        return self._set(tree, name, inner)

    def _set(self, tree: Tree, name: bytes, entry: Tree | Blob) -> Tree:
        tree = cast("Tree", tree.copy())
        if isinstance(entry, Tree) and not len(entry):
            if name in tree:
                del tree[name]
            return tree
        self._repo.object_store.add_object(entry)
        tree.add(name, FOLDER if isinstance(entry, Tree) else FILE, entry.id)
        return tree


@contextmanager
def opened(folder: Path) -> Iterator[Repository]:
    """Open the repository of a folder, which is made if it is not there; the lock of a killed process is taken away."""
    if not folder.exists():
        waiting = folder.with_suffix(".new")
        shutil.rmtree(waiting, ignore_errors=True)
        made = Repo.init_bare(str(waiting), mkdir=True)
        made.refs.set_symbolic_ref(Ref(b"HEAD"), BRANCH)
        made.close()
        waiting.rename(folder)
    (folder / "refs" / "heads" / "main.lock").unlink(missing_ok=True)
    repo = Repo(str(folder))
    try:
        yield Repository(repo)
    finally:
        repo.close()
