"""What may be done in the chat."""

from .assistant import assistant_content, assistant_move, assistant_restore, assistant_upsert
from .continuing import generation_continue
from .conversation import (
    conversation_change,
    conversation_delete,
    conversations_adopt,
    version_show,
)
from .demo import (
    demo_assistants,
    demo_bring_back,
    demo_closed,
    demo_collections,
    demo_collections_again,
    demo_content,
    demo_gone,
    demo_put_away,
)
from .files import file_add, file_remove, files_forget
from .gaps import gap_answer, gap_bring_back, gap_put_away
from .generation import generation_stop, generations_recover
from .handover import (
    handover_release,
    handover_request,
    handover_resolve,
    handover_take,
    handover_unanswered,
    handover_withdraw,
    person_reply,
)
from .leaving import account_delete
from .message import Sent, message_again, message_send
from .rating import rating_clear, rating_set
from .revising import answer_revise
from .share import share_create, share_delete
from .trial import assistant_try, trial_slug, trials_forget

__all__ = [
    "Sent",
    "account_delete",
    "answer_revise",
    "assistant_content",
    "assistant_move",
    "assistant_restore",
    "assistant_try",
    "assistant_upsert",
    "conversation_change",
    "conversation_delete",
    "conversations_adopt",
    "demo_assistants",
    "demo_bring_back",
    "demo_closed",
    "demo_collections",
    "demo_collections_again",
    "demo_content",
    "demo_gone",
    "demo_put_away",
    "file_add",
    "file_remove",
    "files_forget",
    "gap_answer",
    "gap_bring_back",
    "gap_put_away",
    "generation_continue",
    "generation_stop",
    "generations_recover",
    "handover_release",
    "handover_request",
    "handover_resolve",
    "handover_take",
    "handover_unanswered",
    "handover_withdraw",
    "message_again",
    "message_send",
    "person_reply",
    "rating_clear",
    "rating_set",
    "share_create",
    "share_delete",
    "trial_slug",
    "trials_forget",
    "version_show",
]
