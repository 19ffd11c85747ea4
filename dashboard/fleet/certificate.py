"""The self-made certificates with which servers speak TLS on this machine; browsers ask before they trust them."""

import ipaddress
import os
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CERTIFICATE = "certificate.pem"
KEY = "key.pem"
LASTS = timedelta(days=365)
REMADE_BEFORE_END = timedelta(days=30)


def folder_in(data: Path) -> Path:
    """Return where servers that speak TLS themselves find certificate and key, below the data folder."""
    return data.absolute() / "tls"


def ensure(folder: Path, hosts: Sequence[str] = ()) -> None:
    """Make certificate and key in `folder` unless a good pair is there. Raises OSError.

    The certificate is for this machine, and for `hosts` on it, such as `*.localhost`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = _names(hosts)
    if not _is_good(folder, names):
        key = ec.generate_private_key(ec.SECP256R1())
        _write(folder / KEY, _encode(key))
        _write(folder / CERTIFICATE, _sign(key, names).public_bytes(serialization.Encoding.PEM))


def unverified_context(alpn: str) -> ssl.SSLContext:
    """Return TLS for a client of such a server, which offers `alpn`; the certificate is not checked.

    The server made it for itself, on this machine: nobody vouches for it, and nothing leaves the loopback interface.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([alpn])
    return context


def _is_good(folder: Path, wanted: x509.SubjectAlternativeName) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), password=None)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    lasts = certificate.not_valid_after_utc - REMADE_BEFORE_END > datetime.now(UTC)
    return lasts and certificate.public_key() == key.public_key() and names == wanted


def _sign(key: ec.EllipticCurvePrivateKey, names: x509.SubjectAlternativeName) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gatescope on this machine")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def _names(hosts: Sequence[str]) -> x509.SubjectAlternativeName:
    names = [x509.DNSName(host) for host in ("localhost", *hosts)]
    return x509.SubjectAlternativeName([*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


def _encode(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, from its first moment on."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
