"""Saved pages of the web: the site around them is left out, and nothing that may be an answer is."""

import pytest

from apps.knowledge.ingest.extract import html

RULES = "You may return a lamp within thirty days, as long as its box is whole and nothing of it was used."
RESTS = f"<h1>Returns</h1><p>{RULES}</p><p>{RULES}</p><p>{RULES}</p>"


def said(page: str) -> str:
    found = html.extract(page.encode())
    return "\n".join([found.title, *(block.text for block in found.blocks)])


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (f'<html class="js cookies"><body>{RESTS}</body></html>', RULES),
        (f'<body class="cookie-accepted cookie-notice">{RESTS}</body>', RULES),
        (f'<body><div class="cookie-notice">{RESTS}</div></body>', RULES),
        (f'<body><p>Read this.</p><div class="content no-sidebar with-navbar">{RESTS}</div></body>', RULES),
        (f'<body><form id="aspnetForm">{RESTS}</form></body>', RULES),
        (f'<body style="visibility: hidden"><div id="app" style="display:none">{RESTS}</div></body>', RULES),
        (f"<body><article>A note.</article><article>{RULES}</article><article>{RULES}</article></body>", "A note."),
        (f"<body><h1>Used lamps</h1><article><p>{RULES}</p></article></body>", "Used lamps"),
    ],
)
def test_a_page_is_read_whatever_its_site_calls_the_parts_around_it(page: str, kept: str) -> None:
    assert kept in said(page)


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        (
            '<div class="accordion-header">Can I return a used lamp?</div><div class="accordion-body">No.</div>',
            "Can I return a used lamp?",
        ),
        (
            '<h2 class="accordion-header"><button>Can I return a used lamp?</button></h2><div><p>No.</p></div>',
            "Can I return a used lamp?",
        ),
        ('<button aria-expanded="false">And a broken one?</button><div>Yes.</div>', "And a broken one?"),
        ('<div class="card-header"><h3>Opening hours</h3></div><p>From nine.</p>', "Opening hours"),
        ('<div class="menu"><h2>Drinks</h2><p>A tea costs $3 here.</p></div>', "A tea costs $3 here."),
        ('<ul class="menu"><li><a href="/t">Tea $3</a></li><li><a href="/c">Cocoa $4</a></li></ul>', "Cocoa $4"),
        ('<div class="product chocolate-cookies"><p>With nuts.</p></div>', "With nuts."),
        ('<div class="related" id="related-errors"><p>E12 means an empty battery.</p></div>', "E12 means"),
        (
            "<ul>" + "".join(f'<li><a href="/{n}">Main street {n}, open 9–18</a></li>' for n in range(5)) + "</ul>",
            "Main street 4",
        ),
        ('<ul><li><a href="/b">Berlin</a></li><li><a>Köln</a></li><li><a>Hamburg</a></li></ul>', "Hamburg"),
        ('<aside class="note"><p>Filters are not taken back.</p></aside>', "Filters are not taken back."),
        (
            '<p>Do I pay?</p><div class="a" style="display:none">You pay nothing.</div>'
            '<p>Do you?</p><div class="a" style="display:none">We pay the way back.</div>',
            "You pay nothing.",
        ),
        ('<a aria-controls="x">Do I pay?</a><div id="x" hidden>You pay nothing.</div>', "You pay nothing."),
        ("<blockquote><p>It is bright.</p><footer>Anna of Köln</footer></blockquote>", "Anna of Köln"),
    ],
)
def test_what_may_be_an_answer_stays_whatever_it_is_called(part: str, kept: str) -> None:
    assert kept in said(f"<body>{RESTS}{part}<p>{RULES}</p></body>")


@pytest.mark.parametrize(
    "part",
    [
        '<nav><a href="/">Leave it out</a></nav>',
        '<div role="navigation"><a href="/">Leave it out</a></div>',
        '<div id="cookie-banner"><p>Leave it out</p><button>Accept</button></div>',
        f'<div id="onetrust-consent-sdk" role="dialog"><p>Leave it out: {RULES} {RULES}</p></div>',
        '<div role="dialog"><p>Leave it out</p></div>',
        '<div class="breadcrumbs"><a href="/">Leave it out</a> › <a href="/r">Returns</a></div>',
        '<aside><h3>Popular</h3><a href="/o">Leave it out</a></aside>',
        '<div class="share"><a href="/f">Leave it out</a></div>',
        '<div class="crumbs">You are here: <a href="/">Home</a> &gt; Leave it out</div>',
        "<footer><p>Leave it out</p></footer>",
        '<div class="site-footer">© 2026 Leave it out</div>',
        "<form><label>Leave it out</label><select><option>Germany</option></select></form>",
        "<p>Buy it. <button>Leave it out</button></p>",
        "<p hidden>Leave it out</p>",
        '<p>Returns<span aria-hidden="true">Leave it out</span><span aria-hidden="true">x</span></p>',
    ],
)
def test_what_is_surely_the_sites_is_left_out(part: str) -> None:
    assert "Leave it out" not in said(f"<body>{RESTS}{part}</body>")
    assert RULES in said(f"<body>{RESTS}{part}</body>")
