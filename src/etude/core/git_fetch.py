"""Taking the files of a branch from a Git server, in a process of its own that may use little: what comes is hostile.

Nothing is checked out and no hook is run: the newest commit's tree is read in memory. Links and submodules are left
out; names that lead elsewhere, and what is too big or too many, are refused. The process gets its task, secrets
included, on its standard input: they are on no command line and in no file.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etude.content.errors import ContentError
from etude.content.tree import TreeBuilder, TreeLimits
from etude.core.errors import _
from etude.core.git_addresses import GitFault, GitRemote

if TYPE_CHECKING:
    from dulwich.objects import Tree
    from dulwich.repo import Repo

LIMITS = TreeLimits(max_files=5_000, max_total_bytes=100_000_000)
MAX_PACK_BYTES = 200_000_000
MEMORY_BYTES = 1 << 30
TIME_S = 90
CPU_S = 60
MAX_DEPTH = 12
MAX_SUBJECT_CHARS = 120
FILES = frozenset({0o100644, 0o100755, 0o100664})
FOLDER = 0o040000

NO_BRANCH = _("The repository has no branch “%(branch)s”.")
NO_FOLDER = _("There is no folder “%(folder)s” in the commit %(commit)s.")
TOO_MUCH = _("%(host)s sends too much, or takes too long: nothing was taken.")
TOO_DEEP = _("There are folders in folders, more than %(maximum)s deep.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be taken: the branch, the folder in it ("" for all), and the commit that is known already."""

    branch: str
    folder: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The newest commit of a branch, the first line of what it says, and its files; none for a commit that is known."""

    commit: str
    subject: str = ""
    files: dict[str, bytes] | None = None


def fetch_apart(remote: GitRemote, wanted: Wanted, scratch: Path) -> Fetched:
    """Return the newest commit of a branch and its files, fetched by a process of its own that is killed in time.

    Raises:
        GitFault: the server cannot be spoken to, has no such branch, or sends too much.
        ContentError: a file's name or size is not taken.
    """
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="git-") as place:
        task = {
            "remote": {**asdict(remote), "authority": str(remote.authority or ""),
                       "private_hosts": sorted(remote.private_hosts or ())},
            "wanted": asdict(wanted),
            "place": place,
        }  # fmt: skip
        try:
            done = subprocess.run(
                [sys.executable, "-m", "etude.core.git_fetch"],
                input=json.dumps(task).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=TIME_S,
                check=False,
                cwd=place,
                env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired as error:
            raise GitFault(TOO_MUCH, host=remote.host) from error
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise GitFault(TOO_MUCH, host=remote.host) from error
    return _read_answer(said)


def _read_answer(said: dict[str, Any]) -> Fetched:
    if (fault := said.get("fault")) is not None:
        raise GitFault(fault["id"], **fault["values"])
    if (wrong := said.get("wrong")) is not None:
        raise ContentError(wrong["path"], "", wrong["id"], wrong["values"])
    files = said["files"]
    return Fetched(
        commit=said["commit"],
        subject=said["subject"],
        files=None if files is None else {path: base64.b64decode(data) for path, data in files.items()},
    )


def fetch(remote: GitRemote, wanted: Wanted, place: Path) -> Fetched:
    """Return the newest commit of a branch and its files; `place` is an empty folder for what comes.

    Raises: as `fetch_apart`.
    """
    from dulwich.repo import Repo  # noqa: PLC0415  loaded in the process that fetches alone

    from etude.core.git_link import open_client, telling  # noqa: PLC0415

    ref = b"refs/heads/" + wanted.branch.encode()
    found: dict[str, bytes] = {}

    def choose(refs: dict[Any, Any], **_depth: object) -> list[Any]:
        if ref not in refs:
            raise GitFault(NO_BRANCH, branch=wanted.branch)
        found["head"] = refs[ref]
        return [] if refs[ref].decode() == wanted.known else [refs[ref]]

    with Repo.init_bare(str(place / "repository"), mkdir=True) as repo:
        with telling(remote):
            client, path = open_client(remote)
            client.fetch(path.encode(), repo, determine_wants=choose, depth=1)  # type: ignore[arg-type]
        head = found["head"]
        if head.decode() == wanted.known:
            return Fetched(commit=wanted.known)
        return read_commit(repo, head, wanted.folder)


def read_commit(repo: Repo, head: bytes, folder: str) -> Fetched:
    """Return the files of a commit below a folder.

    Raises:
        GitFault: it has no such folder.
        ContentError: a file's name or size is not taken.
    """
    from dulwich.objects import Commit, Tree  # noqa: PLC0415

    commit = repo[head]
    assert isinstance(commit, Commit)
    tree = repo[commit.tree]
    for name in filter(None, folder.split("/")):
        entry = tree[name.encode()] if isinstance(tree, Tree) and name.encode() in tree else None
        tree = repo[entry[1]] if entry is not None and entry[0] == FOLDER else None  # type: ignore[assignment]
        if tree is None:
            raise GitFault(NO_FOLDER, folder=folder, commit=head.decode()[:10])
    builder = TreeBuilder(LIMITS)
    assert isinstance(tree, Tree)
    _collect(repo, tree, "", builder)
    subject = (commit.message or b"").decode("utf-8", "replace").strip().partition("\n")[0]
    return Fetched(commit=head.decode(), subject=subject[:MAX_SUBJECT_CHARS], files=builder.finish())


def _collect(repo: Repo, tree: Tree, prefix: str, builder: TreeBuilder) -> None:
    if prefix.count("/") > MAX_DEPTH:
        raise ContentError(prefix, "", TOO_DEEP, {"maximum": MAX_DEPTH})
    for entry in tree.items():
        path = prefix + (entry.path or b"").decode("utf-8", "replace")
        if builder.limits.leaves_out(path.rpartition("/")[2]) or entry.mode not in FILES | {FOLDER}:
            continue
        builder.check_name(path)
        if entry.mode == FOLDER:
            _collect(repo, repo[entry.sha], path + "/", builder)  # type: ignore[arg-type]
        else:
            builder.add(path, repo[entry.sha].as_raw_string())


def main() -> None:
    """Do the task on the standard input, within narrow limits, and print what came of it."""
    task = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_PACK_BYTES, MAX_PACK_BYTES))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = task["remote"]
    remote = GitRemote(**{**given, "authority": Path(given["authority"]) if given["authority"] else None})
    print(json.dumps(_answer(remote, Wanted(**task["wanted"]), Path(task["place"]))))  # noqa: T201


def _answer(remote: GitRemote, wanted: Wanted, place: Path) -> dict[str, Any]:
    try:
        got = fetch(remote, wanted, place)
    except GitFault as fault:
        return {"fault": {"id": fault.sentence, "values": {key: str(one) for key, one in fault.values.items()}}}
    except ContentError as error:
        return {"wrong": {"path": error.path, "id": error.sentence, "values": dict(error.values)}}
    except (MemoryError, RecursionError):
        return {"fault": {"id": TOO_MUCH, "values": {"host": remote.host}}}
    files = got.files
    coded = None if files is None else {path: base64.b64encode(data).decode() for path, data in files.items()}
    return {"commit": got.commit, "subject": got.subject, "files": coded}


if __name__ == "__main__":
    main()
