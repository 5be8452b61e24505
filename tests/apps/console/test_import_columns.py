"""What a table's columns are for: as the preview shows it, and as it is chosen there."""

import re

from django.test import Client

from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, ImportItem, Passage
from tests.apps.knowledge.workbooks import workbook

from .test_import_pages import FAQ, help_collection, preview_of, sent  # noqa: F401  (a fixture)


def test_the_columns_of_questions_and_answers_are_chosen_by_what_the_preview_shows(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    state = sent(operator, FAQ)
    plain = preview_of(operator, state)
    assert "客户问" in plain and "each row a sentence" in plain and "GB18030" in plain
    columns = {"column": ["客户问", "我们答"], "role": ["question", "answer"]}
    chosen = preview_of(operator, state, **columns)
    assert "1 question with its answer" in chosen and not ImportItem.objects.get().question
    item = ImportItem.objects.get()
    kept = operator.post(f"{state['url']}files/{item.pk}/", columns, follow=True).content.decode()
    assert "Questions: 客户问" in kept
    operator.post(state["finish"])
    imports_run()
    assert Passage.objects.get().heading == "可以开发票吗"


def test_rows_with_more_cells_than_the_first_are_told_before_and_after_the_import(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    table = b"question,answer\nMay I take photos?,Yes,but without a flash.\nWifi,printing,See page 3\n"
    state = sent(operator, ("faq.csv", table))
    page = preview_of(operator, state)
    assert "Row 2 has more cells than the first row. A comma within a cell was not quoted" in page
    assert "Row 3 has more cells than the first row. It is not sure which cell belongs to which column" in page
    operator.post(state["finish"])
    imports_run()
    report = operator.get(state["url"]).content.decode()
    assert "faq.csv · Row 2 has more cells than the first row. A comma" in report and "Row 3 has" in report
    assert Passage.objects.filter(text="Yes,but without a flash.").exists()


def test_a_workbook_with_a_pair_of_columns_for_each_language_is_imported_as_it_is_shown(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    data = workbook(
        Rates=[["Answer", "Note"], ["Plain row", "kept"]],
        English=[["Question", "Answer", "By"], ["Where is it?", "The shop is in Kunshan.", "Lin"]],
        Chinese=[["问题", "答案"], ["怎么退货？", "收到灯具之日起三十天内可以退货。"]],
    )
    state = sent(operator, ("faq.xlsx", data))
    page = preview_of(operator, state)
    assert "2 questions with their answers" in page
    form = shown_in_form(page)
    assert list(zip(form["column"], form["role"], strict=True)) == [
        ("Note", ""),
        ("Question", "question"),
        ("Answer", "answer"),
        ("By", ""),
        ("问题", "question"),
        ("答案", "answer"),
    ]
    item = ImportItem.objects.get()
    kept = operator.post(f"{state['url']}files/{item.pk}/", form, follow=True)
    assert "Kept. The import reads the file like this." in kept.content.decode()
    changed = preview_of(
        operator, state, **form | {"role": ["", "question", "answer", "question", *form["role"][4:]]}
    )
    assert "Choose one column for the questions" in changed
    operator.post(state["finish"])
    imports_run()
    found = [(one.heading.rpartition(" › ")[2], one.text) for one in Passage.objects.order_by("position")]
    assert found == [
        ("Rates", "Answer: Plain row; Note: kept"),
        ("Where is it?", "The shop is in Kunshan."),
        ("怎么退货？", "收到灯具之日起三十天内可以退货。"),
    ]


def shown_in_form(page: str) -> dict[str, list[str]]:
    """What a browser sends of the table's columns, nothing touched."""
    roles = [
        re.search(r'value="(\w*)" selected', select) or re.search(r'value="(\w*)"', select)
        for select in re.findall(r'<select name="role".*?</select>', page)
    ]
    hidden = {name: re.findall(rf'name="{name}" value="(.*?)"', page) for name in ("column", "found")}
    return hidden | {"role": [role[1] for role in roles if role]}


def test_columns_that_make_no_sense_are_said_and_can_be_chosen_anew(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    state = sent(operator, FAQ)
    twice = preview_of(operator, state, column=["客户问", "我们答"], role=["question", "question"])
    assert "Choose one column for the questions" in twice and '<option value="question"' in twice
    operator.post(state["finish"], {"question": "Frage", "answer": "Antwort"})
    imports_run()
    page = operator.get(state["url"]).content.decode()
    assert "Choose the columns" in page
    failed = preview_of(operator, state)
    assert "no columns named" in failed and "客户问" in failed
