"""The shop's database through aiosqlite, an asynchronous driver, since Django's ORM has none.

Nothing of it passes through the threads of Django or asgiref. SQLite is a library, not a server, so the driver has a
thread for each connection; to the view that is as hidden as another machine would be.
"""

import aiosqlite
from django.conf import settings

from samples.shop.slow import sleep

QUESTION = "SELECT name, SLEEP(?) FROM shop_product WHERE slug = 'teapot'"


async def native_teapot(seconds: float) -> str:
    """Ask for the teapot as `Product.objects.slowed(seconds)` does, and return its name."""
    async with aiosqlite.connect(settings.DATABASES["default"]["NAME"]) as database:
        await database.create_function("SLEEP", 1, sleep)
        async with database.execute(QUESTION, (seconds,)) as found:
            row = await found.fetchone()
    return str(row[0]) if row else ""
