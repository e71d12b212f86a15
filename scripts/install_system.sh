#!/usr/bin/env bash
# Installs what the tests need from the system: Chromium for the browser tests, the compilers and runtimes of languages,
# bubblewrap for the jail inside of it, `ip` for hosts of their own.
# As root, or with a sudo that asks nothing; otherwise it says what is missing, and fails under CI.
set -u
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v g++ >/dev/null || missing+=(g++)
command -v javac >/dev/null || missing+=(default-jdk-headless)
command -v node >/dev/null || missing+=(nodejs)
command -v bwrap >/dev/null || missing+=(bubblewrap)
command -v ip >/dev/null || missing+=(iproute2)
if ! command -v mcs >/dev/null || ! command -v mono >/dev/null; then
  missing+=(mono-mcs mono-runtime libmono-system-core4.0-cil libmono-system-numerics4.0-cil)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if [ "${as_root[*]-}" != false ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "NOT RUN for want of: ${missing[*]}. Install them: sudo apt install ${missing[*]}" >&2
[ "${CI:-}" = true ] && exit 1
exit 0
