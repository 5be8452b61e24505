"""A real browser against the real application in this process; only the model's side of the socket is scripted."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
import uvicorn
from attended import Attended
from django.test import TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.plugin import DjangoDbBlocker
from scripted import PATIENCE, Socket
from xdist.scheduler import LoadScopeScheduling

expect.set_options(timeout=PATIENCE * 1000)
# Without the windows around a page, which nobody sees here, a page opens in a third of the time.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), "")
OpenPage = Callable[..., Page]
Theme = Literal["light", "dark"]
FLAGS = [
    "--no-sandbox",  # needed as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-smooth-scrolling",  # a wheel's turn has ended when the test goes on
]


class OneProduct(LoadScopeScheduling):  # type: ignore[misc]
    """Of several workers one has all tests of the whole product, which starts once; the others come one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return "product" if "/product/" in nodeid else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneProduct:
    return OneProduct(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages come last and go first: one that goes on asking would else be told that its people are gone."""
    for item in items:
        if isinstance(item, pytest.Function) and Path(__file__).parent in item.path.parents:
            item.fixturenames.sort(key=partial(_opens_pages, item))


def _opens_pages(item: pytest.Function, fixture: str) -> bool:
    made = item._fixtureinfo.name2fixturedefs.get(fixture, ())
    return fixture == "open_page" or any(_opens_pages(item, name) for one in made for name in one.argnames)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser: apt-get install chromium-headless-shell fonts-wqy-zenhei, or set CHROMIUM")
    # Playwright's synchronous interface keeps an event loop in this thread, which Django would refuse to share.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def application() -> Attended:
    from config.asgi import application

    return Attended(application)


@pytest.fixture(scope="session")
def site(application: Attended, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The application's address; it runs in a thread, on the test database."""
    from django.core.management import call_command

    call_command("compile_locale")
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    with django_db_blocker.unblock():
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def new_profile(browser: Browser, site: str) -> Callable[..., BrowserContext]:
    """A browser profile by its settings."""

    def made(language: str, theme: Theme, phone: bool, bypass_csp: bool) -> BrowserContext:
        return browser.new_context(
            base_url=site,
            locale=language,
            color_scheme=theme,
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
            has_touch=phone,
            bypass_csp=bypass_csp,
            permissions=["clipboard-read", "clipboard-write"],
        )

    return made


@pytest.fixture(scope="session")
def used_profile(new_profile: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """The one that all tests with these settings share, so that styles and scripts are fetched once."""
    return cache(new_profile)


@pytest.fixture
def open_page(
    new_profile: Callable[..., BrowserContext],
    used_profile: Callable[..., BrowserContext],
    application: Attended,
    site: str,
) -> Iterator[OpenPage]:
    """`open_page(path, session=…, language=…, …)`; the test fails on what the console says, unless it is `noisy`.

    Nothing is kept from the test before. At the end all pages are closed, and what they asked for last is awaited.

    `prepare(page)` runs before the page is loaded; `fresh` is for tests that change the profile itself.
    """
    profiles: dict[BrowserContext, bool] = {}  # whether it is this test's alone
    complaints: list[str] = []

    def open_(
        path: str,
        *,
        session: str = "",
        language: str = "en-GB",
        theme: Theme = "light",
        phone: bool = False,
        bypass_csp: bool = False,
        fresh: bool = False,
        noisy: bool = False,
        prepare: Callable[[Page], Any] = lambda page: None,
    ) -> Page:
        profile = (new_profile if fresh else used_profile)(language, theme, phone, bypass_csp)
        page = profile.new_page()
        if profile not in profiles:
            kept = {"origin": site, "storageTypes": "local_storage"}  # drafts, and what was chosen
            profile.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
        profiles[profile] = fresh
        profile.clear_cookies()
        if session:
            profile.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page.set_default_timeout(PATIENCE * 1000)
        if not noisy:
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        prepare(page)
        page.goto(path)
        return page

    yield open_
    for profile, own in profiles.items():
        for page in profile.pages:
            page.close()
        if own:
            profile.close()
    application.rest(site)
    assert complaints == []


@pytest.fixture
def keep_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Emptying every table after each test takes longer than the test; these tests take back what they made."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)


@pytest.fixture
def assistants(keep_tables: None, transactional_db: None, site: str) -> Iterator[None]:
    from django.contrib.sessions.models import Session

    from apps.chat.models import Assistant, QuestionFile

    Assistant.objects.create(slug="shop", name="Shop help", name_zh="商店客服", starters=["Can I return it?"])
    Assistant.objects.create(slug="products", name="Product support", name_zh="产品支持", position=1)
    yield
    for assistant in Assistant.with_trials.all():
        _delete(assistant)
    QuestionFile.objects.all().delete()
    Session.objects.all().delete()


def _delete(assistant: Any) -> None:
    """With its conversations, also one that a closed page's last request is storing at this moment.

    Locked first, in the product's order: what is being stored is waited for, or finds its conversation gone. The
    writer locks several answers at once in no order, so it may still take a second try.
    """
    from django.db import IntegrityError, OperationalError, transaction

    from apps.chat.models import Generation

    conversations = assistant.conversations.order_by("pk")
    answers = Generation.objects.filter(conversation__assistant=assistant).order_by("pk")
    for _ in range(20):
        try:
            with transaction.atomic():
                list(type(assistant).objects.select_for_update().filter(pk=assistant.pk))
                list(conversations.select_for_update().values_list("pk"))
                list(answers.select_for_update(of=("self",)).values_list("pk"))
                conversations.delete()
                type(assistant).objects.filter(pk=assistant.pk).delete()
            return
        except (IntegrityError, OperationalError) as error:  # the latter for a deadlock
            lost = error
    raise AssertionError("something keeps an assistant from being deleted") from lost


@pytest.fixture
def operator(assistants: None) -> Iterator[str]:
    """The session of one."""
    from apps.chat.models import Assistant

    user, session = _signed_in("olga", role="operator")
    yield session
    Assistant.with_trials.filter(editor=user).delete()
    user.delete()


@pytest.fixture
def customer(assistants: None) -> Iterator[tuple[Any, str]]:
    """One who has signed in, and the session."""
    user, session = _signed_in("cora", role="customer")
    yield user, session
    user.delete()


def _signed_in(name: str, role: str) -> tuple[Any, str]:
    from django.test import Client

    from apps.accounts.models import User

    user = User.objects.create(username=f"{name}-{uuid4().hex[:8]}", role=role)
    client = Client()
    client.force_login(user)
    return user, client.cookies["sessionid"].value


@pytest.fixture
def able_model(assistants: None) -> Iterator[None]:
    """Behind the alias `writer`: one that may be left to write by itself."""
    with _model("able", alias="writer"):
        yield


@pytest.fixture
def seeing_model(assistants: None) -> Iterator[None]:
    """Behind the alias of the assistants: one that reads images."""
    with _model("seeing", alias="production", config={"images": True}):
        yield


@contextmanager
def _model(name: str, *, alias: str, **columns: Any) -> Iterator[None]:
    from apps.registry.models import Alias, ModelVersion, RegisteredModel, Source

    model = RegisteredModel.objects.create(name=name)
    columns |= {"model": model, "number": 1, "state": "ready", "source": Source.ENDPOINT, "path": "m"}
    version = ModelVersion.objects.create(**columns)
    made = Alias.objects.create(name=alias, version=version)
    yield
    for one in (made, version, model):
        one.delete()


@pytest.fixture
def chat(open_page: OpenPage) -> Callable[..., tuple[Page, Socket]]:
    """The chat's page with the other end of its socket in the test's hands."""

    def open_(path: str = "/", **options: Any) -> tuple[Page, Socket]:
        sockets: list[Socket] = []
        page = open_page(path, prepare=lambda page: sockets.append(Socket(page)), **options)
        return page, sockets[0]

    return open_
