#!/usr/bin/env bash
# Everything that must be true before a push: lint, types, import contract, all tests on SQLite, the database tests again
# on PostgreSQL, and the browser tests. Debian's chromium and PostgreSQL are installed when missing and when allowed; what
# cannot be had is skipped and said in the last lines, or fails with CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="$PWD/.venv/bin"
export PATH="$bin:$PATH"
unset PYTHONDONTWRITEBYTECODE  # each of the processes below would compile everything anew
missing=()

have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
have_chromium() { [ -x /usr/bin/chromium ]; }
have_tools() { command -v pdftotext >/dev/null && command -v soffice >/dev/null; }

wanted=()
have_chromium || wanted+=(chromium)
have_postgres || wanted+=(postgresql)
have_tools || wanted+=(poppler-utils libreoffice-calc fonts-noto-cjk)
if [ ${#wanted[@]} -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "installing ${wanted[*]}"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}") >/dev/null 2>&1 || true
fi
have_chromium || missing+=("chromium: the browser tests were skipped")
have_postgres || missing+=("a PostgreSQL server: the tests on PostgreSQL were skipped")
if [ ${#missing[@]} -gt 0 ] && [ "${CI:-}" = true ]; then
  printf 'missing %s\n' "${missing[@]}" >&2
  exit 1
fi

echo "== lint"; ruff check --quiet .
echo "== types"; mypy
echo "== import contract"; lint-imports --no-cache >/tmp/qingyuan-imports.$$ 2>&1 || { cat /tmp/qingyuan-imports.$$; exit 1; }
rm -f /tmp/qingyuan-imports.$$

without=()
have_chromium || without=(-m "not browser")
echo "== tests on SQLite and in the browser"
python -m pytest -n 2 --dist loadfile "${without[@]}"
if have_postgres; then
  echo "== tests on PostgreSQL"
  QINGYUAN_TEST_ENGINE=postgresql python -m pytest -n 2 --dist loadfile -m "not browser and not anywhere"
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "NOT ALL TESTS RAN:"
  printf '  missing %s\n' "${missing[@]}"
fi
