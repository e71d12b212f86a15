#!/usr/bin/env bash
# Installs what the tests need from the system: Chromium for the browser tests, compilers for C and C++.
# As root, or with a sudo that asks nothing; otherwise it says what is missing, and fails under CI.
set -u
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v g++ >/dev/null || missing+=(g++)
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
