"""`{{ seconds|duration }}` writes a duration as everywhere on the page."""

from django import template

from dashboard.lib.durations import format_duration

register = template.Library()
register.filter("duration", format_duration)
