"""What a child serves and how, as its command line says it."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Launch:
    """The wish of one LoadRequest, its paths resolved. Equal launches are the same model."""

    id: str
    path: Path
    quantization: str
    quantization_backend: str
    adapters: tuple[tuple[str, Path], ...] = ()
    slots: int | None = None
    context_length: int | None = None
    shared: tuple[str, ...] = ()
    """Words of the command line that all children of a manager have; what is said above goes before them."""

    def command(self, listening: int) -> list[str]:
        """Of a child that serves on the inherited socket `listening`."""
        options = {
            "--model": self.path,
            "--name": self.id,
            "--quantization": self.quantization,
            "--quantization-backend": self.quantization_backend,
            "--slots": self.slots,
            "--context-length": self.context_length,
            "--supervised": listening,
            # The manager drains before it ends a child.
            "--drain-seconds": 0,
        }
        words = [word for name, value in options.items() if value is not None for word in (name, str(value))]
        words += [word for name, path in self.adapters for word in ("--adapter", f"{name}={path}")]
        return [sys.executable, "-m", "model_runtime", *self.shared, *words]
