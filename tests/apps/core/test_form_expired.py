"""A form whose page is too old is refused by a page of ours, in the reader's language."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
SENT = {"login": "lin", "password": "a secret of hers"}


@pytest.mark.parametrize(("language", "words"), [("en", "Go back"), ("zh-hans", "返回上一页")])
def test_a_form_without_its_token_is_told_what_to_do_and_given_a_new_one(language: str, words: str) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE=language)
    answer = client.post("/accounts/login/", SENT)
    page = answer.content.decode()
    assert (answer.status_code, words in page, "DEBUG" in page, "<style" in page) == (403, True, False, False)
    again = client.post("/accounts/login/", {**SENT, "csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    assert again.status_code == 200  # the form itself, with what is wrong in it


def test_a_program_is_told_in_json() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", SENT, headers={"accept": "application/json"})
    assert answer.json()["error"]["code"] == "not_allowed"
