"""``celery -A storefront.config.celery worker``, a second sooner: no command line is loaded."""

import sys

from storefront.config.celery import app

if __name__ == "__main__":
    worker = app.Worker(
        pool="threads", concurrency=4, loglevel="INFO", without_gossip=True, without_mingle=True
    )
    worker.start()
    sys.exit(worker.exitcode)
