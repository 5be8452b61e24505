"""What other rooms may ask of the knowledge base: to import, to change, and to search."""

from ..indexing.build import index_build, index_build_cancel, index_build_start
from ..indexing.glossary import words_of as chinese_words
from ..ingest.blocks import Columns, Sheet, Table
from ..ingest.columns import TABLES as TABLE_SUFFIXES
from ..ingest.foresight import Foresight
from ..ingest.passages import Splitting
from ..ingest.reading import Reading
from ..retrieval.across_features import words_shared
from ..retrieval.answer_types import asked_kind
from ..retrieval.ranked import ranked_passage
from ..retrieval.search import (
    across_holds,
    asearch,
    asearch_across,
    asearch_wide,
    search_wide,
    settled,
    wider,
)
from ..retrieval.tokens import question_tokens, tokenize
from .address import address_import_start
from .answer import answer_write
from .collection import collection_create, collection_delete, collection_ensure, collection_rename
from .columns import item_columns_set
from .document import document_rename, documents_delete
from .foresight import import_foresee, paths_foresee
from .importing import ImportReport, Progress, collection_import, folders_import
from .imports import import_cancel, import_retry, import_start
from .opening import collection_originals_set
from .pair import pair_restore
from .passage import LONGEST as PASSAGE_LONGEST
from .passage import passage_edit, passage_restore
from .personal import personal_delete, personal_read, personal_store
from .preview import import_preview
from .receiving import MOST_FILES, receive_append, receive_finish, receive_start
from .splitting import collection_splitting_set, split_anew, splitting_asked

__all__ = [
    "MOST_FILES",
    "PASSAGE_LONGEST",
    "TABLE_SUFFIXES",
    "Columns",
    "Foresight",
    "ImportReport",
    "Progress",
    "Reading",
    "Sheet",
    "Splitting",
    "Table",
    "across_holds",
    "address_import_start",
    "answer_write",
    "asearch",
    "asearch_across",
    "asearch_wide",
    "asked_kind",
    "chinese_words",
    "collection_create",
    "collection_delete",
    "collection_ensure",
    "collection_import",
    "collection_originals_set",
    "collection_rename",
    "collection_splitting_set",
    "document_rename",
    "documents_delete",
    "folders_import",
    "import_cancel",
    "import_foresee",
    "import_preview",
    "import_retry",
    "import_start",
    "index_build",
    "index_build_cancel",
    "index_build_start",
    "item_columns_set",
    "pair_restore",
    "passage_edit",
    "passage_restore",
    "paths_foresee",
    "personal_delete",
    "personal_read",
    "personal_store",
    "question_tokens",
    "ranked_passage",
    "receive_append",
    "receive_finish",
    "receive_start",
    "search_wide",
    "settled",
    "split_anew",
    "splitting_asked",
    "tokenize",
    "wider",
    "words_shared",
]
