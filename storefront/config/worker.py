"""``celery -A storefront.config.celery worker``, a second sooner: no command line is loaded."""

import sys
from threading import Thread

from logistics.routing.ruin_recreate import prepare
from storefront.config.celery import app

if __name__ == "__main__":
    worker = app.Worker(
        pool="threads", concurrency=4, loglevel="INFO", without_gossip=True, without_mingle=True
    )
    # The first plan shall not wait for the compiler.
    Thread(target=prepare, daemon=True).start()
    worker.start()
    sys.exit(worker.exitcode)
