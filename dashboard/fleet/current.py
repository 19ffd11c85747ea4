"""The fleet of this process: `manage.py demo` chooses its layout, and the first start brings it to life."""

from django.conf import settings

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet

fleet = Fleet(FleetLayout(data=settings.DATA_DIR), remote=settings.REMOTE_SERVERS, access_log=settings.ACCESS_LOG)
