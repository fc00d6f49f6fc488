"""The front door's pages, a module for each family."""

import app.views.desk
import app.views.machine  # noqa: F401 - both register their pages
