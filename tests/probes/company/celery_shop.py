"""A Celery application for a real worker; REDIS says where its broker is."""

import os

from celery import Celery

from probes.company.install import install as observe_company

observe_company()
app = Celery("shop", broker=os.environ["REDIS"], set_as_current=False)
app.conf.broker_connection_retry_on_startup = True


def add(a: int, b: int) -> int:
    return a + b


app.task(shared=False, name="add")(add)
