"""E-mail by SMTP: always encrypted when a password is sent, never waiting for ever.

ETUDE_SMTP_URL is `smtps://user:password@host:465` (TLS from the first byte) or `smtp://user:password@host:587`
(STARTTLS; a plain relay only on this machine, or on a host that ETUDE_PLAIN_HOSTS names, and never with a password).
"""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from etude.core.transport import may_be_plain
from etude.notify import Channel, Message, NotSent

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from etude.config import Config

TIMEOUT_S = 20.0
PORTS = {"smtp": 587, "smtps": 465}
PERMANENT = 500
"""SMTP replies from here on are final (RFC 5321, 4.2.1)."""


def is_ready(config: Config) -> bool:
    """Tell whether the installation can send e-mail."""
    return bool(config.smtp_url and config.mail_from)


def compose(config: Config, message: Message) -> EmailMessage:
    """Return the e-mail as it is sent.

    Raises:
        NotSent: an address or the subject cannot be one (a line break in it, for example).
    """
    mail = EmailMessage()
    try:
        mail["From"] = Address("Étude", addr_spec=config.mail_from)
        mail["To"] = Address(addr_spec=message.to)
        mail["Subject"] = message.subject
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = make_msgid(domain=config.mail_from.rpartition("@")[2] or "localhost")
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
        mail.set_content(message.text)
    except (ValueError, IndexError) as error:
        raise NotSent(f"this e-mail cannot be written: {error}", is_final=True) from error
    return mail


def send(config: Config, message: Message) -> None:
    """Hand a message over to the mail server.

    Raises:
        NotSent: it was refused, or the server could not be reached within 20 s.
    """
    if not is_ready(config):
        raise NotSent("ETUDE_SMTP_URL and ETUDE_MAIL_FROM are not both set", is_final=True)
    mail = compose(config, message)
    try:
        with _connect(config) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise NotSent(f"the address was refused: {codes}", is_final=min(codes) >= PERMANENT) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the server answered {error.smtp_code}", is_final=error.smtp_code >= PERMANENT) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"the server could not be reached: {type(error).__name__}", is_final=False) from error


def _connect(config: Config) -> smtplib.SMTP:
    """Return an open, encrypted and signed-in connection."""
    url = urlsplit(config.smtp_url)
    host, port = url.hostname or "localhost", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    try:
        _encrypt_and_sign_in(server, url, context, may_be_plain=may_be_plain(config, host))
    except BaseException:
        server.close()
        raise
    return server


def _encrypt_and_sign_in(
    server: smtplib.SMTP, url: SplitResult, context: ssl.SSLContext, *, may_be_plain: bool
) -> None:
    server.ehlo()
    if url.scheme == "smtp" and server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif url.scheme == "smtp" and url.username:
        raise NotSent("the server offers no encryption, so the password was not sent", is_final=True)
    elif url.scheme == "smtp" and not may_be_plain:
        raise NotSent("the server offers no encryption, and ETUDE_PLAIN_HOSTS does not name it", is_final=True)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))


ENTRY = Channel(name="email", is_ready=is_ready, send=send)
