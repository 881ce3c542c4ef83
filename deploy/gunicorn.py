"""How gunicorn serves the application: `gunicorn -c deploy/gunicorn.py wsgi:app`."""

import os
import shutil
import sys
from pathlib import Path

instance = Path(os.environ.get("INSTANCE_DIR", "instance"))

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '4000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 16
keepalive = 15
timeout = 30
graceful_timeout = 10
accesslog = None
control_socket_disable = True
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")

metrics = instance / "metrics" / str(os.getpid())
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics.absolute())


def on_starting(server):
    refuse_what_cannot_work()
    for folder in metrics.parent.glob("*"):
        if not Path("/proc", folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)
    metrics.mkdir(parents=True, exist_ok=True)


def refuse_what_cannot_work():
    """End with the reason once, before there are workers that could not start, and would be started again."""
    from config import ConfigurationError, load_settings

    try:
        load_settings()
    except ConfigurationError as error:
        sys.exit(str(error))


def on_exit(server):
    shutil.rmtree(metrics, ignore_errors=True)


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
