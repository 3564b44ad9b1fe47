"""Known vulnerabilities of the locked packages, by pip-audit. Exit 1 where one is known; says so where the advisories cannot be had."""

import json
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
COMMAND = ["-r", "requirements.lock", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]


def main() -> int:
    """Audit, and print one line per advisory."""
    done = subprocess.run([BIN / "pip-audit", *COMMAND], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        packages = []
    looked_at = [p for p in packages if "skip_reason" not in p]
    if not looked_at:
        print("Keine Daten: die Meldungen sind von hier nicht zu erreichen / advisories cannot be reached from here")
        return 0
    found = [(p["name"], p["version"], v["id"], v["fix_versions"]) for p in looked_at for v in p["vulns"]]
    for name, version, advisory, fixed in found:
        print(f"{name} {version}: {advisory}, behoben in / fixed in {', '.join(fixed) or '–'}")
    print(f"{len(looked_at)} von {len(packages)} Paketen geprüft, {len(found)} Meldungen / packages audited, advisories")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
