"""Train the engine: `python -m bot.engine.train`. Writes models/counter.tar.gz and nothing else.

The NLU examples are bot/data and what `python -m knowledge nlu` wrote to build/nlu.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

GENERATED = Path("build/nlu/knowledge.yml")


def main() -> int:
    """Generate the knowledge room's examples, train, and report where the model is."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    warnings.filterwarnings("ignore")
    GENERATED.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "knowledge", "nlu", str(GENERATED)], check=True)  # noqa: S603
    from bot.engine import absent

    absent.install()
    from rasa.model_training import train

    result = train(
        domain="bot/domain",
        config="config.yml",
        training_files=["bot/data/nlu", "bot/data/rules", str(GENERATED)],
        output="models",
        fixed_model_name="counter",
        force_training=True,
    )
    return int(result.code)


if __name__ == "__main__":
    sys.exit(main())
