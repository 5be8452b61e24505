"""`{% module_preloads "js/chat/main.js" %}`: all modules at once, not one round trip a level."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.core.assets.current import assets

register = template.Library()


@register.simple_tag
def module_preloads(*names: str) -> SafeString:
    found = assets()
    modules = dict.fromkeys(module for name in names for module in found.tree.modules(name))
    addresses = ((found.address(module),) for module in modules)
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', addresses)
