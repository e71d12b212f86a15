"""An object store that speaks S3: moto's server in a process of its own, over http and, with a certificate, https."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from etude.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = """
import logging, sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel("ERROR")
application = DomainDispatcherApplication(create_backend_app)
for secret in (None, (sys.argv[1], sys.argv[2])):
    server = make_server("127.0.0.1", 0, application, True, request_handler=MotoRequestHandler, ssl_context=secret)
    threading.Thread(target=server.serve_forever).start()
    print(server.server_port, flush=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStore:
    """A store that runs: its two addresses, the file of the authority that signed its certificate."""

    http: str
    https: str
    authority: Path

    def config(self, data: Path, **changes: object) -> Config:
        """Return the settings of an installation that keeps its files in a new bucket."""
        values: dict[str, object] = {"s3_endpoint": self.http, "s3_bucket": f"school-{uuid4().hex[:12]}", **changes}
        config = Config(
            data=data,
            testing=True,
            storage="s3",
            s3_access_key="key",
            s3_secret_key="secret",
            **values,  # type: ignore[arg-type]
        )
        client_of(config).create_bucket(Bucket=config.s3_bucket)
        return config


def client_of(config: Config) -> object:
    """Return the library's own client, for looking into the bucket from beside."""
    from etude.storage import open_storage

    return open_storage(config)._place.client  # type: ignore[attr-defined]


@contextmanager
def running(folder: Path) -> Iterator[ObjectStore]:
    """Run a store that forgets everything when it ends; its certificate lies in `folder`."""
    certificate, key = make_certificate(folder)
    command = [sys.executable, "-c", PROGRAM, str(certificate), str(key)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        http, https = (int(process.stdout.readline()) for _ in range(2))
        yield ObjectStore(http=f"http://127.0.0.1:{http}", https=f"https://localhost:{https}", authority=certificate)
    finally:
        process.kill()
        process.communicate()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write the certificate of localhost, its own authority, and its key into a folder; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, key_file = folder / "authority.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, key_file
