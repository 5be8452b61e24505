"""What is compiled in this very process computes as what was kept from another one."""

from pathlib import Path

from tests.runtime.backends.test_decoder_processes import spoken_elsewhere


def test_compiled_anew_or_kept_the_decoder_gives_the_same_bits(tmp_path: Path) -> None:
    compiled, kept = (spoken_elsewhere(tmp_path / "model", NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert compiled == kept == spoken_elsewhere(tmp_path / "model")
