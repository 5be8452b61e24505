"""Which sites may show a widget: exact origins, written as browsers write them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import BadInput
from apps.widget.origins import origin_read, origins_read


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://10.0.0.7", "https://10.0.0.7"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written: str, origin: str) -> None:
    assert origin_read(written) == origin


@pytest.mark.parametrize(
    "text",
    [
        "shop.example",
        "*",
        "https://*.shop.example",
        "https://",
        "https://shop.example/chat",
        "https://shop.example?x",
        "https://me@shop.example",
        "https://shop.example:99999",
        "ftp://shop.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "null",
        "https://shop.example; script-src *",
        "https://shop.example 'self'",
        "https://shop_example",
    ],
)
def test_what_is_no_exact_origin_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        origin_read(text)


@given(st.text(max_size=60) | st.from_regex(r"https?://[ -~]{0,40}", fullmatch=True))
def test_whatever_is_written_no_other_word_gets_into_the_policy(text: str) -> None:
    try:
        origin = origin_read(text)
    except BadInput:
        return
    assert not set(origin) & set(" ;,'\"*\n\r\t") and urlsplit(origin).path == ""
    assert origin_read(origin) == origin


def test_an_origin_that_is_named_twice_is_kept_once() -> None:
    assert origins_read(["https://a.example", "https://A.example/"]) == ["https://a.example"]
