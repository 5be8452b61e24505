"""HTML and Markdown: scripts, nesting, marks that are never closed, front matter that grows."""

from .case import Case

_TEXT = "The lamp is warm at night."
_YAML = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))


def _page(inside: str) -> bytes:
    return f"<!doctype html><html><body><main>{inside}</main></body></html>".encode()


PAGES = {
    "script.html": Case(lambda: _page(f"<script>steal()</script><p onclick='steal()'>{_TEXT}</p>")),
    "only-script.html": Case(lambda: _page("<script>" + "steal();" * 10_000 + "</script>"), "empty"),
    "elsewhere.html": Case(
        lambda: _page(
            f"<base href='http://169.254.169.254/'><img src=/x><iframe src=file:///etc/passwd></iframe>{_TEXT}"
        )
    ),
    "entities.html": Case(
        lambda: b'<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + _page(f"&f; {_TEXT}")
    ),
    "deep.html": Case(lambda: b"<div>" * 5_000 + b"text", "malformed"),
    "deeper.html": Case(lambda: b"<div>" * 60_000 + b"text", "malformed", slow=True),
    "bold.html": Case(lambda: _page("<b>" * 20_000 + _TEXT), "malformed", slow=True),
    "span.html": Case(lambda: _page(f"<table><tr><td colspan=1000000000>{_TEXT}</td></tr></table>")),
    "comment.html": Case(lambda: _page("<!--" * 100_000 + _TEXT), "empty"),
    "attributes.html": Case(
        lambda: _page(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>{_TEXT}</p>"), slow=True
    ),
    "null.html": Case(lambda: _page("<p>\0\0</p>"), "binary"),
    "picture.html": Case(lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "content"),
    "data.html": Case(lambda: _page(f"<img src='data:image/svg+xml,{'A' * 500_000}'>{_TEXT}")),
    "quotes.md": Case(lambda: b">" * 100_000 + b" text", "empty"),
    "list.md": Case(lambda: "".join(f"{'  ' * n}- lamp number {n}\n" for n in range(1_000)).encode()),
    "links.md": Case(lambda: b"[" * 50_000 + b"lamp", slow=True),
    "pictures.md": Case(lambda: b"![a](b" * 20_000, slow=True),
    "stars.md": Case(lambda: b"*a **b " * 20_000, slow=True),
    "ticks.md": Case(lambda: b" ".join(b"`" * n for n in range(1, 700)) + b" the lamp is warm"),
    "comments.md": Case(lambda: b"<!--" * 100_000 + b" the lamp", slow=True),
    "fences.md": Case(lambda: b"```\nlamp\n~~~\n" * 10_001),
    "tags.md": Case(lambda: b"<a title " * 40_000 + b"lamp"),
    "front-laughs.md": Case(
        f"---\n{_YAML}title: *a9\n---\n{_TEXT}\n".encode,
    ),
    "front-object.md": Case(
        f"---\ntitle: !!python/object/apply:os.system ['touch /tmp/owned']\n---\n{_TEXT}\n".encode
    ),
    "front-deep.md": Case(f"---\ntitle: {'[' * 4_000}\n---\n{_TEXT}\n".encode, slow=True),
    "picture.md": Case(lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "content"),
    "javascript.md": Case(f"[{_TEXT}](javascript:steal()) ![x](http://evil.test/x)".encode),
}
