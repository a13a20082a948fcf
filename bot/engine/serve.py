"""Composition root of the engine process: `python -m bot.engine.serve`.

Reads ENGINE_PORT, ACTIONS_PORT, INTERNAL_TOKEN, DATA_DIR and REDIS_URL; listens on 127.0.0.1 and nowhere else; offers
the counter channel only (Rasa's HTTP API stays off).
"""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent


def main(model: str = "models/counter.tar.gz") -> None:
    """Serve the trained model until the process is ended."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SANIC_BACKLOG", "512")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    warnings.filterwarnings("ignore")
    from bot.engine import absent

    absent.install()
    import structlog
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from bot.engine import patches

    patches.apply()
    logging.getLogger("rasa").setLevel(logging.WARNING)
    # Rasa logs every message's text through structlog, past the level of `logging`.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    serve_application(
        model,
        interface="127.0.0.1",
        port=int(os.environ["ENGINE_PORT"]),
        credentials=str(HERE / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml")),
        enable_api=False,
        server_listeners=[(_require_model, "after_server_start")],
    )


async def _require_model(app: Any, _loop: Any) -> None:
    """End the process when the model could not be loaded: Rasa logs that and serves on without one."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        logging.getLogger(__name__).critical("The model could not be loaded; run `make train`.")
        os._exit(3)


if __name__ == "__main__":
    main()
