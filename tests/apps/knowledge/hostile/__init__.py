"""Over a hundred hostile files, all made here: by name, with the reason that each is refused with."""

from .archives import ARCHIVES
from .case import Case
from .pages import PAGES
from .pdfs import PDFS
from .sheets import SHEETS
from .tables import TABLES
from .texts import TEXTS
from .word import WORD

HOSTILE: dict[str, Case] = {**ARCHIVES, **WORD, **SHEETS, **TABLES, **TEXTS, **PAGES, **PDFS}
QUICK = {name: case for name, case in HOSTILE.items() if not case.slow}
