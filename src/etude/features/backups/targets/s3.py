"""A folder in a bucket of an object store that speaks S3, over TLS; needs the extra `etude[s3]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.config import ConfigError
from etude.core.errors import _
from etude.features.backups.targets import TargetKind
from etude.storage.s3.connecting import Access
from etude.storage.s3.sending import S3Target

if TYPE_CHECKING:
    from etude.config import Config

ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<folder>(?:/[A-Za-z0-9._-]+)*)/?")
BAD_ADDRESS = _(
    "ETUDE_BACKUP_TARGET must look like this: s3://bucket/folder. Address and keys are settings of their own."
)
UNTRUSTED = _(
    "The certificate of %(target)s cannot be verified: nothing was sent. Is ETUDE_BACKUP_CA the right file, and is the "
    "clock right?"
)


def _open(config: Config) -> S3Target:
    match = ADDRESS.fullmatch(config.backup_target)
    if match is None:
        raise ConfigError(BAD_ADDRESS)
    access = Access(
        chosen="ETUDE_BACKUP_TARGET",
        prefix="ETUDE_BACKUP_",
        bucket=match["bucket"],
        endpoint=config.backup_endpoint,
        region=config.backup_region,
        access_key=config.backup_access_key,
        secret_key=config.backup_secret_key,
        ca=config.backup_ca,
        plain_host=config.backup_plain_host,
    )
    return S3Target(access, match["folder"].strip("/"), config.scratch)


ENTRY = TargetKind(name="s3", schemes=("s3",), example="s3://bucket/folder", untrusted=UNTRUSTED, open=_open)
