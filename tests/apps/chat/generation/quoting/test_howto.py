"""Who asks how to do something is told the way of the section that names it, not of some case alone."""

import uuid

import pytest

from apps.chat.generation.quoting.candidates import Candidate, candidates
from apps.core.language import Language, detect_language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

UPDATE = "Keep it plugged in.\n```\nbench flash\n```"
BROKEN_OFF = "If the update breaks off, restore the old firmware:\n```\nbench restore\n```"
ALWAYS_ZH = "期间请不要断电。\n```\nbench flash\n```"
BROKEN_OFF_ZH = "如果升级中断，恢复旧固件：\n```\nbench restore\n```"
TOOLS = "Torque wrenches are calibrated every year."
CALIBRATE = "Stand it upright, then run:\n```\nbench calibrate\n```"


def section(heading: str, *ranked: tuple[int, str], title: str = "Guide") -> RankedPassage:
    language: Language = detect_language(heading)
    text = "\n\n".join(sentence for _rank, sentence in ranked)
    sentences = tuple(
        RankedSentence(rank, sentence, text.index(sentence), text.index(sentence) + len(sentence), 8.0 - rank)
        for rank, sentence in ranked
    )
    return RankedPassage(uuid.uuid4(), uuid.uuid4(), title, heading, text, language, 1.0, sentences)


def told(question: str, *found: RankedPassage, across: bool = False, said: tuple[str, ...] = ()) -> Candidate:
    return candidates(Retrieval(question, detect_language(question), found, 0.9, across=across), said)[0]


@pytest.mark.parametrize(
    "question",
    [
        "How do I update the firmware?",
        "update firmware",
        "what's the command to update the firmware?",
        "怎么更新固件？",
    ],
)
def test_what_is_done_in_some_case_does_not_beat_what_is_always_done(question: str) -> None:
    found = section("Update the firmware", (1, BROKEN_OFF), (2, UPDATE))
    assert told(question, found, across="固件" in question).excerpt == UPDATE


@pytest.mark.parametrize(
    ("question", "heading", "always", "case"),
    [
        ("怎么升级固件？", "升级固件", ALWAYS_ZH, BROKEN_OFF_ZH),
        ("固件升级步骤", "升级固件", ALWAYS_ZH, BROKEN_OFF_ZH),
        ("How do I update it?", "Update", UPDATE, "Otherwise go back:\n```\nbench back\n```"),
        ("How do I update it?", "Update", UPDATE, "Restore it if it breaks off:\n```\nbench restore\n```"),
        ("How do I update it?", "Update", UPDATE, "When it does not react, force it:\n```\nbench force\n```"),
        ("怎么更新", "更新", ALWAYS_ZH, "磁盘满了的话，先清理：\n```\nbench clean\n```"),
    ],
)
def test_a_case_is_told_apart_by_how_its_sentence_is_put(
    question: str, heading: str, always: str, case: str
) -> None:
    assert told(question, section(heading, (1, case), (2, always))).excerpt == always


@pytest.mark.parametrize(
    "question",
    [
        "The update was interrupted, what now?",
        "How do I restore the old firmware?",
        "What do I do when the update fails?",
        "update does not finish",
        "How do I update from an old version?",
        "升级到一半断了怎么办",
    ],
)
def test_who_speaks_of_the_case_is_told_what_to_do_then(question: str) -> None:
    found = section("Update the firmware", (1, BROKEN_OFF), (2, UPDATE))
    assert told(question, found).excerpt == BROKEN_OFF


APT = "Run this command:\n```\nsudo apt install bench\n```"
CHOCO = "If you are on Windows, run this:\n```\nchoco install bench\n```"
APT_ZH = "运行：\n```\nsudo apt install bench\n```"
CHOCO_ZH = "如果使用 Windows，运行：\n```\nchoco install bench\n```"


@pytest.mark.parametrize(
    ("question", "heading", "always", "case"),
    [
        ("How do I install it on Windows?", "Install on Linux and Windows", APT, CHOCO),
        ("How do I install it on Windows?", "Linux & Windows › Install", APT, CHOCO),
        ("How do I install it on Windows?", "Install", f"Not for Windows. {APT}", CHOCO),
        ("Windows 上怎么安装？", "在 Linux 和 Windows 上安装", APT_ZH, CHOCO_ZH),
        ("Windows 上怎么安装？", "安装", f"不适用于 Windows。{APT_ZH}", CHOCO_ZH),
    ],
)
def test_the_case_that_the_question_names_is_told_whatever_else_names_it(
    question: str, heading: str, always: str, case: str
) -> None:
    assert told(question, section(heading, (1, case), (2, always))).excerpt == case


def test_the_case_of_another_thing_of_the_heading_is_not_told() -> None:
    both = section("Install on Linux and Windows", (1, CHOCO), (2, APT))
    assert told("How do I install it on Linux?", both).excerpt == APT


def test_a_case_is_told_where_its_section_has_no_other_command_or_the_other_was_said() -> None:
    alone = section("Restart", (1, BROKEN_OFF), (2, "A restart takes 20 seconds."))
    assert told("How do I restart it?", alone).excerpt == BROKEN_OFF
    both = section("Update", (1, BROKEN_OFF), (2, UPDATE))
    assert told("How do I update it?", both, said=("```\nbench flash\n```",)).excerpt == BROKEN_OFF


def test_the_section_of_a_case_that_is_left_out_stays_the_one_that_answers() -> None:
    found = section("Firmware update", (1, BROKEN_OFF), (3, UPDATE))
    assert told("update firmware", found, section("Needs", (2, "Your firmware needs version 2."))).excerpt == UPDATE


def test_no_command_is_left_out_for_a_check_that_always_belongs_to_it() -> None:
    check = "Check if it works:\n```\nbench check\n```"
    assert told("How do I update it?", section("Update", (1, check), (2, UPDATE))).excerpt == check


@pytest.mark.parametrize(
    ("question", "heading", "title"),
    [
        ("How can I calibrate the torque sensor?", "Calibrate the torque sensor", "Guide"),
        ("How do I calibrate the bench?", "Calibrate", "The bench"),
        ("扭力传感器怎么校准？", "校准扭力传感器", "手册"),
    ],
)
def test_the_section_whose_heading_names_the_task_goes_first(question: str, heading: str, title: str) -> None:
    tools, named = section("Tools", (1, TOOLS)), section(heading, (2, CALIBRATE), title=title)
    assert told(question, tools, named).excerpt == CALIBRATE


def test_across_languages_a_heading_that_shares_a_word_is_enough() -> None:
    intro, install = section("", (1, "Bench is the tool.")), section("Install", (2, CALIBRATE))
    assert told("bench怎么安装？", intro, install, across=True).excerpt == CALIBRATE


def test_a_heading_without_a_command_below_it_leaves_the_search_its_word() -> None:
    tools, named = (
        section("Tools", (1, TOOLS)),
        section("Calibrate the sensor", (2, "A sensor is calibrated yearly.")),
    )
    assert told("How do I calibrate the sensor?", tools, named).text == TOOLS


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How often are torque wrenches calibrated?", "Calibrate torque wrenches"),
        ("How do I turn off the torque sensor?", "Turn on the torque sensor"),
        ("How do I calibrate the speed sensor?", "Calibrate the torque sensor"),
        ("How do I calibrate the guide?", "Tools"),
    ],
)
def test_a_heading_that_names_something_else_changes_nothing(question: str, heading: str) -> None:
    assert told(question, section("Tools", (1, TOOLS)), section(heading, (2, CALIBRATE))).text == TOOLS
