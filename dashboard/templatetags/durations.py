"""`{{ seconds|duration }}` writes a duration as everywhere on the page; so do its like for rates and differences."""

from django import template

from dashboard.lib.differences import format_duration_difference, format_rate, format_rate_difference
from dashboard.lib.durations import format_duration

register = template.Library()
register.filter("duration", format_duration)
register.filter("duration_difference", format_duration_difference)
register.filter("rate", format_rate)
register.filter("rate_difference", format_rate_difference)
