"""A conversation is a tree: a question may be put in other words, and answered anew. One path of it is shown."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from .models import Conversation, Message


@dataclass(frozen=True)
class Tree:
    """`parents` has every message of a conversation in the order in which they came, with what it follows."""

    parents: dict[UUID, UUID | None]
    children: dict[UUID | None, list[UUID]]

    def path_to(self, message_id: UUID | None) -> list[UUID]:
        """From the first message to `message_id`, both included; [] for None."""
        path: list[UUID] = []
        while message_id is not None:
            path.append(message_id)
            message_id = self.parents[message_id]
        return path[::-1]

    def newest_below(self, message_id: UUID) -> UUID:
        """The end of the path through `message_id` that always takes the newest branch."""
        while below := self.children.get(message_id):
            message_id = below[-1]
        return message_id

    def versions_of(self, message_id: UUID) -> list[UUID]:
        """The message and all others that stand in its place, oldest first."""
        return self.children[self.parents[message_id]]


def tree_of(conversation: Conversation) -> Tree:
    parents = dict(
        Message.objects.filter(conversation=conversation).order_by("position").values_list("pk", "parent")
    )
    children: dict[UUID | None, list[UUID]] = defaultdict(list)
    for message_id, parent in parents.items():
        children[parent].append(message_id)
    return Tree(parents, dict(children))
