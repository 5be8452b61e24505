"""Models that are wanted for another reason than a name that answers, told by the rooms above."""

from collections.abc import Callable

from apps.registry.selectors import Target

_NEEDS: list[Callable[[], list[Target]]] = []


def need_register(need: Callable[[], list[Target]]) -> None:
    """`need` is asked at every round of the loop what the runtime should hold at present. Call it at start."""
    _NEEDS.append(need)


def needed() -> list[Target]:
    """What all of them want now."""
    return [target for need in _NEEDS for target in need()]
