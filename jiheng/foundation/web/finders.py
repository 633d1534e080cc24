"""Static files of other projects: the few that pages use, taken from node_modules by name."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.files.storage import FileSystemStorage

# Name under /static/ → file below node_modules. Nothing else of these packages is served: their
# folders hold 160 MB, these files 2.5 MB. Fonts lie beside their style sheet because it names them so;
# every browser that can show the pages takes the woff2, so the older formats stay out.
FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/icons/tabler-icons.min.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "vendor/icons/fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "vendor/echarts/echarts.min.js": "echarts/dist/echarts.min.js",
}


class VendorStorage(FileSystemStorage):
    """A read-only view of node_modules under the names of FILES."""

    def path(self, name: str) -> str:
        """Return where the file named `name` lies; names that are not listed do not exist."""
        return str(Path(self.location) / FILES[name])


class VendorFinder(BaseFinder):
    """Finds the files of FILES, for the server and for collectstatic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root = Path(settings.ROOT) / "node_modules"
        self.storage = VendorStorage(location=self.root)

    def missing(self) -> list[str]:
        """Return the names whose files are not installed."""
        return [name for name, source in FILES.items() if not (self.root / source).is_file()]

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Warn when pages would come without their looks."""
        gone = self.missing()
        if not gone:
            return []
        return [
            CheckWarning(
                f"缺少界面文件 {'、'.join(gone)}，页面将没有样式",
                hint="在项目目录运行 make setup（按 package-lock.json 安装，不运行任何安装脚本）",
                id="jiheng.W001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 -- Django's interface
        """Return the file named `path`, or all (one at most) when `find_all`."""
        source = FILES.get(path)
        found = [str(self.root / source)] if source and (self.root / source).is_file() else []
        if find_all:
            return found
        return found[0] if found else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, VendorStorage]]:
        """Yield every installed file with the storage that opens it."""
        gone = set(self.missing())
        for name in FILES:
            if name not in gone:
                yield name, self.storage
