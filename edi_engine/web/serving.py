"""The server that runs the workbench."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import uvicorn

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.database import Store
from edi_engine.web.app import create_app
from edi_engine.web.asking import Site

__all__ = ["run_server"]


def run_server(
    store: Store,
    settings: Settings,
    *,
    host: str,
    port: int,
    as_of: date | None,
    ready: Callable[[], None],
) -> None:
    """Serve until a signal stops it. Raises LockHeldError when another one records in the same
    folder. `ready` is called once connections are taken."""

    class _Server(uvicorn.Server):
        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup(sockets)  # type: ignore[arg-type]
            if self.started:
                ready()

    with AccessRecorder(store, Path(settings.web.access_folder)) as recorder:
        app = create_app(Site(store, settings, recorder, as_of))
        # Addresses hold what was searched for: no line per request; who saw what is recorded.
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        _Server(config).run()
