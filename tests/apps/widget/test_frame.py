"""The script, the look and the frame: for the inbox's sites only, and without any cookie."""

from django.contrib.sessions.models import Session
from django.test import Client

from apps.chat.models import Assistant
from apps.widget.models import Inbox

from .conftest import SHOP


def policy(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, _blank, values in parts}


def test_only_the_inboxs_sites_may_frame_it_and_nothing_else_can_be_framed(inbox: Inbox) -> None:
    framed = Client().get(f"/widget/{inbox.pk}/")
    assert framed.status_code == 200 and "X-Frame-Options" not in framed.headers
    assert policy(framed)["frame-ancestors"] == f"'self' {SHOP}"
    assert policy(framed)["script-src"] == "'self'"
    for path in ("/", "/accounts/login/", f"/widget/{inbox.pk}/look/"):
        page = Client().get(path)
        assert (policy(page)["frame-ancestors"], page.headers["X-Frame-Options"]) == ("'none'", "DENY")


def test_neither_script_nor_frame_sets_a_cookie_or_makes_a_session(inbox: Inbox) -> None:
    for path in (
        "/widget.js",
        f"/widget/{inbox.pk}/",
        f"/widget/{inbox.pk}/look/",
        f"/widget/{inbox.pk}/theme.css",
    ):
        response = Client().get(path)
        assert response.status_code == 200 and not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
    assert not Session.objects.exists()


def test_who_has_signed_in_to_parley_is_nobody_in_the_frame(inbox: Inbox, cast) -> None:
    page = cast["owner"][1].get(f"/widget/{inbox.pk}/").content.decode()
    assert "owner" not in page and "sessionid" not in page and "csrf" not in page


def test_the_look_is_told_to_the_inboxs_sites(inbox: Inbox) -> None:
    path = f"/widget/{inbox.pk}/look/"
    for origin, allowed in ((SHOP, SHOP), ("https://evil.example", None), ("null", None), (f"{SHOP}:8443", None)):
        response = Client().get(path, headers={"Origin": origin})
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in response.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_the_frame_speaks_the_language_that_the_site_asks_for(inbox: Inbox) -> None:
    Inbox.objects.update(greeting="Hello", greeting_zh="您好")
    chinese = Client().get(f"/widget/{inbox.pk}/?language=zh").content.decode()
    assert 'lang="zh-Hans"' in chinese and "您好" in chinese
    english = Client(headers={"Accept-Language": "zh"}).get(f"/widget/{inbox.pk}/?language=en").content.decode()
    assert 'lang="en"' in english and "Hello" in english


def test_a_closed_or_unknown_widget_is_not_there(inbox: Inbox, open_session) -> None:
    Inbox.objects.update(enabled=False)
    for path in ("", "look/", "theme.css"):
        assert Client().get(f"/widget/{inbox.pk}/{path}").status_code == 404
    assert open_session().status_code == 404


def test_the_frame_offers_the_inboxs_assistants_only(inbox: Inbox) -> None:
    Assistant.objects.create(slug="handbook", name="Handbook of the staff")
    assert "Handbook" not in Client().get(f"/widget/{inbox.pk}/").content.decode()


def test_the_frame_knows_all_that_the_chats_page_knows(inbox: Inbox) -> None:
    def born_with(response) -> set[str]:
        return set(response.context["page_data"])

    frame = born_with(Client().get(f"/widget/{inbox.pk}/"))
    assert frame - {"widget"} == born_with(Client().get("/"))
