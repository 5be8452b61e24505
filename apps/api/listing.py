"""`/v1/models`, and `/v1/embeddings` with the model for English that comes with the product."""

import base64
import struct
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.chat.selectors import assistants_offered
from apps.core.db import in_database
from apps.core.threads import long_call, to_the_end
from apps.inference.services import EMBEDDER_ID, embed_sync

from .errors import NoSuchModel
from .http import Call
from .keys import actor_of
from .limits import Admitted, place
from .parameters import embeddings_read


async def models(call: Call, admitted: Admitted) -> None:
    await call.answer({"object": "list", "data": await in_database(_models, admitted)})


async def model(call: Call, admitted: Admitted) -> None:
    wanted = call.path.rpartition("/")[2]
    found = [one for one in await in_database(_models, admitted) if one["id"] == wanted]
    if not found:
        raise NoSuchModel(_("This key opens no such assistant."))
    await call.answer(found[0])


def _models(admitted: Admitted) -> list[dict[str, Any]]:
    head = {"object": "model", "owned_by": "parley"}
    opened = assistants_offered(actor_of(admitted.key))
    found = [
        {"id": one.slug, "created": int(one.created_at.timestamp()), "name": one.name, **head} for one in opened
    ]
    return [*found, {"id": EMBEDDER_ID, "created": 0, "name": EMBEDDER_ID, **head}]


async def embeddings(call: Call, admitted: Admitted) -> None:
    wanted, texts, in_base64 = embeddings_read(await call.json())
    if wanted != EMBEDDER_ID:
        raise NoSuchModel(_("Texts are embedded by “%(name)s”.") % {"name": EMBEDDER_ID})
    await call.while_there(_embed(call, admitted, texts, in_base64=in_base64))


async def _embed(call: Call, admitted: Admitted, texts: list[str], *, in_base64: bool) -> None:
    def note() -> None:
        actor = actor_of(admitted.key, ip=call.ip)
        data = {"texts": len(texts), "characters": sum(map(len, texts))}
        audit_record(actor=actor, action="key.embedded", target=f"key:{admitted.key.pk}", data=data)

    async with place(admitted.key.pk):  # until the work is done, also when the client has left
        await in_database(note)
        vectors = await to_the_end(long_call(embed_sync, texts=texts, purpose="query"))
    data = [
        {"object": "embedding", "index": at, "embedding": _packed(vector) if in_base64 else vector}
        for at, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 0, "total_tokens": 0}  # the runtime does not tell the application
    await call.answer({"object": "list", "model": EMBEDDER_ID, "data": data, "usage": usage})


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
