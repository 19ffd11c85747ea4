"""The self-made certificate: its owner's alone, kept while it is good, and made again when it is not."""

import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

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
