"""The self-made certificates with which servers speak TLS on this machine; browsers ask before they trust them."""

import ipaddress
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dashboard.lib.private_file import write_private

CERTIFICATE = "certificate.pem"
KEY = "key.pem"
LASTS = timedelta(days=365)
REMADE_BEFORE_END = timedelta(days=30)

_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


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
        write_private(folder / KEY, _encode(key))
        write_private(folder / CERTIFICATE, _sign(key, names).public_bytes(serialization.Encoding.PEM))


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
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    lasts = certificate.not_valid_after_utc - REMADE_BEFORE_END > datetime.now(UTC)
    return lasts and not is_authority and certificate.public_key() == key.public_key() and names == wanted


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
        # Whoever trusts it trusts this one server: with its key no certificate can be signed for another name.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _names(hosts: Sequence[str]) -> x509.SubjectAlternativeName:
    names = [x509.DNSName(host) for host in ("localhost", *hosts)]
    return x509.SubjectAlternativeName([*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


def _encode(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
