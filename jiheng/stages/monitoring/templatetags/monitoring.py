"""Lights and rules in words and colour."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jiheng.stages.goals.queries import value_words as words_of
from jiheng.stages.monitoring.labels import RULE_LABELS, light_label

register = template.Library()


@register.simple_tag
def light(key: str) -> SafeString:
    """Show a light: shape and colour, and always the word."""
    return format_html('<span class="light light-{}">{}</span>', key, light_label(key))


@register.filter
def rule_words(key: str) -> str:
    """Return what a rule finds, in words."""
    return RULE_LABELS.get(key, key)


@register.filter
def value_words(row: object) -> str:
    """Return the value of an indicator with sign and unit."""
    return words_of(row)  # type: ignore[arg-type]
