"""Checks manifests against Kubernetes' schemas and reads the compose file. Prints the containers as JSON."""
import json
import sys
from pathlib import Path

import kubernetes_validate
import yaml

VERSIONS = ("1.30", "1.37")

folder = Path(sys.argv[1])
containers = []
names = {"secrets": set(), "claims": set()}
for path in sorted((folder / "kubernetes").glob("*.yaml")):
    for document in yaml.safe_load_all(path.read_text()):
        if document["kind"] == "Kustomization":
            listed = sorted(document["resources"])
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(document, version, strict=True)
        spec = document.get("spec", {}).get("template", {}).get("spec")
        if spec is None:
            continue
        claimed = [each["metadata"]["name"] for each in document["spec"].get("volumeClaimTemplates", [])]
        volumes = {volume["name"] for volume in spec.get("volumes", [])} | set(claimed)
        for container in spec["containers"]:
            mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
            containers.append(
                {
                    "file": f"kubernetes/{path.name}",
                    "name": container["name"],
                    "args": container.get("args", []),
                    "missingVolumes": sorted(mounts - volumes),
                    "unusedVolumes": sorted(volumes - mounts),
                    "security": container["securityContext"],
                    "stopSeconds": spec.get("terminationGracePeriodSeconds", 30),
                }
            )

compose = yaml.safe_load((folder / "compose.yaml").read_text())
for name, service in compose["services"].items():
    used = {volume.split(":")[0] for volume in service.get("volumes", [])}
    named = {each for each in used if not each.startswith(("$", "/", "."))}
    containers.append(
        {
            "file": "compose.yaml",
            "name": name,
            "args": service["command"] if name != "redis" else [],
            "missingVolumes": sorted(named - set(compose["volumes"])),
            "unusedVolumes": [],
        }
    )

files = sorted(path.name for path in (folder / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
print(json.dumps({"containers": containers, "listed": listed, "files": files}))
