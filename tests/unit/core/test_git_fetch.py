"""What a commit may hold: nothing of it ever becomes a path on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import MemoryRepo

from etude.content.errors import ContentError
from etude.core import git_fetch
from etude.core.git_addresses import GitFault, GitRemote
from etude.core.git_fetch import Wanted, fetch_apart, read_commit

if TYPE_CHECKING:
    from pathlib import Path

    from dulwich.objects import ObjectID


def commit(repo: MemoryRepo, tree: Tree) -> ObjectID:
    made = Commit()
    made.tree = tree.id
    made.author = made.committer = b"Eve <eve@example.org>"
    made.author_time = made.commit_time = 0
    made.author_timezone = made.commit_timezone = 0
    made.message = b"Said\n\nmore"
    repo.object_store.add_object(tree)
    repo.object_store.add_object(made)
    return made.id


def blob(repo: MemoryRepo, data: bytes) -> ObjectID:
    made = Blob.from_string(data)
    repo.object_store.add_object(made)
    return made.id


def test_files_are_read_and_links_and_submodules_left_out() -> None:
    repo, tree, inner = MemoryRepo(), Tree(), Tree()
    inner.add(b"a.txt", 0o100755, blob(repo, b"a"))
    repo.object_store.add_object(inner)
    tree.add(b"folder", 0o040000, inner.id)
    tree.add(b"link", 0o120000, blob(repo, b"/etc/passwd"))
    tree.add(b"submodule", 0o160000, blob(repo, b"x"))
    head = commit(repo, tree)

    whole, below = read_commit(repo, head, ""), read_commit(repo, head, "folder")

    assert (whole.subject, whole.files) == ("Said", {"folder/a.txt": b"a"})
    assert below.files == {"a.txt": b"a"}
    with pytest.raises(GitFault, match="no folder"):
        read_commit(repo, head, "link")


@pytest.mark.parametrize("name", [b"..", b"a\\..\\b", b"CON", b"a\nb"])
def test_names_that_lead_elsewhere_are_refused(name: bytes) -> None:
    repo, tree = MemoryRepo(), Tree()
    tree.add(name, 0o100644, blob(repo, b"x"))
    head = commit(repo, tree)

    with pytest.raises(ContentError):
        read_commit(repo, head, "")


def test_what_is_too_big_and_what_is_too_deep_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    repo, tree, deep = MemoryRepo(), Tree(), Tree()
    monkeypatch.setattr(git_fetch, "LIMITS", git_fetch.TreeLimits(max_total_bytes=10))
    tree.add(b"big", 0o100644, blob(repo, b"x" * 11))
    big = commit(repo, tree)
    for _level in range(15):
        repo.object_store.add_object(deep)
        outer = Tree()
        outer.add(b"d", 0o040000, deep.id)
        deep = outer
    far = commit(repo, deep)

    with pytest.raises(ContentError, match="MB"):
        read_commit(repo, big, "")
    with pytest.raises(ContentError, match="deep"):
        read_commit(repo, far, "")


@pytest.mark.long  # it starts a process
def test_a_private_address_is_refused_in_the_process_of_its_own(tmp_path: Path) -> None:
    remote = GitRemote(url="https://127.0.0.1/a.git")

    with pytest.raises(GitFault, match="ETUDE_GIT_PRIVATE_HOSTS"):
        fetch_apart(remote, Wanted(branch="main"), tmp_path / "scratch")

    assert list((tmp_path / "scratch").iterdir()) == []
