"""How the console says how long ago something was, and joins what it says, in both languages."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [(0, "just now", "刚刚"), (3, "3 days ago", "3 天前"), (70, "2 months ago", "2 个月前")],
)
def test_how_long_ago_something_was_is_no_date_in_chinese(days: int, english: str, chinese: str) -> None:
    template = Template("{% load console %}{{ at|ago }}")
    for language, words in (("en", english), ("zh-hans", chinese)):
        with override(language):
            said = template.render(Context({"at": timezone.now() - timedelta(days=days)}))
        assert f">{words}<" in said.replace("\xa0", " ")


def test_no_blank_follows_a_chinese_colon() -> None:
    template = Template('{% load console i18n %}{% translate "Expected:" %}{% gap %}30')
    said = []
    for language in ("en", "zh-hans"):
        with override(language):
            said.append(template.render(Context()))
    assert said == ["Expected: 30", "期望答案：30"]
