"""`make sbom`: what is in a deployment, with hashes, as CycloneDX has it, and nothing but what is locked."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.!+-]+)", re.MULTILINE)


def test_the_bill_of_materials_lists_what_is_locked_with_its_hashes(tmp_path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = re.search(r"^sbom:.*\n\t\$\(BIN\)/(cyclonedx-py .+)$", makefile, re.MULTILINE)
    assert recipe, "make sbom"
    written = tmp_path / "sbom.cdx.json"
    command = recipe[1].replace("sbom.cdx.json", str(written)).split()
    program = Path(sys.executable).with_name(command[0])
    subprocess.run([program, *command[1:]], cwd=ROOT, check=True, capture_output=True)
    bill = json.loads(written.read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "kudos")
    listed = {(each["name"], each["version"]) for each in bill["components"]}
    assert listed == set(PINNED.findall((ROOT / "requirements.txt").read_text("utf-8")))
    for component in bill["components"]:
        algorithms = {each["alg"] for kept in component["externalReferences"] for each in kept.get("hashes", ())}
        assert algorithms == {"SHA-256"}, component["name"]
