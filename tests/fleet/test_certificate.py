"""The self-made certificate: its owner's alone, kept while it is good, and made again when it is not."""

import ssl
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboard.fleet import certificate


def names_in(folder: Path) -> list[str]:
    """The DNS names that the certificate in a folder is for."""
    made = x509.load_pem_x509_certificate((folder / certificate.CERTIFICATE).read_bytes())
    return made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
        x509.DNSName
    )


def test_the_key_is_its_owners_alone_and_a_good_pair_is_kept(tmp_path: Path) -> None:
    certificate.ensure(tmp_path)
    key = tmp_path / certificate.KEY
    made = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    certificate.ensure(tmp_path)
    assert key.read_bytes() == made


@pytest.mark.parametrize("name", [certificate.KEY, certificate.CERTIFICATE])
def test_a_pair_that_is_damaged_is_made_again(name: str, tmp_path: Path) -> None:
    certificate.ensure(tmp_path)
    (tmp_path / name).write_text("nonsense")
    certificate.ensure(tmp_path)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
        tmp_path / certificate.CERTIFICATE, tmp_path / certificate.KEY
    )


def test_it_is_for_this_machine_and_the_hosts_on_it(tmp_path: Path) -> None:
    certificate.ensure(tmp_path, ["*.h2.localhost"])
    assert names_in(tmp_path) == ["localhost", "*.h2.localhost"]


def test_another_host_needs_another_certificate(tmp_path: Path) -> None:
    certificate.ensure(tmp_path)
    certificate.ensure(tmp_path, ["*.h2.localhost"])
    assert names_in(tmp_path) == ["localhost", "*.h2.localhost"]


def test_its_key_can_sign_no_other_certificate(tmp_path: Path) -> None:
    certificate.ensure(tmp_path)
    issuer = x509.load_pem_x509_certificate((tmp_path / certificate.CERTIFICATE).read_bytes())
    key = serialization.load_pem_private_key((tmp_path / certificate.KEY).read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bank.example")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain = [part.public_bytes(serialization.Encoding.PEM) for part in (forged, issuer)]
    (tmp_path / "forged.pem").write_bytes(b"".join(chain))
    trust = ssl.create_default_context(cafile=str(tmp_path / certificate.CERTIFICATE))
    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(tmp_path / "forged.pem", tmp_path / certificate.KEY, trust, "bank.example")
    _shake_hands(tmp_path / certificate.CERTIFICATE, tmp_path / certificate.KEY, trust, "localhost")


def _shake_hands(chain: Path, key: Path, trust: ssl.SSLContext, name: str) -> None:
    """Let a client that trusts `trust` meet a server, in memory. Raises SSLCertVerificationError."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain, key)
    one, other = ssl.MemoryBIO(), ssl.MemoryBIO()
    server, client = serving.wrap_bio(one, other, server_side=True), trust.wrap_bio(other, one, server_hostname=name)
    for side in (client, server, client, server):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()


def test_a_certificate_of_an_older_version_which_could_sign_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_before = x509.BasicConstraints(ca=True, path_length=0)
    with monkeypatch.context() as patched:
        patched.setattr("cryptography.x509.BasicConstraints", lambda **_: as_before)
        patched.setattr(certificate, "_is_good", lambda *_: False)
        certificate.ensure(tmp_path)
    old = (tmp_path / certificate.CERTIFICATE).read_bytes()
    certificate.ensure(tmp_path)
    assert (tmp_path / certificate.CERTIFICATE).read_bytes() != old
