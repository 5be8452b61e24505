"""Where things lie."""

from pathlib import Path

from config import env

BASE_DIR = Path(__file__).resolve().parents[2]
# Everything that this installation writes: database, uploads, secrets of the embedded mode.
DATA_DIR = Path(env.text("PARLEY_DATA") or BASE_DIR / ".data").resolve()
MODELS_DIR = DATA_DIR / "models"
STARTER_DIR = BASE_DIR / "model_runtime" / "starter"
DEMO_DIR = BASE_DIR / "demo"
# Whether an empty installation is filled with the demo.
DEMO = env.flag("DEMO", default=True)
