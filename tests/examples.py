"""How many examples property tests try, and `make fuzz`'s profile `search`, which looks for new ones at random.

Without it each run tries the same ones (`ci` in pyproject.toml), so that a failure is the change's and not luck's.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "search",
    settings.get_profile("default"),
    derandomize=False,
    max_examples=1000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def examples(number: int) -> int:
    """For `max_examples`: `number` in a usual run, and as many times more in a search as for all other tests."""
    return number * settings.default.max_examples // 100
