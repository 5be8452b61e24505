"""Code of a page stays code: its lines, its indentation, and with it the sentence that says what it is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.fences import parts
from apps.knowledge.ingest.blocks import Block, Extracted
from apps.knowledge.ingest.code import LONGEST, code_blocks, quotable
from apps.knowledge.ingest.extract import html, markdown, text
from apps.knowledge.ingest.passages import Piece, Splitting, cut_document

COMMAND = 'docker run \\\n    --name parley \\\n    -e KEY="a.  b"'
MARKDOWN = (
    f"# Install\n\nParley needs Python 3.12. Start it in a container:\n\n```bash\n{COMMAND}\n```\n\nThen open it.\n"
)
HTML = (
    "<main><h1>Install</h1><p>Parley needs Python 3.12. Start it in a container:</p>"
    f'<div class="highlight"><pre><span></span><code class="bash">{COMMAND}\n</code></pre></div>'
    "<p>Then open it.</p></main>"
)


def sentences(piece: Piece) -> list[str]:
    return [piece.text[start:end] for start, end in piece.spans]


@pytest.mark.parametrize(
    "found",
    [
        markdown.extract(MARKDOWN.encode()),
        html.extract(HTML.encode()),
        text.extract(MARKDOWN.encode().replace(b"# ", b"")),
    ],
)
def test_a_command_keeps_its_lines_and_is_quoted_with_the_sentence_before_it(found: Extracted) -> None:
    [piece] = cut_document(found)
    assert sentences(piece) == [
        "Parley needs Python 3.12.",
        f"Start it in a container:\n```\n{COMMAND}\n```",
        "Then open it.",
    ]


def test_code_that_holds_fences_itself_stays_one_block() -> None:
    page = "<main><p>Write it so:</p><pre>```\nmake\n```</pre></main>"
    [piece] = cut_document(html.extract(page.encode()))
    assert [part.text for part in parts(piece.text) if part.is_code] == ["```\nmake\n```"]


LINES = ["def f():", "    return 1", "", "print(f())"]
PLAIN = "\n".join(LINES)
SHOWN = {
    "pygments": '<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>1\n2\n3\n4</pre>'
    f'</div></td><td class="code"><div><pre><span></span>{PLAIN}\n</pre></div></td></tr></table>',
    "rouge": '<pre class="highlight"><code><table class="rouge-table"><tbody><tr><td class="rouge-gutter gl">'
    '<pre class="lineno">1\n2\n3\n4\n</pre></td><td class="rouge-code"><pre>'
    f"{PLAIN}\n</pre></td></tr></tbody></table></code></pre>",
    "hexo": '<table><tr><td class="gutter"><pre><span>1</span><br><span>2</span><br></pre></td>'
    f'<td class="code"><pre>{"".join(f"<span>{line}</span><br>" for line in LINES)}</pre></td></tr></table>',
    "blocks": f"<pre><code>{''.join(f'<div>{line}</div>' for line in LINES)}</code></pre>",
    "blocks and breaks": "<pre>"
    + "\n".join(f'<div class="line">{line or "<br>"}</div>' for line in LINES)
    + "</pre>",
    "a list": f"<pre><ol>{''.join(f'<li>{line}</li>' for line in LINES)}</ol></pre>",
    "rows": "<pre><code><table>"
    + "".join(f'<tr><td class="hljs-ln-numbers">7</td><td>{line}</td></tr>' for line in LINES)
    + "</table></code></pre>",
    "numbers": "<pre>" + "\n".join(f'<span class="linenos">7</span>{line}' for line in LINES) + "</pre>",
}


@pytest.mark.parametrize("way", SHOWN)
def test_code_is_the_same_in_every_way_that_pages_show_it(way: str) -> None:
    page = f"<main><p>Write it like this:</p>{SHOWN[way]}<p>Then it is ready to run.</p></main>"
    [piece] = cut_document(html.extract(page.encode()))
    assert sentences(piece) == [f"Write it like this:\n```\n{PLAIN}\n```", "Then it is ready to run."]


def test_a_table_with_a_command_in_each_row_stays_a_table() -> None:
    rows = "".join(f"<tr><td>{port}</td><td><pre>run --port {port}</pre></td></tr>" for port in (80, 443))
    found = html.extract(f"<main><table><tr><th>Port</th><th>Command</th></tr>{rows}</table></main>".encode())
    assert [block.text for block in found.blocks] == [
        "Port: 80; Command: run --port 80",
        "Port: 443; Command: run --port 443",
    ]


def test_a_command_written_with_hard_blanks_can_be_run() -> None:
    page = "<main><p>Run it like this:</p><pre>pip&nbsp;install parley \\\n&nbsp;&nbsp;--user</pre></main>"
    [piece] = cut_document(html.extract(page.encode()))
    assert [part.text for part in parts(piece.text) if part.is_code] == ["pip install parley \\\n  --user"]


def test_a_stray_fence_of_a_text_turns_no_prose_into_code() -> None:
    found = text.extract(
        b"Guide\n\nInstall it like this:\n\n``` bash\npip install parley\n```\n\n"
        b"It is ready at once.\n\n```\n\nAll that follows is prose.\n"
    )
    assert [block.text for block in found.blocks if block.kind == "code"] == ["pip install parley"]


def test_a_line_of_backticks_in_a_text_that_has_no_code_makes_none() -> None:
    found = text.extract(
        b"Title\n\nWrite three of these:\n\n``` and then a word\n\nAll that follows is prose as before.\n"
    )
    assert not any(part.is_code for piece in cut_document(found) for part in parts(piece.text))


def test_a_step_of_a_list_has_its_command_and_two_blocks_are_two() -> None:
    found = markdown.extract(
        b"1. Run:\n\n   ~~~\n   make\n     x\n   ~~~\n2. Look:\n\n   ```\n   a\n   ```\n   ```\n   b\n   ```\n"
    )
    [piece] = cut_document(found)
    assert sentences(piece) == ["Run:\n```\nmake\n  x\n```", "Look:\n```\na\n```", "```\nb\n```"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("```\n<b>x</b>\n`````\n\nGo <b>on</b>.\n", "<b>x</b>"),
        ("`````\n```\n<b>x</b>\n```\n<i>y</i>\n`````\n\nGo <b>on</b>.\n", "```\n<b>x</b>\n```\n<i>y</i>"),
        ("> ~~~ js\n> <b>x</b>\n> ~~~\n\nGo <b>on</b>.\n", "<b>x</b>"),
        ("<!--\n```\nnothing\n-->\n\nGo <b>on</b>.\n", ""),
    ],
)
def test_tags_stay_in_code_and_go_around_it_however_long_its_fences_are(page: str, code: str) -> None:
    blocks = markdown.extract(page.encode()).blocks
    assert [block.text for block in blocks if block.kind == "text"] == ["Go on."]
    assert [block.text for block in blocks if block.kind == "code"] == [code] * bool(code)


def test_a_page_in_chinese_stays_chinese_however_much_code_it_has() -> None:
    found = markdown.extract("运行下面的命令即可安装：\n\n```\n".encode() + b"pip install parley\n" * 30 + b"```\n")
    assert {piece.language for piece in cut_document(found)} == {"zh"}


def test_long_code_is_cut_at_empty_lines_and_never_within_one() -> None:
    functions = [f"def f{n}():\n" + "    return 'a sentence. And another.'\n" * 12 for n in range(12)]
    blocks = list(code_blocks("\n".join(functions)))
    assert len(blocks) > 2 and all(block.startswith("```\ndef f") for block in blocks)
    assert "".join(block.strip("`\n") for block in blocks).count("return") == 12 * 12


TEXT = st.text(st.sampled_from("ab 中文。. \t"), max_size=300).map(lambda text: Block("text", text.strip()))
CODE = (
    st.text(st.sampled_from("ab. `\n\t中"), max_size=3_000).filter(str.strip).map(lambda text: Block("code", text))
)


@given(st.lists(TEXT | CODE, max_size=8), st.sampled_from([200, 900]), st.sampled_from([0, 2]))
def test_no_quotable_sentence_holds_half_a_block(blocks: list[Block], size: int, overlap: int) -> None:
    for piece in cut_document(Extracted("", blocks), Splitting(size, overlap)):
        for sentence in sentences(piece):
            assert sum(part.is_code for part in parts(sentence)) <= 1
            assert all(len(part.text) <= LONGEST for part in parts(sentence))
        whole = [part.text for part in parts(piece.text) if part.is_code]
        assert [part.text for one in sentences(piece) for part in parts(one) if part.is_code] == whole


@given(st.text(st.sampled_from("a. \n\t"), max_size=6_000).filter(str.strip))
def test_nothing_of_long_code_is_lost_but_empty_lines_where_it_is_cut(code: str) -> None:
    said = "\n".join(part.text for block in code_blocks(code) for part in parts(block))
    assert said.replace("\n", "") == code.replace("\n", "")


def test_what_staff_write_between_fences_is_code_as_well() -> None:
    said = "Run it. Like so:\n```\na. b. c\n```\nDone. And so on."
    assert [said[start:end] for start, end in quotable(said)] == [
        "Run it.",
        "Like so:\n```\na. b. c\n```",
        "Done.",
        "And so on.",
    ]
