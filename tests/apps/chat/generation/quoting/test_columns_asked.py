"""Who asks how long something takes is told the column that says so, and no other one that has a word of time."""

import pytest

from apps.chat.generation.quoting.columns_asked import columns_asked

BATTERY = [("维修", "换电池"), ("价格", "20 元"), ("开放时间", "周一"), ("保修时间", "2 年")]
SAILING = [("Course", "Sailing"), ("Price", "£20"), ("Days open", "Sat"), ("Duration", "2 hours")]
FASTING = [("年龄", "成年犬"), ("禁食（小时）", "8"), ("预约时间", "上午")]


@pytest.mark.parametrize(
    ("cells", "question", "told"),
    [
        (BATTERY, "换电池要多久？", BATTERY),
        (SAILING, "How long does the sailing course take?", [SAILING[0], SAILING[3]]),
        (FASTING, "手术前要饿多久？", FASTING[:2]),
    ],
)
def test_of_columns_of_time_only_the_one_that_says_how_long_is_told(
    cells: list[tuple[str, str]], question: str, told: list[tuple[str, str]]
) -> None:
    assert columns_asked(cells, question) == told
