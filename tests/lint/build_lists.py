"""What is on disk is in the build, and the other way round: `build_lists.py BUILD_FOLDER`."""
import json
import os
import re
import subprocess
import sys

import common

LISTED = re.compile(r"tests/(install/.*\.py|unit/.*\.c|fuzz/.*\.c|cram/.*\.t|expect/.*\.exp|events/.*\.lua|lint/(?!common|man_pages).*\.py|browser/.*\.py)"
                    r"|docs/man/.*\.scd|(?!tests/|examples/|bench/).*\.c|bench/.*\.c")


def introspect(build, what):
    output = subprocess.run(["meson", "introspect", "--" + what, build], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(output)


def used_files(build):
    """Every file that a target is made of or a test mentions, relative to the root."""
    used = set()
    for target in introspect(build, "targets"):
        for group in target["target_sources"]:
            used.update(group.get("sources", []))
    for test in introspect(build, "tests"):
        used.update(test["cmd"])
    return {os.path.relpath(os.path.join(build, path), common.ROOT) for path in used if "/" in path}


def unlisted(on_disk, used):
    for name in on_disk:
        if LISTED.fullmatch(name) and name not in used:
            yield f"{name} is on disk, but meson.build does not mention it"


def includes(texts):
    found = {}
    for name, text in texts.items():
        for target in re.findall(r'^\s*#\s*include\s*"([^"]+)"', common.without_comments(text), re.MULTILINE):
            found.setdefault(target, name)
    return found


def header_complaints(headers, included, installed):
    for name in headers:
        if name not in included and name not in installed:
            yield f"{name} is included by nothing and not installed"
    for target, name in included.items():
        if target not in headers:
            yield f"{name}: there is no {target} to include"


tap = common.Tap()
build_folder = os.path.realpath(sys.argv[1])
files = common.project_files()
texts = {name: common.read(name) for name in common.c_files()}
installed_headers = {os.path.relpath(path, common.ROOT) for path in introspect(build_folder, "installed")}
headers_on_disk = {name for name in texts if name.endswith(".h")}
tap.sees("a source file that nobody builds is seen", unlisted(["core/lost.c"], {"core/found.c"}))
tap.sees("a test that nobody runs is seen", unlisted(["tests/cram/lost.t"], set()))
tap.sees("a header that nobody includes is seen", header_complaints({"core/lost.h"}, {}, set()))
tap.sees("an include of nothing is seen", header_complaints(set(), {"core/gone.h": "core/x.c"}, set()))
tap.point("every source and test on disk is in the build", unlisted(files, used_files(build_folder)))
tap.point("every header is used", header_complaints(headers_on_disk, includes(texts), installed_headers))
tap.exit()
