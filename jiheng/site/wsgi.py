"""What an application server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiheng.site.settings")
application = get_wsgi_application()
# Every page's code is read now, not by whoever comes first. It stays until the end, so the search for garbage leaves it
# out: going through all of it in the midst of an answer is what made one answer in twenty half as slow again.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
