"""Sources at the end of a Word document: each with all that is quoted of it, and nothing else."""

from typing import Any

import pytest

from apps.chat.models import Generation, Role
from apps.chat.word.quotes import quotes

from .test_word import SOURCE, answered, opened, styled

pytestmark = pytest.mark.usefixtures("assistant")


def test_the_code_of_a_source_keeps_its_lines(cast) -> None:
    source = SOURCE | {"excerpt": "Run it:\n```\nif up:\n    go\n```"}
    conversation = answered(cast["owner"][0], "How?", "Run it: [1]\n\n```\nif up:\n    go\n```", sources=[source])
    found = styled(opened(cast["owner"][1], f"/c/{conversation.pk}/word/")[0])
    sources = found[found.index(("Heading 1", "Sources")) :]
    assert sources[1:4] == [("List Number", "Returns › Mind\nRun it:"), ("Code", "if up:"), ("Code", "    go")]


PASSAGE = """Make a backup every week:

```
save --all
```

It takes a minute. To restore it, stop the service first:

```
stop
load
```

Nobody asked for this."""


def test_a_source_of_which_two_places_are_quoted_shows_both(cast) -> None:
    first = "Make a backup every week:\n\n```\nsave --all\n```"
    source = SOURCE | {"excerpt": first}
    text = (
        "Make a backup every week: [1]\n\n```\nsave --all\n```\n\n"
        "To restore it, stop the service first: [1]\n\n```\nstop\nload\n```\n\nIn a model's words. [1]"
    )
    conversation = answered(cast["owner"][0], "How?", text, sources=[source])
    passage = {"passage": SOURCE["passage"], "text": PASSAGE}
    Generation.objects.update(retrieval={"passages": [passage]})
    found = styled(opened(cast["owner"][1], f"/c/{conversation.pk}/word/")[0])
    assert found[found.index(("Heading 1", "Sources")) + 1 :] == [
        ("List Number", "Returns › Mind\nMake a backup every week:"),
        ("Code", "save --all"),
        ("List Continue", "To restore it, stop the service first:"),
        ("Code", "stop"),
        ("Code", "load"),
    ]


def test_sentences_beside_each_other_are_quoted_together(cast) -> None:
    source = SOURCE | {"excerpt": "It takes a minute."}
    text = "It takes a minute. To restore it, stop the service first: [1]"
    conversation = answered(cast["owner"][0], "How?", text, sources=[source])
    Generation.objects.update(retrieval={"passages": [{"passage": SOURCE["passage"], "text": PASSAGE}]})
    found = styled(opened(cast["owner"][1], f"/c/{conversation.pk}/word/")[0])
    assert found[-1] == ("List Number", f"Returns › Mind\n{text.removesuffix(' [1]')}")


def quoted(actor: Any, text: str, passage: str, excerpt: str) -> list[str]:
    conversation = answered(actor, "How?", text, sources=[SOURCE | {"excerpt": excerpt}])
    Generation.objects.update(retrieval={"passages": [{"passage": SOURCE["passage"], "text": passage}]})
    answer = conversation.messages.select_related("generation").get(role=Role.ASSISTANT)
    return quotes(answer, answer.sources[0])


OWN = "We  are\nopen all week."
OPEN = f"{OWN} Ask us. No refunds on Sundays. A lamp is lit. Come on Sundays. 到货后付款。 免费退货。"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("on Sundays", []),
        ("Come on Sun days.", []),
        ("We think: come on Sundays.", []),
        ("Come  on\tSundays.", ["Come on Sundays."]),
        ("No refunds on Sundays. 免费退货。到货后付款。", ["No refunds on Sundays.", "到货后付款。 免费退货。"]),
    ],
)
def test_of_a_source_only_whole_sentences_are_said_to_be_quoted(cast, said: str, found: list[str]) -> None:
    own = "We are open all week."
    assert quoted(cast["owner"][0], f"{own} [1] {said} [1]", OPEN, own) == [OWN, *found]
