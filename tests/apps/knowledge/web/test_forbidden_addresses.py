"""What no address may reach: anything that the operator did not open, however it is written or led to."""

import socket
import threading
from collections.abc import Iterator

import pytest

from apps.core import network
from apps.knowledge.ingest.blocks import Refused
from apps.knowledge.web import http
from apps.knowledge.web.addresses import Address, address_permit
from apps.knowledge.web.http import fetched

from .conftest import Site, html, reply

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # metadata of most clouds
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


def refusal(text: str) -> str:
    with pytest.raises(Refused) as error:
        fetched(Address.parsed(text), permit=address_permit)
    return error.value.code


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name means these addresses; returns the names that were looked up."""
    looked: list[str] = []
    original = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: object, **kwargs: object) -> object:
        if host in addresses:  # what is being connected to
            return original(host, port, *args, **kwargs)  # type: ignore[arg-type]
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(network.socket, "getaddrinfo", getaddrinfo)
    return looked


@pytest.fixture
def example(settings: object) -> None:
    settings.KNOWLEDGE_HOSTS = ["help.example.com", "*.example.org"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(example: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve(monkeypatch, address)
    assert refusal("http://help.example.com/") == "private"


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(
    example: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, "93.184.216.34", "127.0.0.1")
    assert refusal("http://help.example.com/") == "private"


def test_an_inner_address_is_refused_even_where_its_host_is_allowed(settings: object, site: Site) -> None:
    settings.KNOWLEDGE_HOSTS = [f"127.0.0.1:{site.port}"]  # type: ignore[attr-defined]
    assert refusal(f"{site.origin}/") == "private"
    assert not site.asked


def test_nothing_is_open_unless_somebody_opened_it(site: Site) -> None:
    assert refusal("http://help.example.com/") == "host"
    assert refusal(f"{site.origin}/") == "host"


@pytest.mark.parametrize(
    "text",
    [
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://[::ffff:7f00:1]/",
        "http://localhost/",
        "http://evil.com/help.example.com",
        "http://help.example.com.evil.com/",
        "http://evil-example.org/",
        "http://example.org/",  # "*.example.org" is what lies below
        "http://help.example.com:8080/",
    ],
)
def test_what_is_not_exactly_an_allowed_host_is_refused(example: None, text: str) -> None:
    assert refusal(text) == "host"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "help.example.com",
        "//help.example.com/",
        "ftp://help.example.com/",
        "file:///etc/passwd",
        "gopher://help.example.com/",
        "javascript:alert(1)",
        "http:///x",
        "http://user:secret@help.example.com/",
        "http://help.example.com@evil.com/",
        "http://help.example.com\\@evil.com/",
        "http://help.example.com/\r\nX-Injected: 1",
        "http://help%2eexample.com/",
        "http://help.example.com:99999/",
        "http://help.example.com/" + "a" * 3000,
    ],
)
def test_what_is_no_plain_web_address_is_refused(text: str) -> None:
    with pytest.raises(Refused) as error:
        Address.parsed(text)
    assert error.value.code == "address"


def test_a_host_is_known_in_any_case_and_with_its_last_dot(example: None) -> None:
    for text in ("HTTP://HELP.Example.COM./a", "https://deep.below.example.org/", "http://help.example.com:80/"):
        address_permit(Address.parsed(text))


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data/", "http://localhost/", "//10.0.0.1/"])
def test_a_redirect_leads_to_no_host_that_is_not_allowed(opened: Site, target: str) -> None:
    opened.pages["/"] = reply(302, headers={"Location": target})
    assert refusal(f"{opened.origin}/") == "host"


def test_a_redirect_to_an_allowed_host_that_leads_inside_is_refused(
    opened: Site, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KNOWLEDGE_HOSTS += ["inner.example.com"]  # type: ignore[attr-defined]
    opened.pages["/"] = reply(302, headers={"Location": "http://inner.example.com/"})
    original = socket.getaddrinfo

    def getaddrinfo(host: str, *args: object, **kwargs: object) -> object:
        return original("10.0.0.9" if host == "inner.example.com" else host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(network.socket, "getaddrinfo", getaddrinfo)
    assert refusal(f"{opened.origin}/") == "private"


def test_a_redirect_to_another_scheme_is_refused(opened: Site) -> None:
    opened.pages["/"] = reply(302, headers={"Location": "file:///etc/passwd"})
    assert refusal(f"{opened.origin}/") == "address"


def test_redirects_end(opened: Site) -> None:
    opened.pages["/"] = reply(302, headers={"Location": "/"})
    assert refusal(f"{opened.origin}/") == "redirects"
    assert len(opened.asked) == http.REDIRECTS + 1


def test_a_name_is_looked_up_once_and_that_very_address_is_connected_to(
    site: Site, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer of a name server that changes its mind would be inside; it is never asked for."""
    settings.KNOWLEDGE_HOSTS = [f"help.example.com:{site.port}"]  # type: ignore[attr-defined]
    settings.KNOWLEDGE_NETWORKS = ["127.0.0.1/32"]  # type: ignore[attr-defined]
    looked = resolve(monkeypatch, "127.0.0.1")
    connected: list[object] = []
    create = socket.create_connection

    def connect(address: tuple[str, int], *args: object, **kwargs: object) -> socket.socket:
        connected.append(address)
        return create(address, *args, **kwargs)  # type: ignore[arg-type]

    site.pages["/"] = html("Hello there.")
    monkeypatch.setattr(network.socket, "create_connection", connect)
    answer = fetched(Address.parsed(f"http://help.example.com:{site.port}/"), permit=address_permit)
    assert answer.status == 200 and looked == ["help.example.com"]
    assert connected == [("127.0.0.1", site.port)]
    assert site.asked[0][1]["host"] == f"help.example.com:{site.port}"


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that sends a byte now and then, and never ends its header."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        connection, _address = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not ended.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    ended.set()
    thread.join()
    listening.close()


def test_a_server_that_drips_is_given_up(dripping: int, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KNOWLEDGE_HOSTS = [f"127.0.0.1:{dripping}"]  # type: ignore[attr-defined]
    settings.KNOWLEDGE_NETWORKS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
    monkeypatch.setattr(http, "SECONDS", 0.3)
    assert refusal(f"http://127.0.0.1:{dripping}/") == "slow"


def test_a_server_that_is_not_there_is_said_to_be_silent(settings: object) -> None:
    with socket.socket() as bound:  # and does not listen; nor can anybody else meanwhile
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        settings.KNOWLEDGE_HOSTS = [f"127.0.0.1:{port}"]  # type: ignore[attr-defined]
        settings.KNOWLEDGE_NETWORKS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
        assert refusal(f"http://127.0.0.1:{port}/") == "silent"
        assert refusal(f"https://127.0.0.1:{port}/") == "silent"
