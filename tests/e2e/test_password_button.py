"""A password can be looked at before it is sent."""

from playwright.sync_api import Page, expect


def test_a_button_shows_the_password_and_hides_it_again(assistants: None, open_page) -> None:  # type: ignore[no-untyped-def]
    page: Page = open_page("/accounts/login/")
    field, button = page.locator("[name=password]"), page.get_by_role("button", name="Show the password")
    field.fill("a secret of hers")
    for kind, pressed in (("text", "true"), ("password", "false")):
        button.click()
        expect(field).to_have_attribute("type", kind)
        expect(button).to_have_attribute("aria-pressed", pressed)
