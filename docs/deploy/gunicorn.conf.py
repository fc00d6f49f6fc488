"""gunicorn behind nginx on the same machine: gunicorn -c docs/deploy/gunicorn.conf.py 'app:create_app()'."""

import gc
import multiprocessing
from typing import Any

bind = "unix:/run/qingyuan/web.sock"
umask = 0o007  # the socket is for the group that nginx belongs to
workers = multiprocessing.cpu_count() * 2
threads = 4
timeout = 120  # an export of a whole register may take this long
graceful_timeout = 60  # a request that is being answered at a restart is answered
preload_app = True  # workers share what the master loaded: half the memory; so new sources need a restart, not a reload
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'  # no query: it may hold a name
errorlog = "-"


def when_ready(_master: Any) -> None:
    """Let the collector keep its hands off what is loaded, so that the workers go on sharing it."""
    gc.collect()
    gc.freeze()


def post_worker_init(_worker: Any) -> None:
    """Look for cycles less often: a page makes twenty thousand things and nearly no cycle, what is loaded stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
