"""What a letter is on the wire, and what a server's answers mean: against a real SMTP server."""

import email
import re
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from socket import create_server

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tests import post_office
from tests.post_office import PostOffice
from toolkit import mail
from toolkit.mail import Answer, Fate, Words

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
WORDS = Words("Ο λογαριασμός σου · Εργαλειοθήκη", "Γεια σου.\n.κρυφή τελεία\n", "<p>Γεια σου.</p>")


def letter(**changed: object) -> email.message.EmailMessage:
    values = {
        "to": "maria@example.org",
        "sender": "no-reply@learning.example.org",
        "sender_name": "Εργαλειοθήκη Μάθησης",
        "language": "el",
        "message_id": "0123456789abcdef",
        "written_at": NOW,
        **changed,
    }
    return mail.message(values.pop("words", WORDS), **values)


def handed_over(office: PostOffice, *letters: email.message.EmailMessage) -> list[Answer]:
    with mail.Line(mail.server(office.url), own_domain="learning.example.org") as line:
        return [line.hand_over(one) for one in letters]


def test_a_greek_letter_arrives_as_it_was_written():
    with post_office.opened() as office:
        assert handed_over(office, letter(), letter(message_id="second")) == [Answer(Fate.TAKEN)] * 2
    first = office.taken[0]
    assert first["Subject"] == WORDS.subject
    assert str(first["From"]) == "Εργαλειοθήκη Μάθησης <no-reply@learning.example.org>"
    assert first["Message-ID"] == "<0123456789abcdef@learning.example.org>"
    assert first["Content-Language"] == "el"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"].datetime == NOW
    assert first.reader == ["maria@example.org"]
    assert first.get_body(("plain",)).get_content().replace("\r\n", "\n") == WORDS.text
    assert first.get_body(("html",)).get_content().strip() == WORDS.html
    assert first.raw.isascii(), "every server can carry it"
    assert max(map(len, first.raw.split(b"\r\n"))) <= 998


def test_a_second_try_is_the_same_bytes():
    assert letter().as_bytes() == letter().as_bytes()
    assert letter().as_bytes() != letter(message_id="another").as_bytes()


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("421", Answer(Fate.LATER, "sender_421", 421)),
        ("451", Answer(Fate.LATER, "reader_451", 451)),
        ("550", Answer(Fate.NEVER, "reader_550", 550)),
        ("554", Answer(Fate.NEVER, "content_554", 554)),
        ("stall", Answer(Fate.LATER, "silent")),
        ("cut", Answer(Fate.LATER, "broken_off")),
        ("lost", Answer(Fate.UNKNOWN, "unknown")),
        ("doubt", Answer(Fate.UNKNOWN, "unknown")),
    ],
)
def test_each_thing_a_server_can_do_has_its_meaning(fault: str, answer: Answer):
    with post_office.opened() as office:
        office.plan.append(fault)
        with mail.Line(mail.server(office.url), own_domain="x.example.org") as line:
            # So long that it cannot all be under way when the server breaks off in the middle.
            long = letter(words=Words("Subject", "0123456789abcdef\n" * 1_000_000, "<p></p>"))
            assert line.hand_over(long if fault == "cut" else letter()) == answer
            if line.alive:  # a refusal of one letter does not touch the next
                assert line.hand_over(letter(message_id="next")) == Answer(Fate.TAKEN)
        assert line.alive == (fault in {"451", "550", "554"})
    assert office.fired == {fault: 1}
    assert len(office.taken) == (1 if fault in {"451", "550", "554", "doubt"} else 0)


def test_a_server_that_cannot_be_used_has_a_kind():
    kinds = []
    for port in (post_office.dead_port(), None):
        with post_office.opened(mute=True) as office:
            url = f"smtp://127.0.0.1:{port or office.port}?timeout=1"
            with pytest.raises(mail.ServerTroubleError) as caught, mail.Line(mail.server(url), own_domain="x.example"):
                pass
        kinds.append(caught.value.kind)
    assert kinds == ["unreachable", "silent"]


def test_a_server_that_hangs_up_or_speaks_otherwise_is_not_ready():
    with closing(create_server(("127.0.0.1", 0))) as listening:
        says = [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"]

        def answer() -> None:
            for words in says:
                connection, _ = listening.accept()
                connection.sendall(words)
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        kinds = []
        for _ in says:
            url = f"smtp://127.0.0.1:{listening.getsockname()[1]}?timeout=2"
            with pytest.raises(mail.ServerTroubleError) as caught, mail.Line(mail.server(url), own_domain="x.example"):
                pass
            kinds.append(caught.value.kind)
        thread.join()
    assert kinds[0] == "broken_off"
    assert kinds[1] in {"not_ready", "broken_off"}


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that nobody believes; give its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    cert, private = folder / "cert.pem", folder / "key.pem"
    signed = made.add_extension(loopback, critical=False).sign(key, hashes.SHA256())
    cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert, private


def test_sealed_and_signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    seen = []

    def knows(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        del server, session, envelope
        seen.append((mechanism, data.login, data.password))
        return AuthResult(success=data.password == b"p@ss:wort", handled=False)

    login = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": knows}
    with post_office.opened(login=login) as office:
        url = f"smtp+starttls://toolkit:p%40ss:wort@127.0.0.1:{office.port}?timeout=5"
        with (
            pytest.raises(mail.ServerTroubleError, match="not_sealed"),
            mail.Line(mail.server(url), own_domain="x.example"),
        ):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        with mail.Line(mail.server(url), own_domain="x.example") as line:
            assert line.hand_over(letter()) == Answer(Fate.TAKEN)
        wrong = url.replace("wort", "w0rt")
        with (
            pytest.raises(mail.ServerTroubleError, match="sign_in_refused"),
            mail.Line(mail.server(wrong), own_domain="x.example"),
        ):
            pass
    assert seen[0][1:] == (b"toolkit", b"p@ss:wort")
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("url", "seal", "port"),
    [
        ("smtp://mail.example.org", "", 25),
        ("smtp+starttls://u:p@mail.example.org", "starttls", 587),
        ("smtps://u:p@mail.example.org:4650", "tls", 4650),
    ],
)
def test_smtp_url_says_where_and_how(url: str, seal: str, port: int):
    found = mail.server(url)
    assert (found.host, found.port, found.seal) == ("mail.example.org", port, seal)
    assert found.taken_seconds > found.step_seconds, "the longer we wait for the last word, the rarer a double"


@pytest.mark.parametrize(
    "address",
    [
        "maria@example.org\r\nBcc: all@example.org",
        "maria@example.org\nX: y",
        "a@example.org, b@example.org",
        "Maria <maria@example.org>",
        "<maria@example.org>",
        "maria",
        "@example.org",
        "maria@",
        "ma ria@example.org",
        "maria@exa\x00mple.org",
        "μαρία@example.org",
        "a@b@example.org",
        "maria@" + "x" * 64 + ".org",
        "",
    ],
)
def test_what_is_not_one_address_is_not_written_on_a_letter(address: str):
    with pytest.raises(mail.AddressRefusedError):
        letter(to=address)


def test_a_greek_domain_goes_out_in_ascii():
    assert letter(to="maria@παράδειγμα.example")["To"] == "maria@xn--hxajbheg2az3al.example"


@given(st.text(), st.text(), st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_can_become_a_header(subject: str, name: str, text: str):
    words = Words(f"Your account {subject}", text + "\r\nBcc: all@example.org\r\n", "<p></p>")
    try:
        sent = letter(words=words, sender_name=name).as_bytes()
    except UnicodeEncodeError:  # half of a surrogate pair: no letter at all
        return
    parsed = email.message_from_bytes(sent, policy=SMTP)
    assert set(parsed.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Content-Language",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
    }
    assert parsed["To"] == "maria@example.org"
    assert not re.search(rb"(?im)^(bcc|cc|x-y):", sent.split(b"\r\n\r\n")[0])
