"""The fleet of this process: `manage.py demo` settles it on its ports, and the first start wakes it."""

from django.conf import settings

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet

fleet = Fleet(FleetLayout(data=settings.DATA_DIR), remote=settings.REMOTE_SERVERS, access_log=settings.ACCESS_LOG)
