"""A page that stood open while its browser got other cookies: what was typed is sent all the same."""

from playwright.sync_api import Page, expect


def test_a_form_older_than_the_cookies_is_sent_with_the_token_of_now(assistants: None, open_page) -> None:  # type: ignore[no-untyped-def]
    page: Page = open_page("/accounts/login/", fresh=True)
    page.context.clear_cookies()
    page.context.request.get("/accounts/login/")  # another tab
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "wrong")
    page.locator("main form button.primary").click()
    expect(page.locator("main [role=alert]")).to_be_visible()  # not the page that refuses the form
    expect(page.locator("[name=login]")).to_have_value("nobody")
