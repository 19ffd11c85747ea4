"""The shop as a visitor sees it: pages, links, the cookie of the currency, and what it keeps on disk."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.probes.django.servers import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.probes.django.servers import Server


def test_every_link_of_the_home_page_leads_somewhere(shop: Server) -> None:
    links = set(re.findall(r'href="(/[^"?]*)', shop.get("/").text)) - {"/error/"}
    assert len(links) > 15
    for link in links:
        assert shop.get(link + "?seconds=0").status_code == 200, link


def test_product_page_shows_its_price_and_what_customers_said(shop: Server) -> None:
    page = shop.get("/products/teapot/").text
    assert "€34.90" in page
    assert page.count("<blockquote>") == 3


@pytest.mark.parametrize(("cookie", "price"), [("GBP", "£34.90"), ("<b>", "€34.90")])
def test_cookie_chooses_a_currency_that_the_shop_knows(shop: Server, cookie: str, price: str) -> None:
    assert price in shop.get("/products/teapot/", Cookie=f"currency={cookie}").text


def test_unknown_page_is_404(shop: Server) -> None:
    assert shop.get("/products/unicorn/").status_code == 404


def test_search_engines_are_asked_to_stay_away(shop: Server) -> None:
    assert shop.get("/hello/").headers["X-Robots-Tag"] == "noindex"


def test_unknown_host_is_refused(shop: Server) -> None:
    assert shop.get("/hello/", Host="example.org").status_code == 400


def test_secret_is_drawn_once_and_readable_by_its_owner_only(shop_data: Path) -> None:
    ask = [sys.executable, "-c", "from samples import settings; print(settings.SECRET_KEY)"]
    first, second = run(ask, shop_data), run(ask, shop_data)
    assert first == second
    assert len(first) > 50
    assert (shop_data / "samples_secret_key").stat().st_mode & 0o777 == 0o600


def test_models_and_migrations_agree(shop_data: Path) -> None:
    run([sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"], shop_data)
