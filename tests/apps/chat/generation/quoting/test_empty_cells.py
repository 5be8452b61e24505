"""What says nothing, an empty cell or a heading like "Other", is no part of a row as it is said."""

import pytest

from .test_rows import said


@pytest.mark.parametrize(
    ("line", "question", "where", "words"),
    [
        ("Vet: Dr Lin; Monday: -; Tuesday: 13:30-18:00; Friday: —", "When does Dr Lin work?", {"heading": "Rota"},
         "Rota: **Vet: Dr Lin** – Tuesday: 13:30-18:00."),
        ("医生: 林医生; 周一: －; 周二: 13:30-18:00; 周五: —", "林医生哪天在？",
         {"heading": "出诊", "language": "zh"},
         "出诊：**林医生**，周二：13:30-18:00。"),
        ("Vet: Dr Lin; Monday: -; Friday: -", "When does Dr Lin work?", {"heading": "Rota"},
         "Rota: **Vet: Dr Lin** – Monday: -; Friday: -."),
        ("Vet: Dr Lin; Monday: -5; Friday: 0", "Dr Lin?", {"heading": "Rota"},
         "Rota: **Vet: Dr Lin** – Monday: -5; Friday: 0."),
        ("Service: Microchip; Price: £17", "How much is a microchip?", {"heading": "Prices › Other"},
         "**Microchip** – Price: £17."),
        ("服务: 芯片; 价格: 17元", "芯片多少钱？", {"heading": "价目 › 其他", "language": "zh"},
         "**芯片**，价格：17元。"),
        ("Service: Microchip; Price: £17", "How much is a microchip?", {"heading": "Prices › Other animals"},
         "Other animals: **Microchip** – Price: £17."),
    ],
)  # fmt: skip
def test_what_says_nothing_is_left_out_of_a_row(
    line: str, question: str, where: dict[str, str], words: str
) -> None:
    other = line.replace("Lin", "Hale").replace("林", "黄").replace("Microchip", "Visit").replace("芯片", "出诊")
    assert said(line, other, question=question, **where) == words
