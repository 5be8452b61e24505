"""The playground: what a question finds, and why, and what would be said, in two ways side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.db import for_slow_page
from apps.core.pages import answered_in

from ..access import needs
from ..asked import text
from ..reading.playground import QUOTED, places, tried, ways


@answered_in(for_slow_page)
@needs("evaluation.use")
def playground(request: HttpRequest) -> HttpResponse:
    """Everything stands in the address, so that a finding can be sent to a colleague. Nothing is recorded."""
    question = text(request.GET, "q", longest=1000)
    asked = ways(request.GET)
    context = {
        "question": question,
        "sides": [("a", asked[0] if asked else None), ("b", asked[1] if len(asked) > 1 else None)],
        "found": [tried(question, way) for way in asked] if question else [],
        "places": places(),
        "quoted": QUOTED,
        "here": "playground",
    }
    return render(request, "console/playground.html", context)
